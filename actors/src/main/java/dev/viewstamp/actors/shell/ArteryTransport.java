package dev.viewstamp.actors.shell;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorRefResolver;
import akka.actor.typed.ActorSystem;
import dev.viewstamp.actors.message.Envelope;
import dev.viewstamp.actors.message.ReplicaInbox;
import dev.viewstamp.client.protocol.ClientEnvelope;
import java.util.ArrayList;
import java.util.List;

/**
 * Sends over Akka's Artery. Peers are addressed by path, without incarnation, so that a restarted node is found again;
 * bulk messages go to a recipient of their own, because Artery picks the large-message channel by the recipient's path.
 */
final class ArteryTransport implements Transport {
    static final String REPLICA = "replica";
    static final String REPLICA_BULK = "replica-bulk";

    private final List<ActorRef<ReplicaInbox>> replicas = new ArrayList<>();
    private final List<ActorRef<ReplicaInbox>> bulk = new ArrayList<>();

    /** @param addresses host:port of each replica's Artery, in replica order */
    ArteryTransport(ActorSystem<?> system, List<String> addresses) {
        ActorRefResolver resolver = ActorRefResolver.get(system);
        for (String address : addresses) {
            String user = "akka://" + ClientEnvelope.SYSTEM_NAME + "@" + address + "/user/";
            replicas.add(resolver.resolveActorRef(user + REPLICA));
            bulk.add(resolver.resolveActorRef(user + REPLICA_BULK));
        }
    }

    @Override
    public void send(int replica, Envelope envelope) {
        (envelope.message().isBulk() ? bulk : replicas).get(replica).tell(envelope);
    }
}
