package dev.viewstamp.journal;

import static dev.viewstamp.journal.RecoveryDecision.CUT;
import static dev.viewstamp.journal.RecoveryDecision.CUT_TORN;
import static dev.viewstamp.journal.RecoveryDecision.EQL;
import static dev.viewstamp.journal.RecoveryDecision.FIX;
import static dev.viewstamp.journal.RecoveryDecision.NIL;
import static dev.viewstamp.journal.RecoveryDecision.VSR;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Recovery on real bytes. 32 slots, pipeline 4, bar 4: interval 20, checkpoints 19, 39, …; prepareMax is 31
 * before the first one and 51 after it.
 */
class WalRecoveryTest {
    private static final int SLOT = 9;

    private record Row(RecoveryCase row, RecoveryDecision withPeers, RecoveryDecision solo, Consumer<Wal> disk) {
    }

    /** Every log is ops 1 to 12 of view 0, healthy but for slot 9. */
    private static final List<Row> ROWS = List.of(
            new Row(RecoveryCase.A, VSR, VSR, wal -> {
                wal.damageHeader(SLOT);
                wal.damagePrepare(SLOT);
            }),
            new Row(RecoveryCase.B, CUT_TORN, VSR, wal -> {
                wal.writeHeaderAt(SLOT, wal.reserved(SLOT));
                wal.damagePrepare(SLOT);
            }),
            new Row(RecoveryCase.C, VSR, VSR, wal -> wal.damagePrepare(SLOT)),
            new Row(RecoveryCase.D, VSR, FIX, wal -> {
                wal.damageHeader(SLOT);
                wal.writeReservedPrepare(SLOT);
            }),
            new Row(RecoveryCase.E, VSR, FIX, wal -> wal.damageHeader(SLOT)),
            new Row(RecoveryCase.F, FIX, FIX, wal -> {
                wal.damageHeader(SLOT);
                for (int slot = SLOT + 1; slot <= 12; slot++) {
                    wal.writeHeaderAt(slot, wal.reserved(slot));
                    wal.writeReservedPrepare(slot);
                }
            }),
            new Row(RecoveryCase.G, FIX, FIX, wal -> wal.writeHeaderAt(SLOT, wal.reserved(SLOT))),
            new Row(RecoveryCase.H, CUT, VSR, wal -> wal.append(Wal.entry(SLOT + 32, 0))),
            new Row(RecoveryCase.I, CUT, VSR, wal -> wal.writeHeader(Wal.entry(SLOT + 32, 0).header())),
            new Row(RecoveryCase.J, CUT, VSR, wal -> {
                wal.writeHeader(Wal.entry(SLOT + 32, 0).header());
                wal.writeReservedPrepare(SLOT);
            }),
            new Row(RecoveryCase.K, VSR, VSR, wal -> wal.writeReservedPrepare(SLOT)),
            new Row(RecoveryCase.L, NIL, NIL, wal -> {
                wal.writeHeaderAt(SLOT, wal.reserved(SLOT));
                wal.writeReservedPrepare(SLOT);
            }),
            new Row(RecoveryCase.O, VSR, VSR, wal -> wal.writePrepare(Wal.entry(SLOT, 1))),
            new Row(RecoveryCase.P, EQL, EQL, wal -> { }));

    /** S09: all rows but M and N, which need a second lap and follow below. */
    @TestFactory
    List<DynamicTest> eachRowOnDisk() {
        List<DynamicTest> tests = new ArrayList<>();
        for (Row row : ROWS) {
            tests.add(DynamicTest.dynamicTest(row.row + " with peers", () -> {
                Wal wal = Wal.ofThree();
                wal.append(Wal.chain(1, 12, 0, Wal.root().checksum()));
                row.disk.accept(wal);
                checkSlot(wal, row.row, row.withPeers);
            }));
            tests.add(DynamicTest.dynamicTest(row.row + " solo", () -> {
                Wal wal = Wal.solo();
                wal.append(Wal.chain(1, 12, 0, Wal.root().checksum()));
                row.disk.accept(wal);
                checkSlot(wal, row.row, row.solo);
            }));
        }
        return tests;
    }

    /** M and N: checkpoint 19 is durable, so ops to 51 may be in the log; slot 9 is in its second lap. */
    @TestFactory
    List<DynamicTest> rowsOfTheSecondLap() {
        List<DynamicTest> tests = new ArrayList<>();
        for (boolean solo : new boolean[] {false, true}) {
            tests.add(DynamicTest.dynamicTest("M solo=" + solo, () -> {
                Wal wal = secondLap(solo);
                wal.writeHeader(Wal.entry(SLOT, 0).header());
                checkSlot(wal, RecoveryCase.M, FIX);
            }));
            tests.add(DynamicTest.dynamicTest("N solo=" + solo, () -> {
                Wal wal = secondLap(solo);
                wal.writePrepare(Wal.entry(SLOT, 0));
                checkSlot(wal, RecoveryCase.N, VSR);
            }));
        }
        return tests;
    }

    /**
     * A hole in the middle of the second lap. Under the header of an op that the checkpoint contains it can only be a
     * torn append; under that of an op still needed it is a loss.
     */
    @Test
    void aTornAppendBelowAnotherOneIsCut() throws Exception {
        Wal wal = secondLap(false);
        wal.writeHeader(Wal.entry(SLOT, 0).header());
        wal.damagePrepare(SLOT);
        checkSlot(wal, RecoveryCase.C, CUT_TORN);
        assertEquals(44, wal.open().op());
        assertTrue(wal.open().isHeadCertain());
        Wal lost = secondLap(false);
        lost.damagePrepare(SLOT);
        checkSlot(lost, RecoveryCase.C, VSR);
    }

    /** More of them than writes can have been in flight: then they are something else. */
    @Test
    void tooManyHolesAreFaults() throws Exception {
        Wal wal = secondLap(false);
        for (int slot = 3; slot <= 3 + Wal.WRITES_MAX; slot++) {
            wal.writeHeader(Wal.entry(slot, 0).header());
            wal.damagePrepare(slot);
        }
        assertEquals(Wal.WRITES_MAX + 1, wal.recover().journal().faultyCount());
    }

    private static Wal secondLap(boolean solo) throws Exception {
        Wal wal = solo ? Wal.solo() : Wal.ofThree();
        LogEntry[] chain = Wal.chain(1, 44, 0, Wal.root().checksum());
        wal.append(chain);
        wal.checkpoint(chain[18].header());
        return wal;
    }

    private static void checkSlot(Wal wal, RecoveryCase row, RecoveryDecision decision) throws Exception {
        EntryHeader prepare = new WalReader(wal.storage, Wal.CLUSTER, wal.geometry).readPrepare(SLOT, false).header();
        WalRecovery recovery = wal.recover();
        assertEquals(row, recovery.findings().get(SLOT).row());
        assertEquals(decision, recovery.findings().get(SLOT).decision());
        Journal journal = recovery.journal();
        assertEquals(decision == VSR, journal.isFaulty(SLOT));
        assertEquals(decision == VSR, journal.isDirty(SLOT));
        EntryHeader expected = (decision == FIX || decision == EQL) && !prepare.isReserved() ? prepare : null;
        assertEquals(expected, journal.headerInSlot(SLOT));
        boolean readable = prepare != null && !prepare.isReserved();
        assertEquals(readable, readable && journal.canServe(prepare.op(), prepare.checksum()));
        assertEquals(decision == FIX, recovery.headerSectors().contains(0));

        EntryHeader before = wal.headerOnDisk(SLOT);
        if (wal.open().status() == OpenedLog.Status.REFUSED) {
            assertEquals(VSR, decision);
            return;
        }
        EntryHeader after = wal.headerOnDisk(SLOT);
        EntryHeader content = expected != null ? expected : wal.reserved(SLOT);
        assertArrayEquals(decision == FIX ? content.toBytes() : before.toBytes(), after.toBytes());
        assertEquals(decision == FIX ? (expected == null ? NIL : EQL) : decision,
                wal.recover().findings().get(SLOT).decision(), "opening again");
    }

    /** S10: as many torn appends as can have been in flight are cut, one more and none is. */
    @TestFactory
    List<DynamicTest> tornAppends() {
        List<DynamicTest> tests = new ArrayList<>();
        for (int torn = 0; torn <= Wal.WRITES_MAX + 1; torn++) {
            int count = torn;
            for (boolean secondLap : new boolean[] {false, true}) {
                tests.add(DynamicTest.dynamicTest(count + " torn, second lap=" + secondLap, () -> {
                    Wal wal = secondLap ? secondLap(false) : Wal.ofThree();
                    long head = secondLap ? 44 : 12;
                    if (!secondLap) {
                        wal.append(Wal.chain(1, 12, 0, Wal.root().checksum()));
                    }
                    for (int i = 1; i <= count; i++) {
                        wal.writePrepare(Wal.entry(head + i, 0));
                        wal.damagePrepare(wal.geometry.slotOf(head + i));
                    }
                    OpenedLog log = wal.open();
                    boolean cut = count <= Wal.WRITES_MAX;
                    assertEquals(cut ? 0 : count, log.journal().faultyCount());
                    assertEquals(head, log.op());
                    assertEquals(cut, log.isHeadCertain());
                    for (int i = 1; i <= count; i++) {
                        assertEquals(cut ? CUT_TORN : VSR,
                                log.recovery().findings().get(wal.geometry.slotOf(head + i)).decision());
                    }
                }));
            }
        }
        return tests;
    }

    /** A solo replica's first append of all tears: it must open. */
    @Test
    void soloOpensAfterItsFirstAppendTore() throws Exception {
        Wal wal = Wal.solo();
        wal.writePrepare(Wal.entry(1, 0));
        wal.tearPrepare(1);
        OpenedLog log = wal.open();
        assertEquals(OpenedLog.Status.SOLO, log.status());
        assertEquals(0, log.op());
    }

    /** S11: a fault left of the head does not matter to torn appends, one right of it forbids to cut any. */
    @Test
    void anotherFaultForbidsCuttingOnlyRightOfTheHead() throws Exception {
        for (int faultySlot : new int[] {5, 20}) {
            Wal wal = Wal.ofThree();
            wal.append(Wal.chain(1, 12, 0, Wal.root().checksum()));
            wal.writePrepare(Wal.entry(13, 0));
            wal.damagePrepare(13);
            wal.damageHeader(faultySlot);
            wal.damagePrepare(faultySlot);
            WalRecovery recovery = wal.recover();
            assertEquals(VSR, recovery.findings().get(faultySlot).decision());
            assertEquals(faultySlot == 5 ? CUT_TORN : VSR, recovery.findings().get(13).decision());
        }
    }

    /** A misplaced prepare is whole, so it is no torn write, even in the tail. */
    @Test
    void misplacedPrepareIsNotTorn() throws Exception {
        Wal wal = Wal.ofThree();
        wal.append(Wal.chain(1, 12, 0, Wal.root().checksum()));
        wal.writePrepareAt(14, Wal.entry(11, 0));
        assertEquals(VSR, wal.recover().findings().get(14).decision());
    }

    /**
     * When head and checkpoint coincide, the tail's last slot is the checkpoint's own: its fault is none of
     * the tail's.
     */
    @Test
    void checkpointSlotIsNotPartOfTheTail() throws Exception {
        Wal wal = Wal.ofThree();
        LogEntry[] chain = Wal.chain(1, 19, 0, Wal.root().checksum());
        wal.append(chain);
        wal.checkpoint(chain[18].header());
        wal.writePrepare(Wal.entry(20, 0));
        wal.damagePrepare(20);
        wal.damageHeader(19);
        WalRecovery recovery = wal.recover();
        assertEquals(CUT_TORN, recovery.findings().get(20).decision());
        OpenedLog log = wal.open();
        assertEquals(19, log.op());
    }

    /** S04, §13 item 48. */
    @Test
    void lostRootIsRebuiltOnDisk() throws Exception {
        for (int ops : new int[] {0, 3}) {
            for (Wal wal : List.of(Wal.ofThree(), Wal.solo())) {
                wal.append(Wal.chain(1, ops, 0, Wal.root().checksum()));
                wal.damageHeader(0);
                wal.storage.damage(Storage.Zone.WAL_PREPARES, 20);
                OpenedLog log = wal.open();
                assertEquals(Wal.root(), log.journal().header(0));
                assertFalse(log.journal().isDirty(0));
                assertEquals(ops, log.op());
                assertTrue(log.isHeadCertain());
                assertEquals(EQL, wal.recover().findings().get(0).decision());
            }
        }
    }

    /** S14: op 13 was truncated by view 1 in memory; the disk still has it. */
    @Test
    void truncatedOpIsDroppedByItsView() throws Exception {
        Wal wal = Wal.ofThree();
        LogEntry[] chain = Wal.chain(1, 13, 0, Wal.root().checksum());
        wal.append(chain);
        wal.view(1, 1, chain[11].header());
        OpenedLog log = wal.open();
        assertEquals(12, log.op());
        assertNull(log.journal().header(13));
        assertFalse(log.journal().isFaulty(13));
        assertTrue(log.recovery().findings().get(13).dropped());
        assertTrue(log.journal().canServe(13, chain[12].checksum()), "the disk still has it");
    }

    /** S15: prepares of view 1, which this replica never made durable. */
    @Test
    void prepareOfAnUnpersistedViewIsDropped() throws Exception {
        Wal wal = Wal.ofThree();
        LogEntry[] chain = Wal.chain(1, 12, 0, Wal.root().checksum());
        wal.append(chain);
        wal.append(Wal.entry(13, 1, chain[11].checksum()));
        OpenedLog log = wal.open();
        assertEquals(12, log.op());
        assertEquals(List.of(13), log.recovery().findings().stream().filter(WalRecovery.Finding::dropped)
                .map(WalRecovery.Finding::slot).toList());
    }

    /** S16, §13 item 45: a header written to the wrong slot must not cost the acknowledged entry there. */
    @Test
    void misdirectedHeaderDoesNotDropAnAckedEntry() throws Exception {
        Wal wal = Wal.ofThree();
        LogEntry[] chain = Wal.chain(1, 12, 0, Wal.root().checksum());
        wal.append(chain);
        wal.writeHeaderAt(12, chain[6].header());
        OpenedLog log = wal.open();
        assertEquals(12, log.op());
        assertTrue(log.journal().hasClean(chain[11].header()));

        wal.writeHeaderAt(7, chain[11].header());
        log = wal.open();
        assertTrue(log.journal().isFaulty(7));
        assertTrue(log.journal().canServe(7, chain[6].checksum()));
    }

    /** S17: op 12 was rewritten in view 1 and the second prepare was lost. */
    @Test
    void sameOpInTwoViewsIsAFault() throws Exception {
        Wal wal = Wal.ofThree();
        EntryHeader second = rewriteWithoutItsPrepare(wal);
        OpenedLog log = wal.open();
        assertEquals(RecoveryCase.O, log.recovery().findings().get(12).row());
        assertEquals(second, log.head());
        assertTrue(log.journal().isFaulty(12));
        assertFalse(log.isHeadCertain());
    }

    /**
     * The same, and a neighbour's header is written: after another crash it must not look as if the older entry had
     * been the last (seed 6205).
     */
    @Test
    void aFaultOverAnOlderPrepareStaysOne() throws Exception {
        Wal wal = Wal.ofThree();
        rewriteWithoutItsPrepare(wal);
        byte[] sector = wal.open().journal().headerSector(0);
        wal.storage.write(Storage.Zone.WAL_HEADERS, wal.geometry.sectorOffset(0), ByteBuffer.wrap(sector));
        OpenedLog again = wal.open();
        assertTrue(again.journal().isFaulty(12));
        assertFalse(again.isHeadCertain());
    }

    private static EntryHeader rewriteWithoutItsPrepare(Wal wal) throws Exception {
        LogEntry[] chain = Wal.chain(1, 12, 0, Wal.root().checksum());
        wal.append(chain);
        EntryHeader second = Wal.entry(12, 1, chain[10].checksum()).header();
        wal.writeHeader(second);
        wal.view(1, 1, second);
        return second;
    }

    @Test
    void paddingThatIsNotZeroIsDamage() throws Exception {
        Wal wal = Wal.ofThree();
        wal.append(Wal.chain(1, 3, 0, Wal.root().checksum()));
        wal.storage.damage(Storage.Zone.WAL_PREPARES, wal.geometry.prepareOffset(2) + 8191);
        assertEquals(VSR, wal.recover().findings().get(2).decision());
    }

    @Test
    void recordsOfAnotherClusterAreBad() throws Exception {
        Wal wal = Wal.ofThree();
        byte[] none = new byte[0];
        EntryHeader foreign = EntryHeader.builder().cluster(Word128.of(8)).op(3).operation(130).body(none).build();
        wal.append(new LogEntry(foreign, none));
        assertEquals(RecoveryCase.A, wal.recover().findings().get(3).row());
    }

    @Test
    void viewRanges() {
        EntryHeader v5op20 = Wal.entry(20, 5).header();
        EntryHeader v5op19 = Wal.entry(19, 5).header();
        EntryHeader v3op10 = Wal.entry(10, 3).header();
        List<EntryHeader> headers = List.of(v5op20, v5op19, EntryHeader.blank(18), v3op10);
        assertEquals(new ViewRange(6, 6), ViewRange.of(21, 6, headers));
        assertEquals(new ViewRange(5, 5), ViewRange.of(20, 6, headers));
        assertEquals(new ViewRange(3, 5), ViewRange.of(18, 6, headers));
        assertEquals(new ViewRange(3, 5), ViewRange.of(11, 6, headers));
        assertEquals(new ViewRange(3, 3), ViewRange.of(10, 6, headers));
        assertEquals(new ViewRange(0, 3), ViewRange.of(9, 6, headers));
    }
}
