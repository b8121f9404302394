package dev.viewstamp.ledger;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * get_account_transfers, get_account_balances, query_accounts and query_transfers (ledger spec §17). Rows
 * come in the order of their timestamps, which is the order of positions; the indexes of all fields asked
 * for are stepped through together, so only matching records are touched.
 */
final class Queries {
    private static final Rows EMPTY = reply -> false;

    private final LedgerState state;
    private final AccountStore accounts;
    private final TransferStore transfers;
    private final Filter filter = new Filter();              // of the query being run: one at a time
    private final EventStream.Event event = new EventStream.Event();
    private final List<Positions> conditions = new ArrayList<>();

    Queries(LedgerState state) {
        this.state = state;
        accounts = state.accounts;
        transfers = state.transfers;
    }

    Rows accountTransfers(byte[] body, int at, int resultMax) {
        if (!filter.readAccountFilter(body, at, resultMax)) return EMPTY;
        int account = accounts.find(filter.accountLo, filter.accountHi);
        return account == AccountStore.ABSENT ? EMPTY : transfers(ofAccount(account), this::addTransfer);
    }

    Rows accountBalances(byte[] body, int at, int resultMax) {
        if (!filter.readAccountFilter(body, at, resultMax)) return EMPTY;
        int account = accounts.find(filter.accountLo, filter.accountHi);
        if (account == AccountStore.ABSENT || (accounts.flags(account) & AccountFlags.HISTORY) == 0) return EMPTY;
        return transfers(ofAccount(account), this::addBalance);
    }

    Rows queryTransfers(byte[] body, int at, int resultMax) {
        return filter.readQueryFilter(body, at, resultMax) ? transfers(null, this::addTransfer) : EMPTY;
    }

    Rows queryAccounts(byte[] body, int at, int resultMax) {
        if (!filter.readQueryFilter(body, at, resultMax)) return EMPTY;
        return new Matches(state.accountIndex, null, this::addAccount) {
            @Override
            long from() {
                return accounts.countBefore(filter.timestampMin);
            }

            @Override
            long to() {
                return accounts.countUpTo(filter.timestampMax);
            }
        };
    }

    private Rows transfers(Positions byAccount, Render render) {
        return new Matches(state.transferIndex, byAccount, render) {
            @Override
            long from() {
                return transfers.countBefore(filter.timestampMin);
            }

            @Override
            long to() {
                return transfers.countUpTo(filter.timestampMax);
            }
        };
    }

    /** Turns a position into a row. */
    private interface Render {
        void add(long position, ReplyBuffer reply);
    }

    /**
     * The matching positions within the filter's range of time, in the filter's direction, up to its limit.
     * Searches one run of the index at a time, so that each step needs few blocks.
     */
    private abstract class Matches implements Rows {
        private static final long UNKNOWN = -1;

        private final RecordIndex index;
        private final Positions matching;
        private final Render render;
        private long from = UNKNOWN;
        private long to = UNKNOWN;
        private long position;                               // where to search on, or the next row
        private boolean isFound;                             // position is the next row
        private long runs;                                   // searched so far

        Matches(RecordIndex index, Positions byAccount, Render render) {
            this.index = index;
            this.matching = matching(index, byAccount);
            this.render = render;
        }

        /** The range of positions; asking may read a block. */
        abstract long from();

        abstract long to();

        @Override
        public boolean add(ReplyBuffer reply) {
            if (reply.rows() == filter.limit) return false;
            if (to == UNKNOWN) {
                from = from();
                to = to();
                position = filter.reversed ? to - 1 : from;
            }
            while (!isFound && isInRange(position)) {
                long found = findInRun(position);
                isFound = found != Positions.NONE;
                position = isFound ? found : behindRun(position);
                runs++;
            }
            if (!isFound) return false;
            render.add(position, reply);
            position = after(position);
            isFound = false;
            return true;
        }

        @Override
        public long progress() {
            return runs;
        }

        @Override
        public void lookAhead(int rows) {
            if (index != state.transferIndex) return;        // accounts are always in memory
            long ahead = position;
            try {
                for (int i = 0; i < rows && isFound && isInRange(ahead); i++) {
                    transfers.isInMemory(ahead);
                    ahead = after(ahead);
                    if (isInRange(ahead)) ahead = findInRun(ahead);
                }
            } catch (SealedFiles.Missing noted) {
                // An index block: what lies behind it is not known yet.
            }
        }

        private long findInRun(long start) {
            return filter.reversed
                    ? matching.down(start, Math.max(from, index.startAround(start)))
                    : matching.up(start, Math.min(to, index.endAround(start)));
        }

        private long behindRun(long inRun) {
            return filter.reversed ? index.startAround(inRun) - 1 : index.endAround(inRun);
        }

        private long after(long row) {
            return filter.reversed ? row - 1 : row + 1;
        }

        private boolean isInRange(long candidate) {
            return from <= candidate && candidate < to;
        }
    }

    private Positions ofAccount(int account) {
        Positions debits = new FieldPositions(state.transferIndex, IndexField.DEBIT_ACCOUNT, account, 0);
        Positions credits = new FieldPositions(state.transferIndex, IndexField.CREDIT_ACCOUNT, account, 0);
        if (!filter.credits) return debits;
        return filter.debits ? Positions.union(debits, credits) : credits;
    }

    /** All conditions of the filter together, those that tend to leave few records first. */
    private Positions matching(RecordIndex index, Positions byAccount) {
        conditions.clear();
        if (byAccount != null) conditions.add(byAccount);
        addCondition(index, IndexField.USER_DATA_128, filter.userData128Lo, filter.userData128Hi);
        addCondition(index, IndexField.USER_DATA_64, filter.userData64, 0);
        addCondition(index, IndexField.USER_DATA_32, Integer.toUnsignedLong(filter.userData32), 0);
        addCondition(index, IndexField.CODE, filter.code, 0);
        addCondition(index, IndexField.LEDGER, Integer.toUnsignedLong(filter.ledger), 0);
        return conditions.size() == 1 ? conditions.get(0) : Positions.intersection(conditions);
    }

    private void addCondition(RecordIndex index, IndexField field, long lo, long hi) {
        if ((lo | hi) != 0) conditions.add(new FieldPositions(index, field, lo, hi));
    }

    private void addAccount(long account, ReplyBuffer reply) {
        reply.addRow(accounts.block(account), accounts.at(account), AccountLayout.SIZE);
    }

    private void addTransfer(long position, ReplyBuffer reply) {
        reply.addRow(transfers.block(position), TransferStore.offset(position), TransferLayout.SIZE);
    }

    /** The asked account's side of the event that this transfer left. */
    private void addBalance(long position, ReplyBuffer reply) {
        byte[] block = transfers.block(position);
        int record = TransferStore.offset(position);
        state.events.read(position, event);
        boolean isDebit = LittleEndian.u64(block, record + TransferLayout.DEBIT_ACCOUNT_ID) == filter.accountLo
                && LittleEndian.u64(block, record + TransferLayout.DEBIT_ACCOUNT_ID + Long.BYTES) == filter.accountHi;
        int row = reply.addRow(AccountBalanceLayout.SIZE);
        byte[] bytes = reply.array();
        Arrays.fill(bytes, row, row + AccountBalanceLayout.SIZE, (byte) 0);
        for (int i = 0; i < UndoLog.BALANCE_LONGS; i++) {
            LittleEndian.putU64(bytes, row + AccountBalanceLayout.DEBITS_PENDING + i * Long.BYTES,
                    event.balances[(isDebit ? 0 : UndoLog.BALANCE_LONGS) + i]);
        }
        LittleEndian.putU64(bytes, row + AccountBalanceLayout.TIMESTAMP,
                LittleEndian.u64(block, record + TransferLayout.TIMESTAMP));
    }
}
