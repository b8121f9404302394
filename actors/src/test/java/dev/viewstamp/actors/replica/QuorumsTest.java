package dev.viewstamp.actors.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Replication spec §1.3, scenario S93. */
class QuorumsTest {
    @ParameterizedTest
    @CsvSource({
            //  n, replication, view change, nack, majority
            "1, 1, 1, 1, 1",
            "2, 2, 2, 1, 2",
            "3, 2, 2, 2, 2",
            "4, 2, 3, 3, 3",
            "5, 3, 3, 3, 3",
            "6, 3, 4, 4, 4"})
    void sizesAreThoseOfTheTable(int n, int replication, int viewChange, int nack, int majority) {
        assertEquals(new Quorums(n, replication, viewChange, nack, majority), Quorums.of(n));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6})
    void everyTwoQuorumsThatMustMeetDoMeet(int n) {
        Quorums quorums = Quorums.of(n);
        for (int a = 0; a < 1 << n; a++) {
            for (int b = 0; b < 1 << n; b++) {
                if (Integer.bitCount(a) == quorums.viewChange()) {
                    if (Integer.bitCount(b) == quorums.replication() || Integer.bitCount(b) == quorums.viewChange()) {
                        assertTrue((a & b) != 0, "quorums " + a + " and " + b + " miss each other");
                    }
                }
                if (Integer.bitCount(a) == quorums.nack() && Integer.bitCount(b) == quorums.replication()) {
                    assertTrue((a & b) != 0, "nacks do not disprove a replication quorum");
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, 7})
    void impossibleClusterSizesStop(int n) {
        assertThrows(BrokenInvariant.class, () -> Quorums.of(n));
    }

    @Test
    void everyReplicaLeadsInTurn() {
        Quorums quorums = Quorums.of(3);
        assertEquals(0, quorums.primary(0));
        assertEquals(2, quorums.primary(5));
        assertEquals(0, quorums.primary(6));
    }
}
