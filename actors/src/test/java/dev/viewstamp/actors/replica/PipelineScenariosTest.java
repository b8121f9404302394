package dev.viewstamp.actors.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.viewstamp.actors.message.ReplicaMessage;
import org.junit.jupiter.api.Test;

/**
 * What a replica still has in memory, or on its way from or to the disk, when views change underneath: replication spec
 * §4.4, §4.7, §12.5 S52, S56, S58, §13 items 12 and 21.
 */
class PipelineScenariosTest {
    private static final long SECOND = 100;

    /** Three replicas that agree, and a client for each place in the pipeline. */
    private static CoreCluster cluster(long seed) {
        CoreCluster cluster = CoreClusterTest.loaded(3, seed, 3, 5);
        cluster.runUntil("alike", 10 * SECOND, cluster::isConverged);
        return cluster;
    }

    private static void settle(CoreCluster cluster) {
        cluster.runUntil("settled", 120 * SECOND, () -> cluster.areClientsDone() && cluster.isConverged());
    }

    private static CoreNode behindPrimary(CoreCluster cluster, int by) {
        return cluster.node((cluster.primary().snapshot().replica() + by) % cluster.replicaCount());
    }

    /** Whoever leads dies and comes back as soon as another leads, until this one does. */
    private static void passLeadershipTo(CoreCluster cluster, CoreNode wanted) {
        while (cluster.primary() != wanted) {
            CoreNode old = cluster.primary();
            old.crash();
            cluster.runUntil("another", 60 * SECOND, () -> cluster.primary() != null);
            old.start();
            settle(cluster);
        }
    }

    /**
     * S52: a backup states its vote while its disk still writes the entry at its head. The headers stay as stated; the
     * bits are those of the moment: once the entry is durable it is denied no longer.
     */
    @Test
    void bitsOfAVoteAreOfTheMomentAndItsHeadersAreNot() {
        CoreCluster cluster = cluster(52);
        CoreNode voter = behindPrimary(cluster, 2);
        int replica = voter.snapshot().replica();
        long op = voter.snapshot().op() + 1;
        voter.hold(effect -> effect instanceof Effect.WritePrepare);
        cluster.lose((from, to, message) -> message instanceof ReplicaMessage.DoViewChange
                || message instanceof ReplicaMessage.PrepareOk);
        cluster.forgetDoViewChanges();
        cluster.clients().get(0).want(1);
        cluster.runUntil("arrived", SECOND, () -> voter.snapshot().op() == op);
        cluster.primary().crash();
        cluster.runUntil("voted", 60 * SECOND, () -> cluster.lastDoViewChange(replica) != null);
        ReplicaMessage.DoViewChange first = cluster.lastDoViewChange(replica);
        int view = voter.snapshot().view();
        assertEquals(op, first.headers().get(0).op());
        assertEquals(1, first.nackBits() & 1, "never written, so never acknowledged");
        assertEquals(1, first.presentBits() & 1, "yet in memory");
        voter.hold(effect -> false);
        cluster.runUntil("written", SECOND, () -> voter.snapshot().dirty() == 0);
        cluster.forgetDoViewChanges();
        cluster.runUntil("said again", 10 * SECOND, () -> cluster.lastDoViewChange(replica) != null);
        assertEquals(view, voter.snapshot().view(), "in the same view");
        ReplicaMessage.DoViewChange second = cluster.lastDoViewChange(replica);
        assertEquals(first.headers(), second.headers());
        assertEquals(0, second.nackBits() & 1, "durable by now");
        assertEquals(1, second.presentBits() & 1);
        cluster.heal();
        cluster.startAll();
        settle(cluster);
    }

    /** S56: what was in the old primary's pipeline was committed by another one: it is not there a second time. */
    @Test
    void theFrontOfAnOldPipelineWasCommittedElsewhere() {
        CoreCluster cluster = cluster(561);
        CoreNode first = cluster.primary();
        int view = first.snapshot().view();
        long op = first.snapshot().op();
        cluster.lose((from, to, message) -> message instanceof ReplicaMessage.PrepareOk);
        cluster.clients().forEach(client -> client.want(1));
        cluster.runUntil("prepared everywhere", 10 * SECOND, () -> cluster.nodes().stream()
                .allMatch(node -> node.snapshot().op() >= op + 3 && node.snapshot().dirty() == 0));
        cluster.lose((from, to, message) -> message instanceof ReplicaMessage.PrepareOk ok && ok.op() > op + 1);
        cluster.runUntil("the next one commits the front", 120 * SECOND, () -> cluster.primary() != null
                && cluster.primary() != first && cluster.primary().snapshot().commitMin() == op + 1);
        cluster.runUntil("and the first leads again", 400 * SECOND,
                () -> first.snapshot().isPrimary() && first.snapshot().view() > view);
        assertEquals(op + 1, first.snapshot().commitMin());
        assertTrue(first.snapshot().op() >= op + 3, "the others are left, without acknowledgements");
        cluster.heal();
        settle(cluster);
        for (long kept = op + 1; kept <= op + 3; kept++) {
            assertEquals(view, cluster.checker().committed(kept).view(), "op " + kept);
        }
    }

    /** S56: nobody ever saw what the old primary had in its pipeline: others have those ops, and it takes theirs. */
    @Test
    void anOldPipelineThatNoLongerConnectsIsForgotten() {
        CoreCluster cluster = cluster(562);
        CoreNode first = cluster.primary();
        int view = first.snapshot().view();
        long op = first.snapshot().op();
        cluster.isolate(first.snapshot().replica(), true, true);
        cluster.clients().forEach(client -> client.want(2));
        cluster.runUntil("prepared alone", SECOND, () -> first.snapshot().op() >= op + 3
                && first.snapshot().dirty() == 0);
        assertEquals(view, first.snapshot().view());
        cluster.runUntil("answered by others", 60 * SECOND, cluster::areClientsDone);
        cluster.heal();
        settle(cluster);
        passLeadershipTo(cluster, first);
        for (long other = op + 1; other <= op + 6; other++) {
            assertTrue(cluster.checker().committed(other).view() > view, "op " + other);
        }
        cluster.clients().forEach(client -> client.want(2));
        settle(cluster);
    }

    /**
     * S56: the first of three entries is kept by the next view, the others are replaced. The old primary has them still
     * in memory under the same ops; nothing of that goes anywhere when it executes, and when it leads again.
     */
    @Test
    void theTailOfAnOldPipelineWasReplaced() {
        CoreCluster cluster = cluster(563);
        CoreNode first = cluster.primary();
        int replica = first.snapshot().replica();
        int view = first.snapshot().view();
        long op = first.snapshot().op();
        cluster.lose((from, to, message) -> from == replica
                && message instanceof ReplicaMessage.Prepare prepare && prepare.entry().op() > op + 1
                || message instanceof ReplicaMessage.PrepareOk);
        cluster.clients().forEach(client -> client.want(1));
        cluster.runUntil("prepared", 10 * SECOND, () -> first.snapshot().op() == op + 3
                && first.snapshot().dirty() == 0 && cluster.backup().snapshot().op() == op + 1);
        cluster.isolate(replica, true, true);
        cluster.lose((from, to, message) -> false);
        cluster.runUntil("answered by others", 60 * SECOND, cluster::areClientsDone);
        cluster.heal();
        settle(cluster);
        assertEquals(view, cluster.checker().committed(op + 1).view(), "kept");
        assertTrue(cluster.checker().committed(op + 2).view() > view, "replaced");
        passLeadershipTo(cluster, first);
        cluster.clients().forEach(client -> client.want(2));
        settle(cluster);
    }

    /**
     * S58: after a power cut the next primary reads an uncommitted entry for its pipeline. The disk takes so long that
     * two others have led before the read ends, and it is about to lead another view, with another log. The entry that
     * comes at last is nobody's.
     */
    @Test
    void aReadForThePipelineEndsViewsLater() {
        CoreCluster cluster = cluster(58);
        long op = cluster.primary().snapshot().op() + 1;
        cluster.lose((from, to, message) -> message instanceof ReplicaMessage.PrepareOk);
        cluster.clients().get(0).want(1);
        cluster.runUntil("prepared everywhere", SECOND, () -> cluster.nodes().stream()
                .allMatch(node -> node.snapshot().op() == op && node.snapshot().dirty() == 0));
        int view = cluster.primary().snapshot().view();
        CoreNode reader = behindPrimary(cluster, 1);
        cluster.crashAll();
        cluster.heal();
        long[] token = {0};                                     // of the first read only
        reader.hold(effect -> {
            if (effect instanceof Effect.ReadPrepare read && read.op() == op && token[0] == 0) {
                token[0] = read.token();
            }
            return effect instanceof Effect.ReadPrepare read && read.token() == token[0];
        });
        cluster.startAll();
        cluster.runUntil("chosen", 60 * SECOND, () -> reader.snapshot().status() == StatusName.PROSPECTIVE_PRIMARY);
        assertEquals(view + 1, reader.snapshot().view());
        cluster.clients().forEach(client -> client.want(3));
        cluster.runUntil("another leads", 120 * SECOND, cluster::areClientsDone);
        cluster.runUntil("alike", 60 * SECOND, cluster::isConverged);
        assertTrue(reader.snapshot().view() > view + 1 && cluster.primary() != reader);

        while (behindPrimary(cluster, 1) != reader) {
            passLeadershipTo(cluster, behindPrimary(cluster, 1));
        }
        int replica = reader.snapshot().replica();
        cluster.lose((from, to, message) -> to == replica && message.isBulk());
        cluster.clients().forEach(client -> client.want(1));
        cluster.runUntil("committed without it", 20 * SECOND, cluster::areClientsDone);
        cluster.primary().crash();
        cluster.runUntil("chosen, not whole", 60 * SECOND, () ->
                reader.snapshot().status() == StatusName.PROSPECTIVE_PRIMARY && reader.snapshot().dirty() > 0);
        long ignored = reader.snapshot().ignored().getOrDefault(Ignored.STALE_COMPLETION, 0L);
        reader.hold(effect -> false);
        cluster.run(1);
        assertEquals(StatusName.PROSPECTIVE_PRIMARY, reader.snapshot().status());
        assertEquals(ignored + 1, reader.snapshot().ignored().getOrDefault(Ignored.STALE_COMPLETION, 0L));
        cluster.heal();
        cluster.startAll();
        settle(cluster);
    }
}
