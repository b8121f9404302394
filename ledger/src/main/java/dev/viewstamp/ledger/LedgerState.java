package dev.viewstamp.ledger;

import static dev.viewstamp.ledger.Invariant.check;

import java.util.List;

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
    final OpenPending open = new OpenPending();
    final ExpirySet expiries = new ExpirySet();
    final UndoLog undo = new UndoLog();
    final JobSchedule jobs;
    /** For the blocks of transfers and events. */
    final SpareBlocks spares = new SpareBlocks();
    /** Where the latest checkpoint keeps its pages. */
    final PageMap pageMap = new PageMap();

    private int accountsBefore;                              // the open scope
    private long transfersBefore;
    private int resolvedBefore;

    LedgerState(LedgerOptions options, LedgerFiles port) {
        int segment = options.segmentRecords();
        files = new SealedFiles(port, options.cacheBlocks());
        accounts = new AccountStore(options.hashSeed(), options.accountCapacity());
        IdIndex transferIds = new IdIndex(options.hashSeed(), options.transferCapacity());
        transfers = new TransferStore(transferIds, files, spares, segment, open);
        events = new EventStream(PageKind.EVENTS, files, spares, segment);
        expiryEvents = new EventStream(PageKind.EXPIRY_EVENTS, files, spares, segment);
        accountIndex = new RecordIndex(accounts, segment);
        transferIndex = new RecordIndex(transfers, segment);
        failedIds = new FailedIds(options.hashSeed());
        jobs = new JobSchedule(this, segment);
    }

    /** In the order of {@link PageKind}. */
    List<Freezable> paged() {
        return List.of(accounts.pages(), statuses.pages(), open.pages(), failedIds.pages(), transfers, events,
                expiryEvents);
    }

    RecordIndex indexOf(FileKind runs) {
        return runs == FileKind.TRANSFER_RUN ? transferIndex : accountIndex;
    }

    void openScope() {
        undo.open();
        accountsBefore = accounts.size();
        transfersBefore = transfers.size();
        resolvedBefore = open.resolved();
    }

    void keepScope() {
        undo.keep();
    }

    /** Restores the state before {@link #openScope}, but for failed ids. */
    void rollbackScope() {
        undo.rollback(this);
        open.unresolve(resolvedBefore);
        for (long position = transfers.size() - 1; position >= transfersBefore; position--) {
            if (open.slotOf(position) != OpenPending.NONE) open.cancel(position);
        }
        events.truncate(transfersBefore);
        transferIndex.truncate(transfersBefore);
        transfers.truncate(transfersBefore);
        accountIndex.truncate(accountsBefore);
        accounts.truncate(accountsBefore);
    }

    /** Call after an entry. */
    void afterEntry() {
        check(!undo.isOpen(), "no chain outlives its entry");
        open.sweep();
        jobs.afterEntry();
    }

    /** Call before an account's balances or flags change. */
    void touch(int account) {
        if (undo.isOpen()) undo.account(account, accounts.page(account), AccountStore.offset(account));
    }

    /** The block in which the record of a pending transfer lies, at {@link #pendingAt}. Of an open one, no read. */
    byte[] pendingBlock(long position) {
        int slot = transfers.isHeld(position) ? OpenPending.NONE : open.slotOf(position);
        return slot == OpenPending.NONE ? transfers.block(position) : open.page(slot);
    }

    int pendingAt(long position) {
        int slot = transfers.isHeld(position) ? OpenPending.NONE : open.slotOf(position);
        return slot == OpenPending.NONE ? TransferStore.offset(position) : OpenPending.offset(slot);
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
