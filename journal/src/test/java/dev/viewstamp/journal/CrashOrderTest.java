package dev.viewstamp.journal;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * S94: a backup appends, repairs, is truncated by new views and takes checkpoints, over several laps of a
 * small WAL; its writes complete in any order, and it loses power at any point, when each write in flight
 * is old, new, or torn. After each crash nothing that was acknowledged may be missing unnoticed. {@link
 * CrashedBackup} is the replica and its checks.
 */
class CrashOrderTest {
    @Test
    void nothingAckedIsLostUnnoticed() throws Exception {
        Map<RecoveryCase, Integer> rows = new EnumMap<>(RecoveryCase.class);
        Map<RecoveryDecision, Integer> decisions = new EnumMap<>(RecoveryDecision.class);
        long acked = 0;
        long opMax = 0;
        for (long seed = 1; seed <= 72; seed++) {
            CrashedBackup backup = new CrashedBackup(seed, CrashedBackup.Faults.of(seed));
            for (int round = 0; round < 16; round++) {
                backup.run(160);
                for (WalRecovery.Finding finding : backup.crash().findings()) {
                    rows.merge(finding.row(), 1, Integer::sum);
                    decisions.merge(finding.decision(), 1, Integer::sum);
                }
            }
            acked += backup.ackedCount();
            opMax = Math.max(opMax, backup.head());
        }
        assertTrue(acked > 4_000, "acked " + acked);
        assertTrue(opMax > 3 * 32, "laps: " + opMax);
        for (RecoveryDecision decision : RecoveryDecision.values()) {
            // a replica of this test never writes ahead of its checkpoint
            if (decision != RecoveryDecision.CUT) {
                assertTrue(decisions.getOrDefault(decision, 0) > 10, decision + " was hardly met: " + decisions);
            }
        }
        for (RecoveryCase row : RecoveryCase.values()) {
            boolean writtenAhead = row.decision(false) == RecoveryDecision.CUT;
            // the disk of this test loses none
            boolean lostPrepare = row == RecoveryCase.K || row == RecoveryCase.N;
            assertTrue(writtenAhead || lostPrepare || rows.getOrDefault(row, 0) > 0, row + " was never met: " + rows);
        }
    }

    /**
     * With whole header sectors and no rot, a power loss alone never costs the certainty of the head: the
     * only fault it can leave is a torn repair to the left of it.
     */
    @Test
    void powerLossOfAppendsKeepsTheHeadCertain() throws Exception {
        for (long seed = 1; seed <= 30; seed++) {
            CrashedBackup backup = new CrashedBackup(seed, new CrashedBackup.Faults(false, false, false));
            for (int round = 0; round < 10; round++) {
                backup.run(160);
                WalRecovery recovery = backup.crash();
                assertTrue(backup.lastOpened().isHeadCertain(), "seed " + seed + " " + recovery.summary());
            }
        }
    }
}
