package dev.viewstamp.testkit.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.viewstamp.actors.cli.ClusterClient;
import dev.viewstamp.actors.cli.VerbFailure;
import dev.viewstamp.actors.cli.cluster.ClusterProcesses;
import dev.viewstamp.actors.cli.cluster.JvmCommand;
import dev.viewstamp.client.RequestRejected;
import dev.viewstamp.client.protocol.ClientMessage;
import dev.viewstamp.client.protocol.ClientMessage.EvictionReason;
import dev.viewstamp.ledger.Operation;
import dev.viewstamp.ledger.Uint128;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Requests that no cluster executes, and bytes that are no requests: refused in words, and the replica goes on. */
@Tag("processes")
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class BadRequestTest {
    private static final Duration ANSWER_MAX = Duration.ofSeconds(60);
    private static final int CREATE_TRANSFERS = Operation.CREATE_TRANSFERS.code();
    private static final int FIT = 8189;
    private static final int EVENT = 128;

    private static ClusterProcesses cluster;
    private static ClusterClient connection;

    @BeforeAll
    static void start() {
        cluster = ClusterProcesses.format(1, 64, JvmCommand.ofThisProcess(384, 192), List.of());
        cluster.startAll();
        connection = ClusterClient.connect(ClusterClient.Options.of(cluster.addresses(), ANSWER_MAX));
    }

    @AfterAll
    static void stop() {
        connection.close();
        cluster.close();
    }

    private static RawDoor rawDoor(int client) throws InterruptedException {
        return new RawDoor("127.0.0.1:" + (door() + 1000), Uint128.of(client)).register();
    }

    private static int door() {
        return Integer.parseInt(cluster.addresses().split(":")[1]);
    }

    private static RequestRejected rejection(byte[] events) {
        VerbFailure failure = assertThrows(VerbFailure.class,
                () -> connection.submit(Operation.CREATE_TRANSFERS, events));
        return assertInstanceOf(RequestRejected.class, failure.getCause());
    }

    @Test
    void theClientRefusesOneEventTooManyBeforeAnythingIsSent() {
        assertEquals(FIT * 16, connection.submit(Operation.CREATE_TRANSFERS, new byte[FIT * EVENT]).length);
        RequestRejected rejected = rejection(new byte[(FIT + 1) * EVENT]);
        assertFalse(rejected.mayTakeEffect());
        assertTrue(rejected.getMessage().contains("8190") && rejected.getMessage().contains("8189"),
                rejected.getMessage());
    }

    @Test
    void theClientRefusesATornEventBeforeAnythingIsSent() {
        RequestRejected rejected = rejection(new byte[3 * EVENT + 1]);
        assertFalse(rejected.mayTakeEffect());
        assertTrue(rejected.getMessage().contains("385"), rejected.getMessage());
    }

    @Test
    void anEmptyBatchIsAcceptedAndAnsweredWithNothing() {
        assertEquals(0, connection.submit(Operation.CREATE_TRANSFERS, new byte[0]).length);
        assertEquals(0, connection.submit(Operation.LOOKUP_ACCOUNTS, new byte[0]).length);
    }

    @Test
    void theReplicaEndsTheSessionOfWhoeverSendsATornEvent() throws InterruptedException {
        try (RawDoor raw = rawDoor(1002)) {
            ClientMessage.Eviction eviction = assertInstanceOf(ClientMessage.Eviction.class,
                    raw.ask(CREATE_TRANSFERS, new byte[3 * EVENT + 1]));
            assertEquals(EvictionReason.INVALID_REQUEST_BODY, eviction.reason());
        }
    }

    @Test
    void theReplicaEndsTheSessionOfWhoeverNamesAnUnknownOperation() throws InterruptedException {
        try (RawDoor raw = rawDoor(1003)) {
            ClientMessage.Eviction eviction = assertInstanceOf(ClientMessage.Eviction.class, raw.ask(200, new byte[0]));
            assertEquals(EvictionReason.INVALID_REQUEST_OPERATION, eviction.reason());
        }
    }

    @Test
    void garbageOnThePortHarmsNobody() throws IOException {
        Random random = new Random(7);
        for (int i = 0; i < 20; i++) {
            byte[] garbage = new byte[10 + random.nextInt(100_000)];
            random.nextBytes(garbage);
            if (i % 2 == 0) {
                // Artery's greeting, one of its streams, the begin of a frame of 16 MiB: and then nothing more.
                System.arraycopy(new byte[] {'A', 'K', 'K', 'A', (byte) (1 + i % 3), -1, -1, -1, 0}, 0, garbage, 0, 9);
            }
            send(garbage);
        }
        assertEquals(0, connection.submit(Operation.LOOKUP_TRANSFERS, new byte[16]).length);
        assertTrue(cluster.replica(0).isAlive());
    }

    private static void send(byte[] garbage) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), door() + 1000)) {
            OutputStream out = socket.getOutputStream();
            out.write(garbage);
            out.flush();
        } catch (SocketException e) {
            assertTrue(cluster.replica(0).isAlive(), "the replica may hang up, but not end: " + e);
        }
    }
}
