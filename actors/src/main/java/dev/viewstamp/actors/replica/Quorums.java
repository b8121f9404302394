package dev.viewstamp.actors.replica;

import static dev.viewstamp.actors.replica.Invariant.check;

/**
 * How many of {@code replicaCount} are enough, for each purpose. Quorums are flexible: a replication quorum and
 * a view-change quorum always share a replica, though neither need be a majority (replication spec §1.3).
 *
 * @param replicaCount 1 to {@value #REPLICAS_MAX}; standbys are not counted
 * @param replication  copies, the primary's included, that make an op durable
 * @param viewChange   replicas, oneself included, that may leave a view and choose the next one's log
 * @param nack         replicas surely without an entry that prove it never reached a replication quorum: those
 *                     left over are fewer than {@code replication}
 * @param majority     more than half
 */
public record Quorums(int replicaCount, int replication, int viewChange, int nack, int majority) {
    public static final int REPLICAS_MAX = 6;

    /** Three copies are enough for anybody; more would only slow the slowest down. */
    public static final int REPLICATION_MAX = 3;

    public Quorums {
        check(1 <= replicaCount && replicaCount <= REPLICAS_MAX, "replicaCount %d", replicaCount);
        check(replication + viewChange > replicaCount, "replication %d and view change %d may miss each other among %d",
                replication, viewChange, replicaCount);
        check(viewChange + viewChange > replicaCount, "two view-change quorums of %d among %d",
                viewChange, replicaCount);
        check(nack + replication > replicaCount, "%d nacks leave room for %d copies among %d",
                nack, replication, replicaCount);
    }

    /** @param replicaCount 1 to {@value #REPLICAS_MAX} */
    public static Quorums of(int replicaCount) {
        check(1 <= replicaCount && replicaCount <= REPLICAS_MAX, "replicaCount %d", replicaCount);
        // Of two, one would still intersect with two; but then a lone disk would make ops "durable" and a lone
        // replica would change views.
        int replication = replicaCount == 2 ? 2 : Math.min(REPLICATION_MAX, (replicaCount + 1) / 2);
        int viewChange = replicaCount == 2 ? 2 : replicaCount - replication + 1;
        int nack = replicaCount - replication + 1;
        return new Quorums(replicaCount, replication, viewChange, nack, replicaCount / 2 + 1);
    }

    /** Index of the replica that leads {@code view}. */
    public int primary(int view) {
        return Integer.remainderUnsigned(view, replicaCount);
    }
}
