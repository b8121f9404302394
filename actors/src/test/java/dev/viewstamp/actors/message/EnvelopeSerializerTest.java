package dev.viewstamp.actors.message;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.typed.javadsl.Adapter;
import akka.serialization.Serialization;
import akka.serialization.SerializationExtension;
import akka.serialization.Serializer;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.viewstamp.actors.ReplicaSettings;
import dev.viewstamp.client.protocol.RequestIdentity;
import dev.viewstamp.journal.CheckpointFile;
import dev.viewstamp.journal.CheckpointState;
import dev.viewstamp.journal.EntryHeader;
import dev.viewstamp.journal.LogEntry;
import dev.viewstamp.journal.StoredReply;
import dev.viewstamp.journal.Word128;
import dev.viewstamp.ledger.Uint128;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The replicas' messages on the wire, through Akka's own lookup of serializers, as production has it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EnvelopeSerializerTest {
    private static final Word128 CLUSTER = new Word128(7, 9);
    private static final Config CONFIG = ReplicaSettings.layered(ConfigFactory.parseString(
            "akka.actor.provider = local, akka.jvm-exit-on-fatal-error = off"));

    private ActorTestKit testKit;
    private Serialization serialization;

    @BeforeAll
    void start() {
        testKit = ActorTestKit.create("serializers", CONFIG);
        serialization = SerializationExtension.get(Adapter.toClassic(testKit.system()));
    }

    @AfterAll
    void stop() {
        testKit.shutdownTestKit();
    }

    static List<ReplicaMessage> messages() {
        Random random = new Random(1);
        byte[] body = new byte[1000];
        random.nextBytes(body);
        EntryHeader header = EntryHeader.builder().cluster(CLUSTER).view(3).op(8).commit(5).timestamp(99)
                .operation(140).client(new Word128(1, 2)).request(4).body(body).build();
        List<EntryHeader> headers = List.of(header, EntryHeader.reserved(CLUSTER, 7), EntryHeader.root(CLUSTER));
        List<EntryHeader> withGap = List.of(header, EntryHeader.blank(7), EntryHeader.root(CLUSTER));
        Word128 word = new Word128(random.nextLong(), random.nextLong());
        CheckpointState checkpoint = new CheckpointState(header, word, header.checksum(), word, 77, word, 88, 9);
        return List.of(
                new ReplicaMessage.Ping(12, 0, word),
                new ReplicaMessage.Pong(12, -5),
                new ReplicaMessage.Forwarded(RequestIdentity
                        .request(new Uint128(3, 4), 5, 6, new Uint128(7, 8), 140, 9, 10, body)),
                new ReplicaMessage.Prepare(new LogEntry(header, body)),
                new ReplicaMessage.PrepareOk(8, header.checksum(), word, word, 4, 99, 140, 5, 8),
                new ReplicaMessage.Commit(5, word, 0, word, 77),
                new ReplicaMessage.StartViewChange(),
                new ReplicaMessage.DoViewChange(2, 8, 5, 0, 0b101, 0b010, withGap),
                new ReplicaMessage.StartView(8, 5, 123, checkpoint, headers),
                new ReplicaMessage.GetStartView(123),
                new ReplicaMessage.Recovery(5),
                new ReplicaMessage.RecoveryResponse(5, true, 8, 5),
                new ReplicaMessage.GetHeaders(1, 8),
                new ReplicaMessage.Headers(headers),
                new ReplicaMessage.GetPrepare(8, false, word),
                new ReplicaMessage.GetPrepare(8, true, Word128.ZERO),
                new ReplicaMessage.GetBlocks(CheckpointFile.Kind.MANIFEST, 879, 1, 8),
                new ReplicaMessage.Blocks(CheckpointFile.Kind.DATA, 12, 3, List.of(body, new byte[0], body)),
                new ReplicaMessage.Blocks(CheckpointFile.Kind.SESSIONS, 879, 0, List.of()),
                new ReplicaMessage.GetReply(word, 8, header.checksum()),
                new ReplicaMessage.ReplyCopy(StoredReply.of(header, body)));
    }

    @ParameterizedTest
    @MethodSource("messages")
    void everyMessageArrivesAsItWasSent(ReplicaMessage message) {
        Envelope envelope = new Envelope(CLUSTER, Envelope.PROTOCOL, 3, 2, message);
        Object read = read(bytes(envelope));
        Envelope arrived = assertInstanceOf(Envelope.class, read);
        assertEquals(envelope.cluster(), arrived.cluster());
        assertEquals(envelope.view(), arrived.view());
        assertEquals(envelope.replica(), arrived.replica());
        // Requests and entries hold arrays: compare what a second trip makes of them.
        assertArrayEquals(bytes(envelope), bytes(arrived));
    }

    /** Only a vote may say that it does not know a header. */
    @Test
    void aBlankStandsInNothingButADoViewChange() {
        List<EntryHeader> blank = List.of(EntryHeader.root(CLUSTER), EntryHeader.blank(7));
        for (ReplicaMessage message : List.of(new ReplicaMessage.Headers(blank),
                new ReplicaMessage.StartView(8, 5, 1, CheckpointState.root(CLUSTER), blank))) {
            assertInstanceOf(Damaged.class, read(bytes(new Envelope(CLUSTER, Envelope.PROTOCOL, 3, 2, message))));
        }
    }

    @Test
    void theBufferFormIsTheArrayForm() {
        EnvelopeSerializer serializer = (EnvelopeSerializer) serializer(new Envelope(CLUSTER, 1, 0, 0,
                new ReplicaMessage.Recovery(1)));
        for (ReplicaMessage message : messages()) {
            Envelope envelope = new Envelope(CLUSTER, Envelope.PROTOCOL, 3, 2, message);
            ByteBuffer direct = ByteBuffer.allocateDirect(1 << 16);
            serializer.toBinary(envelope, direct);
            direct.flip();
            byte[] written = new byte[direct.remaining()];
            direct.duplicate().get(written);
            assertArrayEquals(bytes(envelope), written);
            assertInstanceOf(Envelope.class, serializer.fromBinary(direct, "E1"));
        }
    }

    /** One flipped bit anywhere, or any cut, is noticed; and what is noticed is a value, not an exception. */
    @Test
    void damageIsNoticedAndThrowsNothing() {
        Random random = new Random(2);
        for (ReplicaMessage message : messages()) {
            byte[] whole = bytes(new Envelope(CLUSTER, Envelope.PROTOCOL, 3, 2, message));
            List<byte[]> damaged = new ArrayList<>();
            for (int i = 0; i < 400; i++) {
                byte[] flipped = whole.clone();
                flipped[random.nextInt(whole.length)] ^= (byte) (1 << random.nextInt(8));
                damaged.add(flipped);
                damaged.add(java.util.Arrays.copyOf(whole, random.nextInt(whole.length)));
            }
            for (byte[] bytes : damaged) {
                assertInstanceOf(Damaged.class, read(bytes), () -> "damage to " + message + " went unnoticed");
            }
        }
    }

    /**
     * Akka's stock Jackson serializers would decompress gzip by its magic and initialise classes by a manifest with
     * $.
     */
    @Test
    void theStockJacksonSerializersCannotBeReached() {
        for (int identifier : new int[] {31, 32, 33}) {
            Serializer behind = serialization.serializerByIdentity().apply(identifier);
            GuardedCborSerializer guarded = assertInstanceOf(GuardedCborSerializer.class, behind);
            for (String manifest : List.of("scala.Predef$", "dev.viewstamp.actors.message.Kind$", "java.util.HashMap",
                    "")) {
                assertThrows(IllegalArgumentException.class, () ->
                        guarded.fromBinary(new byte[] {(byte) 0xA0}, manifest));
            }
            String allowed = ReplicaMessage.Recovery.class.getName();
            byte[] gzip = {0x1F, (byte) 0x8B, 8, 0, 0, 0};
            byte[] lz4 = {(byte) 0x87, (byte) 0xD9, 0x6D, (byte) 0xF6, 0x7F, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF};
            assertThrows(IllegalArgumentException.class, () -> guarded.fromBinary(gzip, allowed));
            assertThrows(IllegalArgumentException.class, () -> guarded.fromBinary(lz4, allowed));
        }
    }

    private byte[] bytes(Envelope envelope) {
        return serializer(envelope).toBinary(envelope);
    }

    private Object read(byte[] bytes) {
        return ((EnvelopeSerializer) serializer(new Envelope(CLUSTER, 1, 0, 0, new ReplicaMessage.Recovery(1))))
                .fromBinary(bytes, "E1");
    }

    private Serializer serializer(Envelope envelope) {
        return serialization.findSerializerFor(envelope);
    }
}
