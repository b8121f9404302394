package dev.viewstamp.actors.gateway;

import dev.viewstamp.ledger.LittleEndian;
import dev.viewstamp.ledger.Uint128;
import java.io.IOException;

/** A client's side of a session, as wire spec §11 has it; every frame it made may be looked at and sent again. */
final class WireSession {
    final Uint128 client;
    long session;
    int number;
    Uint128 parent = Uint128.ZERO;
    byte[] lastFrame;

    WireSession(long client) {
        this.client = Uint128.of(client);
    }

    /** Opens the session. */
    WireSession register(WireSocket socket) throws IOException {
        lastFrame = Frames.register(client);
        return accept(socket.ask(lastFrame));
    }

    /** The next request; nothing is sent. */
    byte[] next(int operation, byte[] body) {
        lastFrame = Frames.request(client, session, number, parent, operation, body);
        return lastFrame;
    }

    /** Takes a reply. */
    WireSession accept(byte[] reply) {
        if (reply[FrameLayout.COMMAND] != FrameLayout.REPLY) {
            throw new IllegalStateException("command " + reply[FrameLayout.COMMAND] + ", reason "
                    + reply[FrameLayout.EVICTION_REASON]);
        }
        if (!LittleEndian.u128(reply, FrameLayout.REPLY_REQUEST_CHECKSUM).equals(LittleEndian.u128(lastFrame, 0))) {
            throw new IllegalStateException("the answer to another request");
        }
        if (session == 0) {
            session = LittleEndian.u64(reply, FrameLayout.REPLY_COMMIT);
        }
        parent = LittleEndian.u128(reply, FrameLayout.REPLY_CONTEXT);
        number++;
        return this;
    }
}
