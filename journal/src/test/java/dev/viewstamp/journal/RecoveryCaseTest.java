package dev.viewstamp.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The table by itself: whatever the two rings show, exactly one row holds (S94). */
class RecoveryCaseTest {
    @Test
    void everyPossibleEvidenceHasExactlyOneRow() {
        Set<RecoveryCase> seen = EnumSet.noneOf(RecoveryCase.class);
        int consistent = 0;
        for (int bits = 0; bits < 1 << 11; bits++) {
            RecoveryEvidence evidence = evidence(bits);
            boolean isSolo = (bits >> 10 & 1) == 1;
            if (!evidence.isConsistent()) {
                continue;
            }
            consistent++;
            List<RecoveryCase> rows = new ArrayList<>();
            for (RecoveryCase row : RecoveryCase.values()) {
                if (row.holds(evidence)) {
                    rows.add(row);
                }
            }
            assertEquals(1, rows.size(), () -> evidence + " has rows " + rows);
            assertEquals(rows.get(0), RecoveryCase.of(evidence));
            assertEquals(expected(rows.get(0), isSolo), rows.get(0).decision(isSolo));
            seen.add(rows.get(0));
        }
        assertEquals(EnumSet.allOf(RecoveryCase.class), seen);
        assertEquals(2 * consistentByCounting(), consistent);
    }

    /** Evidence made from real headers is consistent: so the test above has left out nothing that occurs. */
    @Test
    void realEvidenceIsConsistent() {
        long prepareMax = 31;
        List<EntryHeader> records = new ArrayList<>();
        records.add(null);
        records.add(EntryHeader.reserved(Wal.CLUSTER, 5));
        for (long op : new long[] {5, 37, 69}) {
            records.add(Wal.entry(op, 1).header());
            records.add(Wal.entry(op, 2).header());
        }
        int count = 0;
        for (EntryHeader header : records) {
            for (EntryHeader prepare : records) {
                for (long opMax : new long[] {5, 20, 37, 69, 80}) {
                    long least = Math.max(entryOp(header), entryOp(prepare));
                    if (opMax >= least) {
                        RecoveryEvidence evidence = RecoveryEvidence.of(header, prepare, opMax, prepareMax);
                        assertEquals(true, evidence.isConsistent(), evidence::toString);
                        RecoveryCase.of(evidence);
                        count++;
                    }
                }
            }
        }
        assertEquals(true, count > 150);
    }

    private static long entryOp(EntryHeader record) {
        return record == null || record.isReserved() ? 0 : record.op();
    }

    private static RecoveryEvidence evidence(int bits) {
        boolean[] b = new boolean[10];
        for (int i = 0; i < b.length; i++) {
            b[i] = (bits >> i & 1) == 1;
        }
        return new RecoveryEvidence(b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9]);
    }

    /**
     * Records: bad, reserved, entry within, entry beyond. Of the pairs without two entries the prepare's
     * being the highest doubles those with a prepare entry. Two entries: equal (identical or not), header
     * older, header newer.
     */
    private static int consistentByCounting() {
        int withoutTwoEntries = 2 * 2 + 2 /* header entry, no prepare entry */ * 2 + 2 * 2 /* prepare entry */ * 2;
        int bothWithin = 2 * 2 /* one op, identical or not, highest or not */ + 2 /* older */
                + 1 /* newer: never highest */;
        int bothBeyond = bothWithin;
        int onlyPrepareBeyond = 2;
        int onlyHeaderBeyond = 1;
        return withoutTwoEntries + bothWithin + bothBeyond + onlyPrepareBeyond + onlyHeaderBeyond;
    }

    private static RecoveryDecision expected(RecoveryCase row, boolean isSolo) {
        String decisions = isSolo ? "VVVFFFFVVVVNFVVE" : "VVVVVFFCCCVNFVVE";
        return switch (decisions.charAt(row.ordinal())) {
            case 'V' -> RecoveryDecision.VSR;
            case 'F' -> RecoveryDecision.FIX;
            case 'C' -> RecoveryDecision.CUT;
            case 'N' -> RecoveryDecision.NIL;
            default -> RecoveryDecision.EQL;
        };
    }
}
