package dev.viewstamp.testkit.process;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Replicas that were away for longer than the log reaches back, or whose disk is gone: real processes. */
@Tag("processes")
@Timeout(value = 240, unit = TimeUnit.SECONDS)
class LostDiskTest {
    private static final int WAL_SLOTS = 32;

    @Test
    void aReplicaAwayForThreeLogsCatchesUpUnderLoad() throws Exception {
        new Lag(3, System.out::println).absent();
    }

    @Test
    void aReplicaWhoseDiskIsGoneComesBackWithRecover() throws Exception {
        new Lag(3, System.out::println).lost();
    }

    @Test
    void recoverTouchesNoDirectoryThatIsThere() {
        try (SmallLogCluster cluster = SmallLogCluster.start(WAL_SLOTS)) {
            assertTrue(SmallLogCluster.verb(1, Lag.recover(cluster, 1)).err().contains("replica 1 is running"));
            cluster.processes().replica(1).kill();
            assertTrue(SmallLogCluster.verb(2, Lag.recover(cluster, 1)).err().contains("is not empty"));
        }
    }

    /** It could not vouch for anything: two of three must be there and commit. */
    @Test
    void withoutAClusterThatCommitsRecoverRefuses() {
        try (SmallLogCluster cluster = SmallLogCluster.start(WAL_SLOTS)) {
            cluster.processes().replica(0).kill();
            cluster.processes().replica(1).kill();
            cluster.processes().deleteData(1);
            assertTrue(SmallLogCluster.verb(1, "recover", "--replica=1", "--replica-count=3",
                    "--addresses=" + cluster.processes().addresses(), cluster.data(1).toString()).err()
                    .contains("only 1 of 3 replicas answer, 2 are needed"));
            assertTrue(!cluster.data(1).toFile().exists());
            assertTrue(SmallLogCluster.verb(2, "recover", "--replica=1", "--replica-count=1", "--addresses=3000",
                    cluster.data(1).toString()).err().contains("restore a backup"));
        }
    }
}
