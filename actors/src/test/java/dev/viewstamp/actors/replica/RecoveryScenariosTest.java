package dev.viewstamp.actors.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.viewstamp.actors.message.Envelope;
import dev.viewstamp.actors.message.ReplicaMessage;
import dev.viewstamp.journal.OpenedLog;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Crashes, power cuts and damaged disks: replication spec §12.5, S02 to S26. */
class RecoveryScenariosTest {
    private static final long SECOND = 100;

    /** S02: a hole right of the head may hide the head. Two others not being there, it must wait for them. */
    @Test
    void damageRightOfTheHeadMakesItUncertain() {
        CoreCluster cluster = CoreClusterTest.loaded(3, 2, 1, 3);
        cluster.runUntil("alike", 10 * SECOND, cluster::isConverged);
        int victim = cluster.backup().snapshot().replica();
        long op = cluster.node(victim).snapshot().op();
        cluster.crashAll();
        cluster.node(victim).disk().corruptPrepare(op + 1);
        cluster.node(victim).disk().corruptHeader(op + 1);
        assertEquals(OpenedLog.Status.RECOVERING_HEAD, cluster.node(victim).start());
        int other = (victim + 1) % 3;
        cluster.node(other).start();
        cluster.clients().get(0).want(1);
        cluster.run(60 * SECOND);
        assertEquals(StatusName.RECOVERING_HEAD, cluster.node(victim).snapshot().status());
        assertEquals(3, cluster.clients().get(0).answered(), "one certain head is no quorum");
        cluster.startAll();
        cluster.runUntil("the third frees them", 60 * SECOND, () -> cluster.areClientsDone() && cluster.isConverged());
    }

    /** S03: what nobody can supply and nobody can deny stops the cluster; it truncates nothing. */
    @Test
    void anEntryLostEverywhereStopsTheCluster() {
        CoreCluster cluster = CoreClusterTest.loaded(3, 3, 1, 10);
        cluster.runUntil("alike", 10 * SECOND, cluster::isConverged);
        long op = cluster.node(0).snapshot().op();
        cluster.crashAll();
        for (CoreNode node : cluster.nodes()) {
            node.disk().corruptPrepare(op - 2);
        }
        cluster.startAll();
        cluster.clients().get(0).want(1);
        cluster.run(60 * SECOND);
        assertNull(cluster.primary());
        assertEquals(10, cluster.clients().get(0).answered());
        for (CoreNode node : cluster.nodes()) {
            assertTrue(node.snapshot().op() >= op, "nothing was truncated: " + node.snapshot());
        }
    }

    /** S04: the root is a function of the cluster's id. */
    @Test
    void theRootIsRebuilt() {
        CoreCluster cluster = CoreClusterTest.loaded(3, 4, 1, 3);
        cluster.crashAll();
        cluster.node(0).disk().corruptPrepare(0);
        cluster.startAll();
        cluster.clients().get(0).want(3);
        cluster.runUntil("goes on", 60 * SECOND, () -> cluster.areClientsDone() && cluster.isConverged());
        assertNotNull(cluster.node(0).disk().readPrepare(0, 0,
                dev.viewstamp.journal.EntryHeader.root(CoreCluster.CLUSTER)
                .checksum()));
    }

    /** S05: a backup that lost all of its log gets it back, and then counts as a member again. */
    @Test
    void aRuinedLogIsRepairedAndServesAgain() {
        CoreCluster cluster = CoreClusterTest.loaded(3, 5, 1, 20);
        cluster.runUntil("alike", 10 * SECOND, cluster::isConverged);
        CoreNode victim = cluster.backup();
        long op = victim.snapshot().op();
        victim.crash();
        for (long damaged = 1; damaged <= op; damaged++) {
            victim.disk().corruptPrepare(damaged);
        }
        assertEquals(OpenedLog.Status.RECOVERING_HEAD, victim.start());
        cluster.runUntil("repaired", 30 * SECOND, cluster::isConverged);
        int third = 3 - victim.snapshot().replica() - cluster.primary().snapshot().replica();
        cluster.node(third).crash();
        cluster.clients().get(0).want(5);
        cluster.runUntil("it counts", 30 * SECOND, cluster::areClientsDone);
    }

    /** S06: alone, a hole in the log cannot be mended. */
    @Test
    void soloRefusesADamagedLog() {
        CoreCluster cluster = CoreClusterTest.loaded(1, 6, 1, 5);
        cluster.crashAll();
        cluster.node(0).disk().corruptPrepare(2);
        assertEquals(OpenedLog.Status.REFUSED, cluster.node(0).start());
    }

    /** S07: alone, a lost header is mended from its entry. */
    @Test
    void soloMendsAHeader() {
        CoreCluster cluster = CoreClusterTest.loaded(1, 7, 1, 5);
        cluster.crashAll();
        cluster.node(0).disk().corruptHeader(2);
        cluster.startAll();
        cluster.clients().get(0).want(5);
        cluster.runUntil("goes on", 10 * SECOND, cluster::areClientsDone);
    }

    /** S18: a StartView from before the crash says nothing of what was acknowledged after it. */
    @Test
    void anOldStartViewDoesNotSettleAnUncertainHead() {
        CoreCluster cluster = CoreClusterTest.loaded(3, 18, 1, 5);
        cluster.runUntil("alike", 10 * SECOND, cluster::isConverged);
        CoreNode victim = cluster.backup();
        int replica = victim.snapshot().replica();
        Envelope envelope = startViewFor(cluster, replica);
        cluster.clients().get(0).want(5);
        cluster.runUntil("more", 10 * SECOND, () -> cluster.areClientsDone() && cluster.isConverged());
        long op = victim.snapshot().op();
        cluster.crashAll();
        victim.disk().corruptPrepare(op);
        assertEquals(OpenedLog.Status.RECOVERING_HEAD, victim.start());
        cluster.inject(replica, envelope);
        assertEquals(StatusName.RECOVERING_HEAD, victim.snapshot().status());
        assertEquals(1, victim.snapshot().ignored().get(Ignored.WRONG_NONCE));
        cluster.startAll();
        cluster.runUntil("settled by the others", 60 * SECOND, cluster::isConverged);
        assertTrue(victim.snapshot().op() >= op);
    }

    /** S19: no client needs to come by for an uncertain head to be settled. */
    @Test
    void anUncertainHeadIsSettledInAnIdleCluster() {
        CoreCluster cluster = CoreClusterTest.loaded(3, 19, 1, 5);
        cluster.runUntil("alike", 10 * SECOND, cluster::isConverged);
        CoreNode victim = cluster.backup();
        victim.crash();
        victim.disk().corruptPrepare(cluster.checker().opCommittedMax());
        assertEquals(OpenedLog.Status.RECOVERING_HEAD, victim.start());
        cluster.runUntil("settled", 10 * SECOND, cluster::isConverged);
    }

    /**
     * S29: answers of any order, age and origin tell a replica with an uncertain head whom to ask, and nothing else;
     * only the log of the newest view's primary ends the search.
     */
    @Test
    void answersInAnyOrderOnlyTellWhomToAsk() {
        CoreCluster cluster = CoreClusterTest.loaded(3, 29, 1, 5);
        cluster.runUntil("alike", 10 * SECOND, cluster::isConverged);
        CoreNode victim = cluster.backup();
        int replica = victim.snapshot().replica();
        int other = cluster.primary().snapshot().replica();
        int view = cluster.primary().snapshot().view();
        victim.crash();
        victim.disk().corruptPrepare(cluster.checker().opCommittedMax());
        List<Long> nonces = new ArrayList<>();
        List<Integer> asked = new ArrayList<>();
        cluster.lose((from, to, message) -> {
            if (from == replica && message instanceof ReplicaMessage.Recovery recovery) {
                nonces.add(recovery.nonce());
            } else if (from == replica && message instanceof ReplicaMessage.GetStartView) {
                asked.add(to);
            }
            return from == replica || to == replica;
        });
        assertEquals(OpenedLog.Status.RECOVERING_HEAD, victim.start());
        cluster.run(1);
        long nonce = nonces.get(0);
        int newest = view + 4;
        for (int said : new int[] {view, newest, newest, view + 1, view}) {
            cluster.run(1);
            answer(cluster, victim, other, said, nonce);
        }
        answer(cluster, victim, other, newest + 1, nonce + 1);
        cluster.run(1);
        assertEquals(1, victim.snapshot().ignored().get(Ignored.WRONG_NONCE));
        assertEquals(StatusName.RECOVERING_HEAD, victim.snapshot().status());
        assertEquals(view, victim.snapshot().view(), "an answer is no view");
        asked.clear();
        cluster.run(4 * SECOND);
        assertTrue(newest % 3 == replica ? asked.isEmpty() : asked.stream().allMatch(to -> to == newest % 3),
                "the primary of the newest view alone is asked, who is absent: " + asked);
        assertEquals(1, Set.copyOf(nonces).size(), "one nonce for each start");
        cluster.heal();
        cluster.runUntil("settled", 60 * SECOND, cluster::isConverged);
    }

    private static void answer(CoreCluster cluster, CoreNode victim, int author, int view, long nonce) {
        ReplicaMessage answer = new ReplicaMessage.RecoveryResponse(nonce, true, 3, 3);
        victim.handle(() -> victim.replica().onMessage(
                new Envelope(CoreCluster.CLUSTER, Envelope.PROTOCOL, view, author, answer), victim.now()));
    }

    /** S22: power fails everywhere at any moment of normal operation; nobody needs to help. */
    @Test
    void everyMomentIsSafeToLosePower() {
        for (int step = 0; step < 60; step++) {
            CoreCluster cluster = CoreClusterTest.loaded(3, 22, 2, 2);
            cluster.clients().forEach(client -> client.want(6));
            cluster.runNanos(step * 350_000L);
            long acknowledged = cluster.checker().opAcknowledgedMax();
            cluster.crashAll();
            cluster.startAll();
            cluster.runUntil("step " + step, 60 * SECOND, () -> cluster.areClientsDone() && cluster.isConverged());
            assertTrue(cluster.node(0).snapshot().commitMin() >= acknowledged);
        }
    }

    /** S23: the same between views; what a DoViewChange said, it says again (the checker compares). */
    @Test
    void everyMomentOfAViewChangeIsSafeToLosePower() {
        for (int step = 0; step < 60; step++) {
            CoreCluster cluster = CoreClusterTest.loaded(3, 23, 2, 5);
            cluster.clients().forEach(client -> client.want(3));
            cluster.run(1);
            cluster.primary().crash();
            cluster.runUntil("somebody votes", 20 * SECOND, () -> cluster.nodes().stream()
                    .anyMatch(node -> node.isUp() && node.snapshot().status() == StatusName.VIEW_CHANGE));
            cluster.runNanos(step * 400_000L);
            cluster.crashAll();
            cluster.startAll();
            cluster.runUntil("step " + step, 60 * SECOND, () -> cluster.areClientsDone() && cluster.isConverged());
        }
    }

    /** S24: power that fails faster than a view change takes; when it stays, all is well. */
    @Test
    void powerCutsInQuickSuccession() {
        CoreCluster cluster = CoreClusterTest.loaded(3, 24, 2, 5);
        cluster.disks(20_000_000);
        for (int cut = 0; cut < 40; cut++) {
            cluster.crashAll();
            cluster.startAll();
            cluster.runNanos(cluster.random().nextLong(200_000_000L));
        }
        cluster.clients().forEach(client -> client.want(5));
        cluster.runUntil("progress", 60 * SECOND, () -> cluster.areClientsDone() && cluster.isConverged());
    }

    /** S25: back within a heartbeat, a primary still leads no longer: it forgot who acknowledged what. */
    @ParameterizedTest
    @ValueSource(ints = {2, 3, 5})
    void aRestartedPrimaryDoesNotResumeItsView(int replicaCount) {
        CoreCluster cluster = CoreClusterTest.loaded(replicaCount, 25, 2, 5);
        CoreNode old = cluster.primary();
        int view = old.snapshot().view();
        old.crash();
        assertEquals(OpenedLog.Status.NEXT_VIEW_CHANGE, old.start());
        cluster.clients().forEach(client -> client.want(5));
        cluster.runUntil("goes on", 30 * SECOND, cluster::areClientsDone);
        assertNotEquals(view, cluster.primary().snapshot().view());
    }

    /** What the primary would answer now to a replica that asks without a nonce. */
    private static Envelope startViewFor(CoreCluster cluster, int replica) {
        CoreNode primary = cluster.primary();
        cluster.inject(primary.snapshot().replica(), new Envelope(CoreCluster.CLUSTER, Envelope.PROTOCOL,
                primary.snapshot().view(), replica, new ReplicaMessage.GetStartView(0)));
        return cluster.lastStartView(primary.snapshot().replica());
    }
}
