package dev.viewstamp.testkit.scenario;

import static dev.viewstamp.actors.replica.StatusName.NORMAL_BACKUP;
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

/** Crashes, power cuts and damaged logs, told to the production actors: replication spec §12.5, S03 to S24, S59. */
class RecoveryStoryTest {

    /** What nobody can supply and nobody can deny stops the cluster: nothing is truncated, nothing answered (S03). */
    @Test
    void anEntryLostEverywhereStopsTheCluster() {
        try (Scenario s = Scenario.of(3)) {
            s.client().request(6);
            s.settle();
            long committed = s.committed();
            s.all().crash().corrupt(walEntry(committed - 2)).restart();
            s.expectNoPrimary(Duration.ofMinutes(1));
            s.all().expectHead(committed);
        }
    }

    /** The root entry is a function of the cluster's id, so whoever lost it makes it anew (S04). */
    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void theRootIsRebuilt(int replicaCount) {
        try (Scenario s = Scenario.of(replicaCount)) {
            s.client().request(2);
            s.settle();
            s.all().crash().corrupt(walEntry(0)).restart();
            s.client().request(2);
            s.settle().all().expectCommitted(5);
            s.all().crash().restart();
            s.settle().all().expectCommitted(5);
        }
    }

    /** Every entry of a backup's log is damaged: it gets all of them back, and then it counts (S05). */
    @Test
    void aRuinedLogIsRepairedAndCounts() {
        try (Scenario s = Scenario.of(3)) {
            s.client().request(8);
            s.settle();
            ReplicaHandle ruined = s.backup(1);
            ReplicaHandle other = s.backup(2);
            ruined.crash();
            for (long op = 1; op <= s.committed(); op++) {
                ruined.corrupt(walEntry(op));
            }
            ruined.restart().await(NORMAL_BACKUP);
            s.settle();
            other.crash();
            s.client().request(2);
        }
    }

    /** Alone there is nobody to ask for an entry that is lost between checkpoint and head: it refuses to open (S06). */
    @Test
    void soloRefusesADamagedLog() {
        try (Scenario s = Scenario.of(1)) {
            s.client().request(25);
            ReplicaHandle solo = s.settle().replica(0).expectCheckpoint(19);
            String refusal = solo.crash().corrupt(walEntry(22)).refuses();
            assertTrue(refusal.contains("22"), refusal);
        }
        try (Scenario s = Scenario.of(1)) {
            s.client().request(25);
            s.settle().replica(0).expectCheckpoint(19).crash().corrupt(walEntry(12)).restart();
            s.client().request(1);                              // what the checkpoint contains is not needed
        }
    }

    /** Alone there is nobody to ask; but a header can be made from its entry (S07). */
    @Test
    void soloMendsAHeader() {
        try (Scenario s = Scenario.of(1)) {
            s.client().request(4);
            s.settle();
            long committed = s.committed();
            EntryHeader newest = s.committed(committed);
            s.replica(0).crash().corrupt(walHeaders(committed - 1)).restart();
            s.settle().all().expectCommitted(committed);
            assertEquals(newest, s.committed(committed));
            s.client().request(1);
        }
    }

    /** Power fails everywhere at any moment of a view change: what was answered before is there afterwards (S23). */
    @Test
    void everyMomentOfAViewChangeIsSafeToLosePower() {
        for (int moment = 0; moment < 12; moment++) {
            try (Scenario s = Scenario.of(3, 2)) {
                s.clients().request(2);
                long committed = s.committed();
                ReplicaHandle old = s.primary();
                s.clients().ask();
                s.pass(Duration.ofMillis(1));
                old.crash();
                s.until("a view change", () -> s.replica((old.index() + 1) % 3).view() > 0
                        && !s.isLed());
                s.pass(Duration.ofMillis(moment / 4 * 40L + moment % 4));
                s.all().crash().restart();
                s.clients().expectAnswers();
                s.settle().all().expectCommitted(committed + 2);
            }
        }
    }

    /** Power cuts that come faster than views are changed (S24). */
    @Test
    void powerCutsInQuickSuccession() {
        try (Scenario s = Scenario.of(3)) {
            s.client().request(3);
            s.client().ask();
            for (int cut = 0; cut < 10; cut++) {
                s.all().crash().restart();
                s.pass(Duration.ofMillis(30L * cut));
            }
            s.client().expectAnswers();
            s.settle().all().expectCommitted(5);
        }
    }

    /**
     * Of two, the old primary alone had an entry, whole, and its disk ruined it while it was down. It cannot know
     * whether that was acknowledged; but the other never had it, and of two both have all that was committed (S59).
     */
    @Test
    void whatOnlyARuinedDiskHadIsRolledBack() {
        try (Scenario s = Scenario.of(2)) {
            s.client().request(3);
            s.settle();
            long committed = s.committed();
            ReplicaHandle old = s.primary();
            int view = old.view();
            s.drop((from, to, message) -> from == old.index() && message.isBulk());
            s.client().ask();
            s.until("prepared alone", () -> old.head() == committed + 1);
            s.pass(Duration.ofMillis(20));
            old.crash().corrupt(walEntry(committed + 1));
            s.heal();
            old.restart();
            s.client().expectAnswers();
            s.settle();
            assertNotEquals(view, s.committed(committed + 1).view());
            assertTrue(s.primary().view() > view);
        }
    }
}
