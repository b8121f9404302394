package dev.viewstamp.actors.gateway;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import dev.viewstamp.actors.InvalidSetting;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;

/**
 * The door's configuration, {@code viewstamp.gateway} in HOCON; every key is explained in reference.conf.
 *
 * @param bindAddress      IP address or host name to listen on
 * @param networks         whom to let in
 * @param clientsMax       connections of clients that have said who they are
 * @param unidentifiedMax  connections that have not, yet
 * @param bodyMemoryMax    bytes for request bodies under way
 * @param firstMessage     how long a connection may be silent at first
 * @param idle             how long, later
 * @param frame            how long a message may take to arrive
 * @param write            how long a client may take to read a message
 * @param releaseMin       lowest client release served
 * @param releaseMax       highest; also the release this server says it is
 */
public record GatewaySettings(boolean enabled, String bindAddress, ClientNetworks networks, int clientsMax,
                              int unidentifiedMax, long bodyMemoryMax, Duration firstMessage, Duration idle,
                              Duration frame, Duration write, int releaseMin, int releaseMax) {
    private static final String PATH = "viewstamp.gateway";
    private static final int CONNECTIONS_MAX = 1 << 16;
    /** Healthy clients are silent for 30 s at a time (wire spec §11.2, §19). */
    private static final Duration SILENCE_MIN = Duration.ofSeconds(45);
    private static final Duration TIMEOUT_MAX = Duration.ofHours(1);

    /**
     * Reads the settings.
     *
     * @param own the {@code viewstamp} section
     * @throws InvalidSetting naming the key, what is wrong and how to mend it
     */
    public static GatewaySettings from(Config own) {
        Config config = own.getConfig("gateway");
        int releaseMin = release(config, "release-min");
        int releaseMax = release(config, "release-max");
        if (Integer.compareUnsigned(releaseMin, releaseMax) > 0) {
            throw invalid("release-min", "is above release-max; swap them");
        }
        return new GatewaySettings(config.getBoolean("enabled"), config.getString("bind-address"),
                networks(config.getStringList("allowed-networks")),
                count(config, "clients-max", 1), count(config, "unidentified-max", 1),
                memory(config), duration(config, "first-message-timeout", SILENCE_MIN),
                duration(config, "idle-timeout", SILENCE_MIN),
                duration(config, "frame-timeout", Duration.ofSeconds(1)),
                duration(config, "write-timeout", Duration.ofSeconds(1)), releaseMin, releaseMax);
    }

    /** Where to listen. */
    public InetSocketAddress endpoint(int port) {
        InetSocketAddress endpoint = new InetSocketAddress(bindAddress, port);
        if (endpoint.isUnresolved()) {
            throw invalid("bind-address", "is '" + bindAddress + "', which no address is known for");
        }
        return endpoint;
    }

    /**
     * Whether clients can work with a cluster of this request limit.
     *
     * @param bodyLimit L of ledger spec §1, bytes
     */
    public void check(int bodyLimit) {
        if (bodyLimit < FrameCheck.BODY_LIMIT_MIN) {
            throw invalid("enabled", "is on, but this cluster takes requests of " + bodyLimit
                    + " bytes at most and official clients need " + FrameCheck.BODY_LIMIT_MIN + "; set it to off");
        }
    }

    private static ClientNetworks networks(List<String> texts) {
        try {
            return new ClientNetworks(texts);
        } catch (IllegalArgumentException e) {
            throw invalid("allowed-networks", "has " + e.getMessage());
        }
    }

    private static int release(Config config, String key) {
        try {
            return ClientRelease.parse(config.getString(key));
        } catch (IllegalArgumentException e) {
            throw invalid(key, "is wrong: " + e.getMessage());
        }
    }

    private static int count(Config config, String key, int min) {
        int value = config.getInt(key);
        if (value < min || value > CONNECTIONS_MAX) {
            throw invalid(key, "is " + value + "; it must lie in " + min + " to " + CONNECTIONS_MAX);
        }
        return value;
    }

    private static long memory(Config config) {
        long bytes = config.getMemorySize("body-memory-max").toBytes();
        if (bytes < FrameLayout.MESSAGE_MAX) {
            throw invalid("body-memory-max", "is " + bytes + " bytes; one message alone may take 1 MiB");
        }
        return bytes;
    }

    private static Duration duration(Config config, String key, Duration min) {
        try {
            Duration value = config.getDuration(key);
            if (value.compareTo(min) >= 0 && value.compareTo(TIMEOUT_MAX) <= 0) {
                return value;
            }
            throw invalid(key, "is " + config.getString(key) + "; it must lie in " + min.toSeconds() + " s to "
                    + TIMEOUT_MAX.toSeconds() + " s");
        } catch (ConfigException.BadValue e) {
            throw invalid(key, "is no duration; one looks like 60 s");
        }
    }

    private static InvalidSetting invalid(String key, String what) {
        return new InvalidSetting(PATH + "." + key, what);
    }
}
