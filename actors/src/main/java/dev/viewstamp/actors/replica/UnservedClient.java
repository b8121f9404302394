package dev.viewstamp.actors.replica;

import dev.viewstamp.client.protocol.ClientMessage.EvictionReason;
import dev.viewstamp.ledger.Uint128;

/**
 * A client whose release its door does not serve: what the door must not say itself, since only an established
 * primary may end a session (wire spec §14, §15 rows 1 to 4).
 *
 * @param session the session that a ping names, else 0
 * @param view    highest view that the client knows; negative for one beyond all of ours
 * @param reason  what the door has against it
 */
public record UnservedClient(Uint128 client, long session, int view, EvictionReason reason) {
}
