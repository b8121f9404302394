package dev.viewstamp.actors;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import dev.viewstamp.actors.gateway.GatewaySettings;
import dev.viewstamp.actors.shell.CheckpointOptions;
import dev.viewstamp.journal.OpenedLog;
import dev.viewstamp.journal.Word128;
import dev.viewstamp.ledger.Uint128;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A node's configuration, read once from HOCON under {@code viewstamp} (every key is explained in reference.conf).
 *
 * @param cluster the cluster that the data directory must belong to, or null for any
 * @param addresses client doors of all replicas, host:port, in replica order
 * @param replicas Artery addresses of all replicas, host:port, in replica order; as many as addresses
 * @param gateway the door for official clients; its port is that of this replica's entry in addresses
 * @param cacheBytes memory for blocks of older records, bytes
 * @param config everything, for the ActorSystem; its Artery address is still missing
 */
public record ReplicaSettings(Path dataDir, Word128 cluster, List<String> addresses, List<String> replicas,
        String bindHostname, int journalWorkers, DirectIo directIo, int routesMax, CheckpointOptions checkpoints,
        long cacheBytes, GatewaySettings gateway, Config config) {
    /** Artery listens this far above the client door, unless addresses are given. */
    public static final int ARTERY_PORT_OFFSET = 1000;
    private static final String DEFAULT_HOST = "127.0.0.1";
    private static final int REPLICAS_MAX = 6;
    private static final long CACHE_MIN = 4L << 20;
    private static final long CACHE_MAX = 64L << 30;

    /** Whether the page cache is bypassed. */
    public enum DirectIo { AUTO, ON, OFF }

    /** The layers in order of precedence: the operator's settings, Viewstamp's of Akka, the libraries' defaults. */
    public static Config layered(Config operator) {
        return ConfigFactory.defaultOverrides()
                .withFallback(operator)
                .withFallback(ConfigFactory.parseResources("viewstamp-node.conf"))
                .withFallback(ConfigFactory.defaultReferenceUnresolved())
                .resolve();
    }

    /**
     * Reads the settings.
     *
     * @throws InvalidSetting naming the key, what is wrong and how to mend it
     */
    public static ReplicaSettings from(Config layered) {
        try {
            Config own = layered.getConfig("viewstamp");
            if (own.getString("data-dir").isEmpty()) {
                throw new InvalidSetting("viewstamp.data-dir",
                        "is not set; name the folder that 'viewstamp format' made");
            }
            List<String> addresses = addresses("viewstamp.addresses", own.getStringList("addresses"));
            List<String> replicas = own.getStringList("replicas").isEmpty()
                    ? plusOffset(addresses)
                    : addresses("viewstamp.replicas", own.getStringList("replicas"));
            if (replicas.size() != addresses.size()) {
                throw new InvalidSetting("viewstamp.replicas", "has " + replicas.size()
                        + " entries, viewstamp.addresses has "
                        + addresses.size() + "; both list every replica, in the same order");
            }
            GatewaySettings gateway = GatewaySettings.from(own);
            for (String address : addresses) {
                if (gateway.enabled() && replicas.contains(address)) {
                    throw new InvalidSetting("viewstamp.replicas", "has " + address + ", which viewstamp.addresses has"
                            + " for clients; give it another port, or set viewstamp.gateway.enabled=off");
                }
            }
            return new ReplicaSettings(Path.of(own.getString("data-dir")), cluster(own.getString("cluster")),
                    addresses, replicas,
                    own.getString("bind-hostname"), inRange(own, "journal.workers", 1, OpenedLog.WAL_WRITES_MAX),
                    directIo(own.getString("journal.direct-io")), inRange(own, "sessions.routes-max", 1, 1 << 20),
                    checkpoints(own), cacheBytes(own), gateway, layered);
        } catch (ConfigException.BadValue | ConfigException.WrongType | ConfigException.Missing e) {
            throw new InvalidSetting("viewstamp", e.getMessage());
        }
    }

    /** Host of an address. */
    public static String host(String address) {
        return address.substring(0, address.lastIndexOf(':'));
    }

    /** Port of an address. */
    public static int port(String address) {
        return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
    }

    /** "3000" or "host:3000" or "[ipv6]:3000" as host:port. */
    static List<String> addresses(String key, List<String> texts) {
        if (texts.isEmpty() || texts.size() > REPLICAS_MAX) {
            throw new InvalidSetting(key, "lists " + texts.size() + " replicas; 1 to " + REPLICAS_MAX
                    + " are possible");
        }
        List<String> addresses = new ArrayList<>();
        for (String text : texts) {
            String trimmed = text.trim();
            String address = trimmed.contains(":") ? trimmed : DEFAULT_HOST + ":" + trimmed;
            try {
                int port = port(address);
                if (port < 1 || port > 65_535 || host(address).isEmpty()) {
                    throw new NumberFormatException();
                }
            } catch (NumberFormatException e) {
                throw new InvalidSetting(key, "has '" + text + "'; an address is host:port or a port from 1 to 65535");
            }
            addresses.add(address);
        }
        return List.copyOf(addresses);
    }

    private static CheckpointOptions checkpoints(Config own) {
        Duration cycle = own.getDuration("checkpoints.scrub-cycle");
        if (cycle.compareTo(Duration.ofSeconds(1)) < 0) {
            throw new InvalidSetting("viewstamp.checkpoints.scrub-cycle", "is " + cycle.toMillis()
                    + " ms; reading everything once must be given a second at least");
        }
        return new CheckpointOptions(inRange(own, "checkpoints.readers", 1, 64),
                inRange(own, "checkpoints.workers", 1, 64),
                own.getMemorySize("checkpoints.disk-reserve").toBytes(), cycle);
    }

    private static long cacheBytes(Config own) {
        long bytes = own.getMemorySize("checkpoints.cache").toBytes();
        if (bytes < CACHE_MIN || bytes > CACHE_MAX) {
            throw new InvalidSetting("viewstamp.checkpoints.cache", "is " + bytes + " bytes; it must lie in "
                    + (CACHE_MIN >> 20) + " MiB to " + (CACHE_MAX >> 30) + " GiB");
        }
        return bytes;
    }

    private static DirectIo directIo(String text) {
        return switch (text) {
            case "auto" -> DirectIo.AUTO;
            case "on", "true" -> DirectIo.ON;                    // HOCON's unquoted on is the text "on", true is true
            case "off", "false" -> DirectIo.OFF;
            default -> throw new InvalidSetting("viewstamp.journal.direct-io", "is '" + text
                    + "'; it may be auto, on or off");
        };
    }

    private static Word128 cluster(String text) {
        if (text.isEmpty()) {
            return null;
        }
        try {
            Uint128 cluster = Uint128.parse(text);
            return new Word128(cluster.hi(), cluster.lo());
        } catch (IllegalArgumentException e) {
            throw new InvalidSetting("viewstamp.cluster", "is not a cluster id: " + e.getMessage());
        }
    }

    private static List<String> plusOffset(List<String> addresses) {
        List<String> replicas = new ArrayList<>();
        for (String address : addresses) {
            int port = port(address) + ARTERY_PORT_OFFSET;
            if (port > 65_535) {
                throw new InvalidSetting("viewstamp.replicas", "is not set, and " + address + " leaves no port "
                        + ARTERY_PORT_OFFSET + " above; set it");
            }
            replicas.add(host(address) + ":" + port);
        }
        return List.copyOf(replicas);
    }

    private static int inRange(Config own, String key, int min, int max) {
        int value = own.getInt(key);
        if (value < min || value > max) {
            throw new InvalidSetting("viewstamp." + key, "is " + value + "; it must lie in " + min + " to " + max);
        }
        return value;
    }
}
