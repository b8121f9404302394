package dev.viewstamp.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.viewstamp.journal.OpenedLog.Status;
import org.junit.jupiter.api.Test;

/** Where a restarted replica believes its log ends, and what it becomes (replication spec §7.3). */
class HeadDecisionTest {
    @Test
    void freshReplicas() throws Exception {
        assertEquals(Status.SOLO, Wal.solo().open().status());
        assertEquals(Status.NORMAL_BACKUP, Wal.ofThree().open().status());
        assertEquals(Status.NEXT_VIEW_CHANGE, new Wal(Wal.constants(3), 0).open().status());
    }

    @Test
    void commitMaxIsAtLeastAPipelineBehindTheHead() throws Exception {
        Wal wal = healthy();
        assertEquals(8, wal.open().commitMax());
        wal.state(wal.superBlock.vsrState().withView(0, 0, 10, java.util.List.of(Wal.root())));
        assertEquals(10, wal.open().commitMax());
    }

    /** S02 with header and prepare damaged. */
    @Test
    void faultRightOfTheHeadMakesItUncertain() throws Exception {
        for (int slot : new int[] {13, 20, 31}) {
            Wal wal = healthy();
            wal.damageHeader(slot);
            wal.storage.damage(Storage.Zone.WAL_PREPARES, wal.geometry.prepareOffset(slot) + 20);
            OpenedLog log = wal.open();
            assertEquals(12, log.op());
            assertFalse(log.isHeadCertain());
            assertEquals(Status.RECOVERING_HEAD, log.status());
        }
    }

    @Test
    void faultLeftOfTheHeadDoesNot() throws Exception {
        Wal wal = healthy();
        wal.damagePrepare(5);
        OpenedLog log = wal.open();
        assertTrue(log.isHeadCertain());
        assertEquals(Status.NORMAL_BACKUP, log.status());
        assertTrue(log.journal().isFaulty(5));
    }

    @Test
    void lostHeadIsUncertain() throws Exception {
        Wal wal = healthy();
        wal.damagePrepare(12);
        OpenedLog log = wal.open();
        assertEquals(11, log.op());
        assertEquals(Status.RECOVERING_HEAD, log.status());
    }

    /** S05. */
    @Test
    void everythingFromCheckpointToHeadLost() throws Exception {
        Wal wal = afterCheckpoint();
        for (int op = 19; op <= 40; op++) {
            wal.damageHeader(op % 32);
            wal.damagePrepare(op % 32);
        }
        OpenedLog log = wal.open();
        assertEquals(19, log.op());
        assertNotNull(log.journal().header(19));
        assertEquals(Status.RECOVERING_HEAD, log.status());
    }

    /** §13 item 46: the checkpoint's slot may hide prepareMax. */
    @Test
    void faultInTheCheckpointSlotMakesTheHeadUncertain() throws Exception {
        Wal wal = afterCheckpoint();
        assertTrue(wal.open().isHeadCertain());
        wal.damageHeader(19);
        wal.damagePrepare(19);
        assertFalse(wal.open().isHeadCertain());
    }

    @Test
    void headAtPrepareMaxIsCertainWhateverIsFaulty() throws Exception {
        Wal wal = Wal.ofThree();
        LogEntry[] chain = Wal.chain(1, 31, 0, Wal.root().checksum());
        wal.append(chain);
        wal.damagePrepare(10);
        wal.damagePrepare(11);
        OpenedLog log = wal.open();
        assertEquals(31, log.op());
        assertTrue(log.isHeadCertain());
    }

    /** The StartView's head was adopted, but its prepare had not arrived. */
    @Test
    void viewHeaderAboveTheJournalIsTheHead() throws Exception {
        Wal wal = healthy();
        LogEntry[] more = Wal.chain(13, 15, 0, Wal.root().checksum());
        wal.view(2, 2, more[2].header(), more[1].header(), more[0].header());
        OpenedLog log = wal.open();
        assertEquals(more[2].header(), log.head());
        assertTrue(log.journal().hasDirty(more[2].header()));
        assertEquals(null, log.journal().header(14), "only the head is loaded");
        assertTrue(log.isHeadCertain());
        assertEquals(Status.NORMAL_BACKUP, log.status());
    }

    @Test
    void viewHeaderBeyondPrepareMaxIsNoHead() throws Exception {
        Wal wal = healthy();
        EntryHeader beyond = Wal.entry(40, 2).header();
        EntryHeader head = Wal.entry(14, 2).header();
        wal.view(2, 2, beyond, head);
        assertEquals(head, wal.open().head());
    }

    /** Stopped in a view change: ops of the unpersisted new log do not count, the DoViewChange's head does. */
    @Test
    void inAViewChangeOnlyTheDoViewChangeCounts() throws Exception {
        Wal wal = healthy();
        EntryHeader head = new WalReader(wal.storage, Wal.CLUSTER, wal.geometry).readPrepare(11, false).header();
        wal.view(1, 0, head);
        OpenedLog log = wal.open();
        assertEquals(11, log.op());
        assertEquals(null, log.journal().header(12));
        assertEquals(Status.VIEW_CHANGE, log.status());
        assertTrue(log.isHeadCertain());
    }

    /** The head's own slot is faulty: the header is known from the superblock, what was acknowledged is not. */
    @Test
    void headFromTheSuperblockOverAFaultKeepsTheFault() throws Exception {
        Wal wal = healthy();
        EntryHeader head = new WalReader(wal.storage, Wal.CLUSTER, wal.geometry).readPrepare(12, false).header();
        wal.damagePrepare(12);
        wal.view(2, 2, head);
        OpenedLog log = wal.open();
        assertEquals(head, log.head());
        assertTrue(log.journal().isFaulty(12));
        assertEquals(Status.RECOVERING_HEAD, log.status());
    }

    /** S06, S07. */
    @Test
    void soloRefusesAFaultButMendsAHeader() throws Exception {
        Wal wal = Wal.solo();
        wal.append(Wal.chain(1, 12, 0, Wal.root().checksum()));
        wal.damageHeader(5);
        OpenedLog mended = wal.open();
        assertEquals(Status.SOLO, mended.status());
        assertEquals(12, mended.op());
        wal.damagePrepare(5);
        OpenedLog refused = wal.open();
        assertEquals(Status.REFUSED, refused.status());
        assertTrue(refused.refusal().contains("slot 5"), refused.refusal());
    }

    @Test
    void walWithNothingLeftIsRefused() throws Exception {
        Wal wal = afterCheckpoint();
        for (int slot = 0; slot < 32; slot++) {
            wal.damageHeader(slot);
            wal.storage.damage(Storage.Zone.WAL_PREPARES, wal.geometry.prepareOffset(slot) + 20);
        }
        assertEquals(Status.REFUSED, wal.open().status());
    }

    /** Looking at a stopped replica must not mend it. */
    @Test
    void inspectWritesNothing() throws Exception {
        Wal wal = healthy();
        wal.writeHeaderAt(12, wal.reserved(12));
        MemoryStorage before = wal.storage.copy();
        assertEquals(12, OpenedLog.inspect(wal.storage, wal.superBlock, Wal.WRITES_MAX).op());
        for (Storage.Zone zone : Storage.Zone.values()) {
            assertTrue(java.util.Arrays.equals(before.zones.get(zone), wal.storage.zones.get(zone)));
        }
    }

    private static Wal healthy() throws Exception {
        Wal wal = Wal.ofThree();
        wal.append(Wal.chain(1, 12, 0, Wal.root().checksum()));
        return wal;
    }

    private static Wal afterCheckpoint() throws Exception {
        Wal wal = Wal.ofThree();
        LogEntry[] chain = Wal.chain(1, 40, 0, Wal.root().checksum());
        wal.append(chain);
        wal.checkpoint(chain[18].header());
        return wal;
    }

    /** §7.5: whatever the lost disk knew, this one does not: no vote before it has taken over a newer log. */
    @Test
    void aReformattedReplicaIsNeverCertain() throws Exception {
        Wal wal = Wal.ofThree();
        wal.state(VsrState.reformatted(Wal.CLUSTER, wal.superBlock.vsrState().replica(), 5, 17));
        OpenedLog log = wal.open();
        assertEquals(Status.RECOVERING_HEAD, log.status());
        assertEquals(0, log.op());
        // A replica that has entered a first view change and never had an entry is another matter.
        Wal young = Wal.ofThree();
        young.view(5, 0, Wal.root());
        assertEquals(Status.VIEW_CHANGE, young.open().status());
        Wal solo = Wal.solo();
        solo.state(VsrState.reformatted(Wal.CLUSTER, 0, 5, 17));
        assertEquals(Status.REFUSED, solo.open().status());
    }

    /** S53: the view's headers lie beyond the log; what the log has is then no leftover. */
    @Test
    void headersBeyondTheLogLeaveItAlone() throws Exception {
        Wal wal = healthy();
        EntryHeader beyond = Wal.entry(60, 2).header();
        wal.view(3, 2, beyond);
        OpenedLog log = wal.open();
        assertEquals(Status.VIEW_CHANGE, log.status());
        assertEquals(12, log.op());
    }
}
