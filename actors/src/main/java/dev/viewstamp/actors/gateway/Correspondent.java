package dev.viewstamp.actors.gateway;

import dev.viewstamp.client.protocol.ClientMessage;
import dev.viewstamp.client.protocol.ClientMessage.EvictionReason;
import dev.viewstamp.client.protocol.ClientMessage.PingClient;
import dev.viewstamp.client.protocol.ClientMessage.Request;
import dev.viewstamp.ledger.Uint128;

/**
 * The client at the other end of one connection: who it is, what it asked, and so what it may be told. Plain Java,
 * time is handed in; one thread at a time.
 */
final class Correspondent {
    private static final byte[] NO_BODY = new byte[0];
    /** A pong that was not written by then would be measured as a long way; the client is better off without. */
    private static final long PONG_NANOS_MAX = 1_000_000_000L;
    /** Clients ping twice a minute; who pings much faster is not answered. */
    private static final long PING_PACE_NANOS = 100_000_000L;
    /** Clients repeat a request after 600 ms, and a copy of it hardly ever crosses a connection twice. */
    private static final long REPEAT_PACE_NANOS = 100_000_000L;

    /** A frame that may leave. */
    record Outbound(byte[] header, byte[] body) {
    }

    private final FrameWriter writer;
    private final int releaseMin;
    private final int releaseMax;
    private Uint128 client = Uint128.ZERO;
    private int release;
    private AskedRequest asked;
    private long askedAt;
    private boolean isPinged;
    private long pingTimestamp;
    private long pingedAt;
    private String objection;

    Correspondent(FrameWriter writer, int releaseMin, int releaseMax) {
        this.writer = writer;
        this.releaseMin = releaseMin;
        this.releaseMax = releaseMax;
    }

    /** Zero before the first message. */
    Uint128 client() {
        return client;
    }

    boolean isIdentified() {
        return !client.isZero();
    }

    /** Takes note of who speaks; false if somebody else spoke before. */
    boolean speaks(Uint128 who, int ofRelease) {
        if (isIdentified() && !client.equals(who)) {
            return false;
        }
        client = who;
        release = ofRelease;
        return true;
    }

    /** What is wrong with the client's release, or null (wire spec §9). */
    EvictionReason unserved() {
        if (Integer.compareUnsigned(release, releaseMin) < 0) {
            return EvictionReason.CLIENT_RELEASE_TOO_LOW;
        }
        return Integer.compareUnsigned(release, releaseMax) > 0 ? EvictionReason.CLIENT_RELEASE_TOO_HIGH : null;
    }

    /** Takes note of a ping; false if it comes too soon after the last one to be passed on. */
    boolean pings(PingClient ping, long now) {
        if (isPinged && now - pingedAt < PING_PACE_NANOS) {
            return false;
        }
        isPinged = true;
        pingTimestamp = ping.monotonicNanos();
        pingedAt = now;
        return true;
    }

    /** Takes note of a request; false if it is the last one again so soon that nothing can have changed. */
    boolean asks(Request request, long now) {
        boolean isRepeated = asked != null && asked.checksum().equals(request.requestChecksum());
        if (isRepeated && now - askedAt < REPEAT_PACE_NANOS) {
            return false;
        }
        if (!isRepeated) {
            asked = AskedRequest.of(request);
        }
        askedAt = now;
        return true;
    }

    /** The frame for an answer of the cluster's; null if it must not or need not leave, see {@link #objection()}. */
    Outbound frame(ClientMessage answer, long now) {
        objection = null;
        if (answer instanceof ClientMessage.Reply reply) {
            return checked(writer.reply(reply), reply.body());
        }
        if (answer instanceof ClientMessage.Eviction eviction) {
            return checked(writer.eviction(eviction.client(), eviction.view(), eviction.reason()), NO_BODY);
        }
        if (answer instanceof ClientMessage.PongClient pong) {
            boolean isDue = isPinged && pong.monotonicNanos() == pingTimestamp && now - pingedAt <= PONG_NANOS_MAX;
            return isDue ? checked(writer.pong(pingTimestamp, pong.view()), NO_BODY) : null;
        }
        return null;                                             // a refusal: this protocol says it by silence
    }

    /** Tells the client of a new view, unasked. */
    Outbound viewFrame(int view) {
        objection = null;
        return checked(writer.pong(FrameWriter.UNASKED, view), NO_BODY);
    }

    /** Why the last frame asked for would have harmed the client, or null if it would not. */
    String objection() {
        return objection;
    }

    private Outbound checked(byte[] header, byte[] body) {
        objection = FrameCheck.objection(header, body, client, release, asked);
        return objection == null ? new Outbound(header, body) : null;
    }
}
