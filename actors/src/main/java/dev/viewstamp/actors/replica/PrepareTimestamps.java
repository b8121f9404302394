package dev.viewstamp.actors.replica;

import static dev.viewstamp.actors.replica.Invariant.check;

/**
 * Hands out the timestamps of log entries: strictly rising, across primaries and over ops that a view change
 * threw away (replication spec §3.4, ledger spec §5.1). All times are nanoseconds since 1970.
 *
 * <p>Invariants: {@code 0 <= committed <= prepared}.
 */
final class PrepareTimestamps {
    private long prepared;                                      // T of the newest entry prepared or heard of
    private long committed;                                     // T of the newest entry executed

    /** T of the newest entry known, prepared here or learnt. */
    long prepared() {
        return prepared;
    }

    long committed() {
        return committed;
    }

    /**
     * T of the next entry; becomes the newest prepared.
     *
     * @param clusterTime the agreed wall time when the request came in; 0 for the cluster's own entries
     * @param delta       timestamps the entry needs beyond the first: its number of events
     */
    long next(long clusterTime, long delta) {
        check(clusterTime >= 0 && delta >= 0, "cluster time %d, delta %d", clusterTime, delta);
        long next = Math.addExact(Math.max(Math.addExact(prepared, 1), clusterTime), delta);
        check(next > prepared && next > committed, "%d after %d prepared, %d committed", next, prepared, committed);
        prepared = next;
        return next;
    }

    /** A header with this T was seen in a view change, kept or not: time does not go back behind it. */
    void raise(long timestamp) {
        prepared = Math.max(prepared, timestamp);
    }

    /** An entry with this T was executed. */
    void commit(long timestamp) {
        check(timestamp > committed, "executed T %d after %d", timestamp, committed);
        committed = timestamp;
        prepared = Math.max(prepared, timestamp);
    }

    /** The state is that of a checkpoint whose last entry has this T. */
    void restore(long timestamp) {
        committed = timestamp;
        prepared = Math.max(prepared, timestamp);
    }

    void checkInvariants() {
        check(0 <= committed && committed <= prepared, "committed %d, prepared %d", committed, prepared);
    }
}
