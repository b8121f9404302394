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
import dev.viewstamp.ledger.Uint128;

/**
 * One client as this node sees it: the way back to it. Made when the client is first heard, gone when others push
 * it out of {@link Sessions}. The session itself (its number, last reply) is replicated and lives in the replica's
 * session table.
 */
final class ClientSession extends AbstractBehavior<ClientSession.Command> {

    sealed interface Command {
    }

    /** The newest sender is the live one: a client that restarted its connection is answered there. */
    record FromClient(ActorRef<ClientInbox> sender, ClientMessage message) implements Command {
    }

    record ToClient(ClientMessage message) implements Command {
    }

    private final Uint128 cluster;
    private final ActorRef<ClientInbox> door;
    private final ActorRef<? super ReplicaActor.FromClient> replica;
    private ActorRef<ClientInbox> client;

    private ClientSession(ActorContext<Command> context, Uint128 cluster, ActorRef<ClientInbox> door,
                          ActorRef<? super ReplicaActor.FromClient> replica) {
        super(context);
        this.cluster = cluster;
        this.door = door;
        this.replica = replica;
    }

    static Behavior<Command> create(Uint128 cluster, ActorRef<ClientInbox> door,
                                    ActorRef<? super ReplicaActor.FromClient> replica) {
        return Behaviors.setup(context -> new ClientSession(context, cluster, door, replica));
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(FromClient.class, this::onFromClient)
                .onMessage(ToClient.class, this::onToClient)
                .build();
    }

    private Behavior<Command> onFromClient(FromClient from) {
        client = from.sender();
        replica.tell(new ReplicaActor.FromClient(from.message()));
        return this;
    }

    private Behavior<Command> onToClient(ToClient to) {
        client.tell(new ClientEnvelope(cluster, door, to.message()));
        return this;
    }
}
