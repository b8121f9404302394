package dev.viewstamp.actors.gateway;

import dev.viewstamp.client.protocol.ClientMessage;
import dev.viewstamp.client.protocol.ClientMessage.EvictionReason;
import dev.viewstamp.ledger.Uint128;

/** The way from this door to the replica. Thread-safe; must not block or throw. Answers come to the Gateway. */
public interface ReplicaPort {
    /**
     * Hands over a request or a ping.
     *
     * @param taken run once, on any thread, when the replica has taken the message out of its mailbox; until then the
     *     connection reads nothing more
     */
    void ask(ClientMessage message, Runnable taken);

    /**
     * Reports a client of a release that is not served; whether it may be told is the replica's decision.
     *
     * @param session the session that a ping names, else 0
     * @param view the highest view that the client knows
     */
    void unserved(Uint128 client, long session, int view, EvictionReason reason, Runnable taken);
}
