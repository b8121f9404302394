package dev.viewstamp.testkit.scenario;

import static dev.viewstamp.actors.replica.StatusName.NORMAL_BACKUP;
import static dev.viewstamp.actors.replica.StatusName.RECOVERING_HEAD;
import static dev.viewstamp.testkit.scenario.Scenario.superBlock;
import static dev.viewstamp.testkit.scenario.Scenario.walEntry;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.viewstamp.actors.message.ReplicaMessage.Prepare;
import dev.viewstamp.journal.OpenedLog;
import dev.viewstamp.journal.Storage.Zone;
import dev.viewstamp.testkit.sim.Tear;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Power fails in the midst of writes, told to the production actors: replication spec §5.2, §5.5, §6.2, §12.5 S10 to
 * S13, S20. A disk has up to eight writes of the log at once here.
 */
class TornWriteStoryTest {

    /** A backup with so many appends under way, all of them torn by the crash; its log ends before them. */
    private static ReplicaHandle tornBackup(Scenario s, int appends) {
        s.settle();
        long head = s.committed();
        ReplicaHandle victim = s.backup(1);
        victim.stallWrites(Zone.WAL_PREPARES);
        s.client().request(appends);
        s.untilJust("all appends under way", () -> victim.isWriting(walEntry(head + appends)));
        return victim.slowWrites(Zone.WAL_PREPARES, 1).crash(Tear.GARBLED);
    }

    /** However many appends tore, nobody has to help: none of them was acknowledged (S10). */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5, 8})
    void tornAppendsAreCut(int appends) {
        try (Scenario s = Scenario.of(3)) {
            s.client().request(3);
            long head = s.committed();
            ReplicaHandle victim = tornBackup(s, appends);
            victim.restart().expectHead(head).expect(NORMAL_BACKUP);
            assertEquals(0, victim.faulty());
            s.settle();
            s.client().request(1);
        }
    }

    /** More than can ever be under way at once: that is something else, and the head is uncertain (S10). */
    @Test
    void moreHolesThanAppendsCanTearAreFaults() {
        try (Scenario s = Scenario.of(3)) {
            s.client().request(3);
            long head = s.committed();
            ReplicaHandle victim = tornBackup(s, 8);
            for (long op = head + 9; op <= head + OpenedLog.WAL_WRITES_MAX + 1; op++) {
                victim.corrupt(walEntry(op));
            }
            victim.restart().expect(RECOVERING_HEAD);
            assertEquals(OpenedLog.WAL_WRITES_MAX + 1, victim.faulty());
            s.settle();
        }
    }

    /** Besides, an older entry is lost: that has nothing to do with the torn append, which is cut (S11). */
    @Test
    void aFaultLeftOfTheHeadDoesNotMatter() {
        try (Scenario s = Scenario.of(3)) {
            s.client().request(9);
            long head = s.committed();
            ReplicaHandle victim = tornBackup(s, 1);
            victim.corrupt(walEntry(5)).corruptHeader(5).restart().expectHead(head).expect(NORMAL_BACKUP);
            assertEquals(1, victim.faulty());
            s.settle();
        }
    }

    /** Besides, a place right of the head has lost both of its records: that may have been the head (S11). */
    @Test
    void aFaultRightOfTheHeadForbidsToCut() {
        try (Scenario s = Scenario.of(3)) {
            s.client().request(9);
            long head = s.committed();
            ReplicaHandle victim = tornBackup(s, 1);
            victim.corrupt(walEntry(head + 5)).corruptHeader(head + 5).restart().expect(RECOVERING_HEAD);
            assertEquals(2, victim.faulty());
            s.settle();
        }
    }

    /**
     * Of two neighbours that lost their entries, one is repaired, and with it their header sector is written. After a
     * crash the repaired one is whole (S13), and the other one still knows that it lost something (S12).
     */
    @Test
    void aRepairNeitherWhitewashesItsNeighbourNorIsForgotten() {
        try (Scenario s = Scenario.of(3)) {
            s.client().request(11);
            s.settle();
            ReplicaHandle victim = s.backup(1);
            int index = victim.index();
            s.drop((from, to, message) -> to == index && message instanceof Prepare prepare
                    && prepare.entry().op() == 8);
            victim.crash().corrupt(walEntry(8)).corrupt(walEntry(9)).restart();
            assertEquals(2, victim.faulty());
            s.until("one is repaired", () -> victim.faulty() == 1);
            victim.crash().restart();
            assertEquals(1, victim.faulty());
            s.heal().settle();
            victim.crash().restart();
            assertEquals(0, victim.faulty());
        }
    }

    /**
     * A backup dies while it writes one copy of its superblock, and besides any copy is rotten: it opens in the old
     * state or in the new one, and goes on (S20).
     */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void aCrashInASuperblockUpdateWithARottenCopy(int copy) {
        for (int rotten = 0; rotten < 4; rotten++) {
            try (Scenario s = Scenario.of(3)) {
                s.client().request(1);
                s.settle();
                int view = s.primary().view();
                ReplicaHandle old = s.primary();
                ReplicaHandle victim = s.backup(2);
                old.crash();
                s.untilJust("the copy is being written", () -> victim.isWriting(superBlock(copy)));
                victim.crash(Tear.GARBLED).corrupt(superBlock(rotten)).restart();
                assertTrue(victim.view() == view || victim.view() == view + 1 && copy > 0, "view " + victim.view());
                s.client().request(2);
                old.restart();
                s.settle();
            }
        }
    }
}
