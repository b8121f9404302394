package dev.viewstamp.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.testkit.typed.javadsl.TestInbox;
import akka.actor.typed.ActorRef;
import dev.viewstamp.client.protocol.ClientEnvelope;
import dev.viewstamp.client.protocol.ClientInbox;
import dev.viewstamp.client.protocol.ClientMessage;
import dev.viewstamp.client.protocol.ClientMessage.EvictionReason;
import dev.viewstamp.client.protocol.ClientMessage.PingClient;
import dev.viewstamp.client.protocol.ClientMessage.Request;
import dev.viewstamp.ledger.MultiBatch;
import dev.viewstamp.ledger.Uint128;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** The desk under a clock of the test's own: nothing runs but what a test calls. */
class CallDeskTest {
    private static final long MS = 1_000_000;
    private static final int TRANSFERS = 147;
    private static final int LOOKUP = 140;

    private final ScriptedCluster cluster = new ScriptedCluster(3);
    private final List<TestInbox<ClientInbox>> doors =
            IntStream.range(0, 3).mapToObj(i -> TestInbox.<ClientInbox>create()).toList();
    private final TestInbox<ClientInbox> inbox = TestInbox.create();
    private long now = 1_000_000 * MS;

    /** One call as its caller sees it. */
    private static final class Caller implements Call.Answer {
        private byte[] results;
        private RuntimeException failure;

        @Override
        public void succeed(byte[] body, int from, int to) {
            assertUnanswered();
            results = Arrays.copyOfRange(body, from, to);
        }

        @Override
        public void fail(RuntimeException why) {
            assertUnanswered();
            failure = why;
        }

        private void assertUnanswered() {
            assertNull(results);
            assertNull(failure);
        }

        boolean isAnswered() {
            return results != null || failure != null;
        }
    }

    @Test
    void deadlinesPassOneByOneAndNotEarlier() {
        CallDesk desk = desk(1000);
        List<Caller> callers = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            callers.add(call(desk, TRANSFERS, 128, Duration.ofMillis(100 * (5 - i))));
        }
        for (int passed = 1; passed <= 5; passed++) {
            now += 100 * MS - 1;
            wakeIfDue(desk);
            assertEquals(passed - 1, callers.stream().filter(Caller::isAnswered).count());
            now += 1;
            wakeIfDue(desk);
            assertEquals(passed, callers.stream().filter(Caller::isAnswered).count());
            assertInstanceOf(ClusterUnavailable.class, callers.get(5 - passed).failure);
        }
    }

    @Test
    void aSpentSessionIsFollowedByAnother() {
        CallDesk desk = desk(3);
        exchange(desk);
        for (int i = 0; i < 10; i++) {
            Caller caller = call(desk, TRANSFERS, 128, null);
            exchange(desk);
            assertEquals(16, caller.results.length);
        }
        assertEquals(4, cluster.executed.stream().map(Request::client).distinct().count());
        assertTrue(cluster.executed.stream().allMatch(request -> request.request() <= 3));
    }

    /** More clients than the cluster keeps sessions: each eviction costs a pause, not a storm of registers. */
    @Test
    void sessionsThatPushEachOtherOutPause() {
        CallDesk desk = desk(1000);
        exchange(desk);
        long end = now + 60_000 * MS;
        while (now < end) {
            cluster.evictsNext = EvictionReason.NO_SESSION;
            call(desk, TRANSFERS, 128, null);
            exchange(desk);
            now = Math.max(now + MS, desk.wakeAt());
            desk.onTime();
            exchange(desk);
        }
        int registers = (int) cluster.executed.stream().filter(Request::isRegister).count();
        assertTrue(registers > 20 && registers < 130, registers + " registers in a minute");
    }

    @Test
    void aReplyThatDoesNotFitTheQuestionIsNotHandedOn() {
        for (byte[] body : List.of(new byte[0], new byte[16], MultiBatch.encode(16, new byte[0]),
                MultiBatch.encode(16, List.of(new byte[16], new byte[16])), MultiBatch.encode(16, new byte[32]))) {
            CallDesk desk = desk(1000);
            exchange(desk);
            Caller caller = call(desk, TRANSFERS, 128, null);
            desk.receive(answer(body));
            assertInstanceOf(OutcomeUnknown.class, caller.failure);
            assertTrue(caller.failure.getMessage().contains("does not fit what was asked"));
            Caller next = call(desk, TRANSFERS, 256, null);
            desk.receive(answer(MultiBatch.encode(16, new byte[32])));
            assertEquals(32, next.results.length, "the session goes on");
        }
    }

    /** A reply to the one request that lies at the primary's door. */
    private ClientEnvelope answer(byte[] body) {
        Request asked = doors.get(0).getAllReceived().stream()
                .map(message -> ((ClientEnvelope) message).message())
                .filter(Request.class::isInstance).map(Request.class::cast).findFirst().orElseThrow();
        return new ClientEnvelope(Uint128.ZERO, doors.get(0).getRef(), new ClientMessage.Reply(asked.client(),
                asked.request(), asked.requestChecksum(), Uint128.ONE, 100, 1, asked.operation(), 0, asked.release(),
                body));
    }

    @Test
    void closeAnswersEverybodyOnce() {
        CallDesk desk = desk(1000);
        Caller waiting = call(desk, TRANSFERS, 128, null);
        Caller limit = new Caller();
        desk.awaitLimit(null, limit);
        desk.close();
        assertInstanceOf(ClientClosed.class, waiting.failure);
        assertInstanceOf(ClientClosed.class, limit.failure);
    }

    /** Ten minutes of everything at once: every call is answered exactly once, at its deadline at the latest. */
    @Test
    void seededLife() {
        SplittableRandom random = new SplittableRandom(11);
        CallDesk desk = desk(50);
        List<Caller> callers = new ArrayList<>();
        long[] deadline = new long[1];
        long end = now + 600_000 * MS;
        while (now < end) {
            switch (random.nextInt(12)) {
                case 0 -> cluster.view++;
                case 1 -> cluster.down.add(random.nextInt(3));
                case 2, 3 -> cluster.down.clear();
                case 4 -> cluster.evictsNext = random.nextInt(10) == 0 ? EvictionReason.NO_SESSION : null;
                case 5 -> cluster.refuses = random.nextInt(20) == 0
                        ? ClientMessage.RefusalReason.LOG_FULL : null;
                default -> {
                    boolean read = random.nextBoolean();
                    callers.add(call(desk, read ? LOOKUP : TRANSFERS, (read ? 16 : 128) * random.nextInt(50),
                            Duration.ofMillis(1 + random.nextInt(3000))));
                    deadline[0] = Math.max(deadline[0], now + 3001 * MS);
                }
            }
            if (random.nextInt(3) > 0) {
                exchange(desk);
            }
            now += random.nextLong(300 * MS);
            wakeIfDue(desk);
        }
        now = deadline[0];
        wakeIfDue(desk);
        assertTrue(callers.size() > 1000);
        assertTrue(callers.stream().allMatch(Caller::isAnswered));
        long answered = callers.stream().filter(caller -> caller.results != null).count();
        assertTrue(answered > callers.size() / 4, answered + " of " + callers.size() + " calls had results");
    }

    private CallDesk desk(int requestMax) {
        List<ActorRef<ClientInbox>> refs = doors.stream().map(TestInbox::getRef).toList();
        CallDesk desk = new CallDesk(TestSettings.of(3), new ClientRuntime(() -> now, new SplittableRandom(3)), refs,
                inbox.getRef(), "akka://test@127.0.0.1:1", LoggerFactory.getLogger("desk"), requestMax);
        desk.open();
        return desk;
    }

    private Caller call(CallDesk desk, int operation, int bytes, Duration timeout) {
        Caller caller = new Caller();
        desk.accept(operation, false, new byte[bytes], timeout, caller);
        return caller;
    }

    private void wakeIfDue(CallDesk desk) {
        if (desk.wakeAt() <= now) {
            desk.onTime();
        }
    }

    /** Delivers what was sent and its answers until nobody has anything to say. */
    private void exchange(CallDesk desk) {
        boolean spoke = true;
        while (spoke) {
            spoke = false;
            for (int replica = 0; replica < 3; replica++) {
                for (ClientInbox message : doors.get(replica).getAllReceived()) {
                    spoke = true;
                    ClientMessage asked = ((ClientEnvelope) message).message();
                    for (ClientMessage answer : cluster.deliver(replica, asked)) {
                        desk.receive(new ClientEnvelope(Uint128.ZERO, doors.get(replica).getRef(), answer));
                    }
                    assertTrue(asked instanceof Request || asked instanceof PingClient);
                }
            }
        }
    }
}
