package dev.viewstamp.client.protocol;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import dev.viewstamp.client.protocol.ClientMessage.Eviction;
import dev.viewstamp.client.protocol.ClientMessage.EvictionReason;
import dev.viewstamp.client.protocol.ClientMessage.PingClient;
import dev.viewstamp.client.protocol.ClientMessage.PongClient;
import dev.viewstamp.client.protocol.ClientMessage.Refusal;
import dev.viewstamp.client.protocol.ClientMessage.RefusalReason;
import dev.viewstamp.client.protocol.ClientMessage.Reply;
import dev.viewstamp.client.protocol.ClientMessage.Request;
import dev.viewstamp.client.protocol.RejectedFrame.Reason;
import dev.viewstamp.ledger.LedgerLimits;
import dev.viewstamp.ledger.Uint128;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClientEnvelopeSerializerTest {
    private static final Uint128 CLUSTER = new Uint128(1, 2);
    private static final Uint128 CLIENT = new Uint128(-3, 4);
    private static final Uint128 NAME = new Uint128(5, -6);

    private static ActorTestKit kit;
    private static TestProbe<ClientInbox> sender;
    private static ClientEnvelopeSerializer serializer;

    @BeforeAll
    static void start() {
        kit = ActorTestKit.create("ClientEnvelopeSerializerTest");
        sender = kit.createTestProbe(ClientInbox.class);
        serializer = ClientEnvelopeSerializer.of(kit.system());
    }

    @AfterAll
    static void stop() {
        kit.shutdownTestKit();
    }

    static List<ClientMessage> messages() {
        return List.of(
                request(random(3840, 1)),
                request(new byte[0]),
                request(random(LedgerLimits.BODY_MAX, 2)),
                new Request(CLIENT, Long.MAX_VALUE, Integer.MAX_VALUE, NAME, 255, Integer.MAX_VALUE, -1,
                        ClientMessage.DOOR_WIRE, NAME, RequestIdentity.checksum(new byte[16]), new byte[16]),
                new Reply(CLIENT, 7, NAME, new Uint128(8, 9), 10, 11, 147, 12, 1, random(16 * 300, 3)),
                new Reply(CLIENT, 0, NAME, new Uint128(8, 9), 1, 11, 2, 0, 1, new byte[0]),
                new Eviction(CLIENT, 13, EvictionReason.SESSION_RELEASE_MISMATCH),
                new Refusal(CLIENT, 14, NAME, RefusalReason.DISK_FULL),
                new PingClient(CLIENT, 15, -16),
                new PongClient(CLIENT, Long.MIN_VALUE, 17, 5));
    }

    @ParameterizedTest
    @MethodSource("messages")
    void messageSurvivesTheJourneyThroughAnArray(ClientMessage message) throws Exception {
        ClientEnvelope sent = new ClientEnvelope(CLUSTER, sender.getRef(), message);
        byte[] frame = serializer.toBinary(sent);
        assertSame(sent, (ClientEnvelope) serializer.fromBinary(frame, serializer.manifest(sent)));
    }

    @ParameterizedTest
    @MethodSource("messages")
    void messageSurvivesTheJourneyThroughArterysDirectBuffer(ClientMessage message) throws Exception {
        ClientEnvelope sent = new ClientEnvelope(CLUSTER, sender.getRef(), message);
        ByteBuffer buffer = ByteBuffer.allocateDirect(1_572_864);
        buffer.position(36);                                  // Artery's header comes first
        serializer.toBinary(sent, buffer);
        buffer.flip().position(36);
        assertSame(sent, (ClientEnvelope) serializer.fromBinary(buffer, serializer.manifest(sent)));
        assertEquals(0, buffer.remaining());
    }

    /** Any one damaged byte is found, be it in checksum, sizes, fields, sender or body. */
    @ParameterizedTest
    @MethodSource("messages")
    void aDamagedByteIsRejected(ClientMessage message) {
        ClientEnvelope sent = new ClientEnvelope(CLUSTER, sender.getRef(), message);
        String manifest = serializer.manifest(sent);
        byte[] frame = serializer.toBinary(sent);
        SplittableRandom random = new SplittableRandom(42);
        int step = Math.max(1, frame.length / 300);
        for (int at = 0; at < frame.length; at += at < 400 ? 1 : step) {
            byte[] damaged = frame.clone();
            damaged[at] ^= (byte) (1 + random.nextInt(255));
            assertRejected(damaged, manifest, null);
        }
    }

    @ParameterizedTest
    @MethodSource("messages")
    void aTruncatedOrLengthenedFrameIsRejected(ClientMessage message) {
        ClientEnvelope sent = new ClientEnvelope(CLUSTER, sender.getRef(), message);
        String manifest = serializer.manifest(sent);
        byte[] frame = serializer.toBinary(sent);
        for (int size = 0; size < frame.length; size += size < 400 ? 1 : 1 + frame.length / 100) {
            assertRejected(Arrays.copyOf(frame, size), manifest, Reason.TRUNCATED);
        }
        assertRejected(Arrays.copyOf(frame, frame.length + 1), manifest, Reason.OVERSIZED);
    }

    /** Random bytes, and frames with several bytes replaced, cut or repeated, never get through and never do worse. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void fuzz(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<ClientMessage> messages = messages().stream()
                .filter(message -> !(message instanceof Request request && request.body().length > 100_000)).toList();
        EnumSet<Reason> seen = EnumSet.noneOf(Reason.class);
        for (int round = 0; round < 20_000; round++) {
            ClientEnvelope sent = new ClientEnvelope(CLUSTER, sender.getRef(),
                    messages.get(random.nextInt(messages.size())));
            byte[] good = serializer.toBinary(sent);
            byte[] frame = mutate(good, random);
            if (!Arrays.equals(good, frame)) {
                seen.add(assertRejected(frame, serializer.manifest(sent), null));
            }
        }
        assertTrue(seen.containsAll(EnumSet.of(Reason.TRUNCATED, Reason.OVERSIZED, Reason.BAD_CHECKSUM,
                Reason.BAD_BODY_CHECKSUM)), "seen: " + seen);
    }

    /** The checksums hold and the content is still nonsense: a sender with a bug, or of another version. */
    @Test
    void wellSealedNonsenseIsRejected() {
        byte[] ping = serializer.toBinary(new ClientEnvelope(CLUSTER, sender.getRef(), new PingClient(CLIENT, 1, 1)));
        record Nonsense(String what, int offset, int value) {
        }
        for (Nonsense nonsense : List.of(new Nonsense("version", 16, 2), new Nonsense("kind", 17, 5),
                new Nonsense("session", 63, 0x80))) {
            byte[] frame = ping.clone();
            frame[nonsense.offset()] = (byte) nonsense.value();
            assertRejected(seal(frame), "c1e", Reason.MALFORMED);
        }
        byte[] zeroClient = ping.clone();
        Arrays.fill(zeroClient, 40, 56, (byte) 0);
        assertRejected(seal(zeroClient), "c1e", Reason.MALFORMED);
        byte[] eviction = serializer.toBinary(
                new ClientEnvelope(CLUSTER, sender.getRef(), new Eviction(CLIENT, 1, EvictionReason.NO_SESSION)));
        eviction[60] = 9;
        assertRejected(seal(eviction), "c1c", Reason.MALFORMED);
    }

    @Test
    void anUnknownManifestIsRejected() {
        ClientEnvelope sent = new ClientEnvelope(CLUSTER, sender.getRef(), new PingClient(CLIENT, 0, 0));
        for (String manifest : List.of("", "c2a", "c1g", "java.lang.Runtime", "scala.Predef$")) {
            assertRejected(serializer.toBinary(sent), manifest, Reason.UNKNOWN_MANIFEST);
        }
    }

    /** A huge size in a tiny frame costs nothing: nothing is allocated for it. */
    @Test
    void aClaimedSizeIsNotBelieved() {
        byte[] frame = serializer.toBinary(new ClientEnvelope(CLUSTER, sender.getRef(), request(new byte[128])));
        ByteBuffer.wrap(frame).putInt(20, -1);
        assertRejected(frame, "c1a", Reason.OVERSIZED);
    }

    @Test
    void aBodyAboveTheLimitIsNotSent() {
        ClientEnvelope tooLarge = new ClientEnvelope(CLUSTER, sender.getRef(),
                request(new byte[LedgerLimits.BODY_MAX + 1]));
        assertThrows(IllegalArgumentException.class, () -> serializer.toBinary(tooLarge));
    }

    /** Artery recognises this exception and reports an oversized message. */
    @Test
    void aFrameThatDoesNotFitTheBufferSaysSo() {
        ClientEnvelope large = new ClientEnvelope(CLUSTER, sender.getRef(), request(new byte[300_000]));
        assertThrows(BufferOverflowException.class, () -> serializer.toBinary(large, ByteBuffer.allocate(262_144)));
    }

    @Test
    void rejectionsAreCountedByReason() {
        long before = serializer.rejected(Reason.TRUNCATED);
        long all = serializer.rejected();
        assertRejected(new byte[10], "c1a", Reason.TRUNCATED);
        assertEquals(before + 1, serializer.rejected(Reason.TRUNCATED));
        assertEquals(all + 1, serializer.rejected());
    }

    /** The first of a burst is loud, the others are quiet. */
    @Test
    void aBurstIsLoggedOnce() throws Exception {
        ClientEnvelopeSerializer fresh = new ClientEnvelopeSerializer(
                (akka.actor.ExtendedActorSystem) akka.actor.typed.javadsl.Adapter.toClassic(kit.system()));
        assertThrows(RejectedFrame.class, () -> fresh.fromBinary(new byte[3], "c1a"));
        for (int i = 0; i < 1000; i++) {
            assertEquals(new DamagedFrame(Reason.TRUNCATED), fresh.fromBinary(new byte[3], "c1a"));
        }
        assertEquals(1001, fresh.rejected());
    }

    private static Request request(byte[] body) {
        return RequestIdentity.request(CLIENT, 21, 22, NAME, 147, 23, 1, body);
    }

    private static byte[] random(int size, long seed) {
        byte[] bytes = new byte[size];
        new SplittableRandom(seed).nextBytes(bytes);
        return bytes;
    }

    private static byte[] mutate(byte[] good, SplittableRandom random) {
        byte[] frame = good.clone();
        switch (random.nextInt(5)) {
            case 0:
                random.nextBytes(frame);
                return frame;
            case 1:
                return Arrays.copyOf(frame, random.nextInt(2 * frame.length));
            case 2:
                int from = random.nextInt(frame.length);
                System.arraycopy(good, random.nextInt(from + 1), frame, from, frame.length - from);
                return frame;
            default:
                int count = 1 + random.nextInt(4);
                for (int i = 0; i < count; i++) {
                    frame[random.nextInt(frame.length)] = (byte) random.nextInt();
                }
                return frame;
        }
    }

    private static byte[] seal(byte[] frame) {
        Uint128 checksum = RequestIdentity.checksum(frame, 16, frame.length - 16);
        ByteBuffer.wrap(frame).order(java.nio.ByteOrder.LITTLE_ENDIAN).putLong(checksum.lo()).putLong(checksum.hi());
        return frame;
    }

    private static Reason assertRejected(byte[] frame, String manifest, Reason expected) {
        Reason reason = rejection(frame, manifest);
        if (expected != null) {
            assertEquals(expected, reason);
        }
        return reason;
    }

    private static Reason rejection(byte[] frame, String manifest) {
        try {
            return assertInstanceOf(DamagedFrame.class, serializer.fromBinary(frame, manifest)).reason();
        } catch (RejectedFrame e) {
            assertEquals(0, e.getStackTrace().length);
            return e.reason();
        } catch (java.io.NotSerializableException e) {
            throw new AssertionError(e);
        }
    }

    private static void assertSame(ClientEnvelope sent, ClientEnvelope received) {
        assertEquals(sent.cluster(), received.cluster());
        assertEquals(sent.sender(), received.sender());
        assertFalse(sent.message() == received.message());
        if (sent.message() instanceof Request a && received.message() instanceof Request b) {
            assertArrayEquals(a.body(), b.body());
            assertEquals(withBody(a, null), withBody(b, null));
        } else if (sent.message() instanceof Reply a && received.message() instanceof Reply b) {
            assertArrayEquals(a.body(), b.body());
            assertEquals(withBody(a, null), withBody(b, null));
        } else {
            assertEquals(sent.message(), received.message());
        }
    }

    private static Request withBody(Request r, byte[] body) {
        return new Request(r.client(), r.session(), r.request(), r.parent(), r.operation(), r.view(), r.release(),
                r.door(), r.requestChecksum(), r.bodyChecksum(), body);
    }

    private static Reply withBody(Reply r, byte[] body) {
        return new Reply(r.client(), r.request(), r.requestChecksum(), r.context(), r.op(), r.timestamp(),
                r.operation(), r.view(), r.release(), body);
    }
}
