package dev.viewstamp.client.protocol;

import akka.actor.typed.ActorRef;
import dev.viewstamp.ledger.Uint128;

/**
 * A client message under way between ActorSystems. A replica's door listens at {@link #DOOR_PATH}.
 *
 * @param cluster the cluster meant; the receiver drops a foreign one
 * @param sender whom to answer: the client's session actor, or the door
 */
public record ClientEnvelope(Uint128 cluster, ActorRef<ClientInbox> sender, ClientMessage message)
        implements ClientInbox {
    /** Path of the door under a replica's {@code /user}; a large-message destination on both sides. */
    public static final String DOOR_PATH = "/user/sessions";
    /** Name of a node's ActorSystem. */
    public static final String SYSTEM_NAME = "viewstamp";
}
