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

    void accounts(byte[] body, int at, int count, ReplyBuffer reply) {
        for (int i = 0; i < count; i++) {
            int id = at + i * ID;
            int account = accounts.find(LittleEndian.u64(body, id), LittleEndian.u64(body, id + Long.BYTES));
            if (account == AccountStore.ABSENT) continue;
            reply.addRow(accounts.page(account), AccountStore.offset(account), AccountLayout.SIZE);
        }
    }

    void transfers(byte[] body, int at, int count, ReplyBuffer reply) {
        for (int i = 0; i < count; i++) {
            int id = at + i * ID;
            long position = transfers.find(LittleEndian.u64(body, id), LittleEndian.u64(body, id + Long.BYTES));
            if (position == TransferStore.ABSENT) continue;
            reply.addRow(transfers.block(position), TransferStore.offset(position), TransferLayout.SIZE);
        }
    }
}
