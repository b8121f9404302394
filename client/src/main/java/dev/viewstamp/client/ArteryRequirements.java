package dev.viewstamp.client;

import akka.actor.typed.ActorSystem;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/**
 * What an ActorSystem's remoting must be like, checked at start: Artery loses what does not fit silently, and
 * settings of a reference.conf are only as strong as the order of jars. Stateless.
 */
public final class ArteryRequirements {
    private static final String ARTERY = "akka.remote.artery.";

    private ArteryRequirements() {
    }

    /**
     * The Akka settings that clients and nodes need (viewstamp-artery.conf), unresolved, to be layered below an
     * application's own: {@code ConfigFactory.load(application.withFallback(ArteryRequirements.defaults()))}.
     */
    public static Config defaults() {
        return ConfigFactory.parseResources(ArteryRequirements.class.getClassLoader(), "viewstamp-artery.conf");
    }

    /**
     * Checks what holds for nodes and clients alike.
     *
     * @throws IllegalStateException naming the key and the mend
     */
    public static void check(ActorSystem<?> system) {
        Config config = system.settings().config();
        String provider = config.getString("akka.actor.provider");
        if (provider.equals("local") || provider.endsWith("LocalActorRefProvider")) {
            throw new IllegalStateException("akka.actor.provider = " + provider
                    + ": set it to remote (or cluster), or nothing can leave this ActorSystem");
        }
        Config ours = defaults().resolve();
        String frame = ARTERY + "advanced.maximum-large-frame-size";
        if (config.getBytes(frame) < ours.getBytes(frame)) {
            throw new IllegalStateException(frame + " = " + config.getBytes(frame) + " bytes: a full request would be"
                    + " dropped; set at least " + ours.getBytes(frame));
        }
        String destinations = ARTERY + "large-message-destinations";
        List<String> missing = ours.getStringList(destinations).stream()
                .filter(path -> !config.getStringList(destinations).contains(path)).toList();
        if (!missing.isEmpty()) {
            throw new IllegalStateException(destinations + " lacks " + missing + ": large messages would be dropped;"
                    + " append your own entries to ours (viewstamp-artery.conf), and put it before Akka's"
                    + " reference.conf");
        }
    }

    /**
     * Checks what a client needs besides: replicas must be able to connect back.
     *
     * @throws IllegalStateException naming the key and the mend
     */
    static void check(ActorSystem<?> system, ClientSettings settings) {
        check(system);
        String own = system.settings().config().getString(ARTERY + "canonical.hostname");
        if (!isLoopback(own)) {
            return;
        }
        for (String address : settings.addresses()) {
            String host = address.substring(0, address.lastIndexOf(':'));
            if (!isLoopback(host)) {
                throw new IllegalStateException(ARTERY + "canonical.hostname = " + own + ", where replica " + address
                        + " cannot connect back to with its answers; set it to a name or address of this machine that"
                        + " the replicas reach");
            }
        }
    }

    private static boolean isLoopback(String host) {
        if (host.startsWith("<")) {                       // <getHostAddress>, <getHostName>: Akka asks the machine
            return false;
        }
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;                                 // may resolve later; the deadline's error tells otherwise
        }
    }
}
