package dev.viewstamp.actors.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.viewstamp.actors.message.ReplicaMessage;
import dev.viewstamp.client.protocol.ClientMessage;
import dev.viewstamp.client.protocol.RequestIdentity;
import dev.viewstamp.ledger.Uint128;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * From the death of a primary to the next success nothing waits for a timer, once the silence was noticed: neither for
 * the resending of prepares (0.25 s and more) nor for a client that asks again (0.5 s and more).
 */
class FailOverScenariosTest {
    private static final long SECOND = 100;
    /** Of the timers that might help, prepares are sent again the soonest. */
    private static final long AT_ONCE = TimeoutName.PREPARE.baseTicks() - 5;
    private static final Uint128 CLIENT = Uint128.of(5);

    private CoreCluster cluster;
    private CoreNode old;
    private CoreNode next;
    private CoreNode other;

    @BeforeEach
    void start() {
        cluster = CoreClusterTest.loaded(3, 77, 4, 3);
        cluster.runUntil("alike", 10 * SECOND, cluster::isConverged);
        old = cluster.primary();
        next = cluster.node((old.snapshot().replica() + 1) % 3);
        other = cluster.node((old.snapshot().replica() + 2) % 3);
    }

    private void awaitNext() {
        cluster.runUntil("the next leads", 60 * SECOND, () -> cluster.primary() == next);
    }

    private ClientMessage.Request registerRequest() {
        return RequestIdentity.request(CLIENT, 0, 0, Uint128.ZERO, ClientMessage.OPERATION_REGISTER, 0, 1, new byte[0]);
    }

    private List<ClientMessage> ask(CoreNode node, long ticks) {
        return cluster.answersTo(CLIENT, ticks, replica -> replica.onRequest(registerRequest(), node.now()),
                node.snapshot().replica());
    }

    /** The other one waits for the StartView, and drops what comes before it. */
    @Test
    void whatTheNextPrimaryHoldsGoesOutAfterItsStartView() {
        old.crash();
        assertEquals(List.of(), ask(next, 1));
        awaitNext();
        long asked = cluster.tick();
        cluster.runUntil("committed", AT_ONCE, () -> next.replica().clientTable().contains(Words.of(CLIENT)));
        assertTrue(cluster.tick() - asked < AT_ONCE);
    }

    /** Prepares of the dead reached only the next primary: it needs the other one's word for each of them. */
    @Test
    void whatOnlyTheNextPrimaryHasIsFetchedAtOnce() {
        long op = old.snapshot().op();
        int lagging = other.snapshot().replica();
        cluster.lose((from, to, message) -> message instanceof ReplicaMessage.PrepareOk
                || to == lagging && message instanceof ReplicaMessage.Prepare);
        cluster.clients().forEach(client -> client.want(1));
        cluster.runUntil("the next has all", SECOND, () -> next.snapshot().op() >= op + 4
                && next.snapshot().dirty() == 0);
        assertEquals(op, other.snapshot().op());
        old.crash();
        cluster.run(1);
        cluster.heal();
        awaitNext();
        cluster.runUntil("all committed", AT_ONCE, () -> next.snapshot().commitMax() >= op + 4);
    }

    /** One is dead, and the one that is needed was away so long that prepares are hardly sent again any more. */
    @Test
    void whoComesBackIsCountedAtOnce() {
        long op = old.snapshot().op();
        other.crash();
        next.crash();
        cluster.clients().forEach(client -> client.want(1));
        cluster.run(8 * SECOND);
        assertEquals(StatusName.NORMAL_PRIMARY, old.snapshot().status());
        next.start();
        cluster.runUntil("all committed", AT_ONCE, () -> old.snapshot().commitMax() >= op + 4);
    }

    /** Clients may know of a view, and ask its primary, before that has everything. */
    @Test
    void aRequestBetweenViewsIsTakenByTheNextPrimary() {
        cluster.network(0, 0, 1_000_000);
        next.hold(effect -> effect instanceof Effect.WriteSuperBlock);
        old.crash();
        cluster.runUntil("between views", 60 * SECOND, () -> next.snapshot().status() == StatusName.VIEW_CHANGE);
        assertEquals(List.of(), ask(next, 1));
        next.hold(effect -> false);
        awaitNext();
        cluster.runUntil("taken", AT_ONCE, () -> next.replica().clientTable().contains(Words.of(CLIENT)));
    }

    /** The same at the one that becomes a backup: it forwards. */
    @Test
    void aRequestBetweenViewsIsForwardedByTheNextBackup() {
        other.hold(effect -> effect instanceof Effect.WriteSuperBlock);
        old.crash();
        cluster.runUntil("between views", 60 * SECOND, () -> other.snapshot().status() == StatusName.VIEW_CHANGE);
        assertEquals(List.of(), ask(other, 1));
        other.hold(effect -> false);
        awaitNext();
        cluster.runUntil("taken", AT_ONCE, () -> next.replica().clientTable().contains(Words.of(CLIENT)));
    }

    /** Whoever executed it and answered is dead; whether this op is the other backup's to answer is chance. */
    @Test
    void whatTheNextPrimaryExecutesFirstIsAnswered() {
        long op = old.snapshot().op() + 1;
        int replica = next.snapshot().replica();
        next.hold(effect -> effect instanceof Effect.Execute);
        cluster.blockClients(old.snapshot().replica(), false, true);
        cluster.clients().get(0).want(1);
        cluster.runUntil("executed by the old one", SECOND, () -> old.snapshot().commitMin() >= op
                && next.snapshot().op() >= op && next.snapshot().dirty() == 0);
        cluster.run(SECOND);                                    // so that the next one knows it is committed
        old.crash();
        cluster.run(SECOND);
        next.hold(effect -> false);
        awaitNext();
        assertTrue(cluster.whoAnswered(op).contains(replica), "" + cluster.whoAnswered(op));
    }
}
