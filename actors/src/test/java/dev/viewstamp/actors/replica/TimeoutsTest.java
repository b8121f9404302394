package dev.viewstamp.actors.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Replication spec §11, scenario S91. */
class TimeoutsTest {
    private static final TimeoutSettings SETTINGS = TimeoutSettings.defaults();

    private final Timeouts timeouts = new Timeouts(SETTINGS, new SplittableRandom(91));
    private final List<TimeoutName> fired = new ArrayList<>();

    private void tick(int count) {
        for (int i = 0; i < count; i++) {
            timeouts.tick(name -> {
                fired.add(name);
                timeouts.get(name).reset();
            });
            timeouts.checkInvariants();
        }
    }

    @Test
    void aTimerFiresOncePerPeriodAndNotWhenStopped() {
        timeouts.get(TimeoutName.PING).start();
        tick(99);
        assertEquals(List.of(), fired);
        tick(101);
        assertEquals(List.of(TimeoutName.PING, TimeoutName.PING), fired);
        timeouts.stop(TimeoutName.PING);
        tick(500);
        assertEquals(2, fired.size());
    }

    @Test
    void allTickBeforeAnyFiresAndTheOrderIsThatOfTheNames() {
        for (TimeoutName name : new TimeoutName[] {TimeoutName.SCRUB, TimeoutName.COMMIT, TimeoutName.PING}) {
            timeouts.get(name).start(3);
        }
        tick(3);
        assertEquals(List.of(TimeoutName.PING, TimeoutName.COMMIT, TimeoutName.SCRUB), fired);
    }

    @Test
    void aHandlerMayStopATimerThatIsDueInTheSameTick() {
        timeouts.get(TimeoutName.COMMIT).start(1);
        timeouts.get(TimeoutName.PRIMARY_ABDICATE).start(1);
        timeouts.tick(name -> {
            fired.add(name);
            timeouts.stop(TimeoutName.COMMIT, TimeoutName.PRIMARY_ABDICATE);
        });
        assertEquals(List.of(TimeoutName.COMMIT), fired);
    }

    @Test
    void aTimerLeftDueIsABug() {
        timeouts.get(TimeoutName.COMMIT).start(1);
        assertThrows(BrokenInvariant.class, () -> timeouts.tick(name -> { }));
        Timeout alone = new Timeout(TimeoutName.PING, SETTINGS, new SplittableRandom(1));
        alone.start(1);
        alone.tick();
        assertThrows(BrokenInvariant.class, alone::tick);
        assertThrows(BrokenInvariant.class, () ->
                new Timeout(TimeoutName.PING, SETTINGS, new SplittableRandom(1)).reset());
    }

    @Test
    void backoffGrowsWithinItsBoundsAndAResetReturnsToTheBase() {
        Timeout prepare = timeouts.get(TimeoutName.PREPARE);
        prepare.start();
        int longest = 0;
        for (int attempt = 1; attempt <= 100; attempt++) {
            prepare.backoff();
            long spread = Math.min(999, 1L << Math.min(attempt, 16));
            assertTrue(61 <= prepare.period() && prepare.period() <= 61 + spread, attempt + ": " + prepare.period());
            longest = Math.max(longest, prepare.period());
        }
        assertTrue(longest > 900, "the backoff never came near its maximum: " + longest);
        prepare.reset();
        assertEquals(25, prepare.period());
        assertEquals(0, prepare.attempts());
        prepare.backoff();
        assertTrue(prepare.period() <= 63);
        prepare.stop();
        prepare.start();
        assertEquals(25, prepare.period());
    }

    @Test
    void theAttemptCounterWrapsAndTheBackoffStaysLong() {
        Timeout prepare = timeouts.get(TimeoutName.PREPARE);
        prepare.start();
        boolean[] seen = new boolean[256];
        long sum = 0;
        for (int i = 0; i < 512; i++) {
            prepare.backoff();
            seen[prepare.attempts()] = true;
            sum += i >= 256 ? prepare.period() : 0;
        }
        assertEquals(0, prepare.attempts());
        for (boolean attempt : seen) {
            assertTrue(attempt);
        }
        assertTrue(sum / 256 > 400, "mean period " + sum / 256);
    }

    @Test
    void aMeasuredRoundTripMovesTheBackoff() {
        Timeout prepare = timeouts.get(TimeoutName.PREPARE);
        prepare.start();
        timeouts.rtt(0);
        prepare.backoff();
        assertTrue(3 <= prepare.period() && prepare.period() <= 5, "period " + prepare.period());
        timeouts.rtt(Long.MAX_VALUE);
        prepare.backoff();
        assertTrue(prepare.period() >= 12_001);
    }

    @Test
    void aBackoffOfZeroStillBacksOff() {
        TimeoutSettings zero = new TimeoutSettings(SETTINGS.baseTicks(), 1, 1, 1, 0, 100);
        Timeout timeout = new Timeout(TimeoutName.PREPARE, zero, new SplittableRandom(3));
        timeout.start();
        int longest = 0;
        for (int i = 0; i < 50; i++) {
            timeout.backoff();
            longest = Math.max(longest, timeout.period());
        }
        assertTrue(longest > 50);
    }

    @Test
    void repairIsJitteredByHalf() {
        Timeout repair = timeouts.get(TimeoutName.REPAIR);
        boolean[] seen = new boolean[32];
        repair.start();
        for (int i = 0; i < 1_000; i++) {
            repair.reset();
            seen[repair.period()] = true;
        }
        for (int period = 0; period < seen.length; period++) {
            assertEquals(5 <= period && period <= 15, seen[period], "period " + period);
        }
        repair.start(1);
        assertEquals(1, repair.period());
    }

    @Test
    void settingsRefuseWhatCannotWork() {
        assertThrows(IllegalArgumentException.class, () -> SETTINGS.with(TimeoutName.PING, 0));
        assertThrows(IllegalArgumentException.class, () -> new TimeoutSettings(SETTINGS.baseTicks(), 1, 1, 1, 2, 1));
        assertEquals(7, SETTINGS.with(TimeoutName.PING, 7).baseTicks().get(TimeoutName.PING));
        assertFalse(timeouts.get(TimeoutName.PING).isRunning());
    }
}
