package dev.viewstamp.actors.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.viewstamp.journal.ClusterConstants;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The protocol as a whole, in quiet seas: what users see, and what a crash may not take. */
class CoreClusterTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6})
    void commitsWhatClientsAsk(int replicaCount) {
        CoreCluster cluster = loaded(replicaCount, 1, 3, 10);
        cluster.runUntil("all alike", 1_000, cluster::isConverged);
        assertTrue(cluster.checker().opCommittedMax() >= 33, "three registers and thirty requests");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6})
    void remembersEverythingAfterThePowerFailedEverywhere(int replicaCount) {
        CoreCluster cluster = loaded(replicaCount, 2, 3, 10);
        long acknowledged = cluster.checker().opAcknowledgedMax();
        cluster.crashAll();
        cluster.run(10);
        cluster.startAll();
        cluster.runUntil("all alike", 3_000, cluster::isConverged);
        assertTrue(cluster.node(0).snapshot().commitMin() >= acknowledged);
        cluster.clients().get(0).want(5);
        cluster.runUntil("goes on", 3_000, cluster::areClientsDone);
        assertEquals(0, cluster.clients().get(0).evictions(), "its session is still known");
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 4, 5, 6})
    void anotherLeadsWhenThePrimaryDies(int replicaCount) {
        CoreCluster cluster = loaded(replicaCount, 3, 3, 10);
        CoreNode old = cluster.primary();
        int view = old.snapshot().view();
        cluster.clients().forEach(client -> client.want(10));
        cluster.run(3);
        old.crash();
        cluster.runUntil("goes on without it", 3_000, cluster::areClientsDone);
        assertTrue(cluster.primary().snapshot().view() > view);
        cluster.clients().forEach(client -> assertEquals(0, client.evictions()));
        cluster.startAll();
        cluster.runUntil("the old primary follows", 3_000, cluster::isConverged);
        assertNotEquals(old, cluster.primary());
    }

    @Test
    void twoNeedEachOther() {
        CoreCluster cluster = loaded(2, 4, 2, 5);
        cluster.backup().crash();
        cluster.clients().get(0).want(1);
        cluster.run(2_000);
        assertEquals(5, cluster.clients().get(0).answered());
        cluster.startAll();
        cluster.runUntil("together again", 5_000, () -> cluster.areClientsDone() && cluster.isConverged());
    }

    /** S01 and beyond: the log is written over many times, by any number of replicas. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6})
    void theLogGoesRoundAndRound(int replicaCount) {
        CoreCluster cluster = new CoreCluster(ClusterConstants.smallTest(replicaCount), 5).startAll();
        for (int i = 0; i < 4; i++) {
            cluster.addClient().want(100);
        }
        cluster.runUntil("all answered", 20_000, cluster::areClientsDone);
        cluster.runUntil("all alike", 1_000, cluster::isConverged);
        ReplicaSnapshot now = cluster.node(0).snapshot();
        assertTrue(now.commitMin() >= 404, now.toString());
        assertTrue(now.checkpointOp() >= 399 - 20, now.toString());
        for (CoreNode node : cluster.nodes()) {
            assertTrue(node.shelf().count() <= 2, "files of superseded checkpoints are released");
        }
    }

    /** A node whose disk is nearly full takes no new requests, answers what it has, and goes on when there is room. */
    @Test
    void aFullDiskRefusesAndRecovers() {
        CoreCluster cluster = loaded(3, 8, 1, 3);
        SimClient client = cluster.clients().get(0);
        CoreNode primary = cluster.primary();
        primary.handle(() -> primary.replica().onCompletion(new Completion.DiskSpace(true), primary.now()));
        client.want(5);
        cluster.runUntil("refused", 1_000, () -> client.refusals() == 1);
        assertEquals(3, client.answered());
        primary.handle(() -> primary.replica().onCompletion(new Completion.DiskSpace(false), primary.now()));
        client.want(5);
        cluster.runUntil("taken again", 1_000, cluster::areClientsDone);
        assertEquals(8, client.answered());
    }

    @Test
    void theClusterExpiresWhatIsDueByItself() {
        CoreCluster cluster = loaded(3, 6, 2, 8);
        long op = cluster.primary().snapshot().op();
        cluster.run(200);
        assertTrue(cluster.primary().snapshot().op() > op, "a pulse came without any request");
        cluster.runUntil("all alike", 1_000, cluster::isConverged);
    }

    @Test
    void oneSeedIsOneRun() {
        String first = trail(77);
        assertEquals(first, trail(77));
        assertNotEquals(first, trail(78));
    }

    private static String trail(long seed) {
        CoreCluster cluster = new CoreCluster(3, seed).startAll();
        cluster.network(0.1, 0.1, 30_000_000);
        cluster.addClient().want(10);
        cluster.addClient().want(10);
        cluster.run(1_000);
        cluster.crashAll();
        cluster.startAll();
        cluster.run(1_000);
        return cluster.messages() + " " + cluster;
    }

    /** A cluster whose clients have each been answered so many requests. */
    static CoreCluster loaded(int replicaCount, long seed, int clients, int requests) {
        CoreCluster cluster = new CoreCluster(replicaCount, seed).startAll();
        for (int i = 0; i < clients; i++) {
            cluster.addClient().want(requests);
        }
        cluster.runUntil("all answered", 2_000, cluster::areClientsDone);
        return cluster;
    }
}
