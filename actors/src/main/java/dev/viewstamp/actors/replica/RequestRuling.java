package dev.viewstamp.actors.replica;

import dev.viewstamp.client.protocol.ClientMessage;
import dev.viewstamp.client.protocol.ClientMessage.EvictionReason;

/**
 * What a normal primary does with a request: the first row of replication spec §3.2 and wire spec §15 that fits.
 * Releases were judged at the door.
 *
 * @param kind what to do
 * @param eviction the reason, for {@link Kind#EVICT}
 * @param ignored the reason, for {@link Kind#IGNORE}
 */
record RequestRuling(Kind kind, EvictionReason eviction, Ignored ignored) {
    /** HOLD: not now, for a reason that passes by itself; a client would ask again only half a second later. */
    enum Kind { ACCEPT, ANSWER, EVICT, REFUSE_DISK_FULL, HOLD, HOLD_FOR_CLOCK, IGNORE }

    private static final RequestRuling ACCEPT = new RequestRuling(Kind.ACCEPT, null, null);
    private static final RequestRuling ANSWER = new RequestRuling(Kind.ANSWER, null, null);
    private static final RequestRuling REFUSE_DISK_FULL = new RequestRuling(Kind.REFUSE_DISK_FULL, null, null);
    private static final RequestRuling HOLD = new RequestRuling(Kind.HOLD, null, null);
    private static final RequestRuling HOLD_FOR_CLOCK = new RequestRuling(Kind.HOLD_FOR_CLOCK, null, null);

    /** Judges a request. Changes nothing. */
    static RequestRuling judge(Rooms rooms, ClientMessage.Request request) {
        if (request.view() > rooms.state.view()) {
            return ignore(Ignored.CLIENT_VIEW_NEWER);           // we may be deposed: never answer, never evict
        }
        EvictionReason invalid = invalid(rooms, request);
        if (invalid != null) {
            return evict(invalid);
        }
        if (!rooms.state.isLogViewDurable() || !rooms.checkpoints.isOpen()) {
            return HOLD;
        }
        RequestClaim claim = claim(request);
        boolean isInPipeline = rooms.pipeline.hasClient(claim.client());
        RequestVerdict verdict = rooms.clients.judge(claim);
        if (isInPipeline && isNextAfterPipeline(verdict, request)) {
            return HOLD;
        }
        RequestRuling bySession = bySession(verdict, isInPipeline);
        if (bySession != null) {
            return bySession;
        }
        if (isInPipeline) {
            return ignore(Ignored.CLIENT_IN_PIPELINE);
        }
        if (rooms.diskSpaceIsLow) {
            return REFUSE_DISK_FULL;
        }
        if (rooms.pipeline.isOverfull()) {
            return HOLD;
        }
        return rooms.clusterTime.nanos().isPresent() ? ACCEPT : HOLD_FOR_CLOCK;
    }

    /**
     * A backup answers, too, and may be faster than we are: then the client's next request is here before we have
     * executed its last one. Whether it is really the next is judged again after that.
     */
    private static boolean isNextAfterPipeline(RequestVerdict verdict, ClientMessage.Request request) {
        return verdict == RequestVerdict.GAP || verdict == RequestVerdict.UNKNOWN_CLIENT && !request.isRegister();
    }

    static RequestClaim claim(ClientMessage.Request request) {
        return new RequestClaim(Words.of(request.client()), request.session(), request.request(),
                Words.of(request.requestChecksum()), Words.of(request.parent()), request.release(), request.door(),
                request.operation());
    }

    /** Whether the fields may come from a client at all (§2.3). What fails this is dropped, by whatever replica. */
    static boolean isWellFormed(ClientMessage.Request request) {
        boolean isRegister = request.isRegister();
        boolean hasSession = isRegister
                ? request.session() == 0 && request.request() == 0 && request.parent().isZero()
                : request.session() > 0 && request.request() != 0;
        return !request.client().isZero() && hasSession && request.view() >= 0
                && (request.door() == ClientMessage.DOOR_AKKA || request.door() == ClientMessage.DOOR_WIRE);
    }

    private static EvictionReason invalid(Rooms rooms, ClientMessage.Request request) {
        if (request.body().length > rooms.state.constants().bodyLimit()) {
            return EvictionReason.INVALID_REQUEST_BODY_SIZE;
        }
        if (request.isRegister()) {
            if (!RegisterBody.isValidSize(request.body(), request.door())) {
                return EvictionReason.INVALID_REQUEST_BODY_SIZE;
            }
            return RegisterBody.isValid(request.body()) ? null : EvictionReason.INVALID_REQUEST_BODY;
        }
        if (request.operation() <= NormalPrimary.OPERATION_PULSE || request.operation() > 0xFF) {
            return EvictionReason.INVALID_REQUEST_OPERATION;    // the protocol's own, and the pulse
        }
        return switch (rooms.rules.check(request.operation(), request.body())) {
            case ACCEPTED -> null;
            case UNKNOWN_OPERATION -> EvictionReason.INVALID_REQUEST_OPERATION;
            case INVALID_BODY -> EvictionReason.INVALID_REQUEST_BODY;
        };
    }

    /** Null if the session has nothing against it. */
    private static RequestRuling bySession(RequestVerdict verdict, boolean isInPipeline) {
        return switch (verdict) {
            case NEW, REGISTER_NEW, INTERNAL -> null;
            case SESSION_TOO_LOW -> evict(EvictionReason.SESSION_TOO_LOW);
            case RELEASE_MISMATCH -> evict(EvictionReason.SESSION_RELEASE_MISMATCH);
            case DUPLICATE_ANSWERED -> ANSWER;
            case UNKNOWN_CLIENT -> isInPipeline ? ignore(Ignored.CLIENT_IN_PIPELINE) : evict(EvictionReason.NO_SESSION);
            case DUPLICATE_BODY_MISSING -> HOLD;                // the body is being read, or asked for
            case OLD, FORKED, WRONG_PARENT, GAP, SESSION_TOO_HIGH -> ignore(Ignored.REQUEST_OUT_OF_ORDER);
        };
    }

    private static RequestRuling ignore(Ignored reason) {
        return new RequestRuling(Kind.IGNORE, null, reason);
    }

    private static RequestRuling evict(EvictionReason reason) {
        return new RequestRuling(Kind.EVICT, reason, null);
    }
}
