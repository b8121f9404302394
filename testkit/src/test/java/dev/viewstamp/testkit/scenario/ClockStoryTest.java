package dev.viewstamp.testkit.scenario;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.viewstamp.actors.message.ReplicaMessage.Ping;
import dev.viewstamp.actors.message.ReplicaMessage.Pong;
import dev.viewstamp.actors.message.ReplicaMessage.Prepare;
import dev.viewstamp.journal.EntryHeader;
import dev.viewstamp.testkit.sim.SimClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Clocks that drift, jump and lie, told to the production actors: replication spec §3.4, §10, §12.5 S89, S90. What the
 * cluster takes for the time is seen in the timestamps of its log.
 */
class ClockStoryTest {
    /** What a request takes there and back is below this. */
    private static final Duration EXACT = Duration.ofMillis(50);

    /** One clock is hours off, the primary's or another's: the others agree, and theirs is the time (S89). */
    @ParameterizedTest
    @CsvSource({"0, 1", "0, -1", "1, 1", "2, -1"})
    void aLiarIsNotBelieved(int behindPrimary, int hours) {
        try (Scenario s = Scenario.of(3)) {
            s.replica((s.primary().index() + behindPrimary) % 3).skewClock(Duration.ofHours(hours));
            for (int minute = 0; minute < 3; minute++) {
                assertTrue(error(s).abs().compareTo(EXACT) < 0, "minute " + minute + ": off by " + error(s));
                s.pass(Duration.ofMinutes(1));
            }
        }
    }

    /** The primary's clock runs away, half a percent a second: its timestamps do not (S89). */
    @ParameterizedTest
    @ValueSource(doubles = {5_000, -5_000})
    void aDriftingClockIsHeld(double microsPerSecond) {
        try (Scenario s = Scenario.of(3)) {
            s.primary().driftClock(microsPerSecond);
            for (int minute = 0; minute < 10; minute++) {
                s.pass(Duration.ofMinutes(1));
                assertTrue(error(s).abs().compareTo(EXACT) < 0, "minute " + minute + ": off by " + error(s));
            }
        }
    }

    /** Nobody hears any clock but its own, for longer than what was agreed on holds: nothing is stamped (S89). */
    @Test
    void withoutAgreementNothingIsStamped() {
        try (Scenario s = Scenario.of(3)) {
            s.client().request(1);
            s.settle();
            s.drop(Pong.class);
            s.pass(Duration.ofSeconds(30));
            s.client().request(1);                               // what was agreed on holds for a minute
            s.pass(Duration.ofSeconds(35));
            long committed = s.committed();
            s.client().ask();
            s.pass(Duration.ofSeconds(20));
            assertEquals(committed, s.committed());
            s.heal();
            s.client().expectAnswers();
            assertTrue(error(s).abs().compareTo(EXACT) < 0, "off by " + error(s));
        }
    }

    /**
     * The primary stamps three entries and dies; one backup has the last of them, above a gap, so all three are
     * dropped. Then all clocks are set back. What takes their place is later than what nobody will ever see (S90).
     */
    @Test
    void timestampsRiseOverDroppedEntries() {
        try (Scenario s = Scenario.of(3, 3)) {
            s.clients().request(1);
            s.settle();
            ReplicaHandle old = s.primary();
            ReplicaHandle lucky = s.backup(1);
            int view = old.view();
            int primary = old.index();
            long op = s.committed();
            List<EntryHeader> stamped = new ArrayList<>();
            s.drop((from, to, message) -> {
                if (from != primary || !(message instanceof Prepare prepare) || prepare.entry().op() <= op) {
                    return false;
                }
                stamped.add(prepare.entry().header());
                return to != lucky.index() || prepare.entry().op() != op + 3;
            });
            s.clients().ask();
            s.until("one entry above a gap", () -> lucky.head() == op + 3);
            EntryHeader dropped = stamped.get(stamped.size() - 1);
            assertEquals(op + 3, dropped.op());
            old.crash();
            s.drop((from, to, message) -> !(message instanceof Ping || message instanceof Pong));
            s.all().skewClock(Duration.ofMinutes(-10));
            s.pass(Duration.ofSeconds(70));                      // agreed on, before anybody can lead
            s.heal();
            s.clients().expectAnswers();
            assertTrue(s.committed(op + 1).view() > view, "prepared anew");
            assertTrue(s.committed(op + 1).timestamp() > dropped.timestamp(), "earlier than " + dropped);
        }
    }

    /** How far the newest timestamp of the log is off when a request has just been answered. */
    private static Duration error(Scenario s) {
        s.client().request(1);
        return Duration.ofNanos(s.committed(s.committed()).timestamp() - SimClock.EPOCH_WALL_NANOS).minus(s.elapsed());
    }
}
