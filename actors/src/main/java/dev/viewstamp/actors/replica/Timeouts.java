package dev.viewstamp.actors.replica;

import static dev.viewstamp.actors.replica.Invariant.check;

import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * All timers of a replica. They count ticks, not elapsed time, so that a long pause of the process makes them
 * late, never a storm (replication spec §11, §13.86).
 */
final class Timeouts {
    private static final TimeoutName[] NAMES = TimeoutName.values();

    private final Timeout[] timeouts = new Timeout[NAMES.length];

    /** @param random drawn from for jitter and backoff; the caller's order of calls decides the outcome */
    Timeouts(TimeoutSettings settings, RandomGenerator random) {
        for (TimeoutName name : NAMES) {
            timeouts[name.ordinal()] = new Timeout(name, settings, random);
        }
    }

    Timeout get(TimeoutName name) {
        return timeouts[name.ordinal()];
    }

    void stop(TimeoutName... names) {
        for (TimeoutName name : names) {
            get(name).stop();
        }
    }

    /**
     * Counts one tick on every timer, then hands those due to {@code handler} in the order of {@link
     * TimeoutName}. A handler may stop a later one, which then does not fire.
     *
     * @throws BrokenInvariant if a handler leaves its timer due
     */
    void tick(Consumer<TimeoutName> handler) {
        for (Timeout timeout : timeouts) {
            timeout.tick();
        }
        for (Timeout timeout : timeouts) {
            if (timeout.isDue()) {
                handler.accept(timeout.name());
                check(!timeout.isDue(), "%s fired, and was neither reset nor stopped", timeout.name());
            }
        }
    }

    /** What a round trip takes, ticks, for the backoffs to come of all timers. */
    void rtt(long ticks) {
        for (Timeout timeout : timeouts) {
            timeout.rtt(ticks);
        }
    }

    void checkInvariants() {
        for (Timeout timeout : timeouts) {
            timeout.checkInvariants();
        }
    }
}
