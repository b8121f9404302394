package dev.viewstamp.actors.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.viewstamp.actors.message.ReplicaMessage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which log the next view has: replication spec §12.5, S44 to S62, as far as it needs no checkpoint. */
class ViewChangeScenariosTest {
    private static final long SECOND = 100;

    /** S44: of two, one lost an entry that the other cannot deny: the third is waited for. */
    @Test
    void aThirdVoteDecidesWhatTwoCannot() {
        CoreCluster cluster = CoreClusterTest.loaded(3, 44, 1, 10);
        cluster.runUntil("alike", 10 * SECOND, cluster::isConverged);
        long op = cluster.node(0).snapshot().op();
        cluster.crashAll();
        cluster.node(1).disk().corruptPrepare(op - 1);
        cluster.node(2).disk().corruptPrepare(op - 1);
        cluster.node(1).start();
        cluster.node(2).start();
        cluster.run(30 * SECOND);
        assertNull(cluster.primary(), "nobody who is up has the entry");
        cluster.startAll();
        cluster.clients().get(0).want(3);
        cluster.runUntil("the third has it", 60 * SECOND, () -> cluster.areClientsDone() && cluster.isConverged());
        assertEquals(0, cluster.clients().get(0).evictions());
    }

    /**
     * S60: one backup has an op above a gap, its primary is dead, and nobody else has anything: the gap and all
     * above it go.
     */
    @Test
    void whatIsAboveAGapThatNobodyCanFillIsDropped() {
        CoreCluster cluster = CoreClusterTest.loaded(3, 60, 1, 5);
        addIdleClients(cluster, 3);
        cluster.runUntil("alike", 10 * SECOND, cluster::isConverged);
        CoreNode old = cluster.primary();
        int primary = old.snapshot().replica();
        int view = old.snapshot().view();
        long op = old.snapshot().op();
        int lucky = (primary + 1) % 3;
        cluster.lose((from, to, message) -> from == primary && message instanceof ReplicaMessage.Prepare prepare
                && !(to == lucky && prepare.entry().op() == op + 3));
        cluster.clients().forEach(client -> client.want(1));
        cluster.runUntil("above the gap", 10 * SECOND, () -> cluster.node(lucky).snapshot().op() == op + 3);
        old.crash();
        cluster.run(1);                                         // what it sent last is lost, too
        cluster.heal();
        cluster.runUntil("answered without it", 60 * SECOND, cluster::areClientsDone);
        cluster.startAll();
        cluster.runUntil("alike", 60 * SECOND, cluster::isConverged);
        assertTrue(cluster.checker().committed(op + 1).view() > view, "prepared anew");
    }

    /** S60, the other half: with one copy of each left, all are kept. */
    @Test
    void whatOneBackupHasWithoutGapsIsKept() {
        CoreCluster cluster = CoreClusterTest.loaded(3, 61, 1, 5);
        addIdleClients(cluster, 3);
        cluster.runUntil("alike", 10 * SECOND, cluster::isConverged);
        CoreNode old = cluster.primary();
        int primary = old.snapshot().replica();
        int view = old.snapshot().view();
        long op = old.snapshot().op();
        int lucky = (primary + 1) % 3;
        cluster.lose((from, to, message) -> from == primary && to != lucky && message instanceof ReplicaMessage.Prepare
                || message instanceof ReplicaMessage.PrepareOk);
        cluster.clients().forEach(client -> client.want(1));
        cluster.runUntil("three arrived", 10 * SECOND, () -> cluster.node(lucky).snapshot().op() == op + 3
                && cluster.node(lucky).snapshot().dirty() == 0);
        old.crash();
        cluster.heal();
        cluster.runUntil("committed as they were", 60 * SECOND, cluster::areClientsDone);
        for (long kept = op + 1; kept <= op + 3; kept++) {
            assertEquals(view, cluster.checker().committed(kept).view(), "op " + kept + " is of the old view");
        }
    }

    /** S55, S57: leadership that comes back starts with no acknowledgements, and with its entries. */
    @Test
    void leadershipThatReturnsCountsAnew() {
        CoreCluster cluster = CoreClusterTest.loaded(2, 55, 2, 5);
        CoreNode first = cluster.primary();
        int view = first.snapshot().view();
        long op = first.snapshot().op();
        cluster.lose((from, to, message) -> message instanceof ReplicaMessage.PrepareOk);
        cluster.clients().forEach(client -> client.want(1));
        cluster.runUntil("prepared on both", 10 * SECOND, () -> cluster.nodes().stream()
                .allMatch(node -> node.snapshot().op() >= op + 2 && node.snapshot().dirty() == 0));
        cluster.runUntil("and back again", 200 * SECOND,
                () -> first.snapshot().isPrimary() && first.snapshot().view() > view);
        assertEquals(op, first.snapshot().commitMin(), "nothing was acknowledged in any view");
        cluster.heal();
        cluster.runUntil("now it is", 60 * SECOND, () -> cluster.areClientsDone() && cluster.isConverged());
        assertEquals(view, cluster.checker().committed(op + 1).view(), "the entry itself was kept");
    }

    /** S54: views that fail one after the other, until those who can talk meet in one. */
    @ParameterizedTest
    @ValueSource(ints = {3, 5})
    void failedViewsFollowEachOther(int replicaCount) {
        CoreCluster cluster = CoreClusterTest.loaded(replicaCount, 54, 2, 5);
        cluster.lose((from, to, message) -> message instanceof ReplicaMessage.StartView);
        cluster.primary().crash();
        cluster.clients().forEach(client -> client.want(5));
        cluster.run(60 * SECOND);
        cluster.heal();
        cluster.startAll();
        cluster.runUntil("one holds", 60 * SECOND, () -> cluster.areClientsDone() && cluster.isConverged());
        assertTrue(cluster.primary().snapshot().view() > 2);
    }

    /** S59: of two, the old primary alone had an op and its disk tore it: it goes, without anybody's help. */
    @Test
    void whatOnlyATornDiskHadIsRolledBack() {
        CoreCluster cluster = CoreClusterTest.loaded(2, 59, 2, 5);
        cluster.runUntil("alike", 10 * SECOND, cluster::isConverged);
        CoreNode old = cluster.primary();
        int primary = old.snapshot().replica();
        long op = old.snapshot().op();
        int view = old.snapshot().view();
        cluster.lose((from, to, message) -> from == primary && message.isBulk());
        cluster.disks(100_000_000);
        cluster.clients().get(0).want(1);
        cluster.runUntil("being written by one", 10 * SECOND, () -> old.snapshot().op() == op + 1);
        old.crash();
        old.disk().corruptPrepare(op + 1);
        cluster.run(1);                                         // what is under way is lost, too
        cluster.heal();
        old.start();
        cluster.runUntil("rolled back and answered", 60 * SECOND, () -> cluster.areClientsDone()
                && cluster.isConverged());
        assertNotEquals(view, cluster.checker().committed(op + 1).view());
    }

    /**
     * S59: the same for an op that was whole before: the old primary cannot know that it was its last, but the
     * other can do without its vote, since of two both have all that was committed.
     */
    @Test
    void whatOnlyALyingDiskHadIsRolledBack() {
        CoreCluster cluster = CoreClusterTest.loaded(2, 59, 2, 5);
        cluster.runUntil("alike", 10 * SECOND, cluster::isConverged);
        CoreNode old = cluster.primary();
        int primary = old.snapshot().replica();
        long op = old.snapshot().op();
        int view = old.snapshot().view();
        cluster.lose((from, to, message) -> from == primary && message.isBulk());
        cluster.clients().get(0).want(1);
        cluster.runUntil("written by one", 10 * SECOND, () -> old.snapshot().op() == op + 1
                && old.snapshot().dirty() == 0);
        old.crash();
        old.disk().corruptPrepare(op + 1);
        cluster.run(1);                                         // what is under way is lost, too
        cluster.heal();
        old.start();
        cluster.runUntil("rolled back and answered", 60 * SECOND, () -> cluster.areClientsDone()
                && cluster.isConverged());
        assertNotEquals(view, cluster.checker().committed(op + 1).view());
    }

    /** S90: timestamps rise though the next primary's clock is behind and the last entries were dropped. */
    @Test
    void timestampsRiseAcrossPrimaries() {
        CoreCluster cluster = new CoreCluster(3, 90);
        cluster.node(0).skew(4_000_000_000L);
        cluster.node(1).skew(-4_000_000_000L);
        cluster.startAll();
        SimClient client = cluster.addClient();
        for (int round = 0; round < 6; round++) {
            client.want(5);
            cluster.runUntil("round " + round, 60 * SECOND, cluster::areClientsDone);
            CoreNode primary = cluster.primary();
            assertNotNull(primary);
            primary.crash();
            cluster.run(SECOND);
            cluster.startAll();
            cluster.runUntil("together", 60 * SECOND, cluster::isConverged);
        }
    }

    private static void addIdleClients(CoreCluster cluster, int count) {
        while (cluster.clients().size() < count) {
            cluster.addClient().want(1);
        }
        cluster.runUntil("registered", 20 * SECOND, cluster::areClientsDone);
    }
}
