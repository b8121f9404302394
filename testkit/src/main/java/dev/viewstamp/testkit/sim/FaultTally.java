package dev.viewstamp.testkit.sim;

import java.util.Map;
import java.util.TreeMap;

/** How often each kind of fault struck. Not thread-safe. */
public final class FaultTally {
    private final long[] counts = new long[FaultKind.values().length];

    void struck(FaultKind kind) {
        counts[kind.ordinal()]++;
    }

    public long count(FaultKind kind) {
        return counts[kind.ordinal()];
    }

    /** By {@link FaultKind#text()}, kinds that never struck left out. */
    public Map<String, Long> toMap() {
        Map<String, Long> map = new TreeMap<>();
        for (FaultKind kind : FaultKind.values()) {
            if (count(kind) > 0) {
                map.put(kind.text(), count(kind));
            }
        }
        return map;
    }

    public void add(FaultTally other) {
        for (int i = 0; i < counts.length; i++) {
            counts[i] += other.counts[i];
        }
    }
}
