package dev.viewstamp.testkit.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CompletableFuture;
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
        try (SmallLogCluster cluster = SmallLogCluster.start(WAL_SLOTS)) {
            cluster.stream().send(30);
            cluster.processes().replica(2).kill();
            cluster.stream().send(3 * WAL_SLOTS + 10);
            CompletableFuture<Void> load = cluster.sendInBackground(200);
            cluster.startReplica(2);
            load.get(120, TimeUnit.SECONDS);
            cluster.stopAndCompareDigests();
        }
    }

    @Test
    void aReplicaWhoseDiskIsGoneComesBackWithRecover() throws Exception {
        try (SmallLogCluster cluster = SmallLogCluster.start(WAL_SLOTS)) {
            cluster.stream().send(3 * WAL_SLOTS);
            cluster.processes().replica(1).kill();
            SmallLogCluster.deleteTree(cluster.data(1));
            cluster.stream().send(20);
            String[] recover = {"recover", "--cluster=0", "--replica=1", "--replica-count=3",
                "--addresses=" + cluster.processes().addresses(), cluster.data(1).toString()};
            CompletableFuture<Void> load = cluster.sendInBackground(200);
            SmallLogCluster.verb(0, recover);
            assertTrue(SmallLogCluster.verb(2, recover).err().contains("is not empty"));
            cluster.startReplica(1);
            assertTrue(SmallLogCluster.verb(1, recover).err().contains("replica 1 is running"));
            load.get(120, TimeUnit.SECONDS);
            int requests = cluster.stream().requests();
            assertEquals(requests * SmallLogCluster.BATCH, cluster.stream().acknowledged().size());
            cluster.stopAndCompareDigests();
        }
    }

    /** It could not vouch for anything: two of three must be there and commit. */
    @Test
    void withoutAClusterThatCommitsRecoverRefuses() {
        try (SmallLogCluster cluster = SmallLogCluster.start(WAL_SLOTS)) {
            cluster.processes().replica(0).kill();
            cluster.processes().replica(1).kill();
            SmallLogCluster.deleteTree(cluster.data(1));
            assertTrue(SmallLogCluster.verb(1, "recover", "--replica=1", "--replica-count=3",
                    "--addresses=" + cluster.processes().addresses(), cluster.data(1).toString()).err()
                    .contains("only 1 of 3 replicas answer, 2 are needed"));
            assertTrue(!cluster.data(1).toFile().exists());
            assertTrue(SmallLogCluster.verb(2, "recover", "--replica=1", "--replica-count=1", "--addresses=3000",
                    cluster.data(1).toString()).err().contains("restore a backup"));
        }
    }
}
