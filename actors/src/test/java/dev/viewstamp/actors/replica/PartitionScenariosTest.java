package dev.viewstamp.actors.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.viewstamp.actors.message.ReplicaMessage;
import dev.viewstamp.client.protocol.ClientMessage;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Networks that fail in part: replication spec §12.5, S30 to S43. */
class PartitionScenariosTest {
    private static final long SECOND = 100;

    /** S30, S40: whatever a lone backup can or cannot do, the others go on in their view, and it comes back into it. */
    @ParameterizedTest
    @CsvSource({"true, true", "true, false", "false, true"})
    void isolatedBackupDisturbsNobody(boolean incoming, boolean outgoing) {
        CoreCluster cluster = CoreClusterTest.loaded(3, 30, 2, 5);
        int view = cluster.primary().snapshot().view();
        cluster.isolate(cluster.backup().snapshot().replica(), incoming, outgoing);
        cluster.clients().forEach(client -> client.want(20));
        cluster.runUntil("the others answer", 20 * SECOND, cluster::areClientsDone);
        cluster.run(30 * SECOND);
        assertEquals(view, cluster.primary().snapshot().view());
        cluster.heal();
        cluster.runUntil("it is back", 20 * SECOND, cluster::isConverged);
        assertEquals(view, cluster.primary().snapshot().view(), "rejoined the same view");
    }

    /** S31: a primary that cannot be heard, cannot hear, or neither, is replaced. */
    @ParameterizedTest
    @CsvSource({"true, true", "true, false", "false, true"})
    void isolatedPrimaryIsReplaced(boolean incoming, boolean outgoing) {
        CoreCluster cluster = CoreClusterTest.loaded(3, 31, 2, 5);
        int old = cluster.primary().snapshot().replica();
        cluster.isolate(old, incoming, outgoing);
        cluster.clients().forEach(client -> client.want(10));
        cluster.runUntil("another leads", 60 * SECOND, cluster::areClientsDone);
        assertNotEquals(old, cluster.primary().snapshot().replica());
        cluster.heal();
        cluster.runUntil("all together", 30 * SECOND, cluster::isConverged);
        cluster.clients().forEach(client -> assertEquals(0, client.evictions()));
    }

    /** S32, S33: clients cut off from the primary in one or both directions are served by way of a backup. */
    @ParameterizedTest
    @CsvSource({"true, true", "true, false", "false, true"})
    void clientsWithoutThePrimaryAreServed(boolean requests, boolean replies) {
        CoreCluster cluster = CoreClusterTest.loaded(3, 33, 2, 5);
        int view = cluster.primary().snapshot().view();
        cluster.blockClients(cluster.primary().snapshot().replica(), requests, replies);
        cluster.clients().forEach(client -> client.want(10));
        cluster.addClient().want(3);
        cluster.runUntil("served", 120 * SECOND, cluster::areClientsDone);
        assertEquals(view, cluster.primary().snapshot().view());
    }

    /** S34: of four, the primary and any one other go on. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void twoOfFourGoOn(int companion) {
        CoreCluster cluster = CoreClusterTest.loaded(4, 34, 2, 5);
        int primary = cluster.primary().snapshot().replica();
        for (int replica = 0; replica < 4; replica++) {
            if (replica != primary && replica != (primary + companion) % 4) {
                cluster.node(replica).crash();
            }
        }
        cluster.clients().forEach(client -> client.want(10));
        cluster.runUntil("two suffice", 30 * SECOND, cluster::areClientsDone);
    }

    /** S35: a primary that hears no clocks cannot stamp requests, so it lets itself be replaced. */
    @Test
    void primaryWithoutClockAbdicates() {
        CoreCluster cluster = CoreClusterTest.loaded(3, 35, 2, 5);
        int old = cluster.primary().snapshot().replica();
        cluster.lose((from, to, message) -> to == old && message instanceof ReplicaMessage.Pong);
        cluster.run(70 * SECOND);
        assertFalse(cluster.node(old).snapshot().clockSynchronized());
        cluster.clients().forEach(client -> client.want(5));
        cluster.runUntil("another leads", 60 * SECOND, cluster::areClientsDone);
        assertNotEquals(old, cluster.primary().snapshot().replica());
    }

    /** S36: heartbeats pass, entries do not. */
    @Test
    void primaryWhoseEntriesAreLostAbdicates() {
        CoreCluster cluster = CoreClusterTest.loaded(3, 36, 2, 5);
        int old = cluster.primary().snapshot().replica();
        cluster.lose((from, to, message) -> from == old && message.isBulk());
        cluster.clients().forEach(client -> client.want(5));
        cluster.runUntil("another leads", 60 * SECOND, cluster::areClientsDone);
        assertNotEquals(old, cluster.primary().snapshot().replica());
    }

    /** S37: two primaries of different views and nobody else: they find to one view. */
    @Test
    void twoPrimariesOfTwoViewsAgree() {
        CoreCluster cluster = CoreClusterTest.loaded(3, 37, 2, 5);
        int old = cluster.primary().snapshot().replica();
        cluster.isolate(old, true, true);
        cluster.runUntil("a second primary", 30 * SECOND, () -> cluster.primary().snapshot().replica() != old);
        assertTrue(cluster.node(old).snapshot().isPrimary());
        int young = cluster.primary().snapshot().replica();
        cluster.node(3 - old - young).crash();
        cluster.heal();
        cluster.clients().forEach(client -> client.want(5));
        cluster.runUntil("one of them leads both", 60 * SECOND, cluster::areClientsDone);
    }

    /**
     * S38: clients only learn views that began. Two wish to leave the view, and only one of them hears of it: it goes
     * into a view where nobody else is, and clients who ask it hear nothing of that view.
     */
    @Test
    void lonelyViewsAreNotShownToClients() {
        CoreCluster cluster = CoreClusterTest.loaded(3, 38, 1, 5);
        CoreNode primary = cluster.primary();
        int view = primary.snapshot().view();
        int leading = primary.snapshot().replica();
        CoreNode lonely = cluster.node((leading + 2) % 3);
        int index = lonely.snapshot().replica();
        cluster.lose((from, to, message) -> from == index || from == leading
                || message instanceof ReplicaMessage.StartViewChange && to != index);
        cluster.runUntil("two wishes heard", 20 * SECOND, () -> lonely.snapshot().view() > view);
        cluster.heal();
        cluster.isolate(index, true, true);
        SimClient client = cluster.clients().get(0);
        for (int round = 0; round < 3; round++) {
            cluster.run(2 * SECOND);
            assertTrue(lonely.snapshot().view() > view && !lonely.snapshot().isNormal());
            var ping = new ClientMessage.PingClient(client.id(), 0, 1);
            assertEquals(List.of(), cluster.answersTo(client.id(), 1, replica -> replica.onPingClient(ping,
                    lonely.now()), index), "a view that nobody else is in");
            client.want(5);
            cluster.runUntil("served", 60 * SECOND, cluster::areClientsDone);
            assertEquals(view, client.view());
            lonely.crash();
            lonely.start();
        }
        cluster.heal();
        cluster.runUntil("it is back", 20 * SECOND, cluster::isConverged);
    }

    /** S39: the heartbeats of a dead primary, repeated by the network, say nothing. */
    @Test
    void repeatedHeartbeatsDoNotKeepADeadPrimaryAlive() {
        CoreCluster cluster = CoreClusterTest.loaded(3, 39, 1, 5);
        CoreNode old = cluster.primary();
        int view = old.snapshot().view();
        cluster.run(SECOND);
        var heartbeat = cluster.lastCommit(old.snapshot().replica());
        old.crash();
        for (int i = 0; i < 20 * SECOND; i++) {
            cluster.run(1);
            for (CoreNode node : cluster.nodes()) {
                if (node.isUp()) {
                    cluster.inject(node.snapshot().replica(), heartbeat);
                }
            }
        }
        assertTrue(cluster.primary() != null && cluster.primary().snapshot().view() > view);
    }

    /** S41: single wishes to leave the view fade; they never add up over time. */
    @Test
    void wishesToLeaveFade() {
        CoreCluster cluster = CoreClusterTest.loaded(5, 41, 1, 5);
        int view = cluster.primary().snapshot().view();
        for (int round = 0; round < 4; round++) {
            for (int replica = 0; replica < 5; replica++) {
                int lonely = replica;
                if (cluster.primary().snapshot().replica() != lonely) {
                    cluster.lose((from, to, message) -> to == lonely && !(message instanceof ReplicaMessage.Pong));
                    cluster.run(10 * SECOND);
                    cluster.heal();
                    cluster.run(6 * SECOND);
                }
            }
        }
        assertEquals(view, cluster.primary().snapshot().view());
    }

    /**
     * S42: who missed the StartView asks for it, and needs no other message to think of it: until it has asked, it
     * hears nothing but wishes to leave the view.
     */
    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void missedStartViewIsAskedFor(int replicaCount) {
        CoreCluster cluster = CoreClusterTest.loaded(replicaCount, 42, 2, 5);
        CoreNode old = cluster.primary();
        int view = old.snapshot().view();
        int next = (view + 1) % replicaCount;
        int waiting = (view + 2) % replicaCount;                // of two, the old primary itself
        cluster.lose((from, to, message) -> to == waiting && !(message instanceof ReplicaMessage.StartViewChange)
                && !(message instanceof ReplicaMessage.StartView && !cluster.isUnsolicited(from, to)));
        old.crash();
        if (replicaCount == 2) {
            old.start();
        }
        cluster.runUntil("a view that one of them missed", 60 * SECOND,
                () -> cluster.node(next).snapshot().isPrimary());
        assertEquals(StatusName.VIEW_CHANGE, cluster.node(waiting).snapshot().status());
        cluster.runUntil("in the new view", 10 * SECOND,
                () -> cluster.node(waiting).snapshot().status() == StatusName.NORMAL_BACKUP);
        assertEquals(view + 1, cluster.node(waiting).snapshot().view());
        cluster.heal();
        cluster.startAll();
        cluster.clients().forEach(client -> client.want(5));
        cluster.runUntil("served", 60 * SECOND, () -> cluster.areClientsDone() && cluster.isConverged());
    }
}
