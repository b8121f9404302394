package dev.viewstamp.ledger;

import static dev.viewstamp.ledger.Invariant.check;

/**
 * The state machine: accounts, transfers and what can be asked about them (ledger spec). Deterministic: the
 * same operations, timestamps and bodies give the same replies and the same state, byte for byte, on every
 * replica. It has no clock and no threads and opens no file; callers use it from one thread at a time.
 *
 * <p>This class only drives: it takes entries apart into batches, hands these to the rules, queries and
 * lookups, and puts the replies together.
 */
public final class Ledger {
    /** Where a dump goes, piece by piece; the array belongs to the ledger. */
    @FunctionalInterface
    public interface DumpSink {
        void write(byte[] bytes, int offset, int length);
    }

    private final int requestBodyMax;
    private final LedgerState state;
    private final Postings postings;
    private final CreateBatch createBatch;
    private final Creation accountCreation;
    private final Creation transferCreation;
    private final Lookups lookups;
    private final Queries queries;
    private final ChangeEvents changeEvents;
    private final ReplyBuffer reply = new ReplyBuffer();
    private long commitTimestamp;

    /** Keeps everything in memory. */
    public Ledger(LedgerOptions options) {
        this(options, new MemoryFiles());
    }

    /** @param files where sealed segments and indexes go; empty to begin with */
    public Ledger(LedgerOptions options, LedgerFiles files) {
        requestBodyMax = options.requestBodyMax();
        state = new LedgerState(options, files);
        postings = new Postings(state);
        createBatch = new CreateBatch(state);
        accountCreation = new AccountCreation(state);
        transferCreation = new TransferCreation(state, postings);
        lookups = new Lookups(state);
        queries = new Queries(state);
        changeEvents = new ChangeEvents(state);
    }

    /**
     * Executes one committed entry.
     *
     * @param operation code of ledger spec §6.1; 128 is the pulse
     * @param timestamp T of the entry, greater than any before
     * @param body      found {@link RequestRules.Verdict#VALID} before it entered the log; empty for the
     *        pulse
     * @return the body of the reply, empty for the pulse; belongs to the caller
     */
    public byte[] execute(int operation, long timestamp, byte[] body) {
        Operation kind = Operation.byCode(operation);
        check(kind != null, "operations in the log are known");
        check(timestamp > commitTimestamp, "timestamps of entries increase");
        reply.clear();
        if (kind == Operation.PULSE) expire(timestamp);
        else if (kind.isFramed()) executeFramed(kind, timestamp, body);
        else executeBatch(kind, timestamp, body, 0, body.length / kind.eventSize());
        commitTimestamp = timestamp;
        state.sealFullSegments();
        return kind.isFramed() ? reply.framed(kind.resultSize()) : reply.unframed();
    }

    /**
     * When the next pending transfer expires (nanoseconds since the Unix epoch), {@link Long#MAX_VALUE} if
     * none will.
     */
    public long nextExpiry() {
        return state.expiries.firstExpiresAt();
    }

    /** T of the latest entry, 0 before the first. */
    public long commitTimestamp() {
        return commitTimestamp;
    }

    /** Streams the canonical dump of ledger spec §26. */
    public void dump(DumpSink sink) {
        new Dump(state, sink).write(commitTimestamp);
    }

    /** SHA-256 of the canonical dump: equal on replicas whose state is equal. */
    public byte[] digest() {
        return Dump.digest(state, commitTimestamp);
    }

    /** Batches execute in order; each has its own last slot T_b, the last one's being T (ledger spec §5.2). */
    private void executeFramed(Operation kind, long timestamp, byte[] body) {
        int batches = MultiBatch.count(body, kind.eventSize());
        check(batches != MultiBatch.MALFORMED, "bodies in the log are well-formed");
        long lastSlot = timestamp;
        for (int batch = 1; batch < batches; batch++) lastSlot -= MultiBatch.elements(body, batch);
        int at = 0;
        for (int batch = 0; batch < batches; batch++) {
            int events = MultiBatch.elements(body, batch);
            if (batch > 0) lastSlot += events;
            executeBatch(kind, lastSlot, body, at, events);
            reply.endBatch();
            at += events * kind.eventSize();
        }
    }

    private void executeBatch(Operation kind, long lastSlot, byte[] body, int at, int events) {
        int resultMax = kind.resultMax(requestBodyMax);
        switch (kind.current()) {
            case CREATE_ACCOUNTS -> create(kind, accountCreation, lastSlot, body, at, events);
            case CREATE_TRANSFERS -> create(kind, transferCreation, lastSlot, body, at, events);
            case LOOKUP_ACCOUNTS -> lookups.accounts(body, at, events, reply);
            case LOOKUP_TRANSFERS -> lookups.transfers(body, at, events, reply);
            case GET_ACCOUNT_TRANSFERS -> queries.accountTransfers(body, at, resultMax, reply);
            case GET_ACCOUNT_BALANCES -> queries.accountBalances(body, at, resultMax, reply);
            case QUERY_ACCOUNTS -> queries.queryAccounts(body, at, resultMax, reply);
            case QUERY_TRANSFERS -> queries.queryTransfers(body, at, resultMax, reply);
            case GET_CHANGE_EVENTS -> changeEvents.query(body, at, resultMax, reply);
            default -> throw new Invariant.Broken("no batch has the operation " + kind);
        }
    }

    private void create(Operation kind, Creation creation, long lastSlot, byte[] body, int at, int events) {
        createBatch.run(creation, body, at, events, lastSlot);
        for (int i = 0; i < events; i++) {
            if (!kind.isSparse()) {
                int row = reply.addRow(CreateResultLayout.SIZE);
                LittleEndian.putU64(reply.array(), row + CreateResultLayout.TIMESTAMP, createBatch.timestamp(i));
                LittleEndian.putU32(reply.array(), row + CreateResultLayout.STATUS, createBatch.status(i));
                LittleEndian.putU32(reply.array(), row + CreateResultLayout.RESERVED, 0);
            } else if (createBatch.status(i) != Creation.CREATED) {
                int row = reply.addRow(SparseResultLayout.SIZE);
                LittleEndian.putU32(reply.array(), row + SparseResultLayout.INDEX, i);
                LittleEndian.putU32(reply.array(), row + SparseResultLayout.STATUS, createBatch.status(i));
            }
        }
    }

    /** Expires what is due, the earliest first; event times are right-aligned at T (ledger spec §14.2). */
    private void expire(long timestamp) {
        ExpirySet expiries = state.expiries;
        int due = expiries.countDue(timestamp, LedgerLimits.pulseMax(requestBodyMax));
        for (int i = 0; i < due; i++) {
            long position = expiries.firstPosition();
            expiries.remove(expiries.firstExpiresAt(), position);
            postings.expire(position, timestamp - due + i + 1);
        }
    }
}
