package dev.viewstamp.actors.replica;

import static dev.viewstamp.actors.replica.Invariant.check;

/**
 * Judges the primary by how long it has been silent compared with its habit: an average of the times between
 * fresh prepares and heartbeats (replication spec §3.8). A backup on red votes to leave the view; a primary
 * feeds it with its own sends and on yellow adds a heartbeat, so that traffic which ends abruptly does not look
 * like death.
 *
 * <p>Invariants: the average is in [{@value #INTERVAL_MIN}, {@value #INTERVAL_MAX}] ticks.
 */
final class LivenessDetector {
    enum Signal { GREEN, YELLOW, RED }

    static final int INTERVAL_MIN = 10;
    static final int INTERVAL_MAX = 200;

    /** Assumed at the start of a view, when no habit is known: two heartbeats. */
    static final int INTERVAL_INITIAL = 100;

    /** The average is kept in fractions, or whole ticks would stop it four ticks short of its goal. */
    private static final int SCALE = 1 << 10;

    private long average = INTERVAL_INITIAL * (long) SCALE;
    private long heardAt;
    private long monotonicMax = Long.MIN_VALUE;                 // the primary's newest clock heard in this view

    /** A view starts, or its primary is another: all habits are forgotten and the silence starts now. */
    void reset(long tick) {
        average = INTERVAL_INITIAL * (long) SCALE;
        heardAt = tick;
        monotonicMax = Long.MIN_VALUE;
    }

    /** A prepare arrived that took our head further (or, at the primary, was sent). */
    void prepare(long tick) {
        heard(tick);
    }

    /**
     * A heartbeat arrived (or, at the primary, was sent).
     *
     * @param monotonic the primary's own clock in it; the network may replay a dead primary's heartbeats, but
     *                  not a later clock
     * @return whether it is fresh; if not, it says nothing
     */
    boolean heartbeat(long tick, long monotonic) {
        if (monotonic <= monotonicMax) {
            return false;
        }
        monotonicMax = monotonic;
        heard(tick);
        return true;
    }

    /** Red beyond three times, yellow beyond one and a half times the usual interval. */
    Signal signal(long tick) {
        long silence = (tick - heardAt) * SCALE;
        if (silence > 3 * average) {
            return Signal.RED;
        }
        return 2 * silence > 3 * average ? Signal.YELLOW : Signal.GREEN;
    }

    /** The usual interval, ticks, rounded down. */
    long averageTicks() {
        return average / SCALE;
    }

    void checkInvariants() {
        check(INTERVAL_MIN * (long) SCALE <= average && average <= INTERVAL_MAX * (long) SCALE, "average %d", average);
    }

    /** What comes in one tick is one sign: after a pause all comes at once that was late, and tells no habit. */
    private void heard(long tick) {
        check(tick >= heardAt, "heard at tick %d after %d", tick, heardAt);
        if (tick == heardAt) {
            return;
        }
        long interval = Math.max(INTERVAL_MIN, Math.min(tick - heardAt, INTERVAL_MAX)) * SCALE;
        average = (4 * average + interval) / 5;
        heardAt = tick;
    }
}
