package dev.viewstamp.actors.replica;

import static dev.viewstamp.actors.replica.Invariant.check;

import dev.viewstamp.journal.EntryHeader;
import dev.viewstamp.journal.LogEntry;

/**
 * Executes what is committed, one entry at a time and in order: find it in memory or read it, hand it to the
 * state machine, take the reply into the session table (replication spec §3.7). Statuses say when it may start;
 * what was started ends in any status.
 */
final class Commits {
    private final Rooms rooms;
    private final ReplicaState state;
    private final CommitStage stage;
    private long nextExpiryNanos = Long.MAX_VALUE;

    Commits(Rooms rooms) {
        this.rooms = rooms;
        this.state = rooms.state;
        this.stage = rooms.commitStage;
    }

    boolean isIdle() {
        return stage.isIdle();
    }

    /** The smallest expiry time in the ledger as of commitMin; {@code Long.MAX_VALUE} if there is none. */
    long nextExpiryNanos() {
        return nextExpiryNanos;
    }

    /** The state machine was brought to a checkpoint. */
    void restore(long expiryNanos) {
        nextExpiryNanos = expiryNanos;
    }

    /** Starts on the next committed entry if none is under way and the log is whole enough. */
    void advance() {
        long op = state.commitMin() + 1;
        if (!stage.isIdle() || op > state.commitMax() || op > state.op() || !rooms.checkpoints.mayExecute(op)
                || !rooms.log.mayCommit()) {
            return;
        }
        EntryHeader header = rooms.log.header(op);
        check(header != null && header.parent().equals(state.commitMinHeader().checksum()), "%s after %s", header,
                state.commitMinHeader());
        LogEntry entry = find(header);
        if (entry != null) {
            execute(entry);
        } else if (rooms.log.journal().hasClean(header) && rooms.log.reads().hasRoom()) {
            stage.reading(header);
            rooms.log.read(new PrepareReads.Read(PrepareReads.Purpose.COMMIT, op, header.checksum(), state.replica()));
        }
    }

    /** The entry to execute was read, or could not be. If it is still the next one, {@code mayExecute} decides. */
    void onRead(PrepareReads.Read read, LogEntry entry, boolean mayExecute) {
        stage.read(read);
        if (entry == null) {
            // Alone there is nobody to repair it from; to go on without it would be to forget what was acknowledged.
            check(!state.isSolo(), "op %d of a solo replica cannot be read", read.op());
            return;
        }
        boolean isNext = read.op() == state.commitMin() + 1 && read.op() <= state.commitMax() && rooms.log.mayCommit()
                && rooms.log.journal().headerWithChecksum(read.op(), read.checksum()) != null;
        if (mayExecute && isNext) {
            execute(entry);
        }
    }

    /**
     * Another replica's checkpoint takes the place of this state: an entry that is being executed is given up. It may
     * wait for a block that no replica has any more, because the others have gone on and merged its file away.
     */
    void abandon() {
        stage.abandon();
    }

    /** Whether this is about an entry that was given up. */
    boolean isStale(Completion.Executed completion) {
        return !stage.isExecuting(completion.op());
    }

    /**
     * The state machine is done with an entry. Answers what the session table made of it; null for the cluster's
     * own entries.
     */
    Done onExecuted(Completion.Executed completion) {
        LogEntry entry = stage.executed(completion.op());
        EntryHeader header = entry.header();
        state.executed(header);
        rooms.timestamps.commit(header.timestamp());
        nextExpiryNanos = completion.nextExpiryNanos();
        ClientTable.Committed committed = null;
        if (!header.client().isZero()) {
            byte[] body = header.operation() == EntryHeader.OPERATION_REGISTER ? RegisterBody.reply(entry.body())
                    : completion.reply();
            committed = rooms.clients.commit(header, body);
            rooms.replyZone.keep(committed);
        }
        rooms.sync.onExecuted();
        rooms.checkpoints.onExecuted(header);
        return new Done(entry, committed);
    }

    /** An executed entry and, if a client is to be told, its reply. */
    record Done(LogEntry entry, ClientTable.Committed committed) {
    }

    private LogEntry find(EntryHeader header) {
        Pipeline.InFlight inFlight = rooms.pipeline.find(header.op(), header.checksum());
        return inFlight != null ? inFlight.entry() : rooms.log.findInMemory(header);
    }

    private void execute(LogEntry entry) {
        check(entry.header().timestamp() > rooms.timestamps.committed(), "T %d after %d", entry.header().timestamp(),
                rooms.timestamps.committed());
        stage.executing(entry);
        rooms.outbox.emit(new Effect.Execute(entry));
    }
}
