package dev.viewstamp.actors.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Scenario S92: over random histories of small clusters, with lost messages, crashes, deposed primaries that go
 * on committing and damaged disks, no choice of a log cuts what may have been committed or keeps what nobody
 * has. The judge is {@link LogHistory}.
 */
class DoViewChangeQuorumFuzzTest {
    private static final int SEEDS = 150;
    private static final int STEPS = 1_500;

    private int chosen;
    private int truncated;
    private int undecided;
    private int unavailable;
    private int committed;

    private void run(int replicaCount, int faultPermille) {
        for (long seed = 0; seed < SEEDS; seed++) {
            LogHistory history = new LogHistory(replicaCount, seed, faultPermille);
            try {
                for (int step = 0; step < STEPS; step++) {
                    history.step();
                }
            } catch (AssertionError | RuntimeException failure) {
                String where = "replicaCount " + replicaCount + " seed " + seed + ": ";
                throw new AssertionError(where + failure.getMessage(), failure);
            }
            chosen += history.chosen;
            truncated += history.truncated;
            undecided += history.undecided;
            unavailable += history.unavailable;
            committed += history.committedCount();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6})
    void withoutDamageEverybodyTogetherAlwaysKnowsTheLog(int replicaCount) {
        run(replicaCount, 0);
        assertEquals(0, unavailable);
        assertTrue(committed > 4 * SEEDS && chosen > SEEDS, "committed " + committed + ", chosen " + chosen);
        assertTrue(replicaCount == 1 || truncated > SEEDS / 20, "truncated " + truncated);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4, 5, 6})
    void withDamageTheLogIsKeptOrNotChosen(int replicaCount) {
        run(replicaCount, 10);
        assertTrue(committed > 2 * SEEDS && chosen > SEEDS / 2, "committed " + committed + ", chosen " + chosen);
        assertTrue(truncated > SEEDS / 20, "truncated " + truncated);
        assertTrue(undecided > SEEDS / 20, "undecided " + undecided);
    }
}
