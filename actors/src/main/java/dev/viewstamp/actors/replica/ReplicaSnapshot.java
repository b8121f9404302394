package dev.viewstamp.actors.replica;

import dev.viewstamp.journal.Word128;
import java.util.Map;

/**
 * Facts about a replica between two events, for logs, health and checkers. Immutable.
 *
 * @param primary           index of the primary of {@code view}
 * @param op                head of the log
 * @param commitMin         executed here
 * @param commitMax         known to be committed
 * @param headChecksum      of the entry at {@code op}
 * @param commitMinChecksum of the entry at {@code commitMin}
 * @param pipeline          entries in flight; 0 unless a normal primary
 * @param queued            requests waiting for the pipeline
 * @param dirty             log slots whose entry is not durable here
 * @param faulty            log slots that lost an entry
 * @param sessions          live sessions
 * @param abdicating        whether a primary holds back its heartbeats
 * @param clockSynchronized whether the cluster's time is known here
 * @param checkpointOp      where a restart of this replica begins
 * @param checkpointId      identity of that state, equal on all replicas at equal checkpointOp
 * @param syncTargetOp      checkpoint of other replicas that is being fetched; 0 if none
 * @param repliesFaulty     last replies that are damaged here and not repaired yet
 * @param scrubPasses       how often log, replies and superblock were read since the start, to find damage
 * @param damageFound       pieces of these that were found damaged then
 * @param ignored           messages ignored so far, by reason; reasons that never occurred are absent
 */
public record ReplicaSnapshot(int replica, StatusName status, int view, int logView, int viewDurable,
        int logViewDurable,
        int primary, long op, long commitMin, long commitMax, Word128 headChecksum, Word128 commitMinChecksum,
        int pipeline, int queued, int dirty, int faulty, int sessions, boolean abdicating,
        boolean clockSynchronized, long checkpointOp, Word128 checkpointId, long syncTargetOp, int repliesFaulty,
        long scrubPasses, long damageFound,
        Map<Ignored, Long> ignored) {
    public ReplicaSnapshot {
        ignored = Map.copyOf(ignored);
    }

    public boolean isPrimary() {
        return status == StatusName.NORMAL_PRIMARY;
    }

    public boolean isNormal() {
        return status == StatusName.NORMAL_PRIMARY || status == StatusName.NORMAL_BACKUP;
    }
}
