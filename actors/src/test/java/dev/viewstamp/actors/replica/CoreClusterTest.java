package dev.viewstamp.actors.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.viewstamp.client.protocol.ClientMessage;
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

    @Test
    void aFullLogRefusesAndStaysUp() {
        CoreCluster cluster = new CoreCluster(new ClusterConstants(3, 32, 4096, 3840, 4, 7, 4), 5).startAll();
        SimClient client = cluster.addClient();
        client.want(100);
        cluster.runUntil("refused", 5_000, () -> client.refusals() == 1);
        long op = cluster.primary().snapshot().op();
        assertTrue(op >= 31 - 4 && op <= 31, "slots but those kept for the cluster's own: " + op);
        cluster.runUntil("all alike", 1_000, cluster::isConverged);
        client.receive(new ClientMessage.PongClient(client.id(), 0, 0, 0));
        client.want(1);
        cluster.runUntil("refused again", 1_000, () -> client.refusals() == 2);
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
