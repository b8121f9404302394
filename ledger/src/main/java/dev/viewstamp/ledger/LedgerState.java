package dev.viewstamp.ledger;

/**
 * Everything the ledger knows (ledger spec §4), and the scope within which a chain can be taken back whole.
 * Rules and reads see the stores through this one object; none of the stores knows another. Not
 * thread-safe.
 */
final class LedgerState implements UndoLog.Inverse {
    final AccountStore accounts;
    final TransferStore transfers;
    /** One event per transfer, at the transfer's position. */
    final EventStream events = new EventStream();
    final EventStream expiryEvents = new EventStream();
    final FailedIds failedIds;
    final PendingStatuses statuses = new PendingStatuses();
    final ExpirySet expiries = new ExpirySet();
    final UndoLog undo = new UndoLog();

    private int accountsBefore;
    private long transfersBefore;

    LedgerState(LedgerOptions options) {
        accounts = new AccountStore(options.hashSeed(), options.accountCapacity());
        transfers = new TransferStore(options.hashSeed(), options.transferCapacity());
        failedIds = new FailedIds(options.hashSeed());
    }

    void openScope() {
        undo.open();
        accountsBefore = accounts.size();
        transfersBefore = transfers.size();
    }

    void keepScope() {
        undo.keep();
    }

    /** Restores the state before {@link #openScope}, but for failed ids. */
    void rollbackScope() {
        undo.rollback(this);
        events.truncate(transfersBefore);
        transfers.truncate(transfersBefore);
        accounts.truncate(accountsBefore);
    }

    /** Call before an account's balances or flags change. */
    void touch(int account) {
        if (undo.isOpen()) undo.account(account, accounts.page(account), AccountStore.at(account));
    }

    @Override
    public void restoreAccount(int account, int flags, long[] values, int from) {
        accounts.restore(account, flags, values, from);
    }

    @Override
    public void restoreStatus(long position, int status) {
        statuses.set(position, status);
    }

    @Override
    public void removeExpiry(long expiresAt, long position) {
        expiries.remove(expiresAt, position);
    }

    @Override
    public void restoreExpiry(long expiresAt, long position) {
        expiries.add(expiresAt, position);
    }
}
