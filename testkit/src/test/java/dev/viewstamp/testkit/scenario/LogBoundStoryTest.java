package dev.viewstamp.testkit.scenario;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.viewstamp.actors.message.ReplicaMessage.Blocks;
import dev.viewstamp.actors.message.ReplicaMessage.DoViewChange;
import dev.viewstamp.actors.message.ReplicaMessage.GetBlocks;
import dev.viewstamp.actors.message.ReplicaMessage.Prepare;
import dev.viewstamp.actors.message.ReplicaMessage.PrepareOk;
import dev.viewstamp.journal.CheckpointFile.Kind;
import dev.viewstamp.testkit.sim.KeptMessages;
import dev.viewstamp.testkit.sim.Marks;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Replicas whose checkpoint is late, and what others may write over, told to the production actors: replication spec
 * §6.5 to §6.7, §12.5 S49, S50, S63 to S66, S69, S70. The log has 32 slots: checkpoints at 19, 39, 59 …, that at 19 is
 * written by op 23, acknowledged up to 27 without it, prepared up to 31.
 */
class LogBoundStoryTest {
    private static final int FIRST = 19;
    private static final int OK_MAX = 27;
    private static final int PREPARE_MAX = 31;

    private static void commitUntil(Scenario s, long op) {
        while (s.committed() < op) {
            s.client().request(1);
        }
    }

    private static Scenario started(int replicaCount) {
        Scenario s = Scenario.of(replicaCount, 4);
        commitUntil(s, 10);
        s.settle();
        return s;
    }

    private static void expectNoSync(Scenario s) {
        assertEquals(0, s.cluster().marks().count(Marks.Mark.STATE_SYNC), "took over a checkpoint");
    }

    /** What is beyond the bound is prepared, not acknowledged; with the checkpoint it is (S69). */
    @ParameterizedTest
    @ValueSource(ints = {2, 3, 5})
    void withheldAcknowledgementsComeWithTheCheckpoint(int replicaCount) {
        try (Scenario s = started(replicaCount)) {
            for (int n = 1; n < replicaCount; n++) {
                s.backup(n).holdFiles();
            }
            commitUntil(s, OK_MAX - 1);
            s.clients().ask();
            s.pass(Duration.ofSeconds(3));
            assertEquals(OK_MAX, s.committed());
            assertEquals(FIRST, s.primary().checkpoint());
            for (int n = 1; n < replicaCount; n++) {
                s.backup(n).expectHead(OK_MAX + 3);
            }
            s.drop(Prepare.class);                               // nobody is reminded
            s.all().releaseFiles();
            s.clients().expectAnswers();
            s.heal().settle();
        }
    }

    /** Beyond its own bound once the next checkpoint is on a quorum; a crash cuts that off; it is repaired (S70). */
    @Test
    void aLateReplicaRunsAheadAndIsCutByACrash() {
        try (Scenario s = started(3)) {
            ReplicaHandle late = s.backup(2).holdFiles();
            commitUntil(s, 45);
            s.pass(Duration.ofMillis(100));
            assertTrue(late.head() > PREPARE_MAX, "ran ahead: " + late.head());
            assertEquals(0, late.checkpoint());
            late.crash().releaseFiles().restart();
            assertTrue(late.head() <= PREPARE_MAX, "cut: " + late.head());
            s.settle();
        }
    }

    /**
     * Only the primary has a checkpoint; clients ask for as much as they can. A backup crashes before its own, and has
     * lost its first entry: nobody wrote over that (S64).
     */
    @Test
    void whatLeadsToACheckpointStaysUntilAQuorumHasIt() {
        try (Scenario s = started(3)) {
            ReplicaHandle late = s.backup(1).holdFiles();
            ReplicaHandle other = s.backup(2).holdFiles();
            commitUntil(s, OK_MAX - 1);
            for (int round = 0; round < 6; round++) {
                s.clients().ask();
                s.pass(Duration.ofSeconds(1));
            }
            assertEquals(FIRST, s.primary().checkpoint());
            late.crash().releaseFiles().corrupt(Scenario.walEntry(1)).restart();
            s.until("a checkpoint from the log", () -> late.checkpoint() == FIRST);
            expectNoSync(s);
            other.releaseFiles();
            s.clients().expectAnswers();
            s.settle();
            expectNoSync(s);
        }
    }

    /** Of two, one is late: nothing is written over, not even across a power cut (S65). */
    @Test
    void ofTwoTheLateOneIsWaitedFor() {
        try (Scenario s = started(2)) {
            ReplicaHandle late = s.backup(1).holdFiles();
            commitUntil(s, OK_MAX - 1);
            s.clients().ask();
            s.pass(Duration.ofSeconds(8));
            assertEquals(OK_MAX, s.committed());
            s.all().crash().restart();
            s.pass(Duration.ofSeconds(8));
            late.releaseFiles();
            s.clients().expectAnswers();
            s.clients().request(5);
            s.settle();
            expectNoSync(s);
        }
    }

    /** Two checkpoints behind, and all that it lacks is still in the logs (S63). */
    @Test
    void theLogIsEnoughAsLongAsItReaches() {
        try (Scenario s = started(3)) {
            commitUntil(s, 18);
            s.settle();
            ReplicaHandle away = s.backup(1);
            away.cutOff();
            commitUntil(s, 44);
            assertEquals(39, s.primary().checkpoint());
            s.heal();
            KeptMessages asked = s.record((from, to, message) -> message instanceof GetBlocks);
            s.settle();
            assertEquals(0, asked.count(), "questions for files");
            expectNoSync(s);
            assertEquals(39, away.checkpoint());
        }
    }

    /**
     * Of five, the old primary and one backup have executed an entry. The next primary has it, does not know that it is
     * committed, and does not hear that backup's vote; another dies. So it needs the acknowledgement of whoever has
     * executed the entry (S66).
     */
    @Test
    void committedEntriesAreAcknowledgedAgain() {
        try (Scenario s = started(5)) {
            ReplicaHandle old = s.primary();
            ReplicaHandle next = s.backup(1);
            ReplicaHandle dying = s.backup(3);
            ReplicaHandle knowing = s.backup(4);
            s.pass(Duration.ofSeconds(12)).settle();             // what expires has expired
            long op = s.committed() + 1;
            s.drop((from, to, message) -> from == old.index() && to != knowing.index()
                    && !(to == next.index() && message instanceof Prepare prepare && prepare.entry().op() == op));
            s.client().ask();
            s.until("executed by two", () -> old.executed() >= op && knowing.executed() >= op);
            old.crash();
            s.drop((from, to, message) -> from == knowing.index() && message instanceof DoViewChange
                    || message instanceof PrepareOk);
            s.until("the next one leads", () -> s.isLed() && s.primary().index() == next.index());
            assertEquals(op - 1, next.executed());
            dying.crash();
            s.heal();
            s.client().expectAnswers();
            s.client().request(2);
            assertEquals(next.index(), s.primary().index());
            old.restart();
            dying.restart();
            s.settle();
        }
    }

    /**
     * The advanced one's checkpoint is damaged, so it cannot execute and not lead. But its log is whole: the late one
     * catches up on it, and leads; then the damaged files come from there (S49, S50).
     */
    @Test
    void aDamagedCheckpointDoesNotStopTheOthers() {
        try (Scenario s = started(3)) {
            ReplicaHandle old = s.primary();
            ReplicaHandle late = s.backup(1).holdFiles();
            ReplicaHandle advanced = s.backup(2);
            commitUntil(s, 25);
            s.until("one has a checkpoint", () -> advanced.checkpoint() == FIRST);
            assertEquals(0, late.checkpoint());
            s.all().crash();
            advanced.corruptFiles(Kind.values());
            s.drop(Blocks.class);                 // else it may be whole again before anybody leads
            late.releaseFiles().restart();
            advanced.restart();
            s.client().request(3);
            assertEquals(late.index(), s.primary().index());
            s.heal();
            old.restart();
            s.settle();
            advanced.awaitUndamaged();
        }
    }
}
