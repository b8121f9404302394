package dev.viewstamp.actors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorRefResolver;
import com.typesafe.config.ConfigFactory;
import dev.viewstamp.client.protocol.ClientEnvelope;
import dev.viewstamp.client.protocol.ClientInbox;
import dev.viewstamp.client.protocol.ClientMessage;
import dev.viewstamp.client.protocol.ClientMessage.Reply;
import dev.viewstamp.client.protocol.ClientMessage.Request;
import dev.viewstamp.client.protocol.RequestIdentity;
import dev.viewstamp.journal.CheckpointFile;
import dev.viewstamp.journal.ClusterConstants;
import dev.viewstamp.journal.DataDirectory;
import dev.viewstamp.journal.FolderFiles;
import dev.viewstamp.journal.FormatOptions;
import dev.viewstamp.journal.Word128;
import dev.viewstamp.ledger.Account;
import dev.viewstamp.ledger.MultiBatch;
import dev.viewstamp.ledger.Operation;
import dev.viewstamp.ledger.Uint128;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole nodes in one JVM: real files, real ports, and the client's protocol spoken by hand. */
class ReplicaNodeTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Uint128 CLIENT = new Uint128(1, 2);

    @TempDir
    private Path folder;
    private final List<ReplicaNode> nodes = new ArrayList<>();
    private final ActorTestKit testKit =
            ActorTestKit.create("client", ReplicaSettings.layered(ConfigFactory.parseString(
            "akka.remote.artery.canonical.port = 0, akka.remote.artery.untrusted-mode = off")));

    @AfterEach
    void stop() {
        nodes.forEach(ReplicaNode::close);
        testKit.shutdownTestKit();
    }

    @Test
    void oneReplicaServesAndRemembersAcrossARestart() throws Exception {
        List<String> addresses = freeAddresses(1);
        start(addresses, 0);
        Session session = new Session(addresses);
        session.register();
        assertEquals(16 + 16, session.call(1, Operation.CREATE_ACCOUNTS, account(7)).body().length);
        byte[] before = nodes.get(0).ledgerDigest().toCompletableFuture().get(20, TimeUnit.SECONDS);

        nodes.remove(0).close();
        start(addresses, 0);
        Reply again = session.resend();
        assertEquals(1, again.request(), "the stored reply, not a second execution");
        byte[] after = nodes.get(0).ledgerDigest().toCompletableFuture().get(20, TimeUnit.SECONDS);
        assertEquals(java.util.HexFormat.of().formatHex(before), java.util.HexFormat.of().formatHex(after));
    }

    /** More requests than the log has slots; the restart begins at the last checkpoint. */
    @Test
    void oneReplicaOutlivesItsLogAndRestartsFromACheckpoint() throws Exception {
        List<String> addresses = freeAddresses(1);
        start(addresses, 0);
        Session session = new Session(addresses);
        session.register();
        for (int request = 1; request <= 150; request++) {
            session.call(request, Operation.CREATE_ACCOUNTS, account(request));
        }
        long checkpointOp = nodes.get(0).snapshot().toCompletableFuture().get(20, TimeUnit.SECONDS).checkpointOp();
        assertTrue(checkpointOp >= 79, "checkpoint at " + checkpointOp);
        byte[] before = nodes.get(0).ledgerDigest().toCompletableFuture().get(20, TimeUnit.SECONDS);

        nodes.remove(0).close();
        start(addresses, 0);
        byte[] after = nodes.get(0).ledgerDigest().toCompletableFuture().get(20, TimeUnit.SECONDS);
        assertEquals(java.util.HexFormat.of().formatHex(before), java.util.HexFormat.of().formatHex(after));
        Reply found = session.call(151, Operation.LOOKUP_ACCOUNTS, ids(1, 100));
        assertEquals(2, MultiBatch.elements(found.body(), 0));

        // Alone with a damaged file there is nobody to fetch it from: it stops and says what to do.
        nodes.remove(0).close();
        Path data = folder.resolve("replica-0");
        for (CheckpointFile file : FolderFiles.of(data.resolve("files"), false).list()) {
            if (file.kind() == CheckpointFile.Kind.MANIFEST) {
                flip(data.resolve("files").resolve(file.fileName()), 30);
            }
        }
        ReplicaNode node = ReplicaNode.start(settings(addresses, data));
        nodes.add(node);
        Throwable why = node.whenFailed().toCompletableFuture().get(20, TimeUnit.SECONDS);
        assertTrue(why.getMessage().contains("manifest-") && why.getMessage().contains("restore a backup"),
                why.getMessage());
    }

    private static void flip(Path file, int at) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[at] ^= 1;
        Files.write(file, bytes);
    }

    @Test
    void threeReplicasGoOnWithoutTheirPrimary() throws Exception {
        List<String> addresses = freeAddresses(3);
        for (int replica = 0; replica < 3; replica++) {
            start(addresses, replica);
        }
        Session session = new Session(addresses);
        session.register();
        session.call(1, Operation.CREATE_ACCOUNTS, account(7));
        int primary = primary();
        nodes.get(primary).close();
        session.call(2, Operation.CREATE_ACCOUNTS, account(8));
        Reply found = session.call(3, Operation.LOOKUP_ACCOUNTS, ids(7, 8));
        assertEquals(2, MultiBatch.elements(found.body(), 0));
    }

    @Test
    void aTakenPortIsOneClearLine() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress())) {
            List<String> addresses = List.of("127.0.0.1:" + taken.getLocalPort());
            Path data = format(addresses, 0);
            NodeFailure failure = assertThrows(NodeFailure.class, () -> ReplicaNode.start(settings(addresses, data)));
            assertTrue(failure.getMessage().contains(addresses.get(0)), failure.getMessage());
            assertTrue(failure.getMessage().lines().count() == 1, failure.getMessage());
        }
    }

    private int primary() throws Exception {
        for (int replica = 0; replica < nodes.size(); replica++) {
            if (nodes.get(replica).snapshot().toCompletableFuture().get(20, TimeUnit.SECONDS).isPrimary()) {
                return replica;
            }
        }
        throw new AssertionError("nobody is primary");
    }

    private void start(List<String> addresses, int replica) throws Exception {
        Path data = format(addresses, replica);
        ReplicaNode node = ReplicaNode.start(settings(addresses, data));
        nodes.add(node);
        node.whenReady().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    private Path format(List<String> addresses, int replica) throws Exception {
        Path data = folder.resolve("replica-" + replica);
        if (!data.toFile().exists()) {
            ClusterConstants constants = ClusterConstants.of(addresses.size(), 64, 1 << 16);
            DataDirectory.format(data, FormatOptions.fresh(Word128.ZERO, replica, constants), (done, total) -> { });
        }
        return data;
    }

    private static ReplicaSettings settings(List<String> addresses, Path data) {
        return ReplicaSettings.from(ReplicaSettings.layered(ConfigFactory.parseMap(java.util.Map.of(
                "viewstamp.data-dir", data.toString(), "viewstamp.addresses", addresses,
                "viewstamp.replicas", addresses, "viewstamp.gateway.enabled", "off"))));
    }

    private static List<String> freeAddresses(int count) throws IOException {
        List<ServerSocket> held = new ArrayList<>();
        List<String> addresses = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            held.add(new ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress()));
            addresses.add("127.0.0.1:" + held.get(i).getLocalPort());
        }
        for (ServerSocket socket : held) {
            socket.close();
        }
        return addresses;
    }

    private static byte[] account(long id) {
        byte[] payload = new byte[128];
        Account.builder().id(id).ledger(1).code(1).build().writeTo(payload, 0);
        return framed(payload, 128);
    }

    private static byte[] ids(long... ids) {
        byte[] payload = new byte[16 * ids.length];
        for (int i = 0; i < ids.length; i++) {
            payload[16 * i] = (byte) ids[i];
        }
        return framed(payload, 16);
    }

    private static byte[] framed(byte[] payload, int elementSize) {
        return MultiBatch.encode(elementSize, payload);
    }

    /** The client's side of the protocol: repeats the request to all until the answer to it comes. */
    private final class Session {
        private final TestProbe<ClientInbox> inbox = testKit.createTestProbe();
        private final List<ActorRef<ClientInbox>> doors = new ArrayList<>();
        private long number;
        private Uint128 parent = Uint128.ZERO;
        private Request last;

        Session(List<String> addresses) {
            for (String address : addresses) {
                doors.add(ActorRefResolver.get(testKit.system()).resolveActorRef(
                        "akka://" + ClientEnvelope.SYSTEM_NAME + "@" + address + ClientEnvelope.DOOR_PATH));
            }
        }

        void register() {
            last = RequestIdentity.request(CLIENT, 0, 0, Uint128.ZERO, ClientMessage.OPERATION_REGISTER, 0, 1,
                    new byte[256]);
            number = resend().op();
        }

        Reply call(int request, Operation operation, byte[] body) {
            last = RequestIdentity.request(CLIENT, number, request, parent, operation.code(), 0, 1, body);
            return resend();
        }

        Reply resend() {
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            while (System.nanoTime() < deadline) {
                doors.forEach(door -> door.tell(new ClientEnvelope(Uint128.ZERO, inbox.getRef(), last)));
                Reply reply = awaitReply(Duration.ofMillis(500));
                if (reply != null) {
                    parent = reply.context();
                    return reply;
                }
            }
            List<Object> states = new ArrayList<>();
            nodes.forEach(node -> states.add(node.snapshot().toCompletableFuture().join()));
            throw new AssertionError("no answer to " + last + " within " + PATIENCE + " from " + states);
        }
    
        private Reply awaitReply(Duration patience) {
            long until = System.nanoTime() + patience.toNanos();
            while (true) {
                long left = until - System.nanoTime();
                if (left <= 0) {
                    return null;
                }
                ClientInbox message;
                try {
                    message = inbox.receiveMessage(Duration.ofNanos(left));
                } catch (AssertionError nothingCame) {
                    return null;
                }
                if (message instanceof ClientEnvelope envelope && envelope.message() instanceof Reply reply
                        && reply.requestChecksum().equals(last.requestChecksum())) {
                    return reply;
                }
            }
        }
    }
}
