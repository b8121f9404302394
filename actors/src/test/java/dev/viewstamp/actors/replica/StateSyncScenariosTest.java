package dev.viewstamp.actors.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.viewstamp.actors.message.ReplicaMessage;
import dev.viewstamp.journal.ClusterConstants;
import dev.viewstamp.journal.OpenedLog;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whom the log no longer reaches: replication spec §7.5, §9, §12.5 S27 and S71 to S80; stored replies, S67 and S68. */
class StateSyncScenariosTest {
    private static final long SECOND = 100;

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
        cluster.runUntil("settled", 120 * SECOND, () -> cluster.areClientsDone() && cluster.isConverged());
    }

    /** One of the backups misses all that happens up to {@code op}. */
    private static CoreNode leftBehind(CoreCluster cluster, long op) {
        cluster.commitUntil(10);
        CoreNode away = behindPrimary(cluster, 1);
        cluster.isolate(away.snapshot().replica(), true, true);
        cluster.commitUntil(op);
        return away;
    }

    /** S71, S75: three laps behind; no request and no stuck timer is needed, the announcements are enough. */
    @Test
    void inAnIdleCluster() {
        CoreCluster cluster = cluster(3, 71);
        CoreNode away = leftBehind(cluster, 110);
        cluster.heal();
        cluster.runUntil("caught up", 4 * SECOND, cluster::isConverged);
        assertEquals(1, cluster.syncs());
        assertTrue(away.snapshot().checkpointOp() >= 79, "" + away.snapshot());
    }

    /**
     * S71, §13 item 64: while the others hurry on, and files take their time. A checkpoint that is being fetched is
     * only given up for a newer one, and only when its files may be gone: with quick files there is no second.
     */
    @ParameterizedTest
    @ValueSource(longs = {5_000_000L, 300_000_000L, 2_000_000_000L})
    void inABusyCluster(long fetchNanos) {
        CoreCluster cluster = cluster(3, 71);
        CoreNode away = leftBehind(cluster, 110);
        cluster.checkpoints(5_000_000, fetchNanos);
        List<Long> targets = new ArrayList<>();
        away.hold(effect -> {
            if (effect instanceof Effect.FetchCheckpoint fetch) {
                targets.add(fetch.target().op());
            }
            return false;
        });
        cluster.heal();
        cluster.clients().forEach(client -> client.want(200));
        cluster.runUntil("all answered", 300 * SECOND, cluster::areClientsDone);
        settle(cluster);
        assertEquals(1, cluster.syncs());
        assertEquals(new HashSet<>(targets).size(), targets.size(), "begun again: " + targets);
        assertTrue(targets.size() == 1 || fetchNanos > 5_000_000, "no reason to leave one for the next: " + targets);
    }

    /**
     * What is being executed may need a file that is gone everywhere by now: then only the others' checkpoint helps,
     * and the log, which still reaches, does not (replication spec §8.7).
     */
    @Test
    void whoseExecutionNeverEndsTakesOverACheckpoint() {
        CoreCluster cluster = cluster(3, 87);
        cluster.commitUntil(10);
        CoreNode hanging = behindPrimary(cluster, 1);
        hanging.hold(effect -> effect instanceof Effect.Execute execute && execute.entry().op() == 12);
        long checkpoint = cluster.constants().cadence().next(0);
        cluster.commitUntil(cluster.constants().cadence().trigger(checkpoint) + cluster.constants().pipelineMax() + 1);
        cluster.runUntil("given up", 60 * SECOND, () -> hanging.snapshot().checkpointOp() == checkpoint);
        settle(cluster);
    }

    /** S72: of four, two are ahead and idle, two lag. */
    @Test
    void twoOfFour() {
        CoreCluster cluster = cluster(4, 72);
        cluster.commitUntil(10);
        int primary = cluster.primary().snapshot().replica();
        for (int by = 2; by <= 3; by++) {
            int away = (primary + by) % 4;
            for (int other = 0; other < 4; other++) {
                cluster.block(other, away, true);
                cluster.block(away, other, true);
            }
        }
        cluster.commitUntil(110);
        cluster.heal();
        settle(cluster);
        assertEquals(2, cluster.syncs());
    }

    /** S73: the primary dies, and one of the two who are left must sync first. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void inTheMiddleOfAViewChange(int by) {
        CoreCluster cluster = cluster(3, 73);
        cluster.commitUntil(10);
        CoreNode away = behindPrimary(cluster, by);
        cluster.isolate(away.snapshot().replica(), true, true);
        cluster.commitUntil(110);
        cluster.primary().crash();
        cluster.heal();
        cluster.clients().get(0).want(5);
        cluster.runUntil("goes on without the old primary", 120 * SECOND, cluster::areClientsDone);
        cluster.startAll();
        settle(cluster);
    }

    /** S74: one checkpoint behind, and an entry on the way there is lost everywhere: stuck for a while, then sync. */
    @Test
    void whenTheLogHasAHole() {
        CoreCluster cluster = cluster(3, 74);
        CoreNode away = leftBehind(cluster, 29);
        for (CoreNode node : cluster.nodes()) {
            if (node != away) {
                node.disk().corruptPrepare(16);
            }
        }
        cluster.heal();
        settle(cluster);
        assertEquals(1, cluster.syncs());
    }

    /** S76: an old primary with entries that nobody else has; the checkpoint is of a newer view than its log. */
    @Test
    void intoANewerView() {
        CoreCluster cluster = cluster(3, 76);
        cluster.commitUntil(12);
        CoreNode old = cluster.primary();
        int replica = old.snapshot().replica();
        int view = old.snapshot().view();
        long op = old.snapshot().op();
        cluster.lose((from, to, message) -> from == replica && message instanceof ReplicaMessage.Prepare);
        cluster.clients().forEach(client -> client.want(1));
        cluster.runUntil("prepared alone", 10 * SECOND, () -> old.snapshot().op() >= op + 2
                && old.snapshot().dirty() == 0);
        cluster.heal();
        cluster.isolate(replica, true, true);
        cluster.runUntil("another leads", 60 * SECOND, () -> cluster.primary() != old);
        cluster.commitUntil(110);
        assertTrue(cluster.checker().committed(op + 1).view() > view, "dropped, and prepared anew");
        cluster.heal();
        cluster.runUntil("synced", 60 * SECOND, () -> old.snapshot().checkpointOp() >= 79);
        old.crash();
        old.start();
        settle(cluster);
    }

    /** S77: power fails at each step of it. */
    @Test
    void crashesOnTheWay() {
        for (int step = 0; step < 40; step++) {
            CoreCluster cluster = cluster(3, 77);
            CoreNode away = leftBehind(cluster, 90);
            cluster.heal();
            cluster.run(SECOND);
            cluster.runNanos(step * 7_000_000L);
            away.crash();
            away.start();
            settle(cluster);
        }
    }

    /** S80: two have to catch up, and one of them is heard but hears nothing. */
    @Test
    void aHalfConnectedOneStarvesNobody() {
        CoreCluster cluster = cluster(5, 80);
        cluster.commitUntil(10);
        CoreNode away = behindPrimary(cluster, 1);
        int deaf = behindPrimary(cluster, 2).snapshot().replica();
        cluster.isolate(away.snapshot().replica(), true, true);
        cluster.isolate(deaf, true, true);
        cluster.commitUntil(110);
        cluster.heal();
        cluster.isolate(deaf, true, false);
        cluster.runUntil("the one that hears", 60 * SECOND, () -> away.snapshot().commitMin() >= 110);
        cluster.heal();
        settle(cluster);
    }

    /** S27: the disk is lost within the first checkpoint, or laps beyond it; the replica comes back and counts. */
    @ParameterizedTest
    @ValueSource(longs = {12, 100})
    void aLostDiskIsReplaced(long op) throws IOException {
        CoreCluster cluster = cluster(3, 27);
        cluster.commitUntil(op);
        CoreNode lost = cluster.backup();
        lost.crash();
        cluster.commitUntil(cluster.checker().opCommittedMax() + cluster.constants().pipelineMax());
        lost.reformat(cluster.primary().snapshot().view() + 2, cluster.checker().opCommittedMax());
        assertEquals(OpenedLog.Status.RECOVERING_HEAD, lost.start());
        settle(cluster);
        // It counts: with it alone the others go on.
        CoreNode other = cluster.nodes().stream().filter(node -> node != lost).findFirst().orElseThrow();
        other.crash();
        cluster.clients().get(0).want(40);
        cluster.runUntil("goes on with the new disk", 120 * SECOND, cluster::areClientsDone);
        cluster.startAll();
        settle(cluster);
    }

    /** S27: it must not vote as if it remembered: one other may lack what the lost disk had, so nothing happens. */
    @Test
    void aReplacedDiskHasNoVoteBeforeItKnows() throws IOException {
        CoreCluster cluster = cluster(3, 28);
        cluster.commitUntil(10);
        CoreNode lost = cluster.backup();
        lost.crash();
        cluster.commitUntil(cluster.checker().opCommittedMax() + cluster.constants().pipelineMax());
        int view = cluster.primary().snapshot().view();
        cluster.crashAll();
        cluster.forgetDoViewChanges();
        lost.reformat(view + 2, cluster.checker().opCommittedMax());
        lost.start();
        CoreNode other = cluster.nodes().stream().filter(node -> node != lost).findFirst().orElseThrow();
        other.start();
        cluster.run(60 * SECOND);
        assertNull(cluster.primary());
        assertNull(cluster.lastDoViewChange(lost.snapshot().replica()));
        cluster.startAll();
        cluster.clients().get(0).want(3);
        settle(cluster);
    }

    /**
     * S78: with the third replica dead, the primary and the one that must sync are the only quorum, and what the
     * primary's log overwrites next is only in checkpoints. So nothing more is committed before the files are here and
     * the superblock says so; the latter takes a while.
     */
    @Test
    void whoSyncsDoesNotCountForItsCheckpoint() {
        CoreCluster cluster = cluster(3, 78);
        CoreNode away = leftBehind(cluster, 110);
        int replica = away.snapshot().replica();
        CoreNode primary = cluster.primary();
        cluster.nodes().stream().filter(node -> node != away && node != primary).forEach(CoreNode::crash);
        away.hold(effect -> effect instanceof Effect.FetchCheckpoint);
        cluster.heal();
        cluster.clients().forEach(client -> client.want(20));
        cluster.run(20 * SECOND);
        long committed = primary.snapshot().commitMax();
        assertTrue(away.snapshot().syncTargetOp() > 0, "fetches: " + away.snapshot());
        assertTrue(committed <= 110 + cluster.constants().pipelineMax(), "" + primary.snapshot());
        away.hold(effect -> effect instanceof Effect.WriteSuperBlock);
        cluster.runUntil("has all files", 60 * SECOND, () -> away.snapshot().status() == StatusName.SYNCING);
        cluster.run(20 * SECOND);
        assertEquals(StatusName.SYNCING, away.snapshot().status());
        assertEquals(0, cluster.checker().checkpointMax(replica));
        assertEquals(committed, primary.snapshot().commitMax(), "counted on a checkpoint that may be lost");
        away.hold(effect -> false);
        cluster.runUntil("counts", 60 * SECOND, cluster::areClientsDone);
        cluster.startAll();
        settle(cluster);
    }

    /**
     * §13 item 67: a checkpoint of the others is to be installed while our own is on its way into the superblock: that
     * cannot be broken off, so it is waited for.
     */
    @Test
    void aSuperBlockOnItsWayIsWaitedFor() {
        CoreCluster cluster = cluster(3, 67);
        cluster.commitUntil(10);
        CoreNode late = behindPrimary(cluster, 1);
        int replica = late.snapshot().replica();
        late.hold(effect -> effect instanceof Effect.WriteSuperBlock);
        cluster.commitUntil(90);
        cluster.runUntil("would install", 60 * SECOND, () -> late.snapshot().status() == StatusName.SYNCING);
        assertEquals(0, late.snapshot().checkpointOp());
        cluster.run(5 * SECOND);
        assertEquals(0, late.snapshot().checkpointOp(), "nothing may take the place of what is being written");
        late.hold(effect -> false);
        settle(cluster);
        assertTrue(cluster.checker().checkpointMax(replica) >= 79);
    }

    /**
     * §13 item 67: an entry that the state machine is still busy with, perhaps for ever, is given up with its state.
     * Its result comes at last, after the other state is there, and changes nothing.
     */
    @Test
    void anEntryBeingExecutedIsGivenUpAndItsResultComesTooLate() {
        CoreCluster cluster = cluster(3, 167);
        cluster.commitUntil(10);
        CoreNode late = behindPrimary(cluster, 1);
        long stuckOp = late.snapshot().commitMin() + 1;
        late.hold(effect -> effect instanceof Effect.Execute execute && execute.entry().op() == stuckOp);
        cluster.commitUntil(110);
        cluster.runUntil("took over a checkpoint", 60 * SECOND, () -> late.snapshot().checkpointOp() >= 79
                && late.snapshot().commitMin() >= late.snapshot().checkpointOp());
        long ignored = late.snapshot().ignored().getOrDefault(Ignored.STALE_COMPLETION, 0L);
        late.hold(effect -> false);
        cluster.run(1);
        assertEquals(ignored + 1, late.snapshot().ignored().get(Ignored.STALE_COMPLETION));
        settle(cluster);
    }

    /** S67: the reply to a client that asks again is damaged where it asks; a peer has it. */
    @Test
    void aDamagedReplyComesFromAPeer() {
        CoreCluster cluster = cluster(3, 67);
        cluster.commitUntil(25);
        cluster.runUntil("alike", 10 * SECOND, cluster::isConverged);
        cluster.crashAll();
        for (int slot = 0; slot < 3; slot++) {
            cluster.node(0).disk().corruptReply(slot);
            cluster.node(1).disk().corruptReply(slot);
        }
        cluster.startAll();
        cluster.runUntil("repaired", 60 * SECOND, cluster::isConverged);
        for (CoreNode node : cluster.nodes()) {
            for (int slot = 0; slot < 3; slot++) {
                assertTrue(node.replica().clientTable().hasBody(slot), "slot " + slot);
            }
        }
    }

    /** S68: replies are on disk before the checkpoint that names them, however slow the disk. */
    @Test
    void repliesAreDurableWithTheCheckpoint() {
        for (int round = 0; round < 20; round++) {
            CoreCluster cluster = cluster(1, 68 + round);
            cluster.disks(1 + 30_000_000L * (round % 3));
            cluster.commitUntil(20 + round);
            cluster.run(round);
            cluster.crashAll();
            cluster.startAll();
            cluster.runUntil("replayed", 60 * SECOND, cluster::isConverged);
            cluster.run(SECOND);
            for (int slot = 0; slot < 3; slot++) {
                assertTrue(cluster.node(0).replica().clientTable().hasBody(slot), slot + " in round " + round);
            }
        }
    }
}
