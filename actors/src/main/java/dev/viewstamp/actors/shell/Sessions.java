package dev.viewstamp.actors.shell;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import dev.viewstamp.client.protocol.ClientEnvelope;
import dev.viewstamp.client.protocol.ClientInbox;
import dev.viewstamp.client.protocol.ClientMessage;
import dev.viewstamp.client.protocol.ClientMessage.PingClient;
import dev.viewstamp.client.protocol.ClientMessage.Request;
import dev.viewstamp.client.protocol.RequestIdentity;
import dev.viewstamp.ledger.Uint128;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The door for Akka clients. Checks what only the door can check (cluster, identity of the request), keeps one
 * {@link ClientSession} child for each client that was heard lately, and passes requests to the replica and answers
 * back. Nothing here is durable or replicated.
 *
 * <p>Bounded: at most {@code routesMax} children; beyond it the one not heard for longest goes.
 */
public final class Sessions extends AbstractBehavior<ClientInbox> {

    /** From the replica: an answer for a client. */
    public record ToClient(ClientMessage message) implements ClientInbox {
    }

    /** From the replica: clients may know of this view, and find its primary at once. */
    record Established(int view) implements ClientInbox {
    }

    private final Uint128 cluster;
    private final int replicaIndex;
    private final int routesMax;
    private final ActorRef<? super ReplicaActor.FromClient> replica;
    private final Map<Uint128, ActorRef<ClientSession.Command>> routes = new LinkedHashMap<>(16, 0.75f, true);
    private final DoorCounters counters = new DoorCounters();
    private long spawned;

    private Sessions(ActorContext<ClientInbox> context, Uint128 cluster, int replicaIndex, int routesMax,
                     ActorRef<? super ReplicaActor.FromClient> replica) {
        super(context);
        this.cluster = cluster;
        this.replicaIndex = replicaIndex;
        this.routesMax = routesMax;
        this.replica = replica;
    }

    public static Behavior<ClientInbox> create(Uint128 cluster, int replicaIndex, int routesMax,
                                               ActorRef<? super ReplicaActor.FromClient> replica) {
        return Behaviors.setup(context -> new Sessions(context, cluster, replicaIndex, routesMax, replica));
    }

    @Override
    public Receive<ClientInbox> createReceive() {
        return newReceiveBuilder()
                .onMessage(ClientEnvelope.class, this::onClientEnvelope)
                .onMessage(ToClient.class, this::onToClient)
                .onMessage(Established.class, this::onEstablished)
                .onAnyMessage(this::onUnknown)
                .build();
    }

    private Behavior<ClientInbox> onClientEnvelope(ClientEnvelope envelope) {
        if (!envelope.cluster().equals(cluster)) {
            return onForeign(envelope);
        }
        ClientMessage message = envelope.message();
        if (message instanceof Request request) {
            if (!isHonest(request)) {
                counters.dishonest++;
                return this;
            }
        } else if (!(message instanceof PingClient)) {
            counters.misdirected++;
            return this;
        }
        route(message.client()).tell(new ClientSession.FromClient(envelope.sender(), message));
        return this;
    }

    /** A ping is answered, in our own cluster's name: so the client can tell a wrong id from a dead cluster. */
    private Behavior<ClientInbox> onForeign(ClientEnvelope envelope) {
        counters.foreignCluster++;
        if (counters.foreignCluster == 1) {
            getContext().getLog().warn("A client asks for cluster {}, this is cluster {}: dropped from now on",
                    envelope.cluster(), cluster);
        }
        if (envelope.message() instanceof PingClient ping) {
            ClientMessage pong = new ClientMessage.PongClient(ping.client(), ping.monotonicNanos(), 0, 0);
            envelope.sender().tell(new ClientEnvelope(cluster, getContext().getSelf(), pong));
        }
        return this;
    }

    /** The name must be the one that this door gives: the log trusts it as the request's identity. */
    private static boolean isHonest(Request request) {
        return request.door() == ClientMessage.DOOR_AKKA && !request.client().isZero()
                && request.requestChecksum().equals(RequestIdentity.of(request.client(), request.session(),
                        request.request(), request.parent(), request.operation(), request.view(), request.release(),
                        request.bodyChecksum(), request.body().length));
    }

    private Behavior<ClientInbox> onToClient(ToClient answer) {
        ActorRef<ClientSession.Command> session = routes.get(answer.message().client());
        if (session != null) {                                   // else the client never spoke to this node
            session.tell(new ClientSession.ToClient(answer.message()));
        }
        return this;
    }

    /** Before clients find out by themselves that their request went to a primary that is dead (wire spec §20). */
    private Behavior<ClientInbox> onEstablished(Established established) {
        routes.forEach((client, session) -> session.tell(new ClientSession.ToClient(new ClientMessage.PongClient(client,
                ClientMessage.PongClient.UNSOLICITED, established.view(), replicaIndex))));
        return this;
    }

    private Behavior<ClientInbox> onUnknown(ClientInbox message) {
        counters.damaged++;
        return this;
    }

    private ActorRef<ClientSession.Command> route(Uint128 client) {
        ActorRef<ClientSession.Command> session = routes.get(client);
        if (session == null) {
            if (routes.size() == routesMax) {
                var longestSilent = routes.entrySet().iterator();
                getContext().stop(longestSilent.next().getValue());
                longestSilent.remove();
            }
            session = getContext().spawn(ClientSession.create(cluster, getContext().getSelf(), replica),
                    "client-" + spawned++);
            routes.put(client, session);
        }
        return session;
    }
}
