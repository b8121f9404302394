package dev.viewstamp.actors.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.viewstamp.actors.message.Envelope;
import dev.viewstamp.actors.message.ReplicaMessage;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Messages that went lost, and disks that take their time: replication spec §12.5 S62, §13. */
class LaggingScenariosTest {
    private static final long SECOND = 100;

    /** S62, §13 items 55 and 56: gaps in one view's entries are filled while newer ones arrive; all gaps at once. */
    @Test
    void missedEntriesDelayNobody() {
        CoreCluster cluster = CoreClusterTest.loaded(3, 62, 2, 5);
        cluster.runUntil("alike", 10 * SECOND, cluster::isConverged);
        CoreNode backup = cluster.backup();
        int behind = backup.snapshot().replica();
        long op = backup.snapshot().op();
        AtomicInteger headersAsked = new AtomicInteger();
        Set<Long> missed = new HashSet<>(Set.of(op + 1, op + 3, op + 5));
        cluster.lose((from, to, message) -> {
            headersAsked.addAndGet(message instanceof ReplicaMessage.GetHeaders && from == behind ? 1 : 0);
            return to == behind && message instanceof ReplicaMessage.Prepare prepare
                    && missed.remove(prepare.entry().op());
        });
        cluster.clients().forEach(client -> client.want(4));
        cluster.runUntil("the others go on", SECOND, cluster::areClientsDone);
        cluster.runUntil("it has all", 2 * SECOND, () -> backup.snapshot().commitMin() >= op + 8);
        assertTrue(missed.isEmpty());
        assertTrue(headersAsked.get() <= 4, headersAsked + " times asked for headers of three gaps");
    }

    /** §13 item 37: an entry that nobody got goes out again, though the pipeline behind it is full. */
    @Test
    void anEntryWithoutQuorumGoesOutAgainToAllWhoLackIt() {
        CoreCluster cluster = CoreClusterTest.loaded(3, 37, 7, 2);
        cluster.runUntil("alike", 10 * SECOND, cluster::isConverged);
        int primary = cluster.primary().snapshot().replica();
        int view = cluster.primary().snapshot().view();
        long first = cluster.primary().snapshot().op() + 1;
        Set<Integer> seen = new HashSet<>();
        cluster.lose((from, to, message) -> from == primary && message instanceof ReplicaMessage.Prepare prepare
                && prepare.entry().op() >= first && seen.add((int) (3 * prepare.entry().op() + to)));
        cluster.clients().forEach(client -> client.want(3));
        cluster.runUntil("all answered", 20 * SECOND, cluster::areClientsDone);
        assertEquals(view, cluster.primary().snapshot().view());
    }

    /** §13 item 34: whatever repairs are under way, a view that runs without us is asked for. */
    @Test
    void repairsInFlightDoNotKeepFromTheNewView() {
        CoreCluster cluster = CoreClusterTest.loaded(3, 34, 2, 5);
        cluster.runUntil("alike", 10 * SECOND, cluster::isConverged);
        CoreNode backup = cluster.backup();
        int behind = backup.snapshot().replica();
        cluster.lose((from, to, message) -> to == behind && message.isBulk()
                || from == behind && message instanceof ReplicaMessage.GetPrepare);
        cluster.clients().forEach(client -> client.want(10));
        cluster.run(SECOND);
        AtomicInteger asked = new AtomicInteger();
        cluster.lose((from, to, message) -> {
            asked.addAndGet(from == behind && message instanceof ReplicaMessage.GetStartView ? 1 : 0);
            return to == behind && message.isBulk();
        });
        int next = cluster.primary().snapshot().view() + 3;
        ReplicaMessage beat = cluster.lastCommit(cluster.primary().snapshot().replica()).message();
        int before = asked.get();
        backup.handle(() -> backup.replica().onMessage(new Envelope(CoreCluster.CLUSTER, Envelope.PROTOCOL, next,
                next % 3, beat), backup.now()));
        cluster.run(2);
        assertTrue(asked.get() > before);
    }

    /** §13 items 33 and 35: a slow superblock delays a view change, but brings neither the next one nor silence. */
    @Test
    void aSlowSuperblockIsNoReasonForTheNextView() {
        CoreCluster cluster = CoreClusterTest.loaded(3, 33, 1, 5);
        cluster.run(6 * SECOND);
        int view = cluster.primary().snapshot().view();
        cluster.disks(3_000_000_000L);                          // four copies, one after the other: 6 s on average
        cluster.primary().crash();
        AtomicInteger pings = new AtomicInteger();
        cluster.lose((from, to, message) -> {
            ReplicaSnapshot author = cluster.node(from).snapshot();
            pings.addAndGet(message instanceof ReplicaMessage.Ping && author.viewDurable() < author.view() ? 1 : 0);
            return false;
        });
        cluster.runUntil("the next primary", 120 * SECOND, () -> cluster.primary() != null);
        assertTrue(cluster.primary().snapshot().view() <= view + 2, cluster::toString);
        assertTrue(pings.get() > 0, "no ping left while a view was being made durable");
    }

    /** §13 item 2: a chosen log is of its view at once, however long its repair takes. */
    @Test
    void aChosenLogIsOfItsViewBeforeItIsWhole() {
        CoreCluster cluster = CoreClusterTest.loaded(3, 2, 2, 5);
        cluster.runUntil("alike", 10 * SECOND, cluster::isConverged);
        CoreNode old = cluster.primary();
        int next = (old.snapshot().view() + 1) % 3;
        int third = 3 - old.snapshot().replica() - next;
        cluster.lose((from, to, message) -> to == next && message.isBulk());
        cluster.clients().forEach(client -> client.want(2));
        cluster.runUntil("committed without it", 5 * SECOND,
                () -> cluster.node(third).snapshot().op() >= cluster.node(next).snapshot().op() + 3);
        old.crash();
        cluster.runUntil("chosen, not whole", 20 * SECOND,
                () -> cluster.node(next).snapshot().status() == StatusName.PROSPECTIVE_PRIMARY);
        ReplicaSnapshot chosen = cluster.node(next).snapshot();
        assertTrue(chosen.dirty() > 0);
        assertEquals(chosen.view(), chosen.logView());
        assertNotEquals(0, chosen.view());
        cluster.heal();
        old.start();
        cluster.runUntil("whole", 60 * SECOND, () -> cluster.areClientsDone() && cluster.isConverged());
    }
}
