package dev.viewstamp.client;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import dev.viewstamp.ledger.LedgerLimits;
import dev.viewstamp.ledger.Uint128;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;

/**
 * How a client finds and talks to its cluster: {@code viewstamp.client} of the configuration, where every key is
 * explained (reference.conf). Immutable.
 *
 * @param addresses "host:port" of every replica in replica order, 1 to 6
 * @param cluster the cluster's id
 * @param requestTimeout how long a call waits unless it says otherwise
 * @param queueMax calls that may wait for their turn
 * @param queueBytesMax bytes of events that may wait
 * @param merge whether waiting calls of one operation travel together
 * @param eventsMax most events in a merged request
 */
public record ClientSettings(List<String> addresses, Uint128 cluster, Duration requestTimeout, Duration pingInterval,
                             Duration resendMin, Duration resendMax, int queueMax, long queueBytesMax,
                             boolean merge, int eventsMax, int release) {
    /** Replicas that a cluster may have. */
    public static final int REPLICAS_MAX = 6;
    /** Timeouts beyond it are lowered to it, so that deadlines cannot overflow. */
    static final Duration TIMEOUT_MAX = Duration.ofDays(365);

    public ClientSettings {
        addresses = addresses.stream().map(ClientSettings::canonical).toList();
        require(!addresses.isEmpty() && addresses.size() <= REPLICAS_MAX, "addresses",
                addresses.size() + " given; list every replica's host:port in replica order, 1 to " + REPLICAS_MAX);
        require(new LinkedHashSet<>(addresses).size() == addresses.size(), "addresses",
                addresses + " names a replica twice");
        positive("request-timeout", requestTimeout);
        positive("ping-interval", pingInterval);
        positive("resend.min", resendMin);
        require(resendMax.compareTo(resendMin) >= 0, "resend.max", resendMax + " lies below resend.min " + resendMin);
        require(queueMax >= 1, "queue-max", queueMax + "; at least 1");
        require(queueBytesMax >= LedgerLimits.BODY_MAX, "queue-bytes-max",
                queueBytesMax + "; at least one full request, " + LedgerLimits.BODY_MAX);
        require(eventsMax >= 1, "batch.events-max", eventsMax + "; at least 1");
        require(release > 0, "release", release + "; at least 1");
        if (requestTimeout.compareTo(TIMEOUT_MAX) > 0) {
            requestTimeout = TIMEOUT_MAX;
        }
    }

    /**
     * Reads the block {@code viewstamp.client}.
     *
     * @param root a whole configuration, with the libraries' reference.conf behind it
     * @throws IllegalArgumentException naming the key and the mend
     */
    public static ClientSettings of(Config root) {
        try {
            Config client = root.getConfig("viewstamp.client");
            return new ClientSettings(addressList(client), cluster(client), client.getDuration("request-timeout"),
                    client.getDuration("ping-interval"), client.getDuration("resend.min"),
                    client.getDuration("resend.max"), client.getInt("queue-max"), client.getBytes("queue-bytes-max"),
                    client.getBoolean("batch.merge"), client.getInt("batch.events-max"), client.getInt("release"));
        } catch (ConfigException e) {
            throw new IllegalArgumentException("viewstamp.client: " + e.getMessage(), e);
        }
    }

    /** These settings for other replicas. */
    public ClientSettings withAddresses(List<String> others) {
        return new ClientSettings(others, cluster, requestTimeout, pingInterval, resendMin, resendMax, queueMax,
                queueBytesMax, merge, eventsMax, release);
    }

    /** These settings for another cluster. */
    public ClientSettings withCluster(Uint128 other) {
        return new ClientSettings(addresses, other, requestTimeout, pingInterval, resendMin, resendMax, queueMax,
                queueBytesMax, merge, eventsMax, release);
    }

    /** These settings with another default deadline. */
    public ClientSettings withRequestTimeout(Duration other) {
        return new ClientSettings(addresses, cluster, other, pingInterval, resendMin, resendMax, queueMax,
                queueBytesMax, merge, eventsMax, release);
    }

    /**
     * Splits "3000,db1:3001" at its commas.
     *
     * @throws IllegalArgumentException naming the part that is no address
     */
    public static List<String> parseAddresses(String list) {
        List<String> parts = new ArrayList<>();
        for (String part : list.split(",", -1)) {
            parts.add(canonical(part));
        }
        return parts;
    }

    private static List<String> addressList(Config client) {
        // -Dviewstamp.client.addresses=a:1,b:2 and HOCON lists are both natural.
        return switch (client.getValue("addresses").valueType()) {
            case LIST -> client.getStringList("addresses");
            default -> parseAddresses(client.getString("addresses"));
        };
    }

    private static Uint128 cluster(Config client) {
        String text = client.getString("cluster");
        try {
            return Uint128.parse(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("viewstamp.client.cluster: " + e.getMessage(), e);
        }
    }

    /** "4000" becomes "127.0.0.1:4000"; a host must be followed by a port. */
    static String canonical(String address) {
        String text = address.strip();
        int colon = text.lastIndexOf(':');
        String host = colon < 0 ? "127.0.0.1" : text.substring(0, colon);
        String port = text.substring(colon + 1);
        boolean bracketed = host.startsWith("[") && host.endsWith("]");
        if (!port.matches("[0-9]{1,5}") || Integer.parseInt(port) < 1 || Integer.parseInt(port) > 65_535
                || host.isEmpty() || host.contains(":") && !bracketed || host.matches(".*[\\s/@].*")) {
            throw new IllegalArgumentException("viewstamp.client.addresses: '" + address
                    + "' is no address; write port, host:port or [ipv6]:port");
        }
        return host + ":" + Integer.parseInt(port);
    }

    private static void positive(String key, Duration duration) {
        require(!duration.isNegative() && !duration.isZero(), key, duration + "; must be longer than zero");
    }

    private static void require(boolean holds, String key, String what) {
        if (!holds) {
            throw new IllegalArgumentException("viewstamp.client." + key + ": " + what);
        }
    }
}
