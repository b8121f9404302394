package dev.viewstamp.actors.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.viewstamp.actors.message.ReplicaMessage;
import dev.viewstamp.journal.ClusterConstants;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Checkpoints and the wrap of the log: replication spec §6.5 to §6.7, §12.5 S48 to S53 and S63 to S70, S81. The log
 * has 32 slots: checkpoints at 19, 39, 59 …, 19 is written by 23, acknowledged up to 27 without it, prepared up to 31.
 */
class CheckpointScenariosTest {
    private static final long SECOND = 100;
    private static final int FIRST = 19;
    private static final int OK_MAX = 27;
    private static final int PREPARE_MAX = 31;

    private static CoreCluster cluster(int replicaCount, long seed) {
        CoreCluster cluster = new CoreCluster(ClusterConstants.smallTest(replicaCount), seed).startAll();
        for (int i = 0; i < 3; i++) {
            cluster.addClient();
        }
        return cluster;
    }

    private static CoreNode behindPrimary(CoreCluster cluster, int by) {
        return cluster.node((cluster.primary().snapshot().replica() + by) % cluster.replicaCount());
    }

    private static void settle(CoreCluster cluster) {
        cluster.runUntil("settled", 60 * SECOND, () -> cluster.areClientsDone() && cluster.isConverged());
    }

    /** S69: what is beyond the bound is prepared, not acknowledged; with the checkpoint it is. */
    @ParameterizedTest
    @ValueSource(ints = {2, 3, 5})
    void withheldAcknowledgementsComeWithTheCheckpoint(int replicaCount) {
        CoreCluster cluster = cluster(replicaCount, 69);
        cluster.commitUntil(10);
        CoreNode primary = cluster.primary();
        cluster.nodes().stream().filter(node -> node != primary).forEach(node -> node.holdCheckpoints(true));
        cluster.clients().forEach(client -> client.want(20));
        cluster.run(5 * SECOND);
        assertEquals(OK_MAX, primary.snapshot().commitMax());
        assertEquals(FIRST, primary.snapshot().checkpointOp());
        for (CoreNode node : cluster.nodes()) {
            assertTrue(node.snapshot().op() > OK_MAX && node.snapshot().op() <= PREPARE_MAX, "" + node.snapshot());
        }
        cluster.nodes().forEach(node -> node.holdCheckpoints(false));
        settle(cluster);
    }

    /**
     * The disks that are needed for a commit wait; one slow one of three does not. The checkpoint that does not get
     * done there is given up for a newer one of the others, once that is here whole.
     */
    @Test
    void oneLateCheckpointDelaysNobody() {
        CoreCluster cluster = cluster(3, 70);
        cluster.commitUntil(10);
        CoreNode late = behindPrimary(cluster, 1);
        late.holdCheckpoints(true);
        cluster.commitUntil(80);
        assertTrue(late.snapshot().checkpointOp() < cluster.primary().snapshot().checkpointOp(), "" + late.snapshot());
        late.holdCheckpoints(false);
        settle(cluster);
    }

    /** S70: beyond its own bound once the next checkpoint is on a quorum; a crash cuts that off, and it is repaired. */
    @Test
    void aLateReplicaRunsAheadAndIsCutByACrash() {
        CoreCluster cluster = cluster(3, 70);
        cluster.commitUntil(10);
        CoreNode late = behindPrimary(cluster, 2);
        late.holdCheckpoints(true);
        cluster.commitUntil(45);
        cluster.run(10);
        assertTrue(late.snapshot().op() > PREPARE_MAX, "ran ahead: " + late.snapshot());
        assertEquals(0, late.snapshot().checkpointOp());
        late.crash();
        late.holdCheckpoints(false);
        late.start();
        assertTrue(late.snapshot().op() <= PREPARE_MAX, "cut: " + late.snapshot());
        settle(cluster);
    }

    /** S64: the others have a checkpoint, it has none yet and lost its first entry: nobody wrote over that so far. */
    @Test
    void whatLeadsToACheckpointStaysUntilAQuorumHasIt() {
        CoreCluster cluster = cluster(3, 64);
        cluster.commitUntil(10);
        CoreNode late = behindPrimary(cluster, 1);
        late.holdCheckpoints(true);
        cluster.commitUntil(25);
        late.crash();
        late.disk().corruptPrepare(1);
        late.holdCheckpoints(false);
        late.start();
        settle(cluster);
        assertEquals(0, cluster.syncs());
        assertEquals(FIRST, late.snapshot().checkpointOp());
    }

    /** S65: of two, one is late: nothing is written over. */
    @Test
    void ofTwoTheLateOneIsWaitedFor() {
        CoreCluster cluster = cluster(2, 65);
        cluster.commitUntil(10);
        CoreNode late = cluster.backup();
        late.holdCheckpoints(true);
        cluster.clients().forEach(client -> client.want(20));
        cluster.run(8 * SECOND);
        cluster.crashAll();
        cluster.startAll();
        cluster.run(8 * SECOND);
        late.holdCheckpoints(false);
        cluster.runUntil("settled", 120 * SECOND, () -> cluster.areClientsDone() && cluster.isConverged());
        assertEquals(0, cluster.syncs());
    }

    /** S63: two checkpoints behind, and all that it lacks is still in the logs. */
    @Test
    void theLogIsEnoughAsLongAsItReaches() {
        CoreCluster cluster = cluster(3, 63);
        cluster.commitUntil(18);
        cluster.runUntil("alike", 10 * SECOND, cluster::isConverged);
        CoreNode away = behindPrimary(cluster, 1);
        cluster.isolate(away.snapshot().replica(), true, true);
        cluster.commitUntil(44);
        assertEquals(39, cluster.primary().snapshot().checkpointOp());
        cluster.heal();
        settle(cluster);
        assertEquals(0, cluster.syncs());
    }

    /** S66: a new primary that knows less to be committed gets acknowledgements of what a backup has executed. */
    @Test
    void committedEntriesAreAcknowledgedAgain() {
        CoreCluster cluster = cluster(3, 66);
        cluster.commitUntil(8);
        cluster.runUntil("alike", 10 * SECOND, cluster::isConverged);
        CoreNode old = cluster.primary();
        int primary = old.snapshot().replica();
        int next = (primary + 1) % 3;
        CoreNode other = cluster.node((primary + 2) % 3);
        long op = old.snapshot().op() + 1;
        cluster.lose((from, to, message) -> from == primary && to == next
                && !(message instanceof ReplicaMessage.Prepare prepare && prepare.entry().op() == op));
        cluster.clients().get(0).want(1);
        cluster.runUntil("executed by the other", 10 * SECOND, () -> other.snapshot().commitMin() >= op);
        old.crash();
        cluster.heal();
        cluster.clients().get(1).want(2);
        cluster.runUntil("goes on without the old one", 60 * SECOND, cluster::areClientsDone);
        cluster.startAll();
        settle(cluster);
    }

    /** S48: who lacks a checkpoint that another in the quorum has leaves the view to that one. */
    @Test
    void theLateOneLetsTheAdvancedOneLead() {
        CoreCluster cluster = cluster(3, 48);
        cluster.commitUntil(10);
        CoreNode old = cluster.primary();
        CoreNode late = behindPrimary(cluster, 1);
        CoreNode advanced = behindPrimary(cluster, 2);
        int view = old.snapshot().view();
        late.holdCheckpoints(true);
        cluster.commitUntil(25);
        cluster.runUntil("advanced", 10 * SECOND, () -> advanced.snapshot().checkpointOp() == FIRST);
        old.crash();
        cluster.runUntil("somebody leads", 60 * SECOND, () -> cluster.primary() != null);
        assertEquals(advanced, cluster.primary());
        assertEquals(view + 2, advanced.snapshot().view());
        late.holdCheckpoints(false);
        cluster.startAll();
        settle(cluster);
    }

    /**
     * S49, S50: the advanced one's checkpoint is damaged, so it cannot execute and not lead. But its log is whole: the
     * late one catches up on it, and leads; then the damaged files come from there.
     */
    @Test
    void aDamagedCheckpointDoesNotStopTheOthers() {
        CoreCluster cluster = cluster(3, 49);
        cluster.commitUntil(10);
        CoreNode old = cluster.primary();
        CoreNode late = behindPrimary(cluster, 1);
        CoreNode advanced = behindPrimary(cluster, 2);
        late.holdCheckpoints(true);
        cluster.commitUntil(25);
        cluster.runUntil("advanced", 10 * SECOND, () -> advanced.snapshot().checkpointOp() == FIRST);
        cluster.crashAll();
        advanced.shelf().corrupt(true);
        advanced.shelf().corrupt(false);
        late.holdCheckpoints(false);
        late.start();
        advanced.start();
        cluster.clients().get(0).want(3);
        cluster.runUntil("goes on without the old one", 120 * SECOND, cluster::areClientsDone);
        old.start();
        settle(cluster);
    }

    /** S51: entries that the checkpoint contains are lost on all who are left: no reason not to start. */
    @Test
    void aHoleBelowTheCheckpointDoesNotMatter() {
        CoreCluster cluster = cluster(3, 51);
        cluster.commitUntil(25);
        cluster.runUntil("alike", 10 * SECOND, cluster::isConverged);
        assertEquals(FIRST, cluster.node(0).snapshot().checkpointOp());
        cluster.crashAll();
        for (int replica = 1; replica < 3; replica++) {
            cluster.node(replica).disk().corruptPrepare(12);
            cluster.node(replica).start();
        }
        cluster.clients().get(0).want(30);
        cluster.runUntil("goes on", 60 * SECOND, cluster::areClientsDone);
        cluster.startAll();
        settle(cluster);
    }

    /** S53: the head of a view's log lies beyond ours; in the next view change we still know of it. */
    @Test
    void headersBeyondTheLogAreRemembered() {
        CoreCluster cluster = cluster(3, 53);
        cluster.commitUntil(18);
        cluster.runUntil("alike", 10 * SECOND, cluster::isConverged);
        CoreNode away = behindPrimary(cluster, 2);
        int replica = away.snapshot().replica();
        cluster.isolate(replica, true, true);
        cluster.commitUntil(40);
        cluster.primary().crash();
        cluster.node((replica + 1) % 3).start();
        // What would let it catch up is lost, so it only learns of the new view's log.
        cluster.heal();
        cluster.lose((from, to, message) -> to == replica && (message instanceof ReplicaMessage.Prepare
                || message instanceof ReplicaMessage.Headers));
        cluster.runUntil("follows", 60 * SECOND, () -> away.snapshot().status() == StatusName.NORMAL_BACKUP
                && cluster.primary() != null
                && away.snapshot().logViewDurable() == cluster.primary().snapshot().view());
        long head = cluster.primary().snapshot().op();
        assertTrue(away.snapshot().op() <= PREPARE_MAX && head > PREPARE_MAX, away.snapshot() + " of " + head);
        away.crash();
        away.start();
        cluster.forgetDoViewChanges();
        cluster.primary().crash();
        cluster.runUntil("votes", 60 * SECOND, () -> away.snapshot().status() == StatusName.VIEW_CHANGE
                && cluster.lastDoViewChange(replica) != null);
        assertTrue(cluster.lastDoViewChange(replica).op() >= head, "" + cluster.lastDoViewChange(replica));
        cluster.heal();
        cluster.startAll();
        settle(cluster);
    }

    /** S81: a state that went another way is noticed by its checkpoint's id, and says what to do. */
    @Test
    void aDivergentReplicaStops() {
        CoreCluster cluster = cluster(3, 81);
        cluster.commitUntil(5);
        CoreNode wrong = cluster.backup();
        cluster.checker().diverges(wrong.snapshot().replica());
        wrong.ledger().diverge();
        BrokenInvariant stop = assertThrows(BrokenInvariant.class, () -> {
            cluster.commitUntil(45);
            cluster.run(5 * SECOND);
        });
        for (String part : List.of("states of two replicas differ", "inspect checkpoint", "recover")) {
            assertTrue(stop.getMessage().contains(part), stop.getMessage());
        }
    }

    /** A restart begins at the checkpoint and replays what is behind it: sessions, replies and all. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 6})
    void aRestartBeginsAtTheCheckpoint(int replicaCount) {
        CoreCluster cluster = cluster(replicaCount, 7);
        cluster.commitUntil(65);
        cluster.runUntil("alike", 10 * SECOND, cluster::isConverged);
        long op = cluster.node(0).snapshot().commitMin();
        cluster.crashAll();
        cluster.startAll();
        for (CoreNode node : cluster.nodes()) {
            assertEquals(59, node.snapshot().checkpointOp());
        }
        cluster.clients().forEach(client -> client.want(5));
        settle(cluster);
        assertTrue(cluster.node(0).snapshot().commitMin() >= op + 15);
        cluster.clients().forEach(client -> assertEquals(0, client.evictions()));
    }

    /** S28, as far as it is the core's: every file of the checkpoint is damaged on two of three, all different. */
    @Test
    void damagedFilesComeFromWhoeverHasThem() {
        CoreCluster cluster = cluster(3, 28);
        cluster.commitUntil(45);
        cluster.runUntil("alike", 10 * SECOND, cluster::isConverged);
        cluster.crashAll();
        cluster.node(0).shelf().corrupt(true);
        cluster.node(1).shelf().corrupt(false);
        cluster.node(2).shelf().corrupt(true);
        cluster.startAll();
        cluster.clients().get(0).want(3);
        settle(cluster);
        assertNotEquals(0, cluster.node(0).snapshot().checkpointOp());
    }
}
