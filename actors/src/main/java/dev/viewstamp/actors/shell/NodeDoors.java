package dev.viewstamp.actors.shell;

import akka.actor.typed.ActorRef;
import dev.viewstamp.actors.gateway.Gateway;
import dev.viewstamp.client.protocol.ClientInbox;
import dev.viewstamp.client.protocol.ClientMessage;

/**
 * Both doors of a node. A message goes to each: client ids are random, so only one has a way to this client.
 *
 * @param gateway null if it is switched off
 */
record NodeDoors(ActorRef<ClientInbox> sessions, ActorRef<Gateway.Command> gateway) implements ClientDoors {
    @Override
    public void toClient(ClientMessage message) {
        sessions.tell(new Sessions.ToClient(message));
        if (gateway != null) {
            gateway.tell(new Gateway.ToClient(message));
        }
    }

    @Override
    public void established(int view) {
        sessions.tell(new Sessions.Established(view));
        if (gateway != null) {
            gateway.tell(new Gateway.Established(view));
        }
    }
}
