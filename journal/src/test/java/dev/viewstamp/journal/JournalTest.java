package dev.viewstamp.journal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.viewstamp.journal.Journal.ReadVerdict;
import dev.viewstamp.journal.Journal.WriteState;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The slot table: what may be believed, sent and written at each step of a write (replication spec §5.2 to §5.4). */
class JournalTest {
    private final Journal journal = Journal.formatted(Wal.CLUSTER, new WalGeometry(32, 8192));

    @AfterEach
    void invariantsHold() {
        journal.checkInvariants();
    }

    @Test
    void formattedHoldsTheRootOnly() {
        assertTrue(journal.hasClean(Wal.root()));
        assertEquals(0, journal.opMax());
        for (int op = 1; op < 70; op++) {
            assertNull(journal.header(op));
        }
        assertFalse(journal.canServe(5, EntryHeader.reserved(Wal.CLUSTER, 5).checksum()));
    }

    @Test
    void entryIsCleanOnlyAfterBothRings() {
        EntryHeader header = Wal.entry(1, 0).header();
        journal.setHeaderAsDirty(header);
        assertTrue(journal.hasDirty(header));
        assertFalse(journal.canServe(1, header.checksum()));
        journal.startWrite(header);
        assertEquals(WriteState.EXACT, journal.writing(header));
        assertEquals(WriteState.SLOT, journal.writing(Wal.entry(1, 1).header()));
        assertEquals(WriteState.NONE, journal.writing(Wal.entry(2, 0).header()));
        assertTrue(headerInSector(1).isReserved(), "a header reaches the disk after its prepare only");

        assertTrue(journal.prepareWritten(header));
        assertFalse(journal.hasClean(header));
        assertTrue(journal.canServe(1, header.checksum()));
        assertEquals(header, headerInSector(1));

        assertTrue(journal.headerWritten(header));
        assertTrue(journal.hasClean(header));
        assertEquals(WriteState.NONE, journal.writing(header));
    }

    /** Replication spec §13 item 81: a sector on its way to the disk and the table do not share a byte. */
    @Test
    void aSectorHandedOutIsACopy() {
        EntryHeader header = dirty(Wal.entry(1, 0).header());
        journal.startWrite(header);
        journal.prepareWritten(header);
        byte[] first = journal.headerSector(0);
        byte[] asItWas = first.clone();
        EntryHeader neighbour = dirty(Wal.entry(2, 0).header());
        journal.startWrite(neighbour);
        journal.prepareWritten(neighbour);
        journal.headerSector(0);
        assertArrayEquals(asItWas, first, "changed while it was being written");
        java.util.Arrays.fill(first, (byte) 7);
        assertEquals(header, journal.header(1));
        assertEquals(header, headerInSector(1));
        assertEquals(neighbour, headerInSector(2));
    }

    @Test
    void oneWritePerSlot() {
        EntryHeader first = dirty(Wal.entry(1, 0).header());
        journal.startWrite(first);
        assertThrows(InvariantViolation.class, () -> journal.startWrite(first));
        EntryHeader second = dirty(Wal.entry(1, 1).header());
        assertThrows(InvariantViolation.class, () -> journal.startWrite(second));
        assertFalse(journal.prepareWritten(first), "the slot was given to another entry");
        assertTrue(journal.hasDirty(second));
        assertTrue(journal.canServe(1, first.checksum()));
        write(second);
        assertTrue(journal.hasClean(second));
    }

    /** What a checkpoint contains, and faults right of the head, need no repair; what is needed and written stays. */
    @Test
    void whatIsMissingOutsideOfTheNeededOpsIsGivenUp() {
        EntryHeader old = dirty(Wal.entry(3, 0).header());
        EntryHeader needed = dirty(Wal.entry(8, 0).header());
        EntryHeader writing = dirty(Wal.entry(4, 0).header());
        journal.startWrite(writing);
        EntryHeader kept = dirty(Wal.entry(5, 0).header());
        write(kept);
        EntryHeader lost = Wal.entry(20, 0).header();
        dirty(lost);
        write(lost);
        journal.markFaulty(20, lost.checksum());
        journal.removeDirtyOutside(7, 12);
        assertNull(journal.header(3), "" + old);
        assertTrue(journal.hasDirty(needed));
        assertTrue(journal.hasDirty(writing), "its write has not ended");
        assertTrue(journal.hasClean(kept));
        assertFalse(journal.isFaulty(20));
        assertFalse(journal.isDirty(20));
    }

    /** In a later lap a slot is asked for by the op that belongs there now. */
    @Test
    void emptyFaultySlotsAreJudgedByTheOpThatBelongsThere() {
        EntryHeader fault = dirty(Wal.entry(5, 0).header());
        write(fault);
        journal.markFaulty(5, fault.checksum());
        journal.removeDirtyOutside(40, 60);
        assertFalse(journal.isFaulty(5), "op 37 is below");
        EntryHeader other = dirty(Wal.entry(10, 0).header());
        write(other);
        journal.load(10, null, null, true, true, null);
        journal.removeDirtyOutside(40, 60);
        assertTrue(journal.isFaulty(10), "op 42 is needed, and may be what was lost");
    }

    /** A checkpoint stands for ops that were never executed here, whatever they were. */
    @Test
    void whatACheckpointReplacesIsRemoved() {
        for (int op = 1; op <= 6; op++) {
            write(dirty(Wal.entry(op, 0).header()));
        }
        journal.removeEntriesBetween(3, 5);
        for (int op = 1; op <= 6; op++) {
            assertEquals(op < 3 || op > 5, journal.header(op) != null, "op " + op);
            assertTrue(journal.canServe(op, Wal.entry(op, 0).header().checksum()), "still on disk");
        }
    }

    @Test
    void completionsThatNobodyStartedAreBugs() {
        EntryHeader header = dirty(Wal.entry(1, 0).header());
        assertThrows(InvariantViolation.class, () -> journal.prepareWritten(header));
        journal.startWrite(header);
        assertThrows(InvariantViolation.class, () -> journal.headerWritten(header));
        assertThrows(InvariantViolation.class, () -> journal.prepareWritten(Wal.entry(1, 1).header()));
        assertThrows(InvariantViolation.class, () -> journal.startWrite(Wal.entry(2, 0).header()));
        journal.abortWrite(header);
        assertTrue(journal.hasDirty(header));
        assertFalse(journal.isWriting());
    }

    /** §13 item 42: removed and added again while its header sector is written. */
    @Test
    void removedAndReaddedDuringTheSectorWriteIsNotClean() {
        EntryHeader header = dirty(Wal.entry(1, 0).header());
        journal.startWrite(header);
        journal.prepareWritten(header);
        journal.removeEntriesFrom(1);
        journal.headerSector(0);                     // a neighbour's write would put reserved there
        journal.setHeaderAsDirty(header);
        assertFalse(journal.headerWritten(header));
        assertTrue(journal.hasDirty(header));
        write(header);
        assertTrue(journal.hasClean(header));
    }

    @Test
    void removalDuringThePrepareWriteEndsTheWrite() {
        EntryHeader header = dirty(Wal.entry(1, 0).header());
        journal.startWrite(header);
        journal.removeEntriesFrom(1);
        assertFalse(journal.prepareWritten(header));
        assertNull(journal.header(1));
        assertTrue(headerInSector(1).isReserved());
        assertTrue(journal.canServe(1, header.checksum()), "it is on disk all the same");
    }

    /** S12, S13, §13 items 40, 41. */
    @Test
    void neighboursOfAFaultyOrDirtySlotDoNotLeak() {
        LogEntry[] chain = Wal.chain(1, 10, 0, Wal.root().checksum());
        for (LogEntry entry : chain) {
            write(dirty(entry.header()));
        }
        EntryHeader eight = chain[7].header();
        EntryHeader nine = chain[8].header();
        journal.load(7, null, null, true, true, null);
        journal.markFaulty(8, eight.checksum());
        journal.markFaulty(9, nine.checksum());
        EntryHeader eleven = dirty(Wal.entry(11, 0, chain[9].checksum()).header());

        journal.startWrite(nine);
        assertTrue(journal.prepareWritten(nine));
        assertFalse(headerInSector(7).isValid(), "a neighbour that lost something unknown is written invalid");
        assertEquals(eight, headerInSector(8), "one that lost an entry shows which");
        assertEquals(nine, headerInSector(9), "the repaired slot itself is not");
        assertTrue(headerInSector(11).isReserved(), "a dirty neighbour keeps what it had");
        assertTrue(journal.headerWritten(nine));
        assertTrue(journal.hasClean(nine));
        assertFalse(journal.isFaulty(9));
        assertTrue(journal.isFaulty(8));
        assertTrue(journal.hasDirty(eleven));
    }

    /** §13 item 47. */
    @Test
    void faultSurvivesAHeaderOverReservedButNotOverAnotherEntry() {
        EntryHeader header = Wal.entry(5, 2).header();
        journal.load(5, null, null, true, true, null);
        journal.setHeaderAsDirty(header);
        assertTrue(journal.isFaulty(5));
        journal.setHeaderAsDirty(header);
        assertTrue(journal.isFaulty(5));
        journal.setHeaderAsDirty(Wal.entry(5, 3).header());
        assertFalse(journal.isFaulty(5));
        assertTrue(journal.isDirty(5));
    }

    @Test
    void headersOnlyMoveForward() {
        EntryHeader second = dirty(Wal.entry(37, 0).header());
        assertThrows(InvariantViolation.class, () -> journal.setHeaderAsDirty(Wal.entry(5, 9).header()));
        assertThrows(InvariantViolation.class, () -> journal.setHeaderAsDirty(EntryHeader.reserved(Wal.CLUSTER, 6)));
        assertEquals(second, journal.header(37));
        assertNull(journal.header(5));
        write(second);
        assertThrows(InvariantViolation.class, () -> journal.setHeaderAsDirty(second), "clean already");
    }

    @Test
    void removingFromAnOpTakesFirstLapFaultsWithIt() {
        LogEntry[] chain = Wal.chain(1, 6, 0, Wal.root().checksum());
        for (LogEntry entry : chain) {
            write(dirty(entry.header()));
        }
        journal.load(9, null, null, true, true, null);
        journal.load(2, null, null, true, true, null);
        journal.removeEntriesFrom(5);
        assertEquals(4, journal.opMax());
        assertFalse(journal.isFaulty(9));
        assertTrue(journal.isFaulty(2));
        assertEquals(2, journal.nextDirty(0));
        assertEquals(1, journal.dirtyCount());
        assertThrows(InvariantViolation.class, () -> journal.removeEntriesFrom(0));
    }

    @Test
    void readVerdicts() {
        LogEntry entry = Wal.entry(1, 0);
        EntryHeader header = entry.header();
        StoredPrepare good = new StoredPrepare(StoredPrepare.State.INTACT, header, null);
        write(dirty(header));
        assertEquals(ReadVerdict.INTACT, journal.judgeRead(1, header.checksum(), good));
        assertEquals(ReadVerdict.DAMAGED_OURS, journal.judgeRead(1, header.checksum(), StoredPrepare.DAMAGED));
        assertEquals(ReadVerdict.DAMAGED_OURS, journal.judgeRead(1, header.checksum(), StoredPrepare.MISPLACED));
        assertEquals(ReadVerdict.SLOT_REUSED, journal.judgeRead(1, Word128.of(1), StoredPrepare.DAMAGED));
        EntryHeader other = Wal.entry(1, 4).header();
        StoredPrepare another = new StoredPrepare(StoredPrepare.State.INTACT, other, null);
        assertEquals(ReadVerdict.DAMAGED_OURS, journal.judgeRead(1, header.checksum(), another),
                "a misdirected read");

        journal.setHeaderAsDirty(other);
        assertEquals(ReadVerdict.DAMAGED, journal.judgeRead(1, header.checksum(), StoredPrepare.DAMAGED));
        journal.markFaulty(1, header.checksum());
        assertFalse(journal.isFaulty(1), "it is another entry's slot by now");
        journal.startWrite(other);
        assertEquals(ReadVerdict.SLOT_REUSED, journal.judgeRead(1, header.checksum(), StoredPrepare.DAMAGED));
    }

    /** A read from before a rewrite completes late: at worst the slot is repaired once more. */
    @Test
    void lateReadFailureDuringARewriteIsSafe() {
        EntryHeader header = dirty(Wal.entry(1, 0).header());
        write(header);
        journal.markFaulty(1, header.checksum());
        journal.startWrite(header);
        journal.prepareWritten(header);
        journal.markFaulty(1, header.checksum());
        assertFalse(journal.headerWritten(header));
        assertTrue(journal.isFaulty(1));
        assertFalse(headerInSector(1).isValid());
    }

    /** Its header was taken back with a view's log: a reserved one over a damaged prepare would look never used. */
    @Test
    void aFaultWithoutItsHeaderOnTheDiskIsWrittenInvalid() {
        EntryHeader header = dirty(Wal.entry(1, 0).header());
        write(header);
        journal.removeEntriesFrom(1);
        dirty(header);
        journal.markFaulty(1, header.checksum());
        assertTrue(journal.isFaulty(1));
        assertFalse(headerInSector(1).isValid());
    }

    @Test
    void latestBreak() {
        LogEntry[] chain = Wal.chain(1, 20, 0, Wal.root().checksum());
        IntStream.of(0, 1, 4, 5, 6, 9, 10, 11, 15, 18, 19).forEach(i -> dirty(chain[i].header()));
        assertEquals(new OpRange(17, 18), journal.findLatestBreak(0, 20));
        assertEquals(new OpRange(13, 15), journal.findLatestBreak(0, 16));
        assertEquals(new OpRange(14, 15), journal.findLatestBreak(14, 16), "ends at opMin, which it may contain");
        assertNull(journal.findLatestBreak(10, 12));
        assertNull(journal.findLatestBreak(12, 12));
        assertEquals(new OpRange(3, 4), journal.findLatestBreak(0, 5));
        assertThrows(InvariantViolation.class, () -> journal.findLatestBreak(0, 17));
        assertTrue(journal.chainIsComplete(10, 12));
        assertTrue(journal.chainIsComplete(0, 2));
        assertFalse(journal.chainIsComplete(2, 5));
    }

    /**
     * Ops 1 to 5 are of older views' log; op 6 shows that 5 is not its parent, and what leads to 5 is in
     * doubt with it.
     */
    @Test
    void olderViewLeftOfTheBreakExtendsIt() {
        LogEntry[] chain = Wal.chain(1, 2, 0, Wal.root().checksum());
        for (LogEntry entry : chain) {
            dirty(entry.header());
        }
        LogEntry[] stale = Wal.chain(3, 5, 1, chain[1].checksum());
        for (LogEntry entry : stale) {
            dirty(entry.header());
        }
        dirty(Wal.entry(6, 3, Word128.of(99)).header());
        dirty(Wal.entry(7, 3, journal.header(6).checksum()).header());
        assertEquals(new OpRange(0, 5), journal.findLatestBreak(0, 7));
        assertEquals(new OpRange(2, 5), journal.findLatestBreak(2, 7));
        assertFalse(journal.chainIsComplete(4, 6));
    }

    /** A newer view to the left: both are asked for, but never the head. */
    @Test
    void newerViewLeftOfAnOlderOne() {
        dirty(Wal.entry(1, 0).header());
        dirty(Wal.entry(2, 5, Word128.of(50)).header());
        dirty(Wal.entry(3, 2, Word128.of(51)).header());
        dirty(Wal.entry(4, 2, journal.header(3).checksum()).header());
        assertEquals(new OpRange(2, 3), journal.findLatestBreak(1, 4));
        assertEquals(new OpRange(2, 2), journal.findLatestBreak(1, 3));
    }

    @Test
    void twoLogsInOneViewAreABug() {
        dirty(Wal.entry(1, 3, Word128.of(50)).header());
        dirty(Wal.entry(2, 3, Word128.of(51)).header());
        assertThrows(InvariantViolation.class, () -> journal.findLatestBreak(1, 2));
    }

    @Test
    void blankHeadersAreEqualByOp() {
        assertEquals(EntryHeader.blank(4), EntryHeader.blank(4));
        assertFalse(EntryHeader.blank(4).equals(EntryHeader.blank(5)));
        assertTrue(EntryHeader.blank(4).isBlank());
        assertFalse(EntryHeader.blank(4).isValid());
        assertFalse(Wal.entry(4, 0).header().isBlank());
    }

    private EntryHeader dirty(EntryHeader header) {
        journal.setHeaderAsDirty(header);
        return header;
    }

    private void write(EntryHeader header) {
        journal.startWrite(header);
        assertTrue(journal.prepareWritten(header));
        assertTrue(journal.headerWritten(header));
    }

    private EntryHeader headerInSector(int slot) {
        return EntryHeader.read(journal.headerSector(slot / 16), slot % 16 * EntryHeader.SIZE);
    }
}
