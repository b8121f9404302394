package dev.viewstamp.actors.replica;

import static dev.viewstamp.actors.replica.Invariant.check;

import dev.viewstamp.journal.EntryHeader;

/**
 * One replica's DoViewChange as the new primary weighs it (replication spec §4.4). Admission has judged it
 * well-formed.
 *
 * @param replica      who says so
 * @param logView      the view whose log this is; below the view being started
 * @param commitMin    executed there, so everything up to here is final
 * @param checkpointOp durable there without the log; at most {@code commitMin}
 * @param presentBits  bit i: place i of the log can be supplied
 * @param nackBits     bit i: place i of the log was certainly never durable there
 */
public record DoViewChangeVote(int replica, int logView, long commitMin, long checkpointOp, long presentBits,
        long nackBits, LogSuffix log) {

    public DoViewChangeVote {
        check(log.headOp() >= commitMin && commitMin >= checkpointOp && checkpointOp >= 0,
                "head %d, commitMin %d, checkpoint %d", log.headOp(), commitMin, checkpointOp);
        check(log.size() <= Long.SIZE, "%d headers have no room in a bit set", log.size());
        long outside = log.size() == Long.SIZE ? 0 : -1L << log.size();
        check(((presentBits | nackBits) & outside) == 0, "bits beyond %d headers", log.size());
    }

    /** Whether this replica can supply exactly that entry. */
    boolean supplies(EntryHeader header) {
        return header.equals(log.find(header.op())) && (presentBits >>> log.indexOf(header.op()) & 1) != 0;
    }

    /**
     * Whether this replica certainly has not acknowledged {@code header} at {@code op}.
     *
     * @param header what the newest logs have there, or null if none of them knows
     */
    boolean nacks(long op, EntryHeader header) {
        if (op <= checkpointOp) {
            return false;                                       // it is in the checkpoint, whatever became of the slot
        }
        if (op > log.headOp()) {
            return true;                                        // what it acknowledged it would still list
        }
        if (!log.covers(op)) {
            return false;
        }
        if ((nackBits >>> log.indexOf(op) & 1) != 0) {
            return true;
        }
        // Another entry here lost against a later view: either that view has `header`, or it has cut the op,
        // since the newest logs list whatever survived from views before theirs.
        EntryHeader own = log.find(op);
        return own != null && !own.equals(header);
    }

    /** Everything up to here is certainly committed, by this vote alone. */
    long committed(int pipelineMax) {
        long listed = Math.max(log.lastOp(), log.headOp() - pipelineMax);
        return Math.max(listed, Math.max(commitMin, log.head().commit()));
    }

    /** The statement it makes: bits and progress may change between copies of one DoViewChange, this may not. */
    boolean agreesWith(DoViewChangeVote other) {
        return replica == other.replica && logView == other.logView && log.equals(other.log);
    }

    /** Whether this copy is at least as far as {@code other}, by checkpoint, then by execution. */
    boolean isAsRecentAs(DoViewChangeVote other) {
        return checkpointOp != other.checkpointOp ? checkpointOp > other.checkpointOp : commitMin >= other.commitMin;
    }
}
