package dev.viewstamp.actors.gateway;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import dev.viewstamp.actors.ReplicaNode;
import dev.viewstamp.actors.ReplicaSettings;
import dev.viewstamp.actors.cli.cluster.FreePorts;
import dev.viewstamp.client.protocol.ClientMessage.EvictionReason;
import dev.viewstamp.journal.ClusterConstants;
import dev.viewstamp.journal.DataDirectory;
import dev.viewstamp.journal.FormatOptions;
import dev.viewstamp.journal.Word128;
import dev.viewstamp.ledger.Account;
import dev.viewstamp.ledger.LittleEndian;
import dev.viewstamp.ledger.MultiBatch;
import dev.viewstamp.ledger.Uint128;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The checklist of wire spec §24 against a real node of one replica: what is answered, with what, and what is not. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class WireConformanceTest {
    private static final int CREATE_ACCOUNTS = 146;
    private static final int LOOKUP_ACCOUNTS = 140;
    private static final int BODY_LIMIT = (1 << 15) - 256;
    private static final AtomicLong NEXT_CLIENT = new AtomicLong(1000);

    @TempDir
    private static Path folder;
    private static int port;
    private static ReplicaNode node;

    @BeforeAll
    static void start() throws Exception {
        port = FreePorts.doors(1).get(0);
        Path data = folder.resolve("replica");
        DataDirectory.format(data, FormatOptions.fresh(new Word128(Frames.CLUSTER.hi(), Frames.CLUSTER.lo()), 0,
                ClusterConstants.of(1, 512, 1 << 15)), (done, total) -> { });
        node = ReplicaNode.start(ReplicaSettings.from(ReplicaSettings.layered(ConfigFactory.parseMap(Map.of(
                "viewstamp.data-dir", data.toString(), "viewstamp.addresses", List.of("127.0.0.1:" + port))))));
        node.whenReady().toCompletableFuture().get(60, TimeUnit.SECONDS);
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @Test
    void aRegisterIsAnsweredAndItsCopyAlike() throws IOException {
        byte[] register = Frames.register(Uint128.of(NEXT_CLIENT.incrementAndGet()));
        byte[] first;
        try (WireSocket socket = new WireSocket(port)) {
            first = socket.ask(register);
        }
        assertEquals(FrameLayout.REPLY, first[FrameLayout.COMMAND]);
        assertEquals(BODY_LIMIT, LittleEndian.i32(first, FrameLayout.HEADER), "L");
        assertEquals(LittleEndian.u64(first, FrameLayout.REPLY_OP), LittleEndian.u64(first, FrameLayout.REPLY_COMMIT));
        try (WireSocket socket = new WireSocket(port)) {
            assertArrayEquals(first, socket.ask(register));
        }
    }

    @Test
    void aRequestIsExecutedOnceHoweverOftenItComes() throws IOException {
        WireSession session = new WireSession(NEXT_CLIENT.incrementAndGet());
        byte[] reply;
        try (WireSocket socket = new WireSocket(port)) {
            session.register(socket);
            reply = socket.ask(session.next(CREATE_ACCOUNTS, account(session.client.lo())));
        }
        try (WireSocket socket = new WireSocket(port)) {
            assertArrayEquals(reply, socket.ask(session.lastFrame), "after a reconnect");
            session.accept(reply);
            byte[] lookup = socket.ask(session.next(LOOKUP_ACCOUNTS, ids(session.client.lo())));
            assertEquals(FrameLayout.HEADER + 256, lookup.length, "one account and a trailer");
        }
    }

    @Test
    void piecesAndPairsAreReadAlike() throws IOException {
        try (WireSocket socket = new WireSocket(port)) {
            WireSession session = new WireSession(NEXT_CLIENT.incrementAndGet()).register(socket);
            byte[] frame = session.next(LOOKUP_ACCOUNTS, ids(1));
            for (int at = 0; at < frame.length; at += 11) {
                socket.send(Arrays.copyOfRange(frame, at, Math.min(at + 11, frame.length)));
            }
            session.accept(socket.answer());
            byte[] request = session.next(LOOKUP_ACCOUNTS, ids(2));
            byte[] ping = Frames.ping(session.client, session.session, 77);
            byte[] both = Arrays.copyOf(request, request.length + ping.length);
            System.arraycopy(ping, 0, both, request.length, ping.length);
            socket.send(both);
            byte[] one = socket.answer();
            byte[] two = socket.answer();
            byte[] reply = one[FrameLayout.COMMAND] == FrameLayout.REPLY ? one : two;
            byte[] pong = reply == one ? two : one;
            session.accept(reply);
            assertEquals(77, LittleEndian.u64(pong, FrameLayout.PONG_TIMESTAMP));
        }
    }

    @Test
    void whatNoClientSendsClosesTheConnection() throws IOException {
        byte[] ping = Frames.ping(Uint128.of(5), 0, 1);
        byte[] request = Frames.request(Uint128.of(5), 1, 1, Uint128.ONE, LOOKUP_ACCOUNTS, ids(1));
        byte[] flippedHeader = ping.clone();
        flippedHeader[100] ^= 1;
        byte[] flippedBody = request.clone();
        flippedBody[request.length - 1] ^= 1;
        byte[] foreign = ping.clone();
        foreign[FrameLayout.CLUSTER]++;
        byte[] command = ping.clone();
        command[FrameLayout.COMMAND] = 99;
        byte[] replicas = ping.clone();
        replicas[FrameLayout.COMMAND] = 6;
        for (byte[] bad : List.of(new byte[256], flippedHeader, flippedBody, Frames.sealHeader(foreign),
                Frames.sealHeader(command), Frames.sealHeader(replicas), sized(request, 255),
                sized(request, FrameLayout.MESSAGE_MAX + 1))) {
            try (WireSocket socket = new WireSocket(port)) {
                assertTrue(socket.send(bad).isClosed());
            }
        }
        try (WireSocket socket = new WireSocket(port)) {
            socket.ask(ping);
            assertTrue(socket.send(Frames.ping(Uint128.of(6), 0, 1)).isClosed(), "another client's id");
        }
    }

    /** Each is followed by a good request, whose answer must be the first to come. */
    @Test
    void whatAClientMayNotSendIsMetWithSilence() throws IOException {
        try (WireSocket socket = new WireSocket(port)) {
            WireSession session = new WireSession(NEXT_CLIENT.incrementAndGet()).register(socket);
            for (int what = 0; what < 6; what++) {
                byte[] good = session.next(LOOKUP_ACCOUNTS, ids(1));
                byte[] bad = good.clone();
                switch (what) {
                    case 0 -> bad[FrameLayout.REQUEST_PARENT]++;
                    case 1 -> LittleEndian.putU32(bad, FrameLayout.REQUEST_NUMBER, session.number + 1);
                    case 2 -> LittleEndian.putU32(bad, FrameLayout.VIEW, 1000);
                    case 3 -> bad[FrameLayout.REQUEST_TIMESTAMP] = 1;
                    case 4 -> bad[FrameLayout.REQUEST_RESERVED] = 1;
                    default -> bad[FrameLayout.PROTOCOL] = 1;
                }
                session.accept(socket.send(Frames.sealHeader(bad)).ask(good));
            }
        }
    }

    @Test
    void evictionsNameTheirReason() throws IOException {
        long unknown = NEXT_CLIENT.incrementAndGet();
        byte[] ofNobody = Frames.request(Uint128.of(unknown), 1, 1, Uint128.ONE, LOOKUP_ACCOUNTS, ids(1));
        assertEviction(EvictionReason.NO_SESSION, ofNobody);
        assertEviction(EvictionReason.NO_SESSION, Frames.ping(Uint128.of(unknown), 1, 1));
        assertEviction(EvictionReason.CLIENT_RELEASE_TOO_LOW, released(Frames.register(Uint128.of(unknown)), "0.16.3"));
        assertEviction(EvictionReason.CLIENT_RELEASE_TOO_HIGH,
                released(Frames.register(Uint128.of(unknown)), "0.17.10"));
        assertEviction(EvictionReason.CLIENT_RELEASE_TOO_HIGH,
                released(Frames.ping(Uint128.of(unknown), 0, 1), "1.0.0"));
        assertEviction(EvictionReason.NO_SESSION, released(Frames.ping(Uint128.of(unknown), 1, 1), "0.0.1"));
        assertEviction(EvictionReason.INVALID_REQUEST_BODY_SIZE, withoutBody(Frames.register(Uint128.of(unknown))));
        byte[] dirty = Frames.register(Uint128.of(unknown));
        dirty[300] = 1;
        assertEviction(EvictionReason.INVALID_REQUEST_BODY, Frames.seal(dirty));

        WireSession session = new WireSession(NEXT_CLIENT.incrementAndGet());
        try (WireSocket socket = new WireSocket(port)) {
            session.register(socket);
        }
        assertEviction(EvictionReason.INVALID_REQUEST_OPERATION, session.next(200, new byte[0]));
        assertEviction(EvictionReason.INVALID_REQUEST_OPERATION, session.next(128, new byte[0]));
        assertEviction(EvictionReason.INVALID_REQUEST_OPERATION, session.next(3, new byte[256]));
        assertEviction(EvictionReason.INVALID_REQUEST_BODY, session.next(LOOKUP_ACCOUNTS, new byte[16]));
        assertEviction(EvictionReason.INVALID_REQUEST_BODY_SIZE,
                session.next(LOOKUP_ACCOUNTS, new byte[BODY_LIMIT + 16]));
        assertEviction(EvictionReason.SESSION_RELEASE_MISMATCH,
                released(session.next(LOOKUP_ACCOUNTS, ids(1)), "0.17.8"));
        session.session--;
        assertEviction(EvictionReason.SESSION_TOO_LOW, session.next(LOOKUP_ACCOUNTS, ids(1)));
        session.session++;
        try (WireSocket socket = new WireSocket(port)) {
            session.accept(socket.ask(session.next(LOOKUP_ACCOUNTS, ids(1))));   // an eviction changes nothing here
        }
    }

    /** One client more than there are sessions: the one whose last reply is oldest has to go, and hears it. */
    @Test
    void theOldestSessionGivesWay() throws IOException {
        WireSession first = new WireSession(NEXT_CLIENT.incrementAndGet());
        try (WireSocket socket = new WireSocket(port)) {
            first.register(socket);
        }
        for (int i = 0; i < 64; i++) {
            try (WireSocket socket = new WireSocket(port)) {
                new WireSession(NEXT_CLIENT.incrementAndGet()).register(socket);
            }
        }
        assertEviction(EvictionReason.NO_SESSION, first.next(LOOKUP_ACCOUNTS, ids(1)));
        assertEviction(EvictionReason.NO_SESSION, Frames.ping(first.client, first.session, 1));
    }

    @Test
    void aPingIsAnsweredBeforeAndAfterRegistering() throws IOException {
        try (WireSocket socket = new WireSocket(port)) {
            WireSession session = new WireSession(NEXT_CLIENT.incrementAndGet());
            assertPong(socket.ask(Frames.ping(session.client, 0, 42)), 42);
            session.register(socket);
        }
        try (WireSocket socket = new WireSocket(port)) {
            assertPong(socket.ask(Frames.ping(Uint128.of(NEXT_CLIENT.incrementAndGet()), Long.MIN_VALUE, 43)), 43);
        }
    }

    /** Operations of old clients, without framing (wire spec §22). */
    @Test
    void oldClientsAreServed() throws IOException {
        try (WireSocket socket = new WireSocket(port)) {
            Uint128 client = Uint128.of(NEXT_CLIENT.incrementAndGet());
            byte[] reply = socket.ask(released(Frames.register(client), "0.16.4"));
            assertEquals("0.16.4", ClientRelease.text(LittleEndian.i32(reply, FrameLayout.RELEASE)));
            byte[] body = new byte[128];
            Account.builder().id(client.lo()).ledger(1).code(1).build().writeTo(body, 0);
            long session = LittleEndian.u64(reply, FrameLayout.REPLY_COMMIT);
            byte[] created = socket.ask(released(Frames.request(client, session, 1,
                    LittleEndian.u128(reply, FrameLayout.REPLY_CONTEXT), 129, body), "0.16.4"));
            assertEquals(FrameLayout.HEADER, created.length, "no failures, no framing");
        }
    }

    private static void assertPong(byte[] pong, long timestamp) {
        assertEquals(FrameLayout.PONG_CLIENT, pong[FrameLayout.COMMAND]);
        assertEquals(timestamp, LittleEndian.u64(pong, FrameLayout.PONG_TIMESTAMP));
        assertEquals(0, pong[FrameLayout.REPLICA]);
        assertEquals("0.17.9", ClientRelease.text(LittleEndian.i32(pong, FrameLayout.RELEASE)));
    }

    private static void assertEviction(EvictionReason reason, byte[] frame) throws IOException {
        try (WireSocket socket = new WireSocket(port)) {
            byte[] eviction = socket.ask(frame);
            assertEquals(FrameLayout.EVICTION, eviction[FrameLayout.COMMAND], reason::name);
            assertEquals(reason.code(), eviction[FrameLayout.EVICTION_REASON]);
        }
    }

    private static byte[] sized(byte[] frame, int size) {
        byte[] copy = frame.clone();
        LittleEndian.putU32(copy, FrameLayout.SIZE, size);
        return Frames.sealHeader(copy);
    }

    private static byte[] withoutBody(byte[] frame) {
        byte[] copy = Arrays.copyOf(frame, FrameLayout.HEADER);
        LittleEndian.putU32(copy, FrameLayout.SIZE, FrameLayout.HEADER);
        return Frames.seal(copy);
    }

    private static byte[] released(byte[] frame, String release) {
        byte[] copy = frame.clone();
        LittleEndian.putU32(copy, FrameLayout.RELEASE, ClientRelease.parse(release));
        return Frames.sealHeader(copy);
    }

    private static byte[] account(long id) {
        byte[] event = new byte[128];
        Account.builder().id(id).ledger(1).code(1).build().writeTo(event, 0);
        return MultiBatch.encode(128, event);
    }

    private static byte[] ids(long id) {
        byte[] event = new byte[16];
        LittleEndian.putU64(event, 0, id);
        return MultiBatch.encode(16, event);
    }
}
