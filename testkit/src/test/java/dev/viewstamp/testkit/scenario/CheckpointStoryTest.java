package dev.viewstamp.testkit.scenario;

import static dev.viewstamp.actors.replica.StatusName.NORMAL_BACKUP;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.viewstamp.journal.CheckpointFile.Kind;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Checkpoints, those whom the log no longer reaches, and damaged files, told to the production actors: replication spec
 * §12.5, S01, S27, S28, S48, S71, S77, S79. The log has 32 slots: checkpoints at 19, 39, 59 …
 */
class CheckpointStoryTest {

    /** The log goes round more than twice, alone and together; a restart begins at the newest checkpoint (S01). */
    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void theLogGoesRoundAndRound(int replicaCount) {
        try (Scenario s = Scenario.of(replicaCount)) {
            s.client().request(80);
            s.settle().all().expectCheckpoint(59);
            long committed = s.committed();
            s.all().crash().restart();
            s.settle().all().expectCommitted(committed);
            s.client().request(5);
        }
    }

    /** A disk is gone, in the first lap of the log or later: its replica comes back by recover, and counts (S27). */
    @ParameterizedTest
    @ValueSource(ints = {8, 70})
    void aLostDiskIsReplaced(int requests) {
        try (Scenario s = Scenario.of(3)) {
            s.client().request(requests);
            s.settle();
            ReplicaHandle lost = s.backup(1);
            ReplicaHandle other = s.backup(2);
            lost.loseDisk();
            s.client().request(1);
            lost.recover().await(NORMAL_BACKUP);
            s.settle();
            other.crash();
            s.client().request(25);                              // past a checkpoint, with the new disk's vote
        }
    }

    /** Each replica has another part of the same checkpoint damaged: together they have all of it (S28). */
    @Test
    void disjointDamageOfAllFilesIsRepaired() {
        try (Scenario s = Scenario.of(3)) {
            s.client().request(60);
            s.settle().all().expectCheckpoint(39);
            s.all().crash();
            s.replica(0).corruptFiles(Kind.DATA);
            s.replica(1).corruptFiles(Kind.MANIFEST);
            s.replica(2).corruptFiles(Kind.SESSIONS);
            s.all().restart();
            s.client().request(30);
            s.settle();
        }
    }

    /** A backup whose disk cannot keep up has no new checkpoint; when the primary dies the other one leads (S48). */
    @Test
    void aSlowDiskDelaysNobodyAndDoesNotLead() {
        try (Scenario s = Scenario.of(3)) {
            s.client().request(10);
            s.settle();
            ReplicaHandle old = s.primary();
            ReplicaHandle slow = s.backup(1);
            ReplicaHandle quick = s.backup(2);
            slow.slowDisk(3_000);
            s.client().request(60);
            quick.expectCheckpoint(39);
            assertTrue(slow.head() < quick.head(), "the slow disk is not slow enough for this story");
            slow.slowDisk(1);
            old.crash();
            s.client().request(1);
            assertEquals(quick.index(), s.primary().index());
            old.restart();
            s.settle();
        }
    }

    /** Away for more than two laps of the log: the others' checkpoint is fetched, even in an idle cluster (S71). */
    @Test
    void whoWasAwayTooLongTakesOverACheckpoint() {
        try (Scenario s = Scenario.of(3)) {
            s.client().request(10);
            s.settle();
            ReplicaHandle away = s.backup(1);
            away.cutOff();
            s.client().request(90);
            s.heal().until("caught up", () -> away.head() == s.committed());
            s.settle();
            away.expectCheckpoint(79);
        }
    }

    /** … and power fails at each step of it (S77). */
    @ParameterizedTest
    @ValueSource(longs = {500, 600, 700})
    void crashesOnTheWayToACheckpoint(long millis) {
        try (Scenario s = Scenario.of(3)) {
            s.client().request(10);
            s.settle();
            ReplicaHandle away = s.backup(1);
            away.cutOff();
            s.client().request(70);
            s.heal().pass(Duration.ofMillis(millis));
            away.crash().restart();
            s.settle();
            away.expectCheckpoint(59);
        }
    }

    /** All the ledger's files of one replica go bad, every block: the scrubber repairs them (S79). */
    @Test
    void theScrubberRepairsEveryFile() {
        try (Scenario s = Scenario.of(3)) {
            s.client().request(60);
            s.settle();
            ReplicaHandle victim = s.backup(1);
            victim.corruptFiles(Kind.DATA);
            victim.scrub().expectFilesIntact();
            s.client().request(5);
            s.settle();
        }
    }

    /** … and it does so on its own, without being told. */
    @Test
    void theScrubberComesRoundByItself() {
        try (Scenario s = Scenario.of(3)) {
            s.client().request(60);
            s.settle();
            ReplicaHandle victim = s.backup(1);
            victim.corruptFiles(Kind.DATA);
            s.pass(Duration.ofSeconds(45));                      // it takes 20 s each time here
            victim.expectFilesIntact();
        }
    }
}
