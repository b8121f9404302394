package dev.viewstamp.ledger;

/** create_transfers (ledger spec §9 to §13). */
final class TransferCreation implements Creation {
    private final TransferStore transfers;
    private final FailedIds failedIds;
    private final TransferRules rules;
    private final Postings postings;
    private final TransferDraft draft = new TransferDraft();
    private long touched;                                    // keeps the loads of prepare() alive

    TransferCreation(LedgerState state, Postings postings) {
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

    /**
     * Loads independent of each other overlap in the processor; met one by one in the batch, each would be
     * a full miss.
     */
    @Override
    public void prepare(byte[] body, int at, int count) {
        transfers.reserve(count);
        long loads = 0;
        for (int i = 0; i < count; i++) {
            int id = at + i * TransferLayout.SIZE + TransferLayout.ID;
            loads ^= transfers.touch(LittleEndian.u64(body, id), LittleEndian.u64(body, id + Long.BYTES));
        }
        touched = loads;
    }

    @Override
    public int create(byte[] body, int at, long slot) {
        draft.load(body, at, slot);
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
