package dev.viewstamp.testkit.scenario;

import static dev.viewstamp.actors.replica.StatusName.NORMAL_BACKUP;
import static dev.viewstamp.actors.replica.StatusName.NORMAL_PRIMARY;
import static dev.viewstamp.actors.replica.StatusName.RECOVERING_HEAD;
import static dev.viewstamp.testkit.scenario.Scenario.walEntry;
import static dev.viewstamp.testkit.scenario.Scenario.walHeaders;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.viewstamp.journal.EntryHeader;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Stories of replication spec §12.5, told to the production actors. */
class ScenarioTest {

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6})
    void aCalmClusterAnswersAndAgrees(int replicaCount) {
        try (Scenario s = Scenario.of(replicaCount)) {
            s.client().request(5);
            s.settle().all().expectCommitted(6);
        }
    }

    /** A backup that lost its newest entry must not vote with a shorter log; it waits for StartView (S05, S19). */
    @Test
    void backupWithCorruptHeadWaitsForStartView() {
        try (Scenario s = Scenario.of(3)) {
            s.client().request(2);
            s.settle();
            s.backup(1).crash().corrupt(walEntry(3)).corrupt(walHeaders(3)).restart().expect(RECOVERING_HEAD)
                    .await(NORMAL_BACKUP);
            s.settle().all().expectCommitted(3);
        }
    }

    /** All machines lose power at once: everything that was answered is still there, and nobody has to help (S22). */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5})
    void powerLossOfTheWholeClusterLosesNothing(int replicaCount) {
        try (Scenario s = Scenario.of(replicaCount, 3)) {
            for (int cut = 0; cut < 3; cut++) {
                s.clients().request(1);
                long committed = s.committed();
                EntryHeader newest = s.committed(committed);
                s.all().crash().restart();
                s.settle().all().expectCommitted(committed);
                assertEquals(newest, s.committed(committed));
            }
        }
    }

    /** The primary dies between prepares and comes back: it does not lead the view that it led (S25). */
    @Test
    void aRestartedPrimaryDoesNotResumeItsView() {
        try (Scenario s = Scenario.of(3)) {
            s.client().request(1);
            int before = s.primary().only().snapshot().view();
            s.primary().crash().restart();
            s.settle();
            assertTrue(s.primary().only().snapshot().view() > before);
            s.client().request(1);
        }
    }

    /** Cut off, send-only and receive-only primaries are replaced; clients notice nothing but a delay (S31). */
    @ParameterizedTest
    @ValueSource(strings = {"cut off", "mute", "deaf"})
    void aPrimaryThatIsNotHeardOrDoesNotHearIsReplaced(String how) {
        try (Scenario s = Scenario.of(3)) {
            s.client().request(1);
            ReplicaHandle old = s.primary();
            int index = old.index();
            switch (how) {
                case "cut off" -> old.cutOff();
                case "mute" -> old.mute();
                default -> old.deafen();
            }
            s.client().request(2);
            assertNotEquals(index, s.primary().index());
            s.heal().settle().all().expectCommitted(4);
        }
    }

    /** A backup that hears nothing, or is not heard, never forces a view change (S30, S40). */
    @ParameterizedTest
    @ValueSource(strings = {"cut off", "mute", "deaf"})
    void aHalfConnectedBackupDisturbsNobody(String how) {
        try (Scenario s = Scenario.of(3)) {
            s.client().request(1);
            int view = s.primary().only().snapshot().view();
            ReplicaHandle backup = s.backup(1);
            switch (how) {
                case "cut off" -> backup.cutOff();
                case "mute" -> backup.mute();
                default -> backup.deafen();
            }
            s.client().request(3);
            s.pass(Duration.ofSeconds(30));
            assertEquals(view, s.primary().only().snapshot().view());
            s.heal().settle();
            assertEquals(view, s.primary().only().snapshot().view());
        }
    }

    /** A primary that stood still finds another one leading, and follows. */
    @Test
    void aPausedPrimaryFollowsWhenItWakes() {
        try (Scenario s = Scenario.of(3)) {
            s.client().request(1);
            ReplicaHandle old = s.primary();
            old.pause();
            s.client().request(2);
            old.resume().await(NORMAL_BACKUP);
            s.settle().all().expectCommitted(4);
        }
    }

    /** Both backups stand still for long; awake again they neither make up for all ticks at once nor lose patience. */
    @Test
    void aLongPauseIsNotManyTimeouts() {
        try (Scenario s = Scenario.of(3)) {
            s.client().request(1);
            int view = s.primary().only().snapshot().view();
            ReplicaHandle one = s.backup(1);
            ReplicaHandle two = s.backup(2);
            one.pause();
            two.pause();
            s.pass(Duration.ofSeconds(8));
            one.resume();
            two.resume();
            s.client().request(3);
            s.settle();
            assertEquals(view, s.primary().only().snapshot().view());
        }
    }

    /**
     * The primary and one backup committed three entries that the third replica never saw, and died. The backup
     * comes back with the first of them damaged: it may have been acknowledged, so it must not be voted away.
     * Nothing happens until the old primary is back, and nothing is lost (S44, S46).
     */
    @Test
    void aLostEntryIsNotVotedAway() {
        try (Scenario s = Scenario.of(3, 3)) {
            s.clients().request(1);
            s.settle();
            long before = s.committed();
            ReplicaHandle primary = s.primary();
            ReplicaHandle witness = s.backup(1);
            ReplicaHandle behind = s.backup(2);
            behind.cutOff();
            s.clients().ask().expectAnswers();
            assertEquals(before + 3, s.committed());
            primary.crash();
            witness.crash().corrupt(walEntry(before + 1)).restart();
            s.heal().expectNoPrimary(Duration.ofSeconds(30));
            behind.expectHead(before);
            primary.restart();
            s.settle().all().expectCommitted(before + 3);
        }
    }

    /** The same without damage: the witness and the one behind go on by themselves, with all that was committed. */
    @Test
    void aWitnessBringsWhatWasCommittedIntoTheNextView() {
        try (Scenario s = Scenario.of(3, 3)) {
            s.clients().request(1);
            s.settle();
            long before = s.committed();
            ReplicaHandle primary = s.primary();
            ReplicaHandle witness = s.backup(1);
            ReplicaHandle behind = s.backup(2);
            behind.cutOff();
            s.clients().ask().expectAnswers();
            primary.crash();
            witness.crash().restart();
            s.heal().settle();
            witness.expectCommitted(before + 3);
            behind.expectCommitted(before + 3);
            s.clients().request(1);
        }
    }

    /**
     * The witness lost the entry below its head, header and all, and whoever has it does not know its own head and so
     * has no vote. But the head's header names what is missing: it is asked for, and stated in the next view.
     */
    @Test
    void aBlankThatTheNextHeaderNamesIsFilledIn() {
        try (Scenario s = Scenario.of(3, 3)) {
            s.clients().request(1);
            s.settle();
            long before = s.committed();
            ReplicaHandle primary = s.primary();
            ReplicaHandle witness = s.backup(1);
            s.backup(2).cutOff();
            s.clients().ask().expectAnswers();
            primary.crash().corrupt(walHeaders(before + 3));
            witness.crash().corrupt(walEntry(before + 2)).restart();
            primary.restart().expect(RECOVERING_HEAD);
            s.heal().settle().all().expectCommitted(before + 3);
        }
    }

    /** Entries that only the dead primary has were never committed: the others go on, and it gives them up (S60). */
    @Test
    void entriesOfADeadPrimaryAreGivenUp() {
        try (Scenario s = Scenario.of(3, 2)) {
            s.clients().request(1);
            s.settle();
            long before = s.committed();
            ReplicaHandle old = s.primary();
            old.cutOff();
            s.clients().ask();
            s.pass(Duration.ofMillis(20));
            assertTrue(old.only().snapshot().op() > before);
            old.crash();
            s.heal();
            s.clients().expectAnswers();
            old.restart();
            s.settle().all().expectCommitted(before + 2);
            s.primary().expect(NORMAL_PRIMARY);
        }
    }
}
