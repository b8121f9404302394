package dev.viewstamp.ledger;

import static dev.viewstamp.ledger.Invariant.check;

import java.util.List;

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

    private final LedgerOptions options;
    private final LedgerState state;
    private final Postings postings;
    private final CreateBatch createBatch;
    private final Creation accountCreation;
    private final Creation transferCreation;
    private final ReplyBuffer reply = new ReplyBuffer();
    private final Reading reading;
    private final Prefetch prefetch;
    private FrozenLedger frozen;                             // null: none is being written
    private long commitTimestamp;

    /** Keeps everything in memory. */
    public Ledger(LedgerOptions options) {
        this(options, new MemoryFiles());
    }

    /** @param files where sealed segments and indexes go; empty to begin with */
    public Ledger(LedgerOptions options, LedgerFiles files) {
        this(options, new LedgerState(options, files), 0);
    }

    /** With a state that was read from a checkpoint. */
    Ledger(LedgerOptions options, LedgerState state, long commitTimestamp) {
        this.options = options;
        this.state = state;
        this.commitTimestamp = commitTimestamp;
        postings = new Postings(state);
        createBatch = new CreateBatch(state);
        accountCreation = new AccountCreation(state);
        transferCreation = new TransferCreation(state, postings);
        reading = new Reading(options.requestBodyMax(), state, reply);
        prefetch = new Prefetch(state, reading);
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
        state.jobs.installDue();
        if (kind == Operation.PULSE || kind.isCreate()) change(kind, timestamp, body);
        else read(kind, timestamp, body);
        reading.close();
        commitTimestamp = timestamp;
        state.afterEntry();
        return kind.isFramed() ? reply.framed(kind.resultSize()) : reply.unframed();
    }

    /**
     * Names blocks that executing this entry will need and that are not in memory. Fetch them, {@link #supply} them and
     * ask again, until the list is empty: then execute reads nothing. All entries before it must have been executed.
     * Always empty while files are in memory. May give up on an entry that needs too much of the cache at once;
     * then execute reads the rest through {@link LedgerFiles#readBlock}.
     */
    public List<BlockId> prefetch(int operation, long timestamp, byte[] body) {
        Operation kind = Operation.byCode(operation);
        check(kind != null, "operations in the log are known");
        state.jobs.installDue();
        return prefetch.missing(kind, timestamp, body);
    }

    /** Takes a block that {@link #prefetch} named; false if it is damaged, and must come from another replica. */
    public boolean supply(BlockId id, byte[] block) {
        return state.files.supply(id, block);
    }

    /**
     * Jobs that have begun since this was asked last. Whoever takes them carries them out, on whatever thread, and
     * hands each back. Jobs that nobody takes are carried out by the ledger itself when their time has come, reading
     * through {@link LedgerFiles#readBlock}.
     */
    public List<LedgerJob> takeJobs() {
        return state.jobs.take();
    }

    /** Takes back a job that is done and whose files are written, if not yet durable. */
    public void finish(LedgerJob job) {
        state.jobs.finish(job);
    }

    /**
     * Jobs that were taken and should be finished by now. Until they are, {@link #prefetch}, {@link #execute} and
     * {@link #freeze} must wait: the ledger refuses to go on.
     */
    public List<LedgerJob> waitsFor() {
        return state.jobs.waitsFor();
    }

    /**
     * Freezes the state as it is now, so that it can be written as a checkpoint while the ledger goes on. Copies
     * nothing yet: pages are copied when they change for the first time. One at a time; {@link #release} it when it
     * has been written. Not for files in memory.
     */
    public FrozenLedger freeze() {
        check(!state.files.inMemory(), "what is only in memory has no checkpoints");
        check(frozen == null, "one checkpoint is written at a time");
        state.jobs.installDue();
        frozen = new FrozenLedger(state, options, commitTimestamp);
        state.spares.freeze();
        return frozen;
    }

    /** Takes back the frozen state, which has been written. */
    public void release(FrozenLedger written) {
        check(written == frozen && written.isDone(), "what is released was frozen, and is written");
        if (written.pageFile() != null) state.files.add(written.pageFile());
        for (Freezable pages : state.paged()) pages.release();
        state.spares.release();
        frozen = null;
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

    private void read(Operation kind, long timestamp, byte[] body) {
        if (!reading.isOpen(timestamp)) reading.open(kind, timestamp, body); // else prefetch has begun it
        reading.run();
    }

    private void change(Operation kind, long timestamp, byte[] body) {
        reply.clear();
        if (kind == Operation.PULSE) expire(timestamp);
        else if (kind.isFramed()) createFramed(kind, timestamp, body);
        else create(kind, timestamp, body, 0, body.length / kind.eventSize());
    }

    /** Batches execute in order; each has its own last slot T_b, the last one's being T (ledger spec §5.2). */
    private void createFramed(Operation kind, long timestamp, byte[] body) {
        int batches = MultiBatch.count(body, kind.eventSize());
        check(batches != MultiBatch.MALFORMED, "bodies in the log are well-formed");
        long lastSlot = timestamp;
        for (int batch = 1; batch < batches; batch++) lastSlot -= MultiBatch.elements(body, batch);
        int at = 0;
        for (int batch = 0; batch < batches; batch++) {
            int events = MultiBatch.elements(body, batch);
            if (batch > 0) lastSlot += events;
            create(kind, lastSlot, body, at, events);
            reply.endBatch();
            at += events * kind.eventSize();
        }
    }

    private void create(Operation kind, long lastSlot, byte[] body, int at, int events) {
        Creation creation = kind.current() == Operation.CREATE_ACCOUNTS ? accountCreation : transferCreation;
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
        int due = expiries.countDue(timestamp, LedgerLimits.pulseMax(options.requestBodyMax()));
        for (int i = 0; i < due; i++) {
            long position = expiries.firstPosition();
            expiries.remove(expiries.firstExpiresAt(), position);
            postings.expire(position, timestamp - due + i + 1);
        }
    }
}
