package dev.viewstamp.actors.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.typed.ActorRef;
import dev.viewstamp.actors.gateway.GatewayCounters.Count;
import dev.viewstamp.client.protocol.ClientMessage;
import dev.viewstamp.client.protocol.ClientMessage.EvictionReason;
import dev.viewstamp.client.protocol.ClientMessage.PingClient;
import dev.viewstamp.client.protocol.ClientMessage.PongClient;
import dev.viewstamp.client.protocol.ClientMessage.Request;
import dev.viewstamp.ledger.LittleEndian;
import dev.viewstamp.ledger.Uint128;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The door on a real port, with the replica's part played by the test: who gets in, and that nobody gets too much. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class GatewayTest {
    private static final int LOOKUP_CHANGES = 137;

    /** What came to the replica, and has not been taken. */
    private record Handed(ClientMessage message, Uint128 client, EvictionReason unserved, Runnable taken) {
    }

    private final ActorTestKit testKit = ActorTestKit.create();
    private final BlockingQueue<Handed> handed = new LinkedBlockingQueue<>();
    private final GatewayCounters counters = new GatewayCounters();
    private final AtomicLong ahead = new AtomicLong();
    private final List<WireSocket> sockets = new ArrayList<>();
    private ActorRef<Gateway.Command> gateway;
    private int port;

    @AfterEach
    void stop() throws IOException {
        for (WireSocket socket : sockets) {
            socket.close();
        }
        testKit.shutdownTestKit();
    }

    @Test
    void nothingIsReadUntilTheReplicaHasTakenWhatWasRead() throws Exception {
        open("");
        WireSocket socket = connect();
        socket.send(request(1, 1, 512), request(1, 2, 512), Frames.ping(Uint128.ONE, 0, 4));
        Handed first = take();
        assertEquals(1, ((Request) first.message()).request());
        assertTrue(handed.isEmpty(), "the second waits");
        first.taken().run();
        Handed second = take();
        assertEquals(2, ((Request) second.message()).request());
        second.taken().run();
        assertEquals(4, ((PingClient) take().message()).monotonicNanos());
    }

    @Test
    void anAnswerGoesToTheNewestConnectionOfItsClient() throws Exception {
        open("");
        WireSocket old = connect();
        old.send(Frames.ping(Uint128.ONE, 0, 1));
        take().taken().run();
        WireSocket young = connect();
        young.send(Frames.ping(Uint128.ONE, 0, 2));
        take().taken().run();
        assertTrue(old.isClosed());
        gateway.tell(new Gateway.ToClient(new PongClient(Uint128.ONE, 2, 7, 0)));
        gateway.tell(new Gateway.ToClient(new PongClient(Uint128.of(99), 2, 7, 0)));     // of nobody here
        assertEquals(2, LittleEndian.u64(young.receive(), FrameLayout.PONG_TIMESTAMP));
        assertEquals(1, counters.get(Fault.REPLACED));
    }

    @Test
    void aNewViewIsToldToEveryClient() throws Exception {
        open("");
        WireSocket socket = connect();
        socket.send(Frames.ping(Uint128.ONE, 0, 1));
        take().taken().run();
        gateway.tell(new Gateway.Established(9));
        byte[] pong = socket.receive();
        assertEquals(9, LittleEndian.i32(pong, FrameLayout.VIEW));
        assertEquals(-1, LittleEndian.u64(pong, FrameLayout.PONG_TIMESTAMP));
    }

    @Test
    void aReleaseThatIsNotServedIsTheReplicasToJudge() throws Exception {
        open("release-max = 0.17.8");
        connect().send(Frames.ping(Uint128.ONE, 5, 1));
        Handed judged = take();
        assertEquals(EvictionReason.CLIENT_RELEASE_TOO_HIGH, judged.unserved());
        assertEquals(Uint128.ONE, judged.client());
    }

    @Test
    void aReplyThatWouldHarmTheClientStaysHere() throws Exception {
        open("");
        WireSocket socket = connect();
        socket.send(request(1, 1, 512));
        Handed asked = take();
        asked.taken().run();
        gateway.tell(new Gateway.ToClient(reply((Request) asked.message(), 141, new byte[0])));
        gateway.tell(new Gateway.ToClient(reply((Request) asked.message(), LOOKUP_CHANGES, new byte[384])));
        assertEquals(384 + 256, socket.receive().length);
        assertEquals(1, counters.get(Count.WITHHELD));
    }

    /** A client that does not read costs four answers, and is closed after a while; others are served. */
    @Test
    void aSlowReaderHurtsItselfOnly() throws Exception {
        open("");
        WireSocket slow = new WireSocket(port, 4096);
        sockets.add(slow);
        slow.send(request(1, 1, 512));
        Handed asked = take();
        asked.taken().run();
        byte[] body = new byte[384 * 2730];
        for (int i = 0; i < 200; i++) {                          // the kernel takes a few MiB of them, not 200
            gateway.tell(new Gateway.ToClient(reply((Request) asked.message(), LOOKUP_CHANGES, body)));
        }
        await(() -> counters.get(Count.DROPPED) >= 100);
        WireSocket other = connect();
        other.send(Frames.ping(Uint128.of(2), 0, 5));
        take().taken().run();
        gateway.tell(new Gateway.ToClient(new PongClient(Uint128.of(2), 5, 7, 0)));
        assertEquals(5, LittleEndian.u64(other.receive(), FrameLayout.PONG_TIMESTAMP));
        // The kernel may still take the end of one answer after the clock was set: then the next one's time begins.
        long[] advanced = {System.nanoTime()};
        await(() -> {
            if (System.nanoTime() >= advanced[0]) {
                ahead.addAndGet(Duration.ofSeconds(61).toNanos());
                advanced[0] = System.nanoTime() + TimeUnit.SECONDS.toNanos(1);
            }
            return counters.get(Fault.WRITE_TIMEOUT) == 1;
        });
    }

    @Test
    void aMessageThatIsNotEndedEndsItsConnectionAndItsMemoryIsFreed() throws Exception {
        open("body-memory-max = 1 MiB");
        WireSocket stalling = connect();
        stalling.send(Arrays.copyOf(request(1, 1, 600_000), 300));
        await(() -> counters.get(Count.ACCEPTED) == 1);
        WireSocket second = connect();
        awaitFault(Fault.BODY_MEMORY, () -> second.send(request(2, 1, 600_000)));
        ahead.addAndGet(Duration.ofSeconds(31).toNanos());
        await(() -> counters.get(Fault.FRAME_TIMEOUT) == 1);
        assertTrue(stalling.isClosed());
        connect().send(request(3, 1, 600_000));
        take().taken().run();
    }

    @Test
    void silenceIsSufferedForAWhile() throws Exception {
        open("first-message-timeout = 45 s");
        WireSocket silent = connect();
        WireSocket spoke = connect();
        spoke.send(Frames.ping(Uint128.ONE, 0, 1));
        take().taken().run();
        ahead.addAndGet(Duration.ofSeconds(46).toNanos());
        assertTrue(silent.isClosed());
        assertEquals(0, counters.get(Fault.IDLE_TIMEOUT));
        ahead.addAndGet(Duration.ofSeconds(75).toNanos());
        assertTrue(spoke.isClosed());
        assertEquals(1, counters.get(Fault.FIRST_MESSAGE_TIMEOUT));
        assertEquals(1, counters.get(Fault.IDLE_TIMEOUT));
    }

    @Test
    void silentConnectionsPushOutEachOtherAndNoClient() throws Exception {
        open("unidentified-max = 3");
        WireSocket client = connect();
        client.send(Frames.ping(Uint128.ONE, 0, 1));
        take().taken().run();
        List<WireSocket> silent = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            silent.add(connect());
        }
        for (int i = 0; i < 7; i++) {
            assertTrue(silent.get(i).isClosed());
        }
        assertEquals(7, counters.get(Fault.UNIDENTIFIED_MAX));
        gateway.tell(new Gateway.ToClient(new PongClient(Uint128.ONE, 1, 0, 0)));
        assertEquals(1, LittleEndian.u64(client.receive(), FrameLayout.PONG_TIMESTAMP));
    }

    @Test
    void beyondTheirLimitClientsAreNotLetIn() throws Exception {
        open("clients-max = 2");
        for (long id = 1; id <= 2; id++) {
            connect().send(Frames.ping(Uint128.of(id), 0, 1));
            take().taken().run();
        }
        assertTrue(connect().send(Frames.ping(Uint128.of(3), 0, 1)).isClosed());
        assertEquals(1, counters.get(Fault.CLIENTS_MAX));
    }

    @Test
    void whoComesFromElsewhereIsNotLetIn() throws Exception {
        open("allowed-networks = [\"192.0.2.0/24\"]");
        assertTrue(isRefused());
        assertTrue(isRefused(), "and the door is still open");
        await(() -> counters.get(Fault.NETWORK) == 2);
        assertEquals(0, counters.get(Count.ACCEPTED));
    }

    @Test
    void whoEndsInTheMiddleIsForgotten() throws Exception {
        open("body-memory-max = 1 MiB");
        for (int i = 0; i < 20; i++) {
            try (WireSocket socket = new WireSocket(port)) {
                socket.send(Arrays.copyOf(request(1, 1, 600_000), 70_000));
            }
        }
        await(() -> {
            try (WireSocket socket = new WireSocket(port)) {
                socket.send(request(2, 1, 900_000));
                Handed message = handed.poll(1, TimeUnit.SECONDS);
                if (message != null) {
                    message.taken().run();
                }
                return message != null;
            } catch (IOException e) {
                return false;                                    // its memory was not free yet
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
    }

    private void open(String setting) throws Exception {
        CompletableFuture<InetSocketAddress> opened = new CompletableFuture<>();
        ReplicaPort replica = new ReplicaPort() {
            @Override
            public void ask(ClientMessage message, Runnable taken) {
                handed.add(new Handed(message, message.client(), null, taken));
            }

            @Override
            public void unserved(Uint128 client, long session, int view, EvictionReason reason, Runnable taken) {
                handed.add(new Handed(null, client, reason, taken));
            }
        };
        gateway = testKit.spawn(Gateway.create(new Gateway.Identity(Frames.CLUSTER, 3, 0), 0,
                GatewaySettingsTest.with(setting), counters, () -> System.nanoTime() + ahead.get(), replica,
                opened::complete));
        port = opened.get(20, TimeUnit.SECONDS).getPort();
    }

    private WireSocket connect() throws IOException {
        WireSocket socket = new WireSocket(port);
        sockets.add(socket);
        return socket;
    }

    private boolean isRefused() throws IOException {
        try (WireSocket socket = new WireSocket(port)) {
            return socket.isClosed();
        } catch (SocketException e) {
            return true;                                         // reset as soon as it was accepted
        }
    }

    private Handed take() throws InterruptedException {
        Handed message = handed.poll(20, TimeUnit.SECONDS);
        assertFalse(message == null, "nothing came to the replica");
        return message;
    }

    private interface Sending {
        void run() throws IOException;
    }

    /** The connection may be closed while we write. */
    private void awaitFault(Fault fault, Sending sending) {
        try {
            sending.run();
        } catch (IOException e) {
            assertTrue(e.getMessage() != null, "reset");
        }
        await(() -> counters.get(fault) == 1);
    }

    private static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < end, "waited in vain");
            Thread.onSpinWait();
        }
    }

    private static byte[] request(long client, int number, int bodySize) {
        return Frames.request(Uint128.of(client), 3, number, Uint128.ONE, LOOKUP_CHANGES, new byte[bodySize]);
    }

    private static ClientMessage.Reply reply(Request request, int operation, byte[] body) {
        return new ClientMessage.Reply(request.client(), request.request(), request.requestChecksum(), Uint128.ONE, 5,
                6, operation, 0, request.release(), body);
    }
}
