package dev.viewstamp.actors.cli.inspect;

import dev.viewstamp.actors.cli.ProgressBar;
import dev.viewstamp.actors.cli.UsageError;
import dev.viewstamp.actors.cli.VerbFailure;
import dev.viewstamp.journal.EntryHeader;
import dev.viewstamp.journal.Journal;
import dev.viewstamp.journal.LogEntry;
import dev.viewstamp.journal.OpenedLog;
import dev.viewstamp.journal.StoredPrepare;
import java.util.function.Consumer;

/**
 * The part of a stopped replica's log that is committed for certain, above its checkpoint.
 *
 * <p>Proof that an op is committed: the superblock says so; or an entry was prepared by a primary that said so; or the
 * head is so far ahead that the pipeline cannot hold it any more. Ops up to the proven one that chain to the head are
 * what the cluster committed, because a replica's log is that of its logView (replication spec §4.5). A solo replica's
 * log is committed up to its head: that is what it replays (§7.3).
 */
final class CommittedLog {
    private final StoppedReplica replica;
    private final OpenedLog log;
    private final long checkpointOp;
    private final long commitMax;

    private CommittedLog(StoppedReplica replica, OpenedLog log) {
        this.replica = replica;
        this.log = log;
        this.checkpointOp = replica.superBlock().vsrState().checkpointOp();
        this.commitMax = replica.isSolo() ? log.op() : Math.min(log.op(), provenCommit(log));
    }

    /** @throws VerbFailure if the log is so damaged that a replica would not start on it */
    static CommittedLog of(StoppedReplica replica, ProgressBar bar) {
        OpenedLog log = replica.log(bar);
        if (log.status() == OpenedLog.Status.REFUSED) {
            throw new VerbFailure(replica.directory().path() + ": " + log.refusal());
        }
        return new CommittedLog(replica, log);
    }

    private static long provenCommit(OpenedLog log) {
        long proven = log.commitMax();
        Journal journal = log.journal();
        for (int slot = 0; slot < journal.slotCount(); slot++) {
            EntryHeader header = journal.headerInSlot(slot);
            proven = header == null ? proven : Math.max(proven, header.commit());
        }
        return proven;
    }

    /** The highest op that these files prove committed. */
    long commitMax() {
        return commitMax;
    }

    /** The op that the checkpoint of the superblock has; 0 before the first. */
    long checkpointOp() {
        return checkpointOp;
    }

    /**
     * Checks that everything from the checkpoint to {@code op} can be had from these files.
     *
     * @throws UsageError if the op lies before the checkpoint or beyond what is proven
     * @throws VerbFailure naming the first entry that is missing or damaged
     */
    void require(long op) {
        if (op < checkpointOp || op > commitMax) {
            throw new UsageError("--op is " + op + ": these files hold ops " + checkpointOp
                    + " (the checkpoint's) to " + commitMax + " (the last that they prove committed)");
        }
        for (long each = checkpointOp + 1; each <= op; each++) {
            EntryHeader header = log.journal().header(each);
            if (header == null || !log.journal().hasClean(header)) {
                throw missing(each, op);
            }
        }
        if (!log.journal().chainIsComplete(checkpointOp + 1, log.op())) {
            throw new VerbFailure("the log's entries up to its head, op " + log.op()
                    + ", do not chain yet; start the replica so that its peers repair it");
        }
    }

    /** Header of an op that {@link #require} found good. */
    EntryHeader header(long op) {
        return log.journal().header(op);
    }

    /** Reads the entries from the checkpoint to {@code op}, which {@link #require} found good, in order. */
    void forEach(long op, ProgressBar bar, Consumer<LogEntry> each) {
        for (long next = checkpointOp + 1; next <= op; next++) {
            StoredPrepare prepare = replica.prepare(log.journal().slotOf(next));
            if (!prepare.isIntact() || !prepare.header().equals(header(next))) {
                throw missing(next, op);
            }
            each.accept(prepare.entry());
            bar.show(next - checkpointOp, op - checkpointOp);
        }
        bar.clear();
    }

    private VerbFailure missing(long op, long wanted) {
        String other = op - 1 >= checkpointOp && op <= wanted ? "; or look at --op=" + (op - 1) : "";
        return new VerbFailure("op " + op + " is missing or damaged here; start the replica so that its peers repair it"
                + other);
    }
}
