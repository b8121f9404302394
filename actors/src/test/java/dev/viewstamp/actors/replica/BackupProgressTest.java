package dev.viewstamp.actors.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.viewstamp.journal.ClusterConstants;
import dev.viewstamp.journal.SuperBlock;
import dev.viewstamp.journal.VsrState;
import dev.viewstamp.journal.Word128;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Back-pressure: waits for a replication quorum, never for one slow member. Five replicas, a quorum of three, a
 * pipeline of four.
 */
class BackupProgressTest {
    private static final Word128 CLUSTER = Word128.of(1);

    private final ReplicaState state = new ReplicaState(SuperBlock.first(CLUSTER,
            new ClusterConstants(5, 64, 4096, 3840, 4, 7, 4), VsrState.root(CLUSTER, 0)));
    private final BackupProgress progress = new BackupProgress(state);

    @Test
    void silenceIsNoReasonToWait() {
        state.raiseCommitMax(50);
        assertEquals(0, progress.stallTicks());
    }

    @ParameterizedTest
    @CsvSource({
        "46, 46, 0, 0, 0",          // two and ourselves keep up
        "46, 45, 45, 45, 1",        // only one does
        "46, 41, 0, 0, 2",          // the next best is a pipeline and more behind
        "46, 0, 0, 0, 4",           // never longer than four ticks
        "50, 50, 50, 50, 0"
    })
    void waitsTheLongerTheMoreTheQuorumLags(long first, long second, long third, long fourth, int ticks) {
        state.raiseCommitMax(50);
        progress.heard(1, first);
        progress.heard(2, second);
        progress.heard(3, third);
        progress.heard(4, fourth);
        assertEquals(ticks, progress.stallTicks());
    }

    @Test
    void lateNewsDoesNotSetAReplicaBack() {
        state.raiseCommitMax(50);
        for (int replica = 1; replica < 5; replica++) {
            progress.heard(replica, 50);
            progress.heard(replica, 3);
        }
        assertEquals(0, progress.stallTicks());
    }
}
