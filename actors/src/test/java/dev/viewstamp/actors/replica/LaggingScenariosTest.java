package dev.viewstamp.actors.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.viewstamp.actors.message.Envelope;
import dev.viewstamp.actors.message.ReplicaMessage;
import dev.viewstamp.journal.ClusterConstants;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
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

    /**
     * §13 item 3: the next primary's own log ends long before the headers that the quorum tells it of: the break is
     * repaired, and nothing above it is cut off.
     */
    @Test
    void aBreakBelowTheChosenHeadersIsRepaired() {
        CoreCluster cluster = CoreClusterTest.loaded(3, 3, 4, 5);
        cluster.runUntil("alike", 10 * SECOND, cluster::isConverged);
        CoreNode old = cluster.primary();
        CoreNode next = cluster.node((old.snapshot().view() + 1) % 3);
        CoreNode third = cluster.node((old.snapshot().view() + 2) % 3);
        long behind = next.snapshot().op();
        cluster.lose((from, to, message) -> to == next.snapshot().replica() && (message.isBulk()
                || message instanceof ReplicaMessage.StartView || message instanceof ReplicaMessage.Headers));
        cluster.clients().forEach(client -> client.want(5));
        cluster.runUntil("committed without it", 5 * SECOND, cluster::areClientsDone);
        assertEquals(behind, next.snapshot().op());
        old.crash();
        cluster.runUntil("chosen, not whole", 20 * SECOND,
                () -> next.snapshot().status() == StatusName.PROSPECTIVE_PRIMARY);
        assertEquals(behind + 20, third.snapshot().op());
        assertEquals(third.snapshot().headChecksum(), next.snapshot().headChecksum());
        cluster.heal();
        cluster.runUntil("whole", 20 * SECOND, () -> next.snapshot().commitMin() == behind + 20);
        assertTrue(next.snapshot().isPrimary());
    }

    /**
     * §13 item 58: an entry that an older view never committed, asked for or not, is no part of the log of a newer
     * one, though it connects to its head.
     */
    @Test
    void anEntryOfAnOlderViewDoesNotMoveTheHead() {
        CoreCluster cluster = CoreClusterTest.loaded(3, 58, 1, 5);
        cluster.runUntil("alike", 10 * SECOND, cluster::isConverged);
        CoreNode old = cluster.primary();
        int view = old.snapshot().view();
        long op = old.snapshot().op();
        List<ReplicaMessage.Prepare> unheard = new ArrayList<>();
        cluster.lose((from, to, message) -> message instanceof ReplicaMessage.Prepare prepare && unheard.add(prepare));
        cluster.clients().forEach(client -> client.want(1));
        cluster.runUntil("prepared alone", SECOND, () -> !unheard.isEmpty() && old.snapshot().dirty() == 0);
        old.crash();
        cluster.blockClients((view + 1) % 3, true, true);
        cluster.blockClients((view + 2) % 3, true, true);
        cluster.runUntil("another leads, and is followed", 20 * SECOND, () -> cluster.primary() != null
                && cluster.backup() != null && cluster.backup().snapshot().view() > view);
        CoreNode backup = cluster.backup();
        assertEquals(op, backup.snapshot().op());
        long ignored = backup.snapshot().ignored().getOrDefault(Ignored.ABOVE_HEAD, 0L);
        cluster.heal();
        cluster.blockClients((view + 1) % 3, true, true);
        cluster.blockClients((view + 2) % 3, true, true);
        cluster.inject(backup.snapshot().replica(), new Envelope(CoreCluster.CLUSTER, Envelope.PROTOCOL,
                backup.snapshot().view(), view % 3, unheard.get(0)));
        assertEquals(op, backup.snapshot().op(), "the head moved");
        assertEquals(ignored + 1, backup.snapshot().ignored().get(Ignored.ABOVE_HEAD));
        cluster.heal();
        cluster.startAll();
        cluster.runUntil("asked for anew", 60 * SECOND, () -> cluster.areClientsDone() && cluster.isConverged());
        assertTrue(cluster.checker().committed(op + 1).view() > view);
    }

    /** §13 item 85: in the first lap of the log "a lap back" lies before its beginning; nobody asks for that. */
    @Test
    void nothingBeforeTheFirstEntryIsAskedFor() {
        CoreCluster cluster = new CoreCluster(ClusterConstants.smallTest(3), 85).startAll();
        cluster.commitUntil(1);
        int behind = cluster.backup().snapshot().replica();
        List<Long> asked = new ArrayList<>();
        cluster.lose((from, to, message) -> {
            if (message instanceof ReplicaMessage.GetHeaders get) {
                asked.add(get.opMin());
            } else if (message instanceof ReplicaMessage.GetPrepare get) {
                asked.add(get.op());
            }
            return to == behind && message instanceof ReplicaMessage.Prepare prepare
                    && prepare.entry().op() % 2 == cluster.tick() / 50 % 2;
        });
        cluster.commitUntil(40);                                // 32 slots; the first checkpoint is at op 19
        cluster.heal();
        cluster.runUntil("alike", 20 * SECOND, cluster::isConverged);
        assertTrue(asked.size() > 20, "asked " + asked.size() + " times");
        assertTrue(asked.stream().allMatch(op -> op >= 1), "asked for " + asked);
        assertTrue(asked.stream().anyMatch(op -> op == 1), "the lowest was " + asked);
        cluster.nodes().forEach(node -> assertEquals(null, node.snapshot().ignored().get(Ignored.INVALID_FIELDS)));
    }
}
