package dev.viewstamp.testkit.scenario;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What clients live to see, told to the production actors: replication spec §3.9, §12.5 S61, S90. */
class SessionStoryTest {

    /**
     * The client never hears the primary, and one of the backups is dead: the other answers, for the ops that are its
     * own, and when it is asked again for those that were the dead one's.
     */
    @Test
    void aBackupAnswersWhoeverDoesNotHearThePrimary() {
        try (Scenario s = Scenario.of(3)) {
            s.client().request(1);
            s.settle();
            int view = s.primary().view();
            s.client().deafenTo(s.primary());
            s.client().request(5);
            s.backup(1).crash();
            s.client().request(5);
            assertEquals(view, s.primary().view());
            s.backup(1).restart();
            s.backup(2).crash();
            s.client().request(5);
            assertEquals(view, s.primary().view());
        }
    }

    /** A request that the dead primary may have had is executed once, and answered by the next one (S61, S82). */
    @Test
    void aRequestOnItsWaySurvivesItsPrimary() {
        for (int micros = 0; micros <= 3_000; micros += 500) {
            try (Scenario s = Scenario.of(3, 2)) {
                s.clients().request(1);
                long committed = s.committed();
                s.clients().ask();
                s.pass(Duration.ofNanos(micros * 1_000L));
                s.primary().crash();
                s.clients().expectAnswers();
                assertEquals(committed + 2, s.committed());
            }
        }
    }

    /** Timestamps rise from op to op, though the clock of the next primary is seconds behind (S90). */
    @Test
    void timestampsRiseAcrossPrimaries() {
        try (Scenario s = Scenario.of(3)) {
            s.replica(0).skewClock(Duration.ofSeconds(4));
            s.replica(1).skewClock(Duration.ofSeconds(-4));
            for (int round = 0; round < 4; round++) {
                s.client().request(3);
                s.primary().crash().restart();
                s.settle();
            }
            for (long op = 2; op <= s.committed(); op++) {
                assertTrue(s.committed(op).timestamp() > s.committed(op - 1).timestamp(), "op " + op);
            }
        }
    }
}
