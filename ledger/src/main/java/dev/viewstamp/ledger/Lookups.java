package dev.viewstamp.ledger;

/**
 * lookup_accounts and lookup_transfers: for each id in order the record as it is now, or nothing (ledger
 * spec §16).
 */
final class Lookups {
    private static final int ID = 16;

    private final AccountStore accounts;
    private final TransferStore transfers;

    Lookups(LedgerState state) {
        accounts = state.accounts;
        transfers = state.transfers;
    }

    Rows accounts(byte[] body, int at, int count) {
        return new Rows() {
            private int next;

            @Override
            public boolean add(ReplyBuffer reply) {
                while (next < count) {
                    int account = accounts.find(body, at + next++ * ID);
                    if (account == AccountStore.ABSENT) continue;
                    reply.addRow(accounts.page(account), AccountStore.offset(account), AccountLayout.SIZE);
                    return true;
                }
                return false;
            }
        };
    }

    Rows transfers(byte[] body, int at, int count) {
        return new Rows() {
            private int next;

            @Override
            public boolean add(ReplyBuffer reply) {
                while (next < count) {
                    long position = find(next);
                    byte[] block = position == TransferStore.ABSENT ? null : transfers.block(position);
                    next++;                                  // only now: reading may be cut short by a missing block
                    if (block == null) continue;
                    reply.addRow(block, TransferStore.offset(position), TransferLayout.SIZE);
                    return true;
                }
                return false;
            }

            @Override
            public void lookAhead(int rows) {
                for (int i = next; i < Math.min(count, next + rows); i++) {
                    try {
                        long position = find(i);
                        if (position != TransferStore.ABSENT) transfers.block(position);
                    } catch (SealedFiles.Missing noted) {
                        // That is what this is for.
                    }
                }
            }

            /** Confirming the id reads the block that the record lies in, unless it is pending and open. */
            private long find(int index) {
                int id = at + index * ID;
                return transfers.find(LittleEndian.u64(body, id), LittleEndian.u64(body, id + Long.BYTES));
            }
        };
    }
}
