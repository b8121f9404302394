package dev.viewstamp.actors.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.LongUnaryOperator;
import org.junit.jupiter.api.Test;

/** Replication spec §10, scenario S89. Replica 0 runs the clock under test; the others answer its pings. */
class ClusterClockTest {
    private static final long MS = 1_000_000L;
    private static final long SECOND = 1_000 * MS;
    private static final long WALL = 1_800_000_000L * SECOND;

    private final SplittableRandom random = new SplittableRandom(89);
    private long now = 5 * SECOND;                              // own monotonic clock; true time is WALL + now
    private EpochBounds epoch;
    private int epochs;

    private static long truth(long monotonic) {
        return WALL + monotonic;
    }

    /**
     * Lets time pass in ticks of 10 ms, with a ping a second.
     *
     * @param walls by replica: its wall clock as a function of the true time since the start
     */
    private void run(ClusterClock clock, long seconds, long delayMax, LongUnaryOperator... walls) {
        for (long end = now + seconds * SECOND; now < end; now += 10 * MS) {
            if (now % SECOND == 0) {
                for (int replica = 1; replica < walls.length; replica++) {
                    long there = delayMax == 0 ? 0 : random.nextLong(delayMax);
                    long back = delayMax == 0 ? 0 : random.nextLong(delayMax);
                    clock.learn(replica, now - there - back, walls[replica].applyAsLong(now - back), now);
                }
            }
            Optional<EpochBounds> next = clock.tick(now, walls[0].applyAsLong(now));
            if (next.isPresent()) {
                epoch = next.get();
                epochs++;
            }
            clock.checkInvariants();
        }
    }

    private void assertClusterTimeWithin(long error, LongUnaryOperator own) {
        assertTrue(epoch.isValidAt(now));
        long time = epoch.clusterTime(now, own.applyAsLong(now));
        assertTrue(Math.abs(time - truth(now)) <= error, "off by " + (time - truth(now)));
    }

    private ClusterClock clock(int replicaCount) {
        return new ClusterClock(replicaCount, 0, Quorums.of(replicaCount).replication(), now, truth(now));
    }

    private static LongUnaryOperator offset(long nanos) {
        return monotonic -> truth(monotonic) + nanos;
    }

    @Test
    void idealClocksAgreeAfterTheLeastWindow() {
        ClusterClock clock = clock(3);
        run(clock, 2, 20 * MS, offset(0), offset(0), offset(0));
        assertEquals(0, epochs);
        run(clock, 2, 20 * MS, offset(0), offset(0), offset(0));
        assertEquals(1, epochs);
        assertClusterTimeWithin(0, offset(0));
        assertTrue(epoch.offsetLow() <= 0 && 0 <= epoch.offsetHigh());
        assertTrue(epoch.roundTripMedian() < 40 * MS);
    }

    @Test
    void roundTripsOfZeroAreLegal() {
        run(clock(3), 5, 0, offset(0), offset(0), offset(0));
        assertEquals(0, epoch.offsetLow());
        assertEquals(0, epoch.offsetHigh());
    }

    @Test
    void aDriftingOwnClockIsHeldWithinTheOthersBounds() {
        LongUnaryOperator fast = monotonic -> truth(monotonic) + monotonic / 100;           // gains 10 ms a second
        run(new ClusterClock(3, 0, 2, now, fast.applyAsLong(now)), 120, 4 * MS, fast, offset(0), offset(0));
        // The quorum of two that agrees best is that of the two good clocks; the last epoch is at most a window old.
        assertClusterTimeWithin(100 * MS, fast);
        assertTrue(epochs > 30);
    }

    @Test
    void aPeriodicClockIsHeldToo() {
        LongUnaryOperator wave = monotonic -> truth(monotonic)
                + (long) (3 * SECOND * Math.sin(monotonic / (20.0 * SECOND) * 2 * Math.PI));
        ClusterClock clock = new ClusterClock(3, 0, 2, now, wave.applyAsLong(now));
        for (int i = 0; i < 30; i++) {
            run(clock, 5, 4 * MS, wave, offset(0), offset(0));
            // Between two readings its wall clock runs ahead of its monotonic one by up to a second per second.
            assertClusterTimeWithin(20 * MS, wave);
        }
    }

    @Test
    void aStepOfTheOwnClockIsClamped() {
        ClusterClock clock = clock(3);
        run(clock, 10, 4 * MS, offset(0), offset(0), offset(0));
        LongUnaryOperator stepped = offset(3_600 * SECOND);
        assertClusterTimeWithin(4 * MS, stepped);
        run(clock, 30, 4 * MS, stepped, offset(0), offset(0));
        assertClusterTimeWithin(4 * MS, stepped);
    }

    @Test
    void aMinorityOfLiarsMovesNothing() {
        for (long lie : new long[] {-WALL, -11 * SECOND, 11 * SECOND, 1L << 61, Long.MAX_VALUE - WALL - (1L << 50)}) {
            ClusterClock clock = clock(3);
            run(clock, 10, 4 * MS, offset(0), offset(0), offset(lie));
            assertClusterTimeWithin(4 * MS, offset(0));
        }
        ClusterClock clock = clock(5);
        run(clock, 10, 4 * MS, offset(0), offset(0), offset(0), offset(700 * SECOND), offset(-700 * SECOND));
        assertClusterTimeWithin(4 * MS, offset(0));
    }

    /** The liar is oneself: the good two of three would outvote it, but a quorum of two also needs no third. */
    @Test
    void theOwnClockMayBeTheLiar() {
        LongUnaryOperator wrong = offset(-40 * SECOND);
        run(new ClusterClock(3, 0, 2, now, wrong.applyAsLong(now)), 10, 4 * MS, wrong, offset(0), offset(0));
        assertClusterTimeWithin(4 * MS, wrong);
    }

    @Test
    void withoutSamplesOrQuorumThereIsNoEpoch() {
        run(clock(3), 60, MS, offset(0));
        assertEquals(0, epochs);
        run(clock(5), 60, MS, offset(0), offset(0));
        assertEquals(0, epochs);
        run(clock(3), 60, MS, offset(0), offset(100 * SECOND), offset(-100 * SECOND));
        assertEquals(0, epochs);
    }

    @Test
    void anEpochExpiresAndIsReplacedWhenTheOthersComeBack() {
        ClusterClock clock = clock(3);
        run(clock, 4, MS, offset(0), offset(0), offset(0));
        long end = epoch.expiresAt();
        assertEquals(epoch.monotonicAt() + 60 * SECOND, end);
        assertTrue(epoch.isValidAt(end - 1));
        assertFalse(epoch.isValidAt(end));
        run(clock, 70, MS, offset(0));
        assertFalse(epoch.isValidAt(now));
        int before = epochs;
        run(clock, 25, MS, offset(0), offset(0), offset(0));
        assertTrue(epochs > before);
        assertClusterTimeWithin(MS, offset(0));
    }

    @Test
    void unfitSamplesAreRefused() {
        ClusterClock clock = clock(3);
        assertFalse(clock.learn(0, now, truth(now), now), "oneself");
        assertFalse(clock.learn(3, now, truth(now), now), "a stranger");
        assertFalse(clock.learn(-1, now, truth(now), now));
        assertFalse(clock.learn(1, now + 1, truth(now), now), "a pong before its ping");
        assertFalse(clock.learn(1, now - 1, truth(now), now), "a ping before the window");
        assertFalse(clock.learn(1, now, truth(now), now + 21 * SECOND), "a pong after the window");
        assertFalse(clock.learn(1, now, -1, now), "a time before 1970");
        assertTrue(clock.learn(1, now, truth(now), now));
    }

    @Test
    void aMonotonicClockThatGoesBackStops() {
        ClusterClock clock = clock(3);
        clock.tick(now + 10, WALL);
        assertThrows(BrokenInvariant.class, () -> clock.tick(now + 9, WALL));
    }

    @Test
    void aloneTheSystemsClockIsTheTime() {
        EpochBounds alone = clock(1).tick(now, truth(now)).orElseThrow();
        assertEquals(123, alone.clusterTime(now + 5 * SECOND, 123));
        assertTrue(alone.isValidAt(Long.MAX_VALUE - 1));
    }

    @Test
    void marzulloFindsTheTightestOverlapOfMost() {
        assertEquals(new Marzullo.Overlap(11, 12, 3), overlap(8, 12, 11, 13, 10, 12));
        assertEquals(new Marzullo.Overlap(11, 12, 2), overlap(8, 12, 11, 13, 14, 15));
        assertEquals(new Marzullo.Overlap(8, 9, 2), overlap(8, 9, 8, 12, 10, 12));
        assertEquals(new Marzullo.Overlap(5, 5, 2), overlap(1, 5, 5, 9), "touching in a point");
        assertEquals(new Marzullo.Overlap(3, 3, 3), overlap(3, 3, 3, 3, 3, 3));
        assertEquals(0, overlap().sourcesTrue());
    }

    private static Marzullo.Overlap overlap(long... bounds) {
        Marzullo marzullo = new Marzullo(bounds.length / 2);
        for (int i = 0; i < bounds.length; i += 2) {
            marzullo.add(i / 2, bounds[i], bounds[i + 1]);
        }
        return marzullo.overlap();
    }
}
