package dev.viewstamp.actors.replica;

import java.util.EnumMap;
import java.util.Map;

/** How often each reason to ignore something occurred. */
final class IgnoredCounters {
    private final long[] counts = new long[Ignored.values().length];

    void count(Ignored reason) {
        counts[reason.ordinal()]++;
    }

    /** Reasons that occurred, in the order of the enum. */
    Map<Ignored, Long> snapshot() {
        Map<Ignored, Long> snapshot = new EnumMap<>(Ignored.class);
        for (Ignored reason : Ignored.values()) {
            if (counts[reason.ordinal()] > 0) {
                snapshot.put(reason, counts[reason.ordinal()]);
            }
        }
        return snapshot;
    }
}
