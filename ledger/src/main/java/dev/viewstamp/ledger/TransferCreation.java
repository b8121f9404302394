package dev.viewstamp.ledger;

/** create_transfers (ledger spec §9 to §13). */
final class TransferCreation implements Creation {
    private final AccountStore accounts;
    private final TransferStore transfers;
    private final FailedIds failedIds;
    private final TransferRules rules;
    private final Postings postings;
    private final TransferDraft draft = new TransferDraft();
    private final long[] hashes = new long[WINDOW];          // of the ids of the events looked at ahead
    private final long[] debitHashes = new long[WINDOW];
    private final long[] creditHashes = new long[WINDOW];
    private final int[] debits = new int[WINDOW];            // their accounts, or ABSENT
    private final int[] credits = new int[WINDOW];
    private int windowAt;
    private long touched;                                    // keeps the loads alive

    TransferCreation(LedgerState state, Postings postings) {
        accounts = state.accounts;
        transfers = state.transfers;
        failedIds = state.failedIds;
        rules = new TransferRules(state);
        this.postings = postings;
    }

    @Override
    public int importedFlag() {
        return TransferFlags.IMPORTED;
    }

    @Override
    public int importedEventExpected() {
        return CreateTransferStatus.IMPORTED_EVENT_EXPECTED.code();
    }

    @Override
    public int importedEventNotExpected() {
        return CreateTransferStatus.IMPORTED_EVENT_NOT_EXPECTED.code();
    }

    @Override
    public int importedEventTimestampOutOfRange() {
        return CreateTransferStatus.IMPORTED_EVENT_TIMESTAMP_OUT_OF_RANGE.code();
    }

    @Override
    public int importedEventTimestampMustNotAdvance() {
        return CreateTransferStatus.IMPORTED_EVENT_TIMESTAMP_MUST_NOT_ADVANCE.code();
    }

    @Override
    public void reserve(int count) {
        transfers.reserve(count);
    }

    /**
     * Loads what the events will need. Loads that do not depend on each other overlap in the processor, the
     * more the shorter the loop around them; met one by one, event by event, each would wait for memory.
     * Accounts do not change their places within a batch, so what is found here stays found.
     */
    @Override
    public void lookAhead(byte[] body, int at, int count) {
        windowAt = at;
        long loads = 0;
        for (int i = 0; i < count; i++) {
            int event = at + i * TransferLayout.SIZE;
            hashes[i] = transfers.hash(LittleEndian.u64(body, event), LittleEndian.u64(body, event + Long.BYTES));
            debitHashes[i] = accounts.hashAt(body, event + TransferLayout.DEBIT_ACCOUNT_ID);
            creditHashes[i] = accounts.hashAt(body, event + TransferLayout.CREDIT_ACCOUNT_ID);
            loads ^= LittleEndian.u64(body, event + TransferLayout.TIMESTAMP);        // the event's other cache line
        }
        for (int i = 0; i < count; i++) loads ^= transfers.touch(hashes[i]);
        for (int i = 0; i < count; i++) {
            debits[i] = accounts.peek(debitHashes[i]);
            credits[i] = accounts.peek(creditHashes[i]);
        }
        for (int i = 0; i < count; i++) loads ^= accounts.touchId(debits[i]) ^ accounts.touchId(credits[i]);
        for (int i = 0; i < count; i++) {
            int event = at + i * TransferLayout.SIZE;
            debits[i] = accounts.find(debitHashes[i], body, event + TransferLayout.DEBIT_ACCOUNT_ID);
            credits[i] = accounts.find(creditHashes[i], body, event + TransferLayout.CREDIT_ACCOUNT_ID);
        }
        for (int i = 0; i < count; i++) loads ^= accounts.touchRest(debits[i]) ^ accounts.touchRest(credits[i]);
        touched = loads;
    }

    @Override
    public int create(byte[] body, int at, long slot) {
        int inWindow = (at - windowAt) / TransferLayout.SIZE;
        draft.load(body, at, slot);
        draft.hash = hashes[inWindow];
        draft.debit = debits[inWindow];
        draft.credit = credits[inWindow];
        CreateTransferStatus status = rules.check(draft);
        if (status == CreateTransferStatus.CREATED) postings.apply(draft);
        return status.code();
    }

    @Override
    public long timestamp() {
        return draft.timestamp;
    }

    @Override
    public boolean hasTimestamp(int status) {
        return status == CREATED || status == CreateTransferStatus.EXISTS.code();
    }

    @Override
    public void failed(byte[] body, int at, int status) {
        if (!CreateTransferStatus.byCode(status).isTransient()) return;
        int id = at + TransferLayout.ID;
        failedIds.add(LittleEndian.u64(body, id), LittleEndian.u64(body, id + Long.BYTES));
    }
}
