package dev.viewstamp.actors.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.viewstamp.journal.EntryHeader;
import dev.viewstamp.journal.Word128;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Replication spec §4.5: one story each. The scenarios' numbers are those of §12.5, here at the level of votes
 * alone.
 */
class DoViewChangeQuorumTest {
    private static final int PIPELINE = 4;

    /** Op at which a view's own entries begin; below it the log is that of the view before. */
    private final long[] firstOp = {0, 100, 100, 100, 100};

    private DoViewChangeQuorum quorum(int replicaCount, int self) {
        return new DoViewChangeQuorum(Quorums.of(replicaCount), self, PIPELINE);
    }

    /** The entry of an op in the log of {@code view}. */
    private EntryHeader header(long op, int view) {
        int author = view;
        while (author > 0 && op < firstOp[author]) {
            author--;
        }
        Word128 parent = op == 0 ? Word128.ZERO : header(op - 1, author).checksum();
        return Entries.header(op, author, 0, parent, 0);
    }

    /**
     * A vote written as its log from the head downwards: op, {@code v} and view (or {@code _} for a blank),
     * then {@code p} for present and {@code n} for nack.
     */
    private DoViewChangeVote vote(int replica, int logView, long commitMin, String log) {
        List<EntryHeader> headers = new ArrayList<>();
        long present = 0;
        long nack = 0;
        for (String place : log.split(" ")) {
            present |= place.contains("p") ? 1L << headers.size() : 0;
            nack |= place.contains("n") ? 1L << headers.size() : 0;
            String[] parts = place.replaceAll("[pn]", "").split("[v_]");
            long op = Long.parseLong(parts[0]);
            headers.add(place.contains("_") ? EntryHeader.reserved(Word128.ZERO, (int) op)
                    : header(op, Integer.parseInt(parts[1])));
        }
        return new DoViewChangeVote(replica, logView, commitMin, 0, present, nack, LogSuffix.of(headers));
    }

    private static void assertHead(EntryHeader head, LogChoice choice) {
        assertEquals(head, assertInstanceOf(LogChoice.Chosen.class, choice).head());
    }

    @Test
    void thereIsNoChoiceWithoutAQuorumOrWithoutTheOwnVote() {
        DoViewChangeQuorum quorum = quorum(3, 1);
        assertEquals(new LogChoice.AwaitingQuorum(), quorum.choose());
        assertEquals(DoViewChangeQuorum.Added.NEW, quorum.add(vote(0, 0, 5, "6v0p 5v0p")));
        assertEquals(DoViewChangeQuorum.Added.NEW, quorum.add(vote(2, 0, 5, "6v0p 5v0p")));
        assertEquals(new LogChoice.AwaitingQuorum(), quorum.choose());
        quorum.add(vote(1, 0, 5, "5v0p"));
        assertHead(header(6, 0), quorum.choose());
        quorum.clear();
        assertEquals(new LogChoice.AwaitingQuorum(), quorum.choose());
        quorum.checkInvariants();
    }

    @Test
    void theNewestLogViewBeatsALongerLog() {
        firstOp[1] = 6;
        DoViewChangeQuorum quorum = quorum(3, 2);
        quorum.add(vote(2, 0, 5, "8v0p 7v0p 6v0p 5v0p"));
        quorum.add(vote(0, 1, 5, "6v1p 5v0p"));
        LogChoice choice = quorum.choose();
        assertHead(header(6, 1), choice);
        LogChoice.Chosen chosen = (LogChoice.Chosen) choice;
        assertEquals(List.of(header(6, 1), header(5, 0)), chosen.canonical());
        assertEquals(5, chosen.commitMax());
        assertEquals(header(8, 0).timestamp(), chosen.timestampMax(), "time never goes back");
    }

    /** S44: one of two lost the entry; it may have acknowledged it, so only the third vote decides. */
    @Test
    void aFaultyEntryNeedsTheThirdVote() {
        DoViewChangeQuorum quorum = quorum(3, 0);
        quorum.add(vote(0, 0, 5, "6v0 5v0p"));
        quorum.add(vote(1, 0, 5, "5v0p"));
        assertEquals(new LogChoice.AwaitingRepair(6), quorum.choose());
        quorum.add(vote(2, 0, 5, "6v0p 5v0p"));
        assertHead(header(6, 0), quorum.choose());
    }

    /** S44, the other way: the third has not got it either. Two that certainly lack it prove it uncommitted. */
    @Test
    void aFaultyEntryThatNobodyElseHasIsDropped() {
        DoViewChangeQuorum quorum = quorum(3, 0);
        quorum.add(vote(0, 0, 5, "6v0 5v0p"));
        quorum.add(vote(1, 0, 5, "5v0p"));
        quorum.add(vote(2, 0, 5, "5v0p"));
        assertHead(header(5, 0), quorum.choose());
    }

    /** S45: two of three lost the same op, the third never had it. It may have been committed: stall. */
    @Test
    void tooManyFaultsStall() {
        DoViewChangeQuorum quorum = quorum(3, 0);
        quorum.add(vote(0, 0, 5, "6v0 5v0p"));
        quorum.add(vote(1, 0, 5, "6v0 5v0p"));
        assertEquals(new LogChoice.AwaitingRepair(6), quorum.choose());
        quorum.add(vote(2, 0, 5, "5v0p"));
        assertEquals(new LogChoice.Unavailable(6), quorum.choose());
    }

    /** S46: the header was learnt again after the entry was lost; that is no proof of never having held it. */
    @Test
    void aRelearntHeaderIsNoNack() {
        DoViewChangeQuorum quorum = quorum(3, 1);
        quorum.add(vote(1, 0, 5, "7v0n 6v0 5v0p"));
        quorum.add(vote(2, 0, 5, "5v0p"));
        assertEquals(new LogChoice.AwaitingRepair(6), quorum.choose());
        quorum.add(vote(0, 0, 5, "6v0p 5v0p"));
        assertHead(header(6, 0), quorum.choose());
    }

    /** S47: entries of three views at the same op; the newest log view wins, the older ones count as denials. */
    @Test
    void entriesOfOlderViewsDenyTheirOps() {
        firstOp[1] = 6;
        firstOp[2] = 6;
        DoViewChangeQuorum quorum = quorum(3, 1);
        quorum.add(vote(1, 0, 5, "7v0p 6v0p 5v0p"));
        quorum.add(vote(2, 1, 5, "7v1p 6v1p 5v0p"));
        assertHead(header(7, 1), quorum.choose());

        DoViewChangeQuorum cut = quorum(3, 1);
        cut.add(vote(1, 0, 5, "6v0p 5v0p"));
        cut.add(vote(2, 2, 5, "6v2n 5v0p"));
        assertHead(header(5, 0), cut.choose());
    }

    /** Nobody of the newest log view knows the op, and an older view's entry there was cut by it. */
    @Test
    void anOlderEntryUnderABlankIsDenied() {
        firstOp[1] = 7;
        DoViewChangeQuorum quorum = quorum(3, 0);
        quorum.add(vote(0, 1, 5, "7v1p 6_n 5v0p"));
        quorum.add(vote(2, 0, 5, "6v0p 5v0p"));
        assertHead(header(5, 0), quorum.choose());
    }

    /** S59: of two replicas, the old primary alone has the op, damaged: the other's word is enough. */
    @Test
    void aClusterOfTwoDropsWhatOneNeverHad() {
        DoViewChangeQuorum quorum = quorum(2, 1);
        quorum.add(vote(0, 0, 5, "6v0 5v0p"));
        quorum.add(vote(1, 0, 5, "5v0p"));
        assertHead(header(5, 0), quorum.choose());
    }

    @Test
    void aClusterOfTwoKeepsWhatBothMayHold() {
        DoViewChangeQuorum quorum = quorum(2, 1);
        quorum.add(vote(0, 0, 5, "6v0 5v0p"));
        quorum.add(vote(1, 0, 5, "6v0p 5v0p"));
        assertHead(header(6, 0), quorum.choose());
    }

    /** S60: 7 and 8 never arrived, 9 did. Without them 9 cannot have been committed. */
    @Test
    void aGapThatTwoDenyCutsWhatLiesAbove() {
        DoViewChangeQuorum quorum = quorum(3, 1);
        quorum.add(vote(1, 0, 6, "9v0p 8_n 7_n 6v0p"));
        quorum.add(vote(2, 0, 6, "6v0p"));
        assertHead(header(6, 0), quorum.choose());
    }

    @Test
    void aGapWithOneMoreCopyIsKept() {
        DoViewChangeQuorum quorum = quorum(3, 1);
        quorum.add(vote(1, 0, 6, "9v0p 8_n 7_n 6v0p"));
        quorum.add(vote(2, 0, 6, "8v0p 7v0p 6v0p"));
        assertHead(header(9, 0), quorum.choose());
    }

    @Test
    void anEntryNeverWrittenCanStillBeSupplied() {
        DoViewChangeQuorum quorum = quorum(3, 1);
        quorum.add(vote(1, 0, 5, "6v0pn 5v0p"));
        quorum.add(vote(2, 0, 5, "6v0 5v0p"));
        assertHead(header(6, 0), quorum.choose());
    }

    @Test
    void headersExecutedElsewhereAreTrustedAndOthersOnlyTried() {
        firstOp[1] = 9;
        DoViewChangeQuorum quorum = quorum(3, 0);
        quorum.add(vote(0, 1, 6, "9v1p 8v0p"));
        quorum.add(vote(2, 0, 6, "7v0p 6v0p 5v0p"));
        LogChoice.Chosen chosen = assertInstanceOf(LogChoice.Chosen.class, quorum.choose());
        assertEquals(8, chosen.commitMax());
        assertEquals(List.of(header(6, 0), header(5, 0)), chosen.trusted());
        assertEquals(List.of(header(7, 0)), chosen.candidates());
    }

    /** What everybody's checkpoint contains need not be in a log. */
    @Test
    void aCheckpointStandsForItsLog() {
        DoViewChangeQuorum quorum = quorum(3, 0);
        LogSuffix log = LogSuffix.of(List.of(header(9, 0)));
        quorum.add(new DoViewChangeVote(0, 0, 9, 9, 0, 1, log));
        quorum.add(new DoViewChangeVote(1, 0, 9, 9, 0, 1, log));
        assertHead(header(9, 0), quorum.choose());
        assertEquals(9, quorum.checkpointOpMax());
    }

    @Test
    void theMoreAdvancedCopyOfAVoteStays() {
        DoViewChangeQuorum quorum = quorum(3, 0);
        quorum.add(vote(0, 0, 5, "6v0n 5v0p"));
        assertEquals(DoViewChangeQuorum.Added.REPLACED, quorum.add(vote(0, 0, 6, "6v0p 5v0p")));
        assertEquals(DoViewChangeQuorum.Added.IGNORED, quorum.add(vote(0, 0, 5, "6v0n 5v0p")));
        assertEquals(6, quorum.votes().get(0).commitMin());
        assertEquals(1, quorum.count());
    }

    @Test
    void contradictionsStop() {
        firstOp[1] = 6;
        DoViewChangeQuorum quorum = quorum(3, 0);
        quorum.add(vote(0, 0, 5, "6v0p 5v0p"));
        assertThrows(BrokenInvariant.class, () -> quorum.add(vote(0, 0, 5, "5v0p")), "one replica, two logs");
        quorum.add(vote(1, 0, 5, "6v1p 5v0p"));
        assertThrows(BrokenInvariant.class, quorum::choose, "one log view, two logs");

        DoViewChangeQuorum nacked = quorum(3, 0);
        nacked.add(vote(0, 0, 5, "5v0n"));
        nacked.add(vote(1, 0, 5, "5v0n"));
        assertThrows(BrokenInvariant.class, nacked::choose, "a committed op, denied by a quorum");
    }

    @Test
    void aSuffixIsDescendingByOneAndStartsWithAHeader() {
        EntryHeader blank = EntryHeader.reserved(Word128.ZERO, 7);
        assertEquals(false, LogSuffix.isWellFormed(List.of()));
        assertEquals(false, LogSuffix.isWellFormed(List.of(blank)));
        assertEquals(false, LogSuffix.isWellFormed(List.of(header(8, 0), header(6, 0))));
        assertEquals(true, LogSuffix.isWellFormed(List.of(header(8, 0), blank, header(6, 0))));
        LogSuffix suffix = LogSuffix.of(List.of(header(8, 0), blank, header(6, 0)));
        assertEquals("8v0 7_ 6v0", suffix.toString());
        assertEquals(null, suffix.find(7));
        assertEquals(6, suffix.lastOp());
    }
}
