package dev.viewstamp.actors.shell;

import akka.actor.typed.ActorRef;
import dev.viewstamp.actors.gateway.ReplicaPort;
import dev.viewstamp.actors.message.ReplicaInbox;
import dev.viewstamp.actors.replica.UnservedClient;
import dev.viewstamp.client.protocol.ClientMessage;
import dev.viewstamp.client.protocol.ClientMessage.EvictionReason;
import dev.viewstamp.ledger.Uint128;

/** The gateway's way to the replica's mailbox. */
record WirePort(ActorRef<ReplicaInbox> replica) implements ReplicaPort {
    @Override
    public void ask(ClientMessage message, Runnable taken) {
        replica.tell(new ReplicaActor.FromClient(message, taken));
    }

    @Override
    public void unserved(Uint128 client, long session, int view, EvictionReason reason, Runnable taken) {
        replica.tell(new ReplicaActor.FromUnserved(new UnservedClient(client, session, view, reason), taken));
    }
}
