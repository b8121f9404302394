package dev.viewstamp.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorRefResolver;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Props;
import akka.actor.typed.javadsl.Adapter;
import akka.actor.typed.javadsl.Behaviors;
import akka.remote.RemoteActorRefProvider;
import akka.remote.artery.ArteryTransport;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.viewstamp.client.protocol.ClientEnvelope;
import dev.viewstamp.client.protocol.ClientEnvelopeSerializer;
import dev.viewstamp.client.protocol.ClientInbox;
import dev.viewstamp.client.protocol.ClientMessage;
import dev.viewstamp.client.protocol.RejectedFrame;
import dev.viewstamp.client.protocol.RequestIdentity;
import dev.viewstamp.ledger.Account;
import dev.viewstamp.ledger.CreateTransferStatus;
import dev.viewstamp.ledger.Transfer;
import dev.viewstamp.ledger.Uint128;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Real sockets: a scripted node in one ActorSystem, the facade in another. */
class ArteryLoopbackTest {
    private static final int FULL = 8189;
    private static final ScriptedCluster CLUSTER = new ScriptedCluster(1);

    private static ActorSystem<Void> node;
    private static String address;

    @BeforeAll
    static void startNode() {
        node = startNode(0);
        address = "127.0.0.1:" + port(node);
    }

    private static ActorSystem<Void> startNode(int port) {
        Config config = ConfigFactory.load(ConfigFactory.parseMap(Map.of("akka.actor.provider", "remote",
                "akka.remote.artery.canonical.port", port, "akka.remote.artery.untrusted-mode", "on"))
                .withFallback(ArteryRequirements.defaults()));
        return ActorSystem.create(Behaviors.setup(context -> {
            context.spawn(ScriptedDoor.create(Uint128.ZERO, 0, CLUSTER), "sessions");
            return Behaviors.empty();
        }), ClientEnvelope.SYSTEM_NAME, config);
    }

    private static int port(ActorSystem<?> system) {
        return Adapter.toClassic(system).provider().getDefaultAddress().getPort().get();
    }

    @AfterAll
    static void stopNode() throws Exception {
        node.terminate();
        node.getWhenTerminated().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    @Test
    void fullMebibytesTravelInBothDirections() {
        long rejected = ClientEnvelopeSerializer.of(node).rejected();
        try (ViewstampClient client = ViewstampClient.connect(address)) {
            List<Transfer> transfers = LongStream.rangeClosed(1, FULL).mapToObj(id -> Transfer.builder().id(id)
                    .debit(1).credit(2).amount(1).ledger(1).code(1).build()).toList();
            List<Uint128> ids = LongStream.rangeClosed(1, FULL).mapToObj(Uint128::of).toList();
            for (int round = 0; round < 5; round++) {
                assertTrue(join(client.createTransfers(transfers)).stream()
                        .allMatch(result -> result.status() == CreateTransferStatus.CREATED));
                List<Account> accounts = join(client.lookupAccounts(ids));
                assertEquals(FULL, accounts.size());
                assertEquals(Uint128.of(FULL), accounts.get(FULL - 1).id());
            }
            assertEquals(rejected, ClientEnvelopeSerializer.of(node).rejected());
        }
    }

    @Test
    void theExampleOfTheReadmeRuns() {
        PrintStream console = System.out;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try {
            EmbeddingExample.main(address);
        } finally {
            System.setOut(console);
        }
        assertEquals("CREATED: Bob received 0", printed.toString(StandardCharsets.UTF_8).strip());
    }

    /** Without an incarnation in the path, a node that comes back at the same address is found again. */
    @Test
    void aRestartedNodeIsFoundAgain() throws Exception {
        ActorSystem<Void> first = startNode(0);
        int port = port(first);
        try (ViewstampClient client = ViewstampClient.connect("127.0.0.1:" + port)) {
            assertEquals(1, join(client.lookupAccounts(List.of(Uint128.ONE))).size());
            first.terminate();
            first.getWhenTerminated().toCompletableFuture().get(20, TimeUnit.SECONDS);
            CompletionStage<List<Account>> meanwhile =
                    client.within(Duration.ofSeconds(30)).lookupAccounts(List.of(Uint128.ONE, Uint128.of(2)));
            first = startNode(port);
            assertEquals(2, join(meanwhile).size());
        } finally {
            first.terminate();
        }
    }

    /**
     * A storm of real processes met it: a peer killed after the first tables were agreed on, started again, and what
     * one side said to it was dropped for a minute and longer (Akka issues 24055, 25143, 30189).
     */
    @Test
    void noTableOfShortNumbersOutlivesARestartedNode() {
        assertFalse(((ArteryTransport) ((RemoteActorRefProvider) Adapter.toClassic(node).provider()).transport())
                .settings().Advanced().Compression().Enabled());
    }

    /** What fails its checksum is dropped and counted; the connection and everybody else on it go on. */
    @Test
    void aDamagedRequestIsDroppedAndCounted() {
        ClientEnvelopeSerializer counters = ClientEnvelopeSerializer.of(node);
        long before = counters.rejected(RejectedFrame.Reason.BAD_BODY_CHECKSUM);
        try (ViewstampClient client = ViewstampClient.connect(address)) {
            join(client.lookupAccount(Uint128.ONE));
            ActorRef<ClientInbox> door = ActorRefResolver.get(client.system()).resolveActorRef(
                    "akka://viewstamp@" + address + ClientEnvelope.DOOR_PATH);
            ActorRef<ClientInbox> nobody = client.system().systemActorOf(Behaviors.ignore(), "nobody", Props.empty());
            ClientMessage.Request good = RequestIdentity.request(Uint128.ONE, 1, 1, Uint128.ONE, 147, 0, 1,
                    new byte[700_000]);
            ClientMessage.Request bad = new ClientMessage.Request(good.client(), 1, 1, good.parent(), 147, 0, 1,
                    ClientMessage.DOOR_AKKA, good.requestChecksum(), Uint128.ONE, good.body());
            for (int i = 0; i < 10; i++) {
                door.tell(new ClientEnvelope(Uint128.ZERO, nobody, bad));
            }
            join(client.lookupAccount(Uint128.ONE));         // the same channel, so behind the ten
            assertEquals(before + 10, counters.rejected(RejectedFrame.Reason.BAD_BODY_CHECKSUM));
        }
    }

    /** Nobody waits for ever when the application ends the ActorSystem under the client. */
    @Test
    void callsAreAnsweredWhenTheActorSystemEnds() {
        ActorSystem<Void> system = system(ConfigFactory.parseMap(Map.of("akka.actor.provider", "remote",
                "akka.remote.artery.canonical.port", 0)));
        ViewstampClient client = ViewstampClient.connect(system,
                TestSettings.of(1).withAddresses(List.of("127.0.0.1:1")));
        CompletionStage<?> pending = client.lookupAccount(Uint128.ONE);
        system.terminate();
        assertInstanceOf(ClientFailure.class,
                assertThrows(CompletionException.class, () -> join(pending)).getCause());
        client.close();
    }

    @Test
    void nobodyListens() {
        try (ViewstampClient client = ViewstampClient.connect("127.0.0.1:1")) {
            Throwable failure = assertThrows(CompletionException.class, () -> join(client
                    .within(Duration.ofMillis(500)).lookupAccount(Uint128.ONE))).getCause();
            assertInstanceOf(ClusterUnavailable.class, failure);
            assertTrue(failure.getMessage().contains("127.0.0.1:1: ") && failure.getMessage().contains("nothing heard"),
                    failure.getMessage());
        }
    }

    @Test
    void callsAfterCloseFailAtOnce() {
        ViewstampClient client = ViewstampClient.connect(address);
        client.close();
        client.close();
        assertInstanceOf(ClientClosed.class, assertThrows(CompletionException.class,
                () -> join(client.lookupAccount(Uint128.ONE))).getCause());
    }

    /** A client joins an application's ActorSystem, and the system's settings are judged before anything is lost. */
    @Test
    void anExistingActorSystemIsJoinedIfItsRemotingFits() {
        ClientSettings settings = TestSettings.of(1).withAddresses(List.of(address));
        ActorSystem<Void> fit = system(ConfigFactory.parseMap(Map.of("akka.actor.provider", "remote",
                "akka.remote.artery.canonical.port", 0)));
        try (ViewstampClient client = ViewstampClient.connect(fit, settings)) {
            assertEquals(1, join(client.lookupAccounts(List.of(Uint128.ONE))).size());
        } finally {
            fit.terminate();
        }
        for (Map.Entry<String, Object> unfit : Map.<String, Object>of(
                "akka.actor.provider", "local",
                "akka.remote.artery.advanced.maximum-large-frame-size", "1 MiB",
                "akka.remote.artery.large-message-destinations", List.of("/user/sessions")).entrySet()) {
            ActorSystem<Void> system = system(ConfigFactory.parseMap(Map.of(unfit.getKey(), unfit.getValue()))
                    .withFallback(ConfigFactory.parseMap(Map.of("akka.actor.provider", "remote",
                            "akka.remote.artery.canonical.port", 0))));
            try {
                IllegalStateException refused = assertThrows(IllegalStateException.class,
                        () -> ViewstampClient.connect(system, settings));
                assertTrue(refused.getMessage().contains(unfit.getKey()), refused.getMessage());
            } finally {
                system.terminate();
            }
        }
    }

    @Test
    void replicasThatCannotAnswerALoopbackClientAreRefused() {
        IllegalStateException refused = assertThrows(IllegalStateException.class,
                () -> ViewstampClient.connect("192.0.2.1:4000"));
        assertTrue(refused.getMessage().contains("akka.remote.artery.canonical.hostname"), refused.getMessage());
    }

    private static ActorSystem<Void> system(Config config) {
        return ActorSystem.create(Behaviors.empty(), "application", ConfigFactory.load(config));
    }

    private static <T> T join(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(40, TimeUnit.SECONDS).join();
    }
}
