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
    private final LedgerState state;
    private final AccountStore accounts;
    private final TransferStore transfers;
    private final Filter filter = new Filter();
    private final EventStream.Event event = new EventStream.Event();
    private final List<Positions> conditions = new ArrayList<>();

    Queries(LedgerState state) {
        this.state = state;
        accounts = state.accounts;
        transfers = state.transfers;
    }

    void accountTransfers(byte[] body, int at, int resultMax, ReplyBuffer reply) {
        if (!filter.readAccountFilter(body, at, resultMax)) return;
        int account = accounts.find(filter.accountLo, filter.accountHi);
        if (account == AccountStore.ABSENT) return;
        addTransfers(ofAccount(account), AccountStore.ABSENT, reply);
    }

    void accountBalances(byte[] body, int at, int resultMax, ReplyBuffer reply) {
        if (!filter.readAccountFilter(body, at, resultMax)) return;
        int account = accounts.find(filter.accountLo, filter.accountHi);
        if (account == AccountStore.ABSENT || (accounts.flags(account) & AccountFlags.HISTORY) == 0) return;
        addTransfers(ofAccount(account), account, reply);
    }

    void queryTransfers(byte[] body, int at, int resultMax, ReplyBuffer reply) {
        if (!filter.readQueryFilter(body, at, resultMax)) return;
        addTransfers(null, AccountStore.ABSENT, reply);
    }

    void queryAccounts(byte[] body, int at, int resultMax, ReplyBuffer reply) {
        if (!filter.readQueryFilter(body, at, resultMax)) return;
        Positions matching = matching(state.accountIndex, null);
        long from = accounts.countBefore(filter.timestampMin);
        long to = accounts.countUpTo(filter.timestampMax);
        for (long p = start(matching, from, to); p >= from && p < to; p = next(matching, p)) {
            if (reply.rows() == filter.limit) return;
            reply.addRow(accounts.block(p), accounts.at(p), AccountLayout.SIZE);
        }
    }

    /** @param balancesOf the account whose balances are wanted; none: the transfers are */
    private void addTransfers(Positions byAccount, int balancesOf, ReplyBuffer reply) {
        Positions matching = matching(state.transferIndex, byAccount);
        long from = transfers.countBefore(filter.timestampMin);
        long to = transfers.countUpTo(filter.timestampMax);
        for (long p = start(matching, from, to); p >= from && p < to; p = next(matching, p)) {
            if (reply.rows() == filter.limit) return;
            if (balancesOf == AccountStore.ABSENT) {
                reply.addRow(transfers.block(p), TransferStore.offset(p), TransferLayout.SIZE);
            } else {
                addBalance(p, reply);
            }
        }
    }

    private long start(Positions matching, long from, long to) {
        if (from >= to) return Positions.NONE;
        return filter.reversed ? matching.down(to - 1) : matching.up(from);
    }

    private long next(Positions matching, long position) {
        if (!filter.reversed) return matching.up(position + 1);
        return position == 0 ? Positions.NONE : matching.down(position - 1);
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
