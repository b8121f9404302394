package dev.viewstamp.actors.replica;

import static dev.viewstamp.actors.replica.Invariant.check;

import dev.viewstamp.journal.CheckpointState;
import dev.viewstamp.journal.EntryHeader;
import dev.viewstamp.journal.Journal;
import dev.viewstamp.journal.LogEntry;
import dev.viewstamp.journal.Word128;

/**
 * The log as the statuses see it: the journal's table, the chain below the head, entries in memory, writes and
 * reads under way. It knows when a header may come in (replication spec §8.2); whether an entry may be
 * <em>acknowledged</em> is the statuses' affair.
 *
 * <p>The head moves in three ways only: {@link #append}, {@link #appendBeyondGap} and {@link #install}.
 */
final class ReplicatedLog {
    /** Entries kept in memory beyond the pipeline's two laps: what is committed just now is what peers ask for. */
    private static final int CACHE_PIPELINES = 2;

    private final ReplicaState state;
    private final Journal journal;
    private final Outbox outbox;
    private final HeaderChain chain;
    private final PrepareCache cache;
    private final LogWriter writer;
    private final PrepareReads reads;

    ReplicatedLog(ReplicaState state, Journal journal, Outbox outbox, ReplicaOptions options) {
        this.state = state;
        this.journal = journal;
        this.outbox = outbox;
        this.chain = new HeaderChain(journal);
        this.cache = new PrepareCache(CACHE_PIPELINES * state.pipelineMax());
        int inFlightMax = state.isSolo() ? 1 : options.walWritesMax();
        this.writer = new LogWriter(journal, outbox, inFlightMax, Math.max(inFlightMax, 2 * state.pipelineMax()));
        this.reads = new PrepareReads(options.walReadsMax());
    }

    /** Takes the head that was found at open. */
    void open(long head) {
        state.head(head);
        chain.restart(head);
    }

    Journal journal() {
        return journal;
    }

    HeaderChain chain() {
        return chain;
    }

    LogWriter writer() {
        return writer;
    }

    PrepareReads reads() {
        return reads;
    }

    EntryHeader headHeader() {
        return chain.headHeader();
    }

    /** Header of exactly this op, or null. */
    EntryHeader header(long op) {
        return journal.header(op);
    }

    /**
     * Whether the log from what is executed up to the head is one chain, and the head is as far as the cluster is
     * known to be.
     */
    boolean mayCommit() {
        return state.op() >= Math.min(state.commitMax(), state.opPrepareMax())
                && chain.reaches(state.commitMinHeader());
    }

    /** Whether all headers that must be here are, and chain. */
    boolean isChainComplete() {
        return chain.low() <= state.opNeededMin();
    }

    /** The next entry of the head's own chain: made here as the primary, or received from it in time. */
    void append(LogEntry entry) {
        EntryHeader header = entry.header();
        state.head(header.op());
        put(header);
        chain.append(header);
        cache.putWithin(entry, state.commitMin());
        writer.write(entry);
    }

    /** An entry of the current view's primary, some of whose ancestors were missed. Repair fills the gap. */
    void appendBeyondGap(LogEntry entry) {
        EntryHeader header = entry.header();
        check(header.op() > state.op() + 1 && header.view() == state.view(), "%s beyond head %d", header, state.op());
        state.head(header.op());
        put(header);
        chain.restart(header.op());
        cache.putWithin(entry, state.commitMin());
        writer.write(entry);
    }

    /** With the authority of a view's log: this is the head, and nothing above it is. */
    void install(EntryHeader head) {
        long op = head.op();
        check(op >= state.commitMin(), "head %d would undo commitMin %d", op, state.commitMin());
        journal.removeEntriesFrom(op + 1);
        if (!journal.has(head)) {
            checkNotCommitted(head);
            put(head);
        }
        state.head(op);
        chain.restart(op);
    }

    /**
     * With the authority of a view's log: a checkpoint stands for all up to its op, and this is the head. What was
     * executed here stays readable for others.
     */
    void install(CheckpointState checkpoint, EntryHeader head) {
        journal.removeEntriesFrom(head.op() + 1);
        journal.removeEntriesBetween(state.commitMin() + 1, checkpoint.op());
        state.install(checkpoint, head);
        if (!journal.has(head)) {
            put(head);
        }
        chain.restart(head.op());
    }

    /** Nobody needs what is missing outside of the ops that are repaired (replication spec §8.1, 5). */
    void giveUpOutdated() {
        journal.removeDirtyOutside(state.opRepairMin(), state.op());
        chain.forgetBelow(state.opRepairMin());
    }

    /**
     * A header from a source to be trusted: a StartView, a canonical DoViewChange, or one that its sender has
     * executed.
     */
    void replaceHeader(EntryHeader header) {
        long op = header.op();
        if (op > state.op() || op < state.opRepairMin() || journal.has(header)) {
            return;
        }
        check(op < chain.low(), "%s contradicts the chain from op %s to the head %s", header, chain.low(),
                headHeader());
        checkNotCommitted(header);
        put(header);
        chain.extend();
    }

    /**
     * A header from anybody: taken in if the head explains it, or if head and header are of one view and so of
     * one chain. True if the entry is wanted here: its header is in, and its prepare is not durable.
     */
    boolean repairHeader(EntryHeader header) {
        long op = header.op();
        if (header.view() > state.view() || op > state.op() || op < state.opRepairMin()) {
            return false;
        }
        if (journal.has(header)) {
            return journal.hasDirty(header);
        }
        boolean explained = chain.isNextBelow(header);
        boolean sameView = op < chain.low() - 1 && header.view() == headHeader().view();
        if (!explained && !sameView) {
            return false;
        }
        checkNotCommitted(header);
        put(header);
        chain.extend();
        return true;
    }

    /**
     * Whether {@link #store} would keep the entry of this header. Not if another one is just being written into its
     * slot and it is not executed soon: whoever asked for it anyway would ask again with every answer.
     */
    boolean hasPlaceFor(EntryHeader header) {
        return writer.isFree(header) || cache.isWithin(header.op(), state.commitMin());
    }

    /** Keeps an entry whose header is in the journal for a commit soon to come, and writes it if it is not durable. */
    void store(LogEntry entry) {
        cache.putWithin(entry, state.commitMin());
        if (journal.hasDirty(entry.header())) {
            writer.write(entry);
        }
    }

    /** Exactly this entry, if it is in memory; entries without a body need no memory. */
    LogEntry findInMemory(EntryHeader header) {
        if (header.bodySize() == 0) {
            return new LogEntry(header, new byte[0]);
        }
        return cache.find(header.op(), header.checksum());
    }

    /** Exactly this entry, whatever the journal thinks of its op by now, or null. */
    LogEntry findInMemory(long op, Word128 checksum) {
        EntryHeader header = journal.headerWithChecksum(op, checksum);
        return header != null ? findInMemory(header) : cache.find(op, checksum);
    }

    void cache(LogEntry entry) {
        cache.put(entry);
    }

    /** Starts a read; the caller has seen that there is room. */
    void read(PrepareReads.Read read) {
        long token = reads.start(read);
        outbox.emit(new Effect.ReadPrepare(token, journal.slotOf(read.op()), read.op(), read.checksum()));
    }

    /**
     * Ends a read; a slot that should have held the entry and did not is faulty from now on (replication spec
     * §5.4).
     */
    PrepareReads.Read finishRead(Completion.PrepareRead completion) {
        PrepareReads.Read read = reads.finish(completion.token());
        boolean isScrub = read.purpose() == PrepareReads.Purpose.SCRUB;  // which looks for another copy first
        if (!isScrub && completion.entry() == null && journal.canServe(read.op(), read.checksum())) {
            journal.markFaulty(read.op(), read.checksum());
        }
        return read;
    }

    /** The lowest op of {@code opMin..opMax} whose entry is not durable here, or -1. */
    long nextDirty(long opMin, long opMax) {
        long op = opMin;
        while (op <= opMax) {
            int slot = journal.slotOf(op);
            int dirty = journal.nextDirty(slot);
            if (dirty >= 0 && op + (dirty - slot) <= opMax) {
                return op + (dirty - slot);
            }
            if (dirty >= 0) {
                return -1;
            }
            op += journal.slotCount() - slot;                   // to slot 0
        }
        return -1;
    }

    private void put(EntryHeader header) {
        Word128 expected = state.checkpointIdFor(header.op());
        check(expected == null || header.checkpointId().equals(expected),
                "The states of two replicas differ: %s was prepared on checkpoint %s, here that is %s. "
                        + CheckpointStage.DIVERGED, header, header.checkpointId(), expected);
        journal.setHeaderAsDirty(header);
    }

    private void checkNotCommitted(EntryHeader header) {
        EntryHeader old = journal.header(header.op());
        check(old == null || header.op() > state.commitMin(), "%s would replace %s, which is executed", header, old);
    }

    void checkInvariants() {
        check(chain.head() == state.op(), "chain from %d, head %d", chain.head(), state.op());
        chain.checkInvariants();
        writer.checkInvariants();
    }
}
