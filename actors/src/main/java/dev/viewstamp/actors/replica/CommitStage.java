package dev.viewstamp.actors.replica;

import static dev.viewstamp.actors.replica.Invariant.check;

import dev.viewstamp.journal.EntryHeader;
import dev.viewstamp.journal.LogEntry;

/**
 * The one entry on its way into the state machine: idle, being read, or being executed (replication spec §3.7).
 * Once execution began it ends, whatever becomes of the status; a read is given up if the log changed underneath.
 */
final class CommitStage {
    private enum Stage { IDLE, READING, EXECUTING }

    private Stage stage = Stage.IDLE;
    private EntryHeader header;
    private LogEntry entry;

    boolean isIdle() {
        return stage == Stage.IDLE;
    }

    /** The op being read or executed; 0 if none. */
    long op() {
        return stage == Stage.IDLE ? 0 : header.op();
    }

    void reading(EntryHeader wanted) {
        check(stage == Stage.IDLE, "reading %s while %s", wanted, stage);
        stage = Stage.READING;
        header = wanted;
    }

    /** The read waited for has ended, well or not. */
    void read(PrepareReads.Read read) {
        check(stage == Stage.READING && header.op() == read.op() && header.checksum().equals(read.checksum()),
                "read %s while %s", read, stage);
        stage = Stage.IDLE;
    }

    /** What is being executed is given up together with the state that it changes; its answer may still come. */
    void abandon() {
        if (stage == Stage.EXECUTING) {
            stage = Stage.IDLE;
            entry = null;
        }
    }

    void executing(LogEntry next) {
        check(stage == Stage.IDLE, "executing %s while %s", next, stage);
        stage = Stage.EXECUTING;
        header = next.header();
        entry = next;
    }

    boolean isExecuting(long op) {
        return stage == Stage.EXECUTING && entry.op() == op;
    }

    /** The entry that was executed. */
    LogEntry executed(long op) {
        check(stage == Stage.EXECUTING && entry.op() == op, "op %s was executed while %s", op, stage);
        LogEntry done = entry;
        stage = Stage.IDLE;
        entry = null;
        return done;
    }
}
