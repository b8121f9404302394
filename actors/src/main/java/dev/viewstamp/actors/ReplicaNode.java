package dev.viewstamp.actors;

import akka.Done;
import akka.actor.CoordinatedShutdown;
import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AskPattern;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValueFactory;
import dev.viewstamp.actors.gateway.Gateway;
import dev.viewstamp.actors.gateway.GatewayCounters;
import dev.viewstamp.actors.gateway.ReplicaPort;
import dev.viewstamp.actors.replica.ReplicaSnapshot;
import dev.viewstamp.actors.shell.LedgerActor;
import dev.viewstamp.actors.shell.NodeGuardian;
import dev.viewstamp.actors.shell.ReplicaActor;
import dev.viewstamp.actors.shell.ProductionWorld;
import dev.viewstamp.client.protocol.ClientEnvelope;
import dev.viewstamp.journal.DataDirectory;
import dev.viewstamp.journal.DataDirectoryException;
import dev.viewstamp.journal.ExpectedIdentity;
import dev.viewstamp.journal.FileStorage;
import dev.viewstamp.journal.SuperBlock;
import dev.viewstamp.journal.VsrState;
import dev.viewstamp.journal.Word128;
import dev.viewstamp.ledger.Uint128;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One replica, running: a data directory and the ActorSystem on it. Thread-safe.
 *
 * <pre>{@code
 * ReplicaNode node = ReplicaNode.start(ReplicaSettings.from(ReplicaSettings.layered(ConfigFactory.parseFile(file))));
 * node.whenReady().thenAccept(snapshot -> …);
 * node.stop().toCompletableFuture().join();
 * }</pre>
 */
public final class ReplicaNode implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ReplicaNode.class);
    private static final Duration ASK = Duration.ofSeconds(5);

    private final ActorSystem<NodeGuardian.Command> system;
    private final DataDirectory directory;
    private final String address;
    private final Door door;
    private final CompletableFuture<ReplicaSnapshot> ready;
    private final CompletableFuture<Throwable> failure;

    private ReplicaNode(ActorSystem<NodeGuardian.Command> system, DataDirectory directory, String address, Door door,
                        CompletableFuture<ReplicaSnapshot> ready, CompletableFuture<Throwable> failure) {
        this.system = system;
        this.directory = directory;
        this.address = address;
        this.door = door;
        this.ready = ready;
        this.failure = failure;
    }

    /**
     * Opens the data directory, takes the port, starts the actors. Returns before the log is read: see {@link
     * #whenReady()}.
     *
     * @throws DataDirectoryException if the directory cannot be used
     * @throws InvalidSetting if the settings do not fit the directory
     * @throws NodeFailure if the port cannot be had
     */
    public static ReplicaNode start(ReplicaSettings settings) throws DataDirectoryException {
        DataDirectory directory = DataDirectory.open(settings.dataDir(), expected(settings), ioMode(settings));
        try {
            return start(settings, directory);
        } catch (RuntimeException e) {
            closeQuietly(directory);
            throw e;
        }
    }

    private static ReplicaNode start(ReplicaSettings settings, DataDirectory directory) {
        int replicaCount = directory.superBlock().constants().replicaCount();
        if (settings.replicas().size() != replicaCount) {
            throw new InvalidSetting("viewstamp.addresses", "lists " + settings.replicas().size() + " replicas, but "
                    + directory.path() + " was formatted for " + replicaCount);
        }
        VsrState vsrState = directory.superBlock().vsrState();
        String address = settings.replicas().get(vsrState.replica());
        CompletableFuture<ReplicaSnapshot> ready = new CompletableFuture<>();
        CompletableFuture<Throwable> failure = new CompletableFuture<>();
        Door door = Door.of(settings, directory.superBlock());
        var guardian = ProductionWorld.guardian(settings, directory, ready::complete, door.behavior(), (who, why) -> {
            if (why instanceof NodeFailure) {
                LOG.error("{}; this node stops. Its data directory is safe.", why.getMessage());
            } else {
                LOG.error("{} ended: this node stops. Its data directory is safe; start it again.", who, why);
            }
            failure.complete(why);
        });
        ActorSystem<NodeGuardian.Command> system;
        try {
            system = ActorSystem.create(guardian, ClientEnvelope.SYSTEM_NAME, config(settings, address));
        } catch (RuntimeException e) {
            throw new NodeFailure("cannot listen on " + address + ": " + rootMessage(e)
                    + "; is another process using it?", e);
        }
        ReplicaNode node = new ReplicaNode(system, directory, address, door, ready, failure);
        CoordinatedShutdown.get(system).addTask(CoordinatedShutdown.PhaseActorSystemTerminate(), "close-data-directory",
                () -> system.getWhenTerminated().thenApply(done -> {
                    closeQuietly(directory);
                    return Done.getInstance();
                }));
        return node;
    }

    /** When the log is open, the replica takes part and the doors are open; says what it found. */
    public CompletionStage<ReplicaSnapshot> whenReady() {
        return ready.thenCombine(door.opened(), (snapshot, address) -> snapshot);
    }

    /** What went on at the door for official clients; all zero if it is switched off. */
    public GatewayCounters gatewayCounters() {
        return door.counters();
    }

    /** When something broke that must hold; the node is stopping then. */
    public CompletionStage<Throwable> whenFailed() {
        return failure;
    }

    public CompletionStage<Done> whenTerminated() {
        return system.getWhenTerminated();
    }

    /** Where other replicas and Akka clients reach this node, host:port. */
    public String address() {
        return address;
    }

    /** The replica as it is now. */
    public CompletionStage<ReplicaSnapshot> snapshot() {
        return node().thenCompose(node -> AskPattern.ask(node.replica(),
                (ActorRef<ReplicaSnapshot> replyTo) -> new ReplicaActor.GetSnapshot(replyTo), ASK, system.scheduler()));
    }

    /** SHA-256 of the ledger's canonical dump as it is now; takes as long as reading all of it. */
    public CompletionStage<byte[]> ledgerDigest() {
        return node().thenCompose(node -> AskPattern.ask(node.ledger(),
                (ActorRef<byte[]> replyTo) -> new LedgerActor.GetDigest(replyTo), Duration.ofMinutes(5),
                        system.scheduler()));
    }

    /** Stops in order: no new work, actors, files. Killing the process instead is always safe. */
    public CompletionStage<Done> stop() {
        return CoordinatedShutdown.get(system).runAll(Stop.INSTANCE);
    }

    @Override
    public void close() {
        stop().toCompletableFuture().join();
    }

    private CompletionStage<NodeGuardian.Node> node() {
        return AskPattern.ask(system, (ActorRef<NodeGuardian.Node> replyTo) -> new NodeGuardian.GetNode(replyTo), ASK,
                system.scheduler());
    }

    /** The door for official clients, if it is switched on. */
    private record Door(Function<ReplicaPort, Behavior<Gateway.Command>> behavior, GatewayCounters counters,
                        CompletableFuture<InetSocketAddress> opened) {
        static Door of(ReplicaSettings settings, SuperBlock superBlock) {
            GatewayCounters counters = new GatewayCounters();
            CompletableFuture<InetSocketAddress> opened = new CompletableFuture<>();
            if (!settings.gateway().enabled()) {
                opened.complete(null);
                return new Door(null, counters, opened);
            }
            int replica = superBlock.vsrState().replica();
            int port = ReplicaSettings.port(settings.addresses().get(replica));
            settings.gateway().check(superBlock.constants().bodyLimit());
            takePort(settings.gateway().endpoint(port));
            Word128 cluster = superBlock.cluster();
            var identity = new Gateway.Identity(new Uint128(cluster.hi(), cluster.lo()), settings.addresses().size(),
                    replica);
            return new Door(port(identity, port, settings, counters, opened), counters, opened);
        }

        private static Function<ReplicaPort, Behavior<Gateway.Command>> port(Gateway.Identity identity, int port,
                ReplicaSettings settings, GatewayCounters counters, CompletableFuture<InetSocketAddress> opened) {
            return replica -> Gateway.create(identity, port, settings.gateway(), counters, System::nanoTime, replica,
                    opened::complete);
        }

        /** Whether the port can be had is better known before anything has started. */
        private static void takePort(InetSocketAddress endpoint) {
            try (ServerSocket socket = new ServerSocket()) {
                socket.bind(endpoint);
            } catch (IOException e) {
                throw new NodeFailure(Gateway.cannotListen(endpoint, e), e);
            }
        }
    }

    private enum Stop implements CoordinatedShutdown.Reason { INSTANCE }

    private static ExpectedIdentity expected(ReplicaSettings settings) {
        ExpectedIdentity anything = ExpectedIdentity.anything();
        return settings.cluster() == null ? anything : anything.withCluster(settings.cluster());
    }

    private static FileStorage.IoMode ioMode(ReplicaSettings settings) {
        return switch (settings.directIo()) {
            case AUTO -> FileStorage.IoMode.AUTO;
            case ON -> FileStorage.IoMode.DIRECT;
            case OFF -> FileStorage.IoMode.BUFFERED;
        };
    }

    private static Config config(ReplicaSettings settings, String address) {
        Map<String, Object> own = Map.of(
                "akka.remote.artery.canonical.hostname", ReplicaSettings.host(address),
                "akka.remote.artery.canonical.port", ReplicaSettings.port(address));
        Config config = ConfigFactory.parseMap(own).withFallback(settings.config());
        return settings.bindHostname().isEmpty() ? config : config.withValue("akka.remote.artery.bind.hostname",
                ConfigValueFactory.fromAnyRef(settings.bindHostname()));
    }

    private static String rootMessage(Throwable e) {
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root.getMessage();
    }

    private static void closeQuietly(DataDirectory directory) {
        try {
            directory.close();
        } catch (IOException e) {
            LOG.warn("{} could not be closed: {}", directory.path(), e.getMessage());
        }
    }
}
