package dev.viewstamp.actors.replica;

import java.util.EnumMap;
import java.util.Map;

/**
 * How often each reason to ignore something occurred. Snapshots are asked for far more often than anything is
 * ignored, so one is kept until it is out of date.
 */
final class IgnoredCounters {
    private final long[] counts = new long[Ignored.values().length];
    private Map<Ignored, Long> latest;                           // null: out of date

    void count(Ignored reason) {
        counts[reason.ordinal()]++;
        latest = null;
    }

    /** Reasons that occurred. Immutable. */
    Map<Ignored, Long> snapshot() {
        if (latest == null) {
            latest = Map.copyOf(counted());
        }
        return latest;
    }

    private Map<Ignored, Long> counted() {
        Map<Ignored, Long> snapshot = new EnumMap<>(Ignored.class);
        for (Ignored reason : Ignored.values()) {
            if (counts[reason.ordinal()] > 0) {
                snapshot.put(reason, counts[reason.ordinal()]);
            }
        }
        return snapshot;
    }
}
