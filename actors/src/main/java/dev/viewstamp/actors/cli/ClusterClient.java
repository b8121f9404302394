package dev.viewstamp.actors.cli;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Behaviors;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValueFactory;
import dev.viewstamp.actors.ReplicaSettings;
import dev.viewstamp.actors.cli.backup.NodeDoors;
import dev.viewstamp.actors.cli.cluster.PrimaryQuery;
import dev.viewstamp.client.ClientFailure;
import dev.viewstamp.client.ClientSettings;
import dev.viewstamp.client.ViewstampClient;
import dev.viewstamp.journal.Word128;
import dev.viewstamp.ledger.Operation;
import dev.viewstamp.ledger.Uint128;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine.Option;

/**
 * The command line's way to a cluster: one ActorSystem with one or more sessions. Thread-safe.
 */
public final class ClusterClient implements AutoCloseable {
    private static final long STOP_SECONDS_MAX = 5;
    private static final String OWN_HOSTNAME = "akka.remote.artery.canonical.hostname";

    /** Which cluster is meant. A picocli mix-in. */
    public static final class Options {
        /** Those of a cluster of this process's own. */
        public static Options of(String doors, Duration timeout) {
            Options options = new Options();
            options.addresses = doors;
            options.cluster = "0";
            options.timeoutSeconds = (int) timeout.toSeconds();
            return options;
        }

        /** The same, for a cluster whose replicas are not reached at the usual distance from its doors. */
        public Options withReplicas(String artery) {
            Options options = of(addresses, Duration.ofSeconds(timeoutSeconds));
            options.cluster = cluster;
            options.replicas = artery;
            return options;
        }

        @Option(names = "--addresses", paramLabel = "LIST",
                description = "Client doors of all replicas, host:port or port, comma-separated, in replica order; "
                        + "this client talks to those hosts at port + 1000.")
        private String addresses;

        @Option(names = "--replicas", paramLabel = "LIST",
                description = "The replicas' own (Artery) addresses, if they are not those of --addresses + 1000.")
        private String replicas;

        @Option(names = "--cluster", paramLabel = "ID",
                description = "The cluster's id (default: 0); a replica of another cluster does not answer.")
        private String cluster;

        @Option(names = "--timeout", paramLabel = "SECONDS", defaultValue = "10",
                description = "How long a request may take before its outcome counts as unknown (default: 10).")
        private int timeoutSeconds;

        @Option(names = "--config", paramLabel = "FILE",
                description = "HOCON file with keys of viewstamp.client and akka, such as conf/client.conf.")
        private Path file;

        /** Whether a cluster was named at all. */
        public boolean isGiven() {
            return addresses != null || replicas != null;
        }

        /** The same but for the replicas. */
        public Options withAddresses(String doors) {
            Options options = of(doors, Duration.ofSeconds(timeoutSeconds));
            options.cluster = cluster;
            return options;
        }

        /** What the file says, if one was named. */
        private Config fromFile() {
            return file == null ? ConfigFactory.empty() : OperatorConfig.parseFile(file);
        }

        /** @throws UsageError naming the option */
        private ClientSettings settings(Config config) {
            if (!isGiven() && file == null) {
                throw new UsageError("--addresses is missing; for example --addresses=3000,3001,3002");
            }
            if (timeoutSeconds < 1) {
                throw new UsageError("--timeout is " + timeoutSeconds + ": it must be at least 1 second");
            }
            try {
                ClientSettings settings = ClientSettings.of(config)
                        .withRequestTimeout(Duration.ofSeconds(timeoutSeconds));
                if (cluster != null) {
                    settings = settings.withCluster(FormatVerb.clusterId("--cluster", cluster));
                }
                if (isGiven()) {
                    settings = settings.withAddresses(
                            replicas != null ? ClientSettings.parseAddresses(replicas) : plusOffset());
                }
                return settings;
            } catch (IllegalArgumentException e) {
                throw new UsageError(e.getMessage().replace("viewstamp.client.addresses",
                        replicas != null ? "--replicas" : "--addresses"));
            }
        }

        private List<String> plusOffset() {
            List<String> own = new ArrayList<>();
            for (String door : ClientSettings.parseAddresses(addresses)) {
                int port = ReplicaSettings.port(door) + ReplicaSettings.ARTERY_PORT_OFFSET;
                if (port > 65_535) {
                    throw new UsageError("--addresses: " + door + " leaves no port "
                            + ReplicaSettings.ARTERY_PORT_OFFSET + " above; give --replicas as well");
                }
                own.add(ReplicaSettings.host(door) + ":" + port);
            }
            return own;
        }
    }

    private final ActorSystem<Void> system;
    private final ClientSettings settings;
    private final ViewstampClient client;

    private ClusterClient(ActorSystem<Void> system, ClientSettings settings) {
        this.system = system;
        this.settings = settings;
        this.client = ViewstampClient.connect(system, settings);
    }

    /**
     * Connects; whether somebody answers shows with the first request.
     *
     * @throws UsageError naming the option that cannot be
     */
    public static ClusterClient connect(Options options) {
        // One placeholder replica lets the settings be read; the real ones follow from the options.
        Config config = ConfigFactory.defaultOverrides()
                .withFallback(options.fromFile())
                .withFallback(ConfigFactory.parseString("viewstamp.client.addresses = [\"127.0.0.1:1\"]"))
                .withFallback(ConfigFactory.parseResources("viewstamp-backup.conf"))
                .withFallback(ConfigFactory.parseResources("viewstamp-client-system.conf"))
                .withFallback(ConfigFactory.defaultReferenceUnresolved())
                .resolve();
        ClientSettings settings = options.settings(config);
        if (!options.fromFile().hasPath(OWN_HOSTNAME)) {
            config = config.withValue(OWN_HOSTNAME,
                    ConfigValueFactory.fromAnyRef(addressTowards(settings.addresses().get(0))));
        }
        try {
            return new ClusterClient(ActorSystem.create(Behaviors.empty(), "viewstamp-cli", config), settings);
        } catch (IllegalStateException e) {
            throw new UsageError(e.getMessage());
        }
    }

    /** This machine's address as that replica sees it: replies come back there. Nothing is sent. */
    private static String addressTowards(String replica) {
        try (DatagramSocket probe = new DatagramSocket()) {
            probe.connect(new InetSocketAddress(ReplicaSettings.host(replica), ReplicaSettings.port(replica)));
            return probe.getLocalAddress().getHostAddress();
        } catch (IOException | UncheckedIOException | IllegalArgumentException e) {
            return InetAddress.getLoopbackAddress().getHostAddress(); // Unknown host: the first request will tell.
        }
    }

    /** The session that {@link #submit} uses. */
    public ViewstampClient client() {
        return client;
    }

    /** Another session, of its own pace; it ends with this object. */
    public ViewstampClient newSession() {
        return ViewstampClient.connect(system, settings);
    }

    /**
     * Asks and waits: bare events of one batch in, bare results out.
     *
     * @throws VerbFailure if the cluster did not answer, saying whether it may have executed the request
     */
    public byte[] submit(Operation operation, byte[] events) {
        return await(client.submit(operation.code(), events));
    }

    /**
     * Waits for an answer of one of the sessions.
     *
     * @throws VerbFailure as {@link #submit}
     */
    public static <T> T await(CompletionStage<T> answer) {
        try {
            return answer.toCompletableFuture().join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof ClientFailure failure) {
                throw new VerbFailure(failure.getMessage(), failure);
            }
            throw e;
        }
    }

    /** Index of the replica that is primary now, or -1 if too few answered within the limit. */
    public int primary(Duration limit) {
        return PrimaryQuery.primary(system, settings.addresses(), settings.cluster(), limit);
    }

    /** The nodes' doors for backups and the like. */
    public NodeDoors nodeDoors() {
        Uint128 cluster = settings.cluster();
        return new NodeDoors(system, settings.addresses(), new Word128(cluster.hi(), cluster.lo()));
    }

    /** How long a request may take. */
    public Duration timeout() {
        return settings.requestTimeout();
    }

    /** Waits until all replicas take part in the same view; whether they did within the limit. */
    public boolean awaitAgreement(Duration limit) {
        return PrimaryQuery.awaitAgreement(system, settings.addresses(), settings.cluster(), limit);
    }

    /** How many replicas were named. */
    public int replicaCount() {
        return settings.addresses().size();
    }

    @Override
    public void close() {
        client.close();
        system.terminate();
        try {
            system.getWhenTerminated().toCompletableFuture().get(STOP_SECONDS_MAX, TimeUnit.SECONDS);
        } catch (TimeoutException | java.util.concurrent.ExecutionException e) {
            return; // The process ends anyway.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
