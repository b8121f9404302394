package dev.viewstamp.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.viewstamp.client.ClientProtocol.Effect;
import dev.viewstamp.client.ClientProtocol.Evicted;
import dev.viewstamp.client.ClientProtocol.Refused;
import dev.viewstamp.client.ClientProtocol.Registered;
import dev.viewstamp.client.ClientProtocol.Replied;
import dev.viewstamp.client.ClientProtocol.Send;
import dev.viewstamp.client.protocol.ClientMessage;
import dev.viewstamp.client.protocol.ClientMessage.Eviction;
import dev.viewstamp.client.protocol.ClientMessage.EvictionReason;
import dev.viewstamp.client.protocol.ClientMessage.PingClient;
import dev.viewstamp.client.protocol.ClientMessage.PongClient;
import dev.viewstamp.client.protocol.ClientMessage.Refusal;
import dev.viewstamp.client.protocol.ClientMessage.RefusalReason;
import dev.viewstamp.client.protocol.ClientMessage.Reply;
import dev.viewstamp.client.protocol.ClientMessage.Request;
import dev.viewstamp.ledger.LedgerLimits;
import dev.viewstamp.ledger.Uint128;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClientProtocolTest {
    private static final long MS = 1_000_000;
    private static final Uint128 CLIENT = new Uint128(1, 2);
    private static final int OPERATION = 147;

    private final ClientSettings settings = TestSettings.of(3);
    private final Peers peers = new Peers(settings.addresses());
    private final ClientProtocol protocol =
            new ClientProtocol(settings, peers, new SplittableRandom(7), CLIENT, 1000);
    private final ScriptedCluster cluster = new ScriptedCluster(3);
    private long now = 5;

    @Test
    void opensWithAPingToAllAndARegisterToThePrimaryAlone() {
        protocol.start(now);
        List<Effect> effects = protocol.drain();
        assertEquals(List.of(0, 1, 2, 0), effects.stream().map(effect -> ((Send) effect).replica()).toList());
        Request register = assertInstanceOf(Request.class, ((Send) effects.get(3)).message());
        assertTrue(register.isRegister());
        assertEquals(0, register.session());
        assertEquals(0, register.request());
        assertEquals(Uint128.ZERO, register.parent());
        assertFalse(protocol.isIdle());
    }

    @Test
    void registerReplyOpensTheSession() {
        cluster.requestBodyMax = 32_512;
        protocol.start(now);
        assertEquals(List.of(new Registered(32_512)), answer(protocol.drain()));
        assertTrue(protocol.isIdle());
    }

    @Test
    void requestsAreNumberedAndChained() {
        register();
        Uint128 parent = null;
        for (int number = 1; number <= 3; number++) {
            Request request = submit(new byte[128]);
            assertEquals(number, request.request());
            assertEquals(1, request.session());
            assertNotEquals(parent, request.parent());
            parent = request.parent();
            Replied replied = (Replied) answer(List.of(new Send(0, request))).get(0);
            assertEquals(number, replied.reply().request());
        }
    }

    @Test
    void onlyOneRequestIsInFlight() {
        assertThrows(IllegalStateException.class, () -> protocol.submit(OPERATION, new byte[0], now));
        register();
        submit(new byte[0]);
        assertThrows(IllegalStateException.class, () -> protocol.submit(OPERATION, new byte[0], now));
    }

    @Test
    void aRepetitionIsTheSameRequestToThePrimaryAndOneOther() {
        register();
        Request request = submit(new byte[128]);
        int[] others = new int[3];
        for (int repetition = 0; repetition < 60; repetition++) {
            now = protocol.wakeAt();
            protocol.onTime(now);
            List<Send> sends = requests(protocol.drain());
            if (!sends.isEmpty()) {                        // a ping may come in between
                assertEquals(2, sends.size());
                assertEquals(0, sends.get(0).replica());
                others[sends.get(1).replica()]++;
                sends.forEach(send -> assertSame(request, send.message()));
            }
        }
        assertEquals(0, others[0]);
        assertTrue(others[1] > 10 && others[2] > 10, "hedges " + others[1] + " and " + others[2]);
    }

    @Test
    void aRepetitionKeepsItsViewAndGoesToTheNewPrimary() {
        register();
        Request request = submit(new byte[128]);
        protocol.onMessage(new PongClient(CLIENT, now, 4, 1), now);
        assertEquals(List.of(), protocol.drain(), "a view change alone sends nothing");
        now = protocol.wakeAt();
        protocol.onTime(now);
        Send first = requests(protocol.drain()).get(0);
        assertEquals(1, first.replica());
        assertSame(request, first.message());
        assertEquals(0, request.view());
    }

    @Test
    void aNewViewBringsTheRepetitionForwardByARandomPart() {
        register();
        submit(new byte[128]);
        long planned = protocol.wakeAt();
        protocol.onMessage(new PongClient(CLIENT, now, 1, 1), now);
        assertTrue(protocol.wakeAt() < planned);
        assertTrue(protocol.wakeAt() <= now + settings.resendMin().toNanos() / 4);
        long second = protocol.wakeAt();
        protocol.onMessage(new PongClient(CLIENT, now, 1, 2), now);
        assertEquals(second, protocol.wakeAt(), "the same view again is no news");
    }

    @Test
    void theViewNeverFalls() {
        register();
        protocol.onMessage(new PongClient(CLIENT, now, 7, 1), now);
        protocol.onMessage(new PongClient(CLIENT, now, 3, 0), now);
        assertEquals(7, peers.view());
        assertEquals(7, submit(new byte[0]).view());
    }

    @Test
    void waitsFollowTheRoundTripGrowAndAreBounded() {
        protocol.start(now);
        protocol.drain();
        assertEquals(now + 600 * MS, protocol.wakeAt(), "two round trips of 300 ms are assumed");
        long last = 0;
        for (int i = 0; i < 40; i++) {
            long before = protocol.wakeAt();
            protocol.onTime(before);
            requests(protocol.drain());
            long wait = protocol.wakeAt() - before;
            assertTrue(wait <= settings.resendMax().toNanos(), "wait " + wait);
            last = Math.max(last, wait);
        }
        assertTrue(last > 2 * settings.resendMin().toNanos());
    }

    @Test
    void aMeasuredRoundTripReplacesTheAssumedOne() {
        register();
        for (int replica = 0; replica < 3; replica++) {
            protocol.onMessage(new PongClient(CLIENT, now - (1 + replica * 400) * MS, 0, replica), now);
        }
        protocol.drain();
        submit(new byte[0]);
        assertEquals(now + 802 * MS, protocol.wakeAt(), "twice the median of 1, 401 and 801 ms");
    }

    /** Under full load answers take long; repeating requests then would only add to it. */
    @Test
    void slowAnswersMakeTheClientPatient() {
        register();
        for (int replica = 0; replica < 3; replica++) {
            protocol.onMessage(new PongClient(CLIENT, now - MS, 0, replica), now);
        }
        for (int i = 0; i < 60; i++) {
            Request request = submit(new byte[0]);
            now += 900 * MS;
            answer(List.of(new Send(0, request)));
        }
        protocol.onTime(now);                              // pings are long due
        protocol.drain();
        submit(new byte[0]);
        long wait = protocol.wakeAt() - now;
        assertTrue(wait > 1_700 * MS && wait <= 1_800 * MS, "wait " + wait);
    }

    /** A new primary makes itself known: the request in flight goes to it soon, yet not from all clients at once. */
    @Test
    void anUnsolicitedPongBringsTheRequestToTheNewPrimary() {
        register();
        Request request = submit(new byte[0]);
        now += 10 * MS;
        protocol.onMessage(new PongClient(CLIENT, PongClient.UNSOLICITED, 2, 2), now);
        assertEquals(List.of(), protocol.drain());
        assertTrue(protocol.wakeAt() - now <= 50 * MS, "wait " + (protocol.wakeAt() - now));
        now = protocol.wakeAt();
        protocol.onTime(now);
        assertEquals(new Send(2, request), protocol.drain().get(0));
    }

    @Test
    void anUnsolicitedPongTellsTheViewAndNoRoundTrip() {
        register();
        protocol.onMessage(new PongClient(CLIENT, -1, 9, 2), now);
        protocol.onMessage(new PongClient(CLIENT, now - 3_600_000 * MS, 9, 2), now);
        assertEquals(9, peers.view());
        assertEquals(77, peers.roundTrip(77));
    }

    /** Everything that is not the answer to the request in flight is as if it had not come. */
    @Test
    void whatDoesNotAnswerTheRequestInFlightIsIgnored() {
        register();
        Request request = submit(new byte[128]);
        Reply good = (Reply) cluster.deliver(0, request).get(0);
        Map<String, ClientMessage> ignored = new LinkedHashMap<>();
        ignored.put("other client", reply(good, Uint128.ONE, 1, good.requestChecksum(), OPERATION, 1, 5));
        ignored.put("earlier request", reply(good, CLIENT, 0, good.requestChecksum(), OPERATION, 1, 5));
        ignored.put("later request", reply(good, CLIENT, 2, good.requestChecksum(), OPERATION, 1, 5));
        ignored.put("other content", reply(good, CLIENT, 1, Uint128.ONE, OPERATION, 1, 5));
        ignored.put("other operation", reply(good, CLIENT, 1, good.requestChecksum(), 146, 1, 5));
        ignored.put("other release", reply(good, CLIENT, 1, good.requestChecksum(), OPERATION, 2, 5));
        ignored.put("op 0", reply(good, CLIENT, 1, good.requestChecksum(), OPERATION, 1, 0));
        ignored.put("eviction of another", new Eviction(Uint128.ONE, 9, EvictionReason.NO_SESSION));
        ignored.put("refusal of an earlier request",
                new Refusal(CLIENT, 0, good.requestChecksum(), RefusalReason.LOG_FULL));
        ignored.put("refusal of other content", new Refusal(CLIENT, 1, Uint128.ONE, RefusalReason.LOG_FULL));
        ignored.put("a request", request);
        ignored.put("a ping", new PingClient(CLIENT, 1, 1));
        ignored.put("a pong of no replica", new PongClient(CLIENT, now, 8, 3));
        ignored.forEach((what, message) -> {
            protocol.onMessage(message, now);
            assertEquals(List.of(), protocol.drain(), what);
        });
        assertEquals(0, peers.view());
        protocol.onMessage(good, now);
        assertEquals(List.of(new Replied(good)), protocol.drain());
        protocol.onMessage(good, now);
        assertEquals(List.of(), protocol.drain(), "the same reply again");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3839, LedgerLimits.BODY_MAX + 1, -1})
    void aRegisterReplyWithAnImpossibleLimitIsIgnored(int limit) {
        cluster.requestBodyMax = limit;
        protocol.start(now);
        assertEquals(List.of(), answer(protocol.drain()));
        assertFalse(protocol.isRegistered());
    }

    @Test
    void anEvictionIsFinal() {
        register();
        submit(new byte[128]);
        protocol.onMessage(new Eviction(CLIENT, 0, EvictionReason.SESSION_TOO_LOW), now);
        assertEquals(List.of(new Evicted(EvictionReason.SESSION_TOO_LOW, false)), protocol.drain());
        now = protocol.wakeAt() + 1_000_000 * MS;
        protocol.onTime(now);
        protocol.onMessage(new PongClient(CLIENT, now, 4, 1), now);
        protocol.onMessage(new Eviction(CLIENT, 0, EvictionReason.SESSION_TOO_LOW), now);
        assertEquals(List.of(), protocol.drain());
        assertFalse(protocol.isIdle());
    }

    @Test
    void anEvictionFromAnOlderViewIsIgnored() {
        register();
        protocol.onMessage(new PongClient(CLIENT, now, 2, 1), now);
        protocol.onMessage(new Eviction(CLIENT, 1, EvictionReason.NO_SESSION), now);
        assertEquals(List.of(), protocol.drain());
        assertTrue(protocol.isIdle());
    }

    @Test
    void aRefusedRequestStaysInFlight() {
        register();
        Request request = submit(new byte[128]);
        protocol.onMessage(new Refusal(CLIENT, 1, request.requestChecksum(), RefusalReason.DISK_FULL), now);
        assertEquals(List.of(new Refused(RefusalReason.DISK_FULL)), protocol.drain());
        assertFalse(protocol.isIdle());
        now = protocol.wakeAt();
        protocol.onTime(now);
        assertSame(request, requests(protocol.drain()).get(0).message());
    }

    @Test
    void everyReplicaIsPingedNowAndThen() {
        register();
        now = protocol.wakeAt();
        protocol.onTime(now);
        List<Effect> effects = protocol.drain();
        assertEquals(3, effects.size());
        effects.forEach(effect -> assertEquals(new PingClient(CLIENT, 1, now), ((Send) effect).message()));
        long interval = settings.pingInterval().toNanos();
        assertTrue(Math.abs(protocol.wakeAt() - now - interval) <= interval / 4, "wait " + (protocol.wakeAt() - now));
    }

    /**
     * Messages are lost, doubled and late, the view moves, replicas fall silent: every request is executed exactly
     * once, in order, and answered. The same seed takes the same steps.
     */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void seededChaos(long seed) {
        String first = new Chaos(seed).run();
        assertEquals(first, new Chaos(seed).run());
    }

    private static final class Chaos {
        private record Event(long at, long order, int replica, boolean toCluster, ClientMessage message) {
        }

        private final SplittableRandom random;
        private final ScriptedCluster cluster;
        private final ClientProtocol protocol;
        private final PriorityQueue<Event> network = new PriorityQueue<>((a, b) -> a.at() != b.at()
                ? Long.compare(a.at(), b.at()) : Long.compare(a.order(), b.order()));
        private final StringBuilder trace = new StringBuilder();
        private long order;
        private long now;
        private int submitted;
        private int answered;

        Chaos(long seed) {
            random = new SplittableRandom(seed);
            int replicas = 1 + random.nextInt(6);
            cluster = new ScriptedCluster(replicas);
            ClientSettings settings = TestSettings.of(replicas);
            protocol = new ClientProtocol(settings, new Peers(settings.addresses()), random.split(), CLIENT, 1000);
        }

        String run() {
            protocol.start(now);
            for (int step = 0; answered < 150 && step < 200_000; step++) {
                perform();
                Event next = network.peek();
                if (next != null && next.at() <= protocol.wakeAt()) {
                    network.poll();
                    now = Math.max(now, next.at());
                    deliver(next);
                } else {
                    now = Math.max(now, protocol.wakeAt());
                    protocol.onTime(now);
                }
                disturb();
            }
            assertEquals(150, answered, "after " + now / MS + " ms");
            List<Request> executed = cluster.executed;
            for (int i = 0; i < executed.size(); i++) {
                assertEquals(i, executed.get(i).request(), "executed once and in order");
            }
            return trace.append(now).toString();
        }

        private void disturb() {
            if (random.nextInt(40) == 0) {
                cluster.view += 1 + random.nextInt(2);
            }
            if (random.nextInt(40) == 0) {
                cluster.down.add(random.nextInt(cluster.replicaCount));
            }
            if (random.nextInt(10) == 0) {
                cluster.down.clear();
            }
        }

        private void deliver(Event event) {
            if (event.toCluster()) {
                cluster.deliver(event.replica(), event.message())
                        .forEach(answer -> post(event.replica(), false, answer));
            } else {
                protocol.onMessage(event.message(), now);
            }
        }

        private void perform() {
            List<Effect> effects = new ArrayList<>(protocol.drain());
            for (Effect effect : effects) {
                if (effect instanceof Send send) {
                    trace.append(send.replica());
                    post(send.replica(), true, send.message());
                } else if (effect instanceof Replied) {
                    answered++;
                }
            }
            if (protocol.isIdle() && submitted < 150) {
                protocol.submit(OPERATION, dev.viewstamp.ledger.MultiBatch.encode(128, new byte[128 * submitted++]),
                        now);
                perform();
            }
        }

        private void post(int replica, boolean toCluster, ClientMessage message) {
            int copies = random.nextInt(10) < 3 ? 0 : random.nextInt(10) < 2 ? 2 : 1;
            for (int copy = 0; copy < copies; copy++) {
                long delay = random.nextInt(20) == 0 ? random.nextLong(5_000 * MS) : random.nextLong(20 * MS);
                network.add(new Event(now + delay, order++, replica, toCluster, message));
            }
        }
    }

    private void register() {
        protocol.start(now);
        assertEquals(1, answer(protocol.drain()).size());
        peers.raiseView(0);
    }

    private Request submit(byte[] body) {
        byte[] framed = dev.viewstamp.ledger.MultiBatch.encode(128, body);
        protocol.submit(OPERATION, framed, now);
        List<Send> sends = requests(protocol.drain());
        assertEquals(1, sends.size(), "the first send goes to the primary alone");
        assertEquals(peers.primary(), sends.get(0).replica());
        return (Request) sends.get(0).message();
    }

    /** Delivers requests and returns what the session makes of the answers. */
    private List<Effect> answer(List<Effect> effects) {
        for (Send send : requests(effects)) {
            cluster.deliver(send.replica(), send.message()).forEach(message -> protocol.onMessage(message, now));
        }
        return protocol.drain();
    }

    private static List<Send> requests(List<Effect> effects) {
        return effects.stream().filter(effect -> effect instanceof Send send && send.message() instanceof Request)
                .map(effect -> (Send) effect).toList();
    }

    private static Reply reply(Reply like, Uint128 client, int request, Uint128 name, int operation, int release,
                               long op) {
        return new Reply(client, request, name, like.context(), op, like.timestamp(), operation, 9, release,
                like.body());
    }
}
