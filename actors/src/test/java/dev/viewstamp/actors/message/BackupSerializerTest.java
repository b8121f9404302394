package dev.viewstamp.actors.message;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.javadsl.Adapter;
import akka.serialization.SerializationExtension;
import com.typesafe.config.ConfigFactory;
import dev.viewstamp.actors.ReplicaSettings;
import dev.viewstamp.journal.CheckpointFile;
import dev.viewstamp.journal.CheckpointState;
import dev.viewstamp.journal.Checksums;
import dev.viewstamp.journal.ClusterConstants;
import dev.viewstamp.journal.Word128;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BackupSerializerTest {
    private static final Word128 CLUSTER = new Word128(3, 4);

    private static ActorTestKit testKit;
    private static TestProbe<BackupInbox> sender;
    private static BackupSerializer serializer;

    @BeforeAll
    static void start() {
        testKit = ActorTestKit.create("backup", ReplicaSettings.layered(ConfigFactory.parseString(
                "akka.remote.artery.canonical.port = 0")));
        sender = testKit.createTestProbe();
        serializer = (BackupSerializer) SerializationExtension.get(Adapter.toClassic(testKit.system()))
                .findSerializerFor(envelope(new BackupMessage.EndHold()));
    }

    @AfterAll
    static void stop() {
        testKit.shutdownTestKit();
    }

    private static BackupEnvelope envelope(BackupMessage message) {
        return new BackupEnvelope(CLUSTER, sender.getRef(), message);
    }

    static Stream<BackupMessage> messages() {
        byte[] full = new byte[BackupMessage.Pieces.SIZE];
        new Random(1).nextBytes(full);
        return Stream.of(new BackupMessage.GetStanding(true), new BackupMessage.GetStanding(false),
                new BackupMessage.Standing(2, 7, 1230, 1234, ClusterConstants.production(3),
                        CheckpointState.root(CLUSTER)),
                new BackupMessage.GetPieces(CheckpointFile.data(99), 3, 8),
                new BackupMessage.Pieces(1, CheckpointFile.manifest(879), 0, List.of()),
                new BackupMessage.Pieces(1, CheckpointFile.sessions(879), 0, List.of(new byte[] {5})),
                new BackupMessage.Pieces(1, CheckpointFile.data(99), 16,
                        List.of(full, full, full, full, full, full, full, new byte[24])),
                new BackupMessage.EndHold());
    }

    @ParameterizedTest
    @MethodSource("messages")
    void everyMessageArrivesAsItWasSent(BackupMessage message) {
        byte[] bytes = serializer.toBinary(envelope(message));
        BackupEnvelope arrived = assertInstanceOf(BackupEnvelope.class, serializer.fromBinary(bytes, "B1"));
        assertEquals(CLUSTER, arrived.cluster());
        assertEquals(sender.getRef(), arrived.sender());
        assertEquals(message.toString(), arrived.message().toString());
        assertArrayEquals(bytes, serializer.toBinary(arrived));
        ByteBuffer direct = ByteBuffer.allocateDirect(bytes.length);
        serializer.toBinary(envelope(message), direct);
        assertInstanceOf(BackupEnvelope.class, serializer.fromBinary(direct.flip(), "B1"));
    }

    /** One flipped bit anywhere, or any cut, becomes a value, not an exception. */
    @Test
    void damageIsNoticedAndThrowsNothing() {
        Random random = new Random(2);
        messages().forEach(message -> {
            byte[] whole = serializer.toBinary(envelope(message));
            List<byte[]> damaged = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                byte[] flipped = whole.clone();
                flipped[random.nextInt(whole.length)] ^= (byte) (1 << random.nextInt(8));
                damaged.add(flipped);
                damaged.add(Arrays.copyOf(whole, random.nextInt(whole.length)));
            }
            damaged.forEach(bytes -> assertInstanceOf(Damaged.class, serializer.fromBinary(bytes, "B1")));
        });
    }

    /** A frame with a good checksum whose fields cannot be: from another version, or another program. */
    @Test
    void nonsenseUnderAGoodChecksumThrowsNothing() {
        Random random = new Random(3);
        messages().forEach(message -> {
            for (int i = 0; i < 300; i++) {
                byte[] bytes = serializer.toBinary(envelope(message));
                bytes[32 + random.nextInt(Math.min(60, bytes.length - 32))] = (byte) random.nextInt(256);
                ByteBuffer frame = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
                Checksums.of(bytes, 16, bytes.length - 16).writeTo(frame);
                Object read = serializer.fromBinary(bytes, "B1");
                assertInstanceOf(BackupInbox.class, read);
            }
        });
    }
}
