package dev.viewstamp.actors.gateway;

import dev.viewstamp.client.protocol.ClientMessage;

/** What a {@link FrameReader} makes of a frame. */
sealed interface Inbound {

    /** A request whose checksums and fields hold; named by its sender's checksum. */
    record Request(ClientMessage.Request request) implements Inbound {
    }

    /** A ping whose checksums and fields hold. */
    record Ping(ClientMessage.PingClient ping, int release) implements Inbound {
    }

    /** Intact, but against a rule for its fields; nothing is said to it (wire spec §13 step 6). */
    record Ignored() implements Inbound {
    }

    /** No client of ours wrote this: the connection must be closed, nothing said. Final. */
    record Broken(Fault fault) implements Inbound {
    }
}
