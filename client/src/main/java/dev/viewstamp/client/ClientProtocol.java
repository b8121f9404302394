package dev.viewstamp.client;

import dev.viewstamp.client.protocol.ClientMessage;
import dev.viewstamp.client.protocol.ClientMessage.Eviction;
import dev.viewstamp.client.protocol.ClientMessage.EvictionReason;
import dev.viewstamp.client.protocol.ClientMessage.PingClient;
import dev.viewstamp.client.protocol.ClientMessage.PongClient;
import dev.viewstamp.client.protocol.ClientMessage.Refusal;
import dev.viewstamp.client.protocol.ClientMessage.RefusalReason;
import dev.viewstamp.client.protocol.ClientMessage.Reply;
import dev.viewstamp.client.protocol.ClientMessage.Request;
import dev.viewstamp.client.protocol.RequestIdentity;
import dev.viewstamp.ledger.LedgerLimits;
import dev.viewstamp.ledger.LittleEndian;
import dev.viewstamp.ledger.Uint128;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * One session with the cluster, from register to eviction (replication spec §2.6, §3.10). Plain and deterministic:
 * time and randomness are handed in, what is to be done comes out of {@link #drain()}. Not thread-safe.
 *
 * <p>One request is in flight. It goes to the primary first; every repetition goes to the primary and to one other
 * replica, and is the identical object. Nothing but a reply or an eviction ends it.
 *
 * <p>Invariants: session = 0 until registered; requestNext - 1 is in flight or answered; parent is the context of the
 * last reply.
 */
final class ClientProtocol {

    /** Something for the shell to do, in order. */
    sealed interface Effect {
    }

    record Send(int replica, ClientMessage message) implements Effect {
    }

    /** The session is open. {@code requestBodyMax} is the cluster's limit for request bodies, bytes. */
    record Registered(int requestBodyMax) implements Effect {
    }

    /** The answer to the request that was in flight; the session is free for the next. */
    record Replied(Reply reply) implements Effect {
    }

    /** The request stays in flight; whoever waits for it may be told. */
    record Refused(RefusalReason reason) implements Effect {
    }

    /** The session is over; nothing more comes out of this object. */
    record Evicted(EvictionReason reason, boolean whileRegistering) implements Effect {
    }

    /** Before a pong was received; as official clients assume (wire spec §11.4). */
    private static final long ROUND_TRIP_UNMEASURED = 300_000_000L;
    /** The part of the shortest wait over which the clients of a cluster spread when a new primary shows up. */
    private static final int GREETING_SPREAD = 10;
    /** A pong that claims to be older is an unsolicited one or an echo of another life. */
    private static final long ROUND_TRIP_MAX = 60_000_000_000L;
    /** Register request of the wire, so that the log has one shape of register (wire spec §5.7). */
    private static final int REGISTER_BODY_SIZE = 256;

    private final ClientSettings settings;
    private final Peers peers;
    private final RandomGenerator random;
    private final Uint128 client;
    private final int requestMax;
    private final List<Effect> effects = new ArrayList<>();

    private long session;
    private int requestNext;
    private Uint128 parent = Uint128.ZERO;
    private Request inFlight;
    private int repetitions;
    private long sentAt;
    private long latency;                                 // smoothed, of answered requests
    private long resendAt;
    private long pingAt;
    private boolean over;

    /**
     * @param peers shared with the sessions before and after this one
     * @param client fresh, not 0 and not 2^128 - 1, never used for a second session
     * @param requestMax last request number of the session
     */
    ClientProtocol(ClientSettings settings, Peers peers, RandomGenerator random, Uint128 client, int requestMax) {
        this.settings = settings;
        this.peers = peers;
        this.random = random;
        this.client = client;
        this.requestMax = requestMax;
    }

    /** Draws a client id. */
    static Uint128 freshClient(RandomGenerator random) {
        Uint128 id;
        do {
            id = new Uint128(random.nextLong(), random.nextLong());
        } while (id.isZero() || id.equals(Uint128.MAX));
        return id;
    }

    Uint128 client() {
        return client;
    }

    boolean isRegistered() {
        return session != 0;
    }

    /** Whether the next request may be submitted. */
    boolean isIdle() {
        return session != 0 && inFlight == null && !over;
    }

    /** Whether request numbers are used up: open a new session instead of submitting. Takes weeks at 1000 a second. */
    boolean isSpent() {
        return requestNext > requestMax;
    }

    /** Pings everybody and registers. */
    void start(long now) {
        pingAll(now);
        send(ClientMessage.OPERATION_REGISTER, new byte[REGISTER_BODY_SIZE], now);
    }

    /**
     * Sends the next request.
     *
     * @throws IllegalStateException if the session is not idle, or spent
     */
    void submit(int operation, byte[] body, long now) {
        if (!isIdle() || isSpent()) {
            throw new IllegalStateException("session " + session + " takes no request now");
        }
        send(operation, body, now);
    }

    private void send(int operation, byte[] body, long now) {
        inFlight = RequestIdentity.request(client, session, requestNext++, parent, operation, peers.view(),
                settings.release(), body);
        repetitions = 0;
        sentAt = now;
        transmit(peers.primary(), inFlight);
        resendAt = now + wait(0);
    }

    /** When {@link #onTime} wants to be called next. */
    long wakeAt() {
        return inFlight == null ? pingAt : Math.min(pingAt, resendAt);
    }

    void onTime(long now) {
        if (over) {
            return;
        }
        if (inFlight != null && now - resendAt >= 0) {
            resend(now);
        }
        if (now - pingAt >= 0) {
            pingAll(now);
        }
    }

    private void resend(long now) {
        repetitions++;
        transmit(peers.primary(), inFlight);
        if (peers.count() > 1) {
            int other = random.nextInt(peers.count() - 1);
            transmit(other < peers.primary() ? other : other + 1, inFlight);
        }
        resendAt = now + wait(repetitions);
        pingAll(now);                                     // whoever answers may know a newer view
    }

    /**
     * A first send waits two round trips, or twice as long as answers took lately: a cluster under full load is
     * not slow because it lost something. Each repetition adds a random part from a range that doubles.
     */
    private long wait(int repetition) {
        long max = settings.resendMax().toNanos();
        long usual = 2 * Math.max(peers.roundTrip(ROUND_TRIP_UNMEASURED), latency);
        long base = Math.min(max, Math.max(settings.resendMin().toNanos(), usual));
        if (repetition == 0) {
            return base;
        }
        long spread = Math.min(max - base, base << Math.min(repetition - 1, 20));
        return base + (spread <= 0 ? 0 : random.nextLong(spread + 1));
    }

    private void pingAll(long now) {
        for (int replica = 0; replica < peers.count(); replica++) {
            transmit(replica, new PingClient(client, session, now));
        }
        long interval = settings.pingInterval().toNanos();
        pingAt = now + interval - interval / 4 + random.nextLong(1 + interval / 2);   // many clients, no chorus
    }

    private void transmit(int replica, ClientMessage message) {
        peers.sentTo(replica);
        effects.add(new Send(replica, message));
    }

    void onMessage(ClientMessage message, long now) {
        if (over || !message.client().equals(client)) {
            return;
        }
        if (message instanceof Reply reply) {
            onReply(reply, now);
        } else if (message instanceof PongClient pong) {
            onPong(pong, now);
        } else if (message instanceof Refusal refusal) {
            onRefusal(refusal);
        } else if (message instanceof Eviction eviction) {
            onEviction(eviction);
        }
    }

    private void onReply(Reply reply, long now) {
        if (inFlight == null || reply.request() != inFlight.request()
                || !reply.requestChecksum().equals(inFlight.requestChecksum())
                || reply.operation() != inFlight.operation() || reply.release() != inFlight.release()
                || reply.op() <= 0) {
            return;                                       // late, repeated, or not an answer to what was asked
        }
        int requestBodyMax = 0;
        if (inFlight.isRegister()) {
            requestBodyMax = reply.body().length < 4 ? 0 : LittleEndian.i32(reply.body(), 0);
            if (requestBodyMax < LedgerLimits.REQUEST_BODY_MIN || requestBodyMax > LedgerLimits.BODY_MAX) {
                return;
            }
            session = reply.op();
        }
        peers.raiseView(reply.view());
        parent = reply.context();
        inFlight = null;
        latency += (Math.min(now - sentAt, settings.resendMax().toNanos()) - latency) / 8;
        effects.add(requestBodyMax > 0 ? new Registered(requestBodyMax) : new Replied(reply));
    }

    private void onPong(PongClient pong, long now) {
        if (pong.replica() >= peers.count()) {
            return;
        }
        long roundTrip = now - pong.monotonicNanos();
        if (pong.monotonicNanos() != PongClient.UNSOLICITED && 0 <= roundTrip && roundTrip <= ROUND_TRIP_MAX) {
            peers.measured(pong.replica(), roundTrip);
        }
        if (peers.raiseView(pong.view()) && inFlight != null) {
            // Sooner than planned, yet not at once: a new primary is greeted by all clients of the cluster.
            resendAt = Math.min(resendAt, now + random.nextLong(1 + settings.resendMin().toNanos() / GREETING_SPREAD));
        }
    }

    private void onRefusal(Refusal refusal) {
        if (inFlight != null && refusal.request() == inFlight.request()
                && refusal.requestChecksum().equals(inFlight.requestChecksum())) {
            effects.add(new Refused(refusal.reason()));
        }
    }

    private void onEviction(Eviction eviction) {
        if (eviction.view() < peers.view()) {
            return;                                       // a deposed primary does not know our session
        }
        over = true;
        boolean whileRegistering = session == 0;
        inFlight = null;
        effects.add(new Evicted(eviction.reason(), whileRegistering));
    }

    /** Takes what is to be done, in order. */
    List<Effect> drain() {
        if (effects.isEmpty()) {
            return List.of();
        }
        List<Effect> drained = List.copyOf(effects);
        effects.clear();
        return drained;
    }
}
