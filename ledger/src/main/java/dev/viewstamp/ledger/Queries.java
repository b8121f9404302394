package dev.viewstamp.ledger;

import java.util.Arrays;

/**
 * get_account_transfers, get_account_balances, query_accounts and query_transfers (ledger spec §17). Rows
 * come in the order of their timestamps, which is the order of positions.
 */
final class Queries {
    private final LedgerState state;
    private final AccountStore accounts;
    private final TransferStore transfers;
    private final Filter filter = new Filter();
    private final EventStream.Event event = new EventStream.Event();

    Queries(LedgerState state) {
        this.state = state;
        accounts = state.accounts;
        transfers = state.transfers;
    }

    void accountTransfers(byte[] body, int at, int resultMax, ReplyBuffer reply) {
        if (!filter.readAccountFilter(body, at, resultMax)) return;
        scanTransfers(true, false, reply);
    }

    void accountBalances(byte[] body, int at, int resultMax, ReplyBuffer reply) {
        if (!filter.readAccountFilter(body, at, resultMax)) return;
        int account = accounts.find(filter.accountLo, filter.accountHi);
        if (account == AccountStore.ABSENT || (accounts.flags(account) & AccountFlags.HISTORY) == 0) return;
        scanTransfers(true, true, reply);
    }

    void queryTransfers(byte[] body, int at, int resultMax, ReplyBuffer reply) {
        if (!filter.readQueryFilter(body, at, resultMax)) return;
        scanTransfers(false, false, reply);
    }

    void queryAccounts(byte[] body, int at, int resultMax, ReplyBuffer reply) {
        if (!filter.readQueryFilter(body, at, resultMax)) return;
        int from = accounts.countBefore(filter.timestampMin);
        int to = end(accounts.countBefore(filter.timestampMax), accounts.size());
        if (to < accounts.size() && accounts.timestamp(to) == filter.timestampMax) to++;
        for (int i = 0; i < to - from && reply.rows() < filter.limit; i++) {
            int account = filter.reversed ? to - 1 - i : from + i;
            byte[] page = accounts.page(account);
            int record = AccountStore.at(account);
            if (filter.matches(page, record)) reply.addRow(page, record, AccountLayout.SIZE);
        }
    }

    private static int end(int count, int size) {
        return Math.min(count, size);
    }

    private void scanTransfers(boolean byAccount, boolean balances, ReplyBuffer reply) {
        long from = transfers.countBefore(filter.timestampMin);
        long to = transfers.countBefore(filter.timestampMax);
        if (to < transfers.size() && transfers.timestamp(to) == filter.timestampMax) to++;
        for (long i = 0; i < to - from && reply.rows() < filter.limit; i++) {
            long position = filter.reversed ? to - 1 - i : from + i;
            byte[] block = transfers.block(position);
            int record = TransferStore.at(position);
            if (byAccount && !filter.matchesAccount(block, record)) continue;
            if (!filter.matches(block, record)) continue;
            if (balances) addBalance(position, block, record, reply);
            else reply.addRow(block, record, TransferLayout.SIZE);
        }
    }

    /** The asked account's side of the event that this transfer left. */
    private void addBalance(long position, byte[] block, int record, ReplyBuffer reply) {
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
