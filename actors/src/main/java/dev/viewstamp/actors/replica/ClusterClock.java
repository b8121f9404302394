package dev.viewstamp.actors.replica;

import static dev.viewstamp.actors.replica.Invariant.check;

import java.util.Arrays;
import java.util.Optional;

/**
 * Finds out how far this replica's wall clock is from the time on which a quorum of replicas agrees, from the
 * Pongs that it gets (replication spec §10). Samples are collected in a window; a window that yields an
 * agreement becomes an epoch. Reads no clock itself. Times are nanoseconds. Not thread-safe.
 *
 * <p>Invariants: own sample is offset 0, delay 0; every sample's delay is at least 0.
 */
public final class ClusterClock {
    private static final long SECOND = 1_000_000_000L;

    /** Clocks further apart than this from the rest are wrong. */
    public static final long TOLERANCE_MAX = 10 * SECOND;
    public static final long WINDOW_MIN = 2 * SECOND;
    public static final long WINDOW_MAX = 20 * SECOND;
    public static final long EPOCH_MAX = 60 * SECOND;

    /** Halvings of the tolerance, 64 rounds at most, the last one at zero. */
    private static final int ROUNDS_MAX = 64;

    /**
     * A slower round trip with an offset changed by more than this is put down to one slow direction, not to
     * the clock.
     */
    private static final long ASYMMETRY_MIN = SECOND / 100;

    /** Whatever a liar says, the sums of a few of these fit a long. */
    private static final long OFFSET_MAX = 1L << 60;

    /** Beyond any wall clock until 2116, and yet its sum with an uptime fits a long. */
    private static final long UNBOUNDED = 1L << 62;

    private final int self;
    private final int quorum;
    private final Sample[] window;
    private Sample[] epochSamples;                              // of the installed epoch; null before the first
    private long windowMonotonic;
    private long windowWall;
    private boolean learnt;                                     // a sample of this window was not weighed yet
    private long monotonicMax;

    /**
     * @param self      this replica; a standby's index follows the last replica's, and its clock counts as one more
     * @param quorum    clocks that must agree, this one included: the replication quorum, and one more at a standby
     * @param monotonic this moment, on both clocks
     */
    public ClusterClock(int replicaCount, int self, int quorum, long monotonic, long wall) {
        check(0 <= self && 1 <= quorum && quorum <= Math.max(replicaCount, self + 1), "self %d, quorum %d of %d",
                self, quorum, replicaCount);
        this.self = self;
        this.quorum = quorum;
        this.window = new Sample[Math.max(replicaCount, self + 1)];
        this.monotonicMax = monotonic;
        openWindow(monotonic, wall);
    }

    /**
     * Takes in one Pong.
     *
     * @param m0 own monotonic clock when the Ping left, as echoed
     * @param t1 the other's wall clock when it answered
     * @param m2 own monotonic clock now
     * @return whether the sample was usable: from another replica, of this window, not from the future
     */
    public boolean learn(int replica, long m0, long t1, long m2) {
        if (replica == self || replica < 0 || replica >= window.length) {
            return false;
        }
        if (m0 > m2 || m0 < windowMonotonic || m2 - windowMonotonic > WINDOW_MAX || t1 < 0) {
            return false;
        }
        long delay = (m2 - m0) / 2;
        // The wall clock is read once per window: a jump in it must not poison the samples.
        long t2 = windowWall + (m2 - windowMonotonic);
        long offset = Math.max(-OFFSET_MAX, Math.min(t1 - t2 + delay, OFFSET_MAX));
        Sample sample = new Sample(offset + asymmetry(replica, offset, delay), delay);
        if (window[replica] == null || sample.delay <= window[replica].delay) {
            window[replica] = sample;                           // the fastest says most; of equals the newer
            learnt = true;
        }
        return true;
    }

    /** What to add to an offset whose excess delay seems to lie in one direction only. */
    private long asymmetry(int replica, long offset, long delay) {
        Sample old = epochSamples == null ? null : epochSamples[replica];
        if (old == null || delay <= old.delay) {
            return 0;
        }
        long excess = delay - old.delay;
        if (offset > old.offset + ASYMMETRY_MIN) {
            return -excess;
        }
        return offset < old.offset - ASYMMETRY_MIN ? excess : 0;
    }

    /**
     * Weighs the window, if it is old enough and has something new. To be called on ticks, not on every sample.
     *
     * @return a new epoch, if a quorum agrees; else the caller goes on with the one it has, until that expires
     * @throws BrokenInvariant if the monotonic clock went back: nothing measured with it can be trusted
     */
    public Optional<EpochBounds> tick(long monotonic, long wall) {
        check(monotonic >= monotonicMax, "the monotonic clock went from %d back to %d", monotonicMax, monotonic);
        monotonicMax = monotonic;
        if (quorum == 1) {
            return solo(monotonic);
        }
        long age = monotonic - windowMonotonic;
        if (age < WINDOW_MIN) {
            return Optional.empty();
        }
        if (age >= WINDOW_MAX) {
            openWindow(monotonic, wall);
            return Optional.empty();
        }
        if (!learnt) {
            return Optional.empty();
        }
        learnt = false;
        Marzullo.Overlap agreed = agree();
        if (agreed == null) {
            return Optional.empty();
        }
        EpochBounds epoch = new EpochBounds(windowMonotonic, windowWall, agreed.low(), agreed.high(),
                windowMonotonic + EPOCH_MAX, roundTripMedian());
        epochSamples = window.clone();
        openWindow(monotonic, wall);
        return Optional.of(epoch);
    }

    /** Alone, one's own wall clock is the time, jumps and all: bounds that never bind. */
    private Optional<EpochBounds> solo(long monotonic) {
        if (epochSamples != null) {
            return Optional.empty();
        }
        epochSamples = window.clone();
        return Optional.of(new EpochBounds(monotonic, 0, -UNBOUNDED, UNBOUNDED, Long.MAX_VALUE, 0));
    }

    /**
     * The tightest overlap of a quorum, or null. Allows for clocks that are a little off, ever less, while a
     * quorum still agrees.
     */
    private Marzullo.Overlap agree() {
        Marzullo.Overlap best = null;
        long tolerance = TOLERANCE_MAX;
        for (int round = 1; round <= ROUNDS_MAX; round++) {
            Marzullo.Overlap overlap = overlap(tolerance);
            if (overlap.sourcesTrue() < quorum) {
                return best;
            }
            best = overlap;
            if (tolerance == 0) {
                return best;
            }
            tolerance = round + 1 == ROUNDS_MAX ? 0 : tolerance / 2;
        }
        return best;
    }

    private Marzullo.Overlap overlap(long tolerance) {
        Marzullo marzullo = new Marzullo(window.length);
        for (int replica = 0; replica < window.length; replica++) {
            Sample sample = window[replica];
            if (sample != null) {
                long error = sample.delay + tolerance;
                marzullo.add(replica, sample.offset - error, sample.offset + error);
            }
        }
        return marzullo.overlap();
    }

    private long roundTripMedian() {
        long[] roundTrips = new long[window.length];
        int count = 0;
        for (int replica = 0; replica < window.length; replica++) {
            if (replica != self && window[replica] != null) {
                roundTrips[count++] = 2 * window[replica].delay;
            }
        }
        Arrays.sort(roundTrips, 0, count);
        return count == 0 ? 0 : roundTrips[count / 2];
    }

    private void openWindow(long monotonic, long wall) {
        Arrays.fill(window, null);
        window[self] = new Sample(0, 0);
        windowMonotonic = monotonic;
        windowWall = wall;
        learnt = false;
    }

    public void checkInvariants() {
        check(window[self].offset == 0 && window[self].delay == 0, "own clock is off by %d", window[self].offset);
        for (Sample sample : window) {
            check(sample == null || sample.delay >= 0, "a delay below zero");
        }
    }

    /**
     * One source's clock in a window.
     *
     * @param offset its wall clock minus ours
     * @param delay  half the round trip: how far {@code offset} may be wrong
     */
    private record Sample(long offset, long delay) {
    }
}
