package dev.viewstamp.actors.replica;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/**
 * Periods of the timers and the shape of their backoff, all in ticks. Immutable; {@link #defaults()} are those
 * of replication spec §1.2 and §11 for a tick of 10 ms.
 *
 * @param baseTicks       a period of at least 1 for every name
 * @param rttInitialTicks round trip assumed before one was measured, 1 to {@code rttMaxTicks}
 * @param rttMaxTicks     measured round trips are cut to this
 * @param rttMultiple     round trips to wait for an answer, at least 1
 * @param backoffMinTicks least addition to the round trips, at least 0
 * @param backoffMaxTicks most addition to the round trips, at least {@code backoffMinTicks}
 */
public record TimeoutSettings(Map<TimeoutName, Integer> baseTicks, int rttInitialTicks, int rttMaxTicks,
        int rttMultiple, int backoffMinTicks, int backoffMaxTicks) {

    /** @throws IllegalArgumentException if a value is out of its range, naming it */
    public TimeoutSettings {
        baseTicks = Collections.unmodifiableMap(new EnumMap<>(baseTicks));
        for (TimeoutName name : TimeoutName.values()) {
            Integer ticks = baseTicks.get(name);
            require(ticks != null && ticks >= 1, name + " must have a period of at least 1 tick");
        }
        require(1 <= rttInitialTicks && rttInitialTicks <= rttMaxTicks, "rttInitialTicks must be in 1.." + rttMaxTicks);
        require(rttMultiple >= 1, "rttMultiple must be at least 1");
        require(0 <= backoffMinTicks && backoffMinTicks <= backoffMaxTicks,
                "backoffMinTicks must be in 0.." + backoffMaxTicks);
    }

    public static TimeoutSettings defaults() {
        Map<TimeoutName, Integer> baseTicks = new EnumMap<>(TimeoutName.class);
        for (TimeoutName name : TimeoutName.values()) {
            baseTicks.put(name, name.baseTicks());
        }
        return new TimeoutSettings(baseTicks, 30, 6_000, 2, 1, 1_000);
    }

    /** These settings with one period changed. */
    public TimeoutSettings with(TimeoutName name, int ticks) {
        Map<TimeoutName, Integer> changed = new EnumMap<>(baseTicks);
        changed.put(name, ticks);
        return new TimeoutSettings(changed, rttInitialTicks, rttMaxTicks, rttMultiple, backoffMinTicks,
                backoffMaxTicks);
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }
}
