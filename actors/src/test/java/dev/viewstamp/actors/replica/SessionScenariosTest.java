package dev.viewstamp.actors.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.viewstamp.client.protocol.ClientMessage;
import dev.viewstamp.client.protocol.ClientMessage.EvictionReason;
import dev.viewstamp.client.protocol.RequestIdentity;
import dev.viewstamp.ledger.Uint128;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What clients hear: replication spec §3.2, §3.3, §3.9; wire spec §15 to §18; scenarios S61, S82 to S87. */
class SessionScenariosTest {
    private static final long SECOND = 100;
    private static final Uint128 CLIENT = Uint128.of(5);
    private static final byte[] BODY = {1, 2, 3};

    private CoreCluster cluster;

    @BeforeEach
    void start() {
        cluster = new CoreCluster(3, 80).startAll();
        cluster.run(5 * SECOND);
    }

    /**
     * S82: the same request again is answered from the table, by the primary and by a backup; another under its
     * number is not.
     */
    @Test
    void aRepeatedRequestIsAnsweredOnce() {
        ClientMessage.Reply registered = register(CLIENT);
        ClientMessage.Request request = request(registered, 1, BODY);
        ClientMessage.Reply first = reply(ask(primary(), request));
        long op = cluster.primary().snapshot().op();
        assertEquals(first, reply(ask(primary(), request)));
        assertEquals(first.op(), reply(ask(backup(), request)).op());
        ClientMessage.Request forked = request(registered, 1, new byte[] {9});
        assertTrue(ask(primary(), forked).isEmpty());
        assertTrue(ask(backup(), forked).isEmpty());
        assertEquals(op, cluster.primary().snapshot().op(), "nothing was prepared");
        assertEquals(1, cluster.primary().snapshot().ignored().get(Ignored.REQUEST_OUT_OF_ORDER));
    }

    /** S33: a backup forwards what the primary did not get, and answers whom it forwarded for. */
    @Test
    void aBackupForwardsAndAnswers() {
        ClientMessage.Reply registered = register(CLIENT);
        List<ClientMessage> answers = ask(backup(), request(registered, 1, BODY));
        assertTrue(answers.stream().anyMatch(answer -> answer instanceof ClientMessage.Reply), answers.toString());
    }

    /**
     * S83: more clients than sessions: who was quiet longest is forgotten, by all replicas alike, and hears it
     * when it comes back.
     */
    @Test
    void theQuietestIsEvicted() {
        int clientsMax = cluster.constants().clientsMax();
        ClientMessage.Reply first = register(Uint128.of(100));
        for (int i = 1; i <= clientsMax; i++) {
            register(Uint128.of(100 + i));
        }
        assertEquals(EvictionReason.NO_SESSION, eviction(ask(primary(), request(first, 1, BODY))));
        assertEquals(EvictionReason.NO_SESSION,
                eviction(ping(primary(), new ClientMessage.PingClient(first.client(), first.op(), 1))));
        assertTrue(ping(backup(), new ClientMessage.PingClient(first.client(), first.op(), 1)).stream()
                .allMatch(answer -> answer instanceof ClientMessage.PongClient), "a backup never evicts");
        cluster.runUntil("alike", 10 * SECOND, cluster::isConverged);
        for (CoreNode node : cluster.nodes()) {
            assertFalse(node.replica().clientTable().contains(Words.of(first.client())));
            assertEquals(clientsMax, node.snapshot().sessions());
        }
    }

    /** S84: a late copy of its register gave the client another session: the old one is over. */
    @Test
    void anOldSessionNumberIsTooLow() {
        ClientMessage.Reply first = register(CLIENT);
        for (int i = 0; i < cluster.constants().clientsMax(); i++) {
            register(Uint128.of(200 + i));
        }
        assertTrue(register(CLIENT).op() > first.op());
        assertEquals(EvictionReason.SESSION_TOO_LOW, eviction(ask(primary(), request(first, 1, BODY))));
    }

    /** S85 and wire spec §15 rows 5 to 8: what may not be asked at all. */
    @ParameterizedTest
    @CsvSource({"146, 3841, INVALID_REQUEST_BODY_SIZE", "145, 3, INVALID_REQUEST_OPERATION",
        "128, 0, INVALID_REQUEST_OPERATION", "6, 0, INVALID_REQUEST_OPERATION"})
    void invalidRequestsEndTheSession(int operation, int size, EvictionReason reason) {
        ClientMessage.Reply registered = register(CLIENT);
        ClientMessage.Request request = RequestIdentity.request(CLIENT, registered.op(), 1, registered.context(),
                operation, 0,
                1, new byte[size]);
        assertEquals(reason, eviction(ask(primary(), request)));
    }

    @Test
    void invalidBodiesEndTheSession() {
        ClientMessage.Reply registered = register(CLIENT);
        assertEquals(EvictionReason.INVALID_REQUEST_BODY, eviction(ask(primary(), request(registered, 1,
                new byte[] {-1}))));
    }

    @ParameterizedTest
    @CsvSource({"0, 0, ", "256, 0, ", "100, 0, INVALID_REQUEST_BODY_SIZE", "256, 1, INVALID_REQUEST_BODY"})
    void registersHaveNoContent(int size, byte content, EvictionReason reason) {
        byte[] body = new byte[size];
        java.util.Arrays.fill(body, content);
        List<ClientMessage> answers = ask(primary(), RequestIdentity.request(CLIENT, 0, 0, Uint128.ZERO, 2, 0, 1,
                body));
        if (reason == null) {
            byte[] reply = reply(answers).body();
            assertEquals(64, reply.length);
            assertEquals(3840, java.nio.ByteBuffer.wrap(reply).order(java.nio.ByteOrder.LITTLE_ENDIAN).getInt());
        } else {
            assertEquals(reason, eviction(answers));
        }
    }

    /** S85: the release is the session's. */
    @Test
    void theReleaseStaysTheSame() {
        ClientMessage.Reply registered = register(CLIENT);
        ClientMessage.Request request = RequestIdentity.request(CLIENT, registered.op(), 1, registered.context(),
                StubLedger.OPERATION_PLAIN, 0, 2, BODY);
        assertEquals(EvictionReason.SESSION_RELEASE_MISMATCH, eviction(ask(primary(), request)));
    }

    /** S86: whoever heard of a newer view gets nothing from an older one, least of all an eviction. */
    @Test
    void clientsOfNewerViewsAreIgnored() {
        ClientMessage.Request request = RequestIdentity.request(CLIENT, 77, 1, Uint128.ONE,
                StubLedger.OPERATION_PLAIN, 9, 1,
                BODY);
        assertTrue(ask(primary(), request).isEmpty());
        assertTrue(ask(backup(), request).isEmpty());
        assertEquals(1, cluster.primary().snapshot().ignored().get(Ignored.CLIENT_VIEW_NEWER));
    }

    /** S87: with everybody asking at once, each has one place and everybody is served. */
    @Test
    void nobodyIsStarved() {
        cluster.disks(20_000_000);
        for (int i = 0; i < cluster.constants().clientsMax(); i++) {
            cluster.addClient().want(12);
        }
        cluster.runUntil("all served", 60 * SECOND, cluster::areClientsDone);
        cluster.clients().forEach(client -> assertEquals(0, client.evictions()));
    }

    /** A release that the door does not serve: the primary ends the session, nobody else says a word (W §14, §15). */
    @Test
    void onlyThePrimaryEndsASessionForItsRelease() {
        register(Uint128.of(6));                                // so that something is committed
        Uint128 client = Uint128.of(7);
        EvictionReason tooLow = EvictionReason.CLIENT_RELEASE_TOO_LOW;
        assertEquals(tooLow, eviction(unserved(primary(), new UnservedClient(client, 0, 0, tooLow))));
        assertEquals(List.of(), unserved(backup(), new UnservedClient(client, 0, 0, tooLow)));
        int newer = cluster.primary().snapshot().view() + 1;
        assertEquals(List.of(), unserved(primary(), new UnservedClient(client, 0, newer, tooLow)));
        assertEquals(List.of(), unserved(primary(), new UnservedClient(client, 0, -1, tooLow)));
        assertEquals(EvictionReason.NO_SESSION, eviction(unserved(primary(), new UnservedClient(client, 1, 0, tooLow))),
                "a session that is gone comes first");
        long beyond = cluster.primary().snapshot().commitMin() + 1;
        assertEquals(tooLow, eviction(unserved(primary(), new UnservedClient(client, beyond, 0, tooLow))));
    }

    /** Clients of other languages always send a body with their register; without one they err (W §15 row 8). */
    @Test
    void aRegisterWithoutABodyIsForAkkaClientsOnly() {
        Uint128 client = Uint128.of(8);
        int register = ClientMessage.OPERATION_REGISTER;
        ClientMessage.Request akka =
                RequestIdentity.request(client, 0, 0, Uint128.ZERO, register, 0, 1, new byte[0]);
        ClientMessage.Request wire = new ClientMessage.Request(client, 0, 0, Uint128.ZERO, register, 0, 1,
                ClientMessage.DOOR_WIRE, Uint128.of(99), akka.bodyChecksum(), akka.body());
        assertEquals(EvictionReason.INVALID_REQUEST_BODY_SIZE, eviction(ask(primary(), wire)));
        reply(ask(primary(), akka));
    }

    /**
     * Besides the primary, one backup answers each op, which one is a matter of the op alone; over some ops all of them
     * have their turn (replication spec §3.9).
     */
    @ParameterizedTest
    @ValueSource(ints = {2, 3, 5})
    void onePrimaryAndOneChosenBackupAnswerEachOp(int replicaCount) {
        cluster = new CoreCluster(replicaCount, 39).startAll();
        cluster.run(5 * SECOND);
        ClientMessage.Reply last = register(CLIENT);
        long session = last.op();
        Set<Integer> chosen = new TreeSet<>();
        for (int number = 1; number <= 30; number++) {
            last = reply(ask(primary(), request(session, last, number, BODY)));
            List<Integer> who = cluster.whoAnswered(last.op());
            assertEquals(2, who.size(), "op " + last.op() + " was answered by " + who);
            assertTrue(who.contains(primary()), "op " + last.op() + " was answered by " + who);
            chosen.addAll(who);
        }
        assertEquals(replicaCount, chosen.size(), "only " + chosen + " ever answered");
    }

    /** Whoever does not hear the primary hears the chosen backup, without asking again. */
    @Test
    void theChosenBackupIsHeardWhereThePrimaryIsNot() {
        SimClient client = cluster.addClient();
        client.want(1);
        cluster.runUntil("registered", 20 * SECOND, cluster::areClientsDone);
        for (int i = 0; i < 10; i++) {
            cluster.blockClients(primary(), false, true);
            client.want(1);
            long asked = cluster.tick();
            cluster.runUntil("answered", 5 * SECOND, cluster::areClientsDone);
            assertTrue(cluster.tick() - asked < 60, "only when asked again, after " + (cluster.tick() - asked));
        }
    }

    /** The chosen backup is dead, too: the client asks again, and the other backup answers. */
    @Test
    void askingAgainFindsAnotherBackupIfTheChosenOneIsDead() {
        SimClient client = cluster.addClient();
        client.want(1);
        cluster.runUntil("registered", 20 * SECOND, cluster::areClientsDone);
        cluster.runUntil("alike", 20 * SECOND, cluster::isConverged);
        int view = cluster.primary().snapshot().view();
        cluster.blockClients(primary(), false, true);
        cluster.backup().crash();
        client.want(10);                                        // about half of these ops had the dead one for theirs
        cluster.runUntil("answered", 60 * SECOND, cluster::areClientsDone);
        assertEquals(view, cluster.primary().snapshot().view());
        assertEquals(0, client.evictions());
    }

    /**
     * A backup executed and answered first, so the client's next request is at the primary before that has executed the
     * last one. It is taken right after, and not half a second later when the client asks again.
     */
    @Test
    void theNextRequestWaitsForThePrimaryToExecuteTheLast() {
        ClientMessage.Reply registered = register(CLIENT);
        CoreNode primary = cluster.primary();
        primary.hold(effect -> effect instanceof Effect.Execute);
        ClientMessage.Reply first = reply(ask(primary(), request(registered, 1, BODY)));
        assertEquals(registered.op(), primary.snapshot().commitMin(), "a backup answered");
        assertEquals(List.of(), ask(primary(), request(registered.op(), first, 2, BODY)));
        List<ClientMessage> answers = letGo(primary);
        assertEquals(List.of(1, 2), answers.stream().map(answer -> ((ClientMessage.Reply) answer).request()).distinct()
                .toList());
    }

    /** The same with the very first request: the register is answered by a backup alone. */
    @Test
    void theFirstRequestWaitsForThePrimaryToExecuteTheRegister() {
        register(Uint128.of(6));
        CoreNode primary = cluster.primary();
        primary.hold(effect -> effect instanceof Effect.Execute);
        ClientMessage.Reply registered = register(CLIENT);
        assertEquals(List.of(), ask(primary(), request(registered, 1, BODY)), "not even an eviction");
        List<ClientMessage> answers = letGo(primary);
        assertTrue(answers.stream().anyMatch(answer -> ((ClientMessage.Reply) answer).request() == 1),
                answers.toString());
    }

    /** A new primary takes nothing before its view survives a crash; whoever asks meanwhile waits for that. */
    @Test
    void aRequestWaitsForTheViewToBeDurable() {
        ClientMessage.Reply registered = register(CLIENT);
        int view = cluster.primary().snapshot().view();
        CoreNode next = cluster.node((primary() + 1) % 3);
        next.hold(effect -> effect instanceof Effect.WriteSuperBlock write
                && write.superBlock().vsrState().logView() > view);
        cluster.primary().crash();
        cluster.runUntil("the next is primary", 60 * SECOND, () -> cluster.primary() == next);
        assertEquals(view, next.snapshot().logViewDurable());
        long op = next.snapshot().op();
        ClientMessage.Request request = request(registered, 1, BODY);
        assertEquals(List.of(), cluster.answersTo(CLIENT, SECOND / 5, node -> node.onRequest(request, next.now()),
                primary()));
        assertEquals(op, next.snapshot().op(), "prepared in a view that a crash takes back");
        assertEquals(1, reply(letGo(next)).request());
    }

    /** Alone it is the same: after a restart, what it prepared would be of a view that it does not remember. */
    @Test
    void aloneARequestWaitsForTheViewToBeDurable() {
        cluster = new CoreCluster(1, 81).startAll();
        cluster.run(5 * SECOND);
        ClientMessage.Reply registered = register(CLIENT);
        CoreNode solo = cluster.node(0);
        int view = solo.snapshot().view();
        solo.crash();
        solo.hold(effect -> effect instanceof Effect.WriteSuperBlock);
        cluster.startAll();
        cluster.runUntil("primary again", 10 * SECOND, () -> solo.snapshot().isPrimary());
        assertTrue(solo.snapshot().view() > view && solo.snapshot().logViewDurable() == view);
        long op = solo.snapshot().op();
        ClientMessage.Request request = request(registered, 1, BODY);
        assertEquals(List.of(), cluster.answersTo(CLIENT, SECOND, node -> node.onRequest(request, solo.now()), 0));
        assertEquals(op, solo.snapshot().op(), "prepared in a view that a crash takes back");
        assertEquals(1, reply(letGo(solo)).request());
    }

    /** What the client hears within 0.4 s, without asking again. */
    private List<ClientMessage> letGo(CoreNode node) {
        return cluster.answersTo(CLIENT, 2 * SECOND / 5, any -> node.hold(effect -> false), node.snapshot().replica());
    }

    /** S61: registered under one primary, known to the next. */
    @Test
    void aRegisterSurvivesItsPrimary() {
        SimClient client = cluster.addClient();
        client.want(5);
        cluster.runNanos(4_000_000);
        cluster.primary().crash();
        cluster.runUntil("served by the next", 60 * SECOND, cluster::areClientsDone);
        assertEquals(0, client.evictions());
    }

    /** S33: a new primary takes on what was sent to it while it was a backup. */
    @Test
    void aNewPrimaryTakesOnWhatItHeld() {
        ClientMessage.Reply registered = register(CLIENT);
        int old = primary();
        int next = (old + 1) % 3;
        cluster.runUntil("the backup knows the client", SECOND, () -> cluster.node(next).snapshot().sessions() == 1);
        cluster.node(old).crash();
        cluster.run(SECOND / 4);
        ClientMessage.Request request = request(registered, 1, BODY);
        List<ClientMessage> answers = cluster.answersTo(CLIENT, 5 * SECOND,
                node -> node.onRequest(request, cluster.node(next).now()), next);
        assertEquals(next, primary());
        assertEquals(1, reply(answers).request());
    }

    private int primary() {
        return cluster.primary().snapshot().replica();
    }

    private int backup() {
        return cluster.backup().snapshot().replica();
    }

    private ClientMessage.Reply register(Uint128 client) {
        return reply(ask(primary(), RequestIdentity.request(client, 0, 0, Uint128.ZERO,
                ClientMessage.OPERATION_REGISTER, 0, 1,
                new byte[0])));
    }

    /** The first one after its register. */
    private static ClientMessage.Request request(ClientMessage.Reply registered, int number, byte[] body) {
        return request(registered.op(), registered, number, body);
    }

    private static ClientMessage.Request request(long session, ClientMessage.Reply last, int number, byte[] body) {
        return RequestIdentity.request(last.client(), session, number, last.context(), StubLedger.OPERATION_PLAIN,
                0, 1, body);
    }

    /** What came back within two seconds. */
    private List<ClientMessage> ask(int replica, ClientMessage.Request request) {
        return cluster.answersTo(request.client(), 2 * SECOND,
                node -> node.onRequest(request, cluster.node(replica).now()), replica);
    }

    private List<ClientMessage> ping(int replica, ClientMessage.PingClient ping) {
        return cluster.answersTo(ping.client(), 2 * SECOND, node -> node.onPingClient(ping,
                cluster.node(replica).now()),
                replica);
    }

    private List<ClientMessage> unserved(int replica, UnservedClient client) {
        return cluster.answersTo(client.client(), 2 * SECOND, node -> node.onUnserved(client,
                cluster.node(replica).now()), replica);
    }

    private static ClientMessage.Reply reply(List<ClientMessage> answers) {
        return (ClientMessage.Reply) answers.stream()
                .filter(answer -> answer instanceof ClientMessage.Reply).findFirst()
                .orElseThrow(() -> new AssertionError("no reply in " + answers));
    }

    private static EvictionReason eviction(List<ClientMessage> answers) {
        assertEquals(1, answers.size(), answers.toString());
        return ((ClientMessage.Eviction) answers.get(0)).reason();
    }
}
