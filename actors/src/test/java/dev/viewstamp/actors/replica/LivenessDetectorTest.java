package dev.viewstamp.actors.replica;

import static dev.viewstamp.actors.replica.LivenessDetector.Signal.GREEN;
import static dev.viewstamp.actors.replica.LivenessDetector.Signal.RED;
import static dev.viewstamp.actors.replica.LivenessDetector.Signal.YELLOW;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** Replication spec §3.8, scenario S39. */
class LivenessDetectorTest {
    private final LivenessDetector detector = new LivenessDetector();
    private long tick = 1_000;
    private long monotonic;

    private void heartbeats(int count, int interval) {
        for (int i = 0; i < count; i++) {
            tick += interval;
            assertTrue(detector.heartbeat(tick, ++monotonic));
            detector.checkInvariants();
        }
    }

    private void assertTurns(long yellowAfter, long redAfter) {
        assertEquals(GREEN, detector.signal(tick + yellowAfter));
        assertEquals(YELLOW, detector.signal(tick + yellowAfter + 1));
        assertEquals(YELLOW, detector.signal(tick + redAfter));
        assertEquals(RED, detector.signal(tick + redAfter + 1));
    }

    @Test
    void aViewStartsWithPatience() {
        detector.reset(tick);
        assertTurns(150, 300);
    }

    @Test
    void theJudgementFollowsTheHabit() {
        detector.reset(tick);
        heartbeats(100, 50);
        assertTurns(75, 150);
        heartbeats(100, 20);
        assertTurns(30, 60);
        heartbeats(100, 40);
        assertEquals(39, detector.averageTicks(), "rises as well as it falls");
    }

    @Test
    void theHabitStaysWithinBounds() {
        detector.reset(tick);
        heartbeats(200, 1);
        assertTurns(15, 30);
        heartbeats(200, 5_000);
        assertEquals(199, detector.averageTicks());
        assertEquals(RED, detector.signal(tick + 601));
    }

    @Test
    void preparesAreLifeToo() {
        detector.reset(tick);
        for (int i = 0; i < 10; i++) {
            detector.prepare(tick += 100);
            assertEquals(GREEN, detector.signal(tick));
        }
    }

    /** After a pause of the process all comes at once that was late. */
    @Test
    void aBurstIsNoHabit() {
        detector.reset(tick);
        heartbeats(100, 50);
        tick += 500;
        for (int i = 0; i < 40; i++) {
            detector.heartbeat(tick, ++monotonic);
            detector.prepare(tick);
        }
        assertEquals(GREEN, detector.signal(tick + 75));
    }

    @Test
    void replayedHeartbeatsDoNotKeepADeadPrimaryAlive() {
        detector.reset(tick);
        heartbeats(10, 50);
        for (int i = 0; i < 40; i++) {
            assertFalse(detector.heartbeat(tick + i * 10, monotonic - i % 5));
        }
        assertEquals(RED, detector.signal(tick + 400));
        detector.reset(tick);
        assertTrue(detector.heartbeat(tick, -5), "another primary has another clock");
    }
}
