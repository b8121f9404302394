package dev.viewstamp.actors.replica;

import static dev.viewstamp.actors.replica.Invariant.check;

/**
 * Counts which replicas sent one particular message and says, once, that they are enough. Lives as long as what
 * it counts for: a prepare in the pipeline, or a view being left (replication spec §1.3).
 *
 * <p>Invariants: {@code 1 <= threshold <= replicaCount}; no bit at or above {@code replicaCount}; a bit once
 * set stays set until {@link #clear} or {@link #remove}.
 */
final class QuorumCounter {
    /** What one more message changed. Callers act on {@code REACHED} alone. */
    enum Count { DUPLICATE, PENDING, REACHED, SURPLUS }

    private final int threshold;
    private final int replicaCount;
    private long senders;                                       // bit r: replica r was heard

    QuorumCounter(int threshold, int replicaCount) {
        check(1 <= threshold && threshold <= replicaCount, "threshold %d of %d", threshold, replicaCount);
        this.threshold = threshold;
        this.replicaCount = replicaCount;
    }

    Count add(int replica) {
        check(0 <= replica && replica < replicaCount, "replica %d of %d", replica, replicaCount);
        long bit = 1L << replica;
        if ((senders & bit) != 0) {
            return Count.DUPLICATE;                             // networks repeat themselves
        }
        senders |= bit;
        int count = Long.bitCount(senders);
        if (count < threshold) {
            return Count.PENDING;
        }
        return count == threshold ? Count.REACHED : Count.SURPLUS;
    }

    boolean contains(int replica) {
        check(0 <= replica && replica < replicaCount, "replica %d of %d", replica, replicaCount);
        return (senders & 1L << replica) != 0;
    }

    boolean isReached() {
        return count() >= threshold;
    }

    int count() {
        return Long.bitCount(senders);
    }

    int threshold() {
        return threshold;
    }

    /** Bit r is set iff replica r was not heard; no bit at or above {@code replicaCount}. */
    long missing() {
        return ~senders & (1L << replicaCount) - 1;
    }

    /** Takes one vote back, as a heartbeat does with our own wish to leave the view (replication spec §4.1). */
    void remove(int replica) {
        check(0 <= replica && replica < replicaCount, "replica %d of %d", replica, replicaCount);
        senders &= ~(1L << replica);
    }

    /** Forgets everybody but {@code replica}, which stays as it was. */
    void keepOnly(int replica) {
        check(0 <= replica && replica < replicaCount, "replica %d of %d", replica, replicaCount);
        senders &= 1L << replica;
    }

    void clear() {
        senders = 0;
    }

    void checkInvariants() {
        check(senders >>> replicaCount == 0, "senders %x of %d replicas", senders, replicaCount);
    }
}
