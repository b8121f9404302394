package dev.viewstamp.ledger;

/**
 * Everything the ledger knows (ledger spec §4), and the scope within which a chain can be taken back whole.
 * Rules and reads see the stores through this one object; none of the stores knows another. Not
 * thread-safe.
 */
final class LedgerState implements UndoLog.Inverse {
    final SealedFiles files;
    final AccountStore accounts;
    final TransferStore transfers;
    /** One event per transfer, at the transfer's position. */
    final EventStream events;
    final EventStream expiryEvents;
    final RecordIndex accountIndex;
    final RecordIndex transferIndex;
    final FailedIds failedIds;
    final PendingStatuses statuses = new PendingStatuses();
    final ExpirySet expiries = new ExpirySet();
    final UndoLog undo = new UndoLog();

    private final int segment;
    private long transfersSeen;                              // when segments were sealed last
    private int accountsSeen;
    private int accountsBefore;
    private long transfersBefore;

    LedgerState(LedgerOptions options, LedgerFiles port) {
        files = new SealedFiles(port, options.cacheBlocks());
        segment = options.segmentRecords();
        accounts = new AccountStore(options.hashSeed(), options.accountCapacity(), files);
        transfers = new TransferStore(options.hashSeed(), options.transferCapacity(), files, segment);
        events = new EventStream(files, segment);
        expiryEvents = new EventStream(files, segment);
        accountIndex = new RecordIndex(accounts, segment, files);
        transferIndex = new RecordIndex(transfers, segment, files);
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
        transferIndex.tail().truncate(transfersBefore);
        transfers.truncate(transfersBefore);
        accountIndex.tail().truncate(accountsBefore);
        accounts.truncate(accountsBefore);
    }

    /**
     * Call after an entry. What fills a segment never changes again: it goes into files, behind sorted
     * indexes.
     */
    void sealFullSegments() {
        transferIndex.merge(transfers.size() - transfersSeen);
        accountIndex.merge(accounts.size() - accountsSeen);
        transfersSeen = transfers.size();
        accountsSeen = accounts.size();
        while (transferIndex.hasFullSegment()) {
            transferIndex.seal();                            // first: it reads the records
            transfers.seal();
            events.seal();
        }
        while (accountIndex.hasFullSegment()) accountIndex.seal();
        while (expiryEvents.size() - expiryEvents.sealedEvents() >= segment) expiryEvents.seal();
    }

    /** Call before an account's balances or flags change. */
    void touch(int account) {
        if (undo.isOpen()) undo.account(account, accounts.page(account), AccountStore.offset(account));
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
