package dev.viewstamp.client.protocol;

import dev.viewstamp.ledger.Uint128;

/**
 * What a client and a replica say to each other. Values only; immutable, bodies are never written to after
 * construction. Who says what, and in which order, is drawn in {@code package-info}.
 */
public sealed interface ClientMessage {

    /**
     * Code of the protocol's own operation that opens a session; the ledger's codes start at 128 (ledger spec
     * §6.1).
     */
    int OPERATION_REGISTER = 2;

    /** Which door a request came in by; part of the log entry. */
    int DOOR_AKKA = 1;
    int DOOR_WIRE = 2;

    /** The client this message is from or for; never zero. */
    Uint128 client();

    /**
     * A request. One is in flight per session; a retry repeats it unchanged.
     *
     * @param session 0 for register, else the op at which the session was registered
     * @param request 0 for register, then 1, 2, 3 …
     * @param parent {@code context} of the last reply in this session, 0 for register
     * @param view highest view the client knew when it first sent the request
     * @param release the client's release as its door numbers it; constant within a session
     * @param door {@link #DOOR_AKKA} or {@link #DOOR_WIRE}
     * @param requestChecksum the request's identity, chosen by the door, opaque behind it; for the Akka door
     *     {@link RequestIdentity} over all other fields
     * @param bodyChecksum XXH3-128 of {@code body}; verified once on receipt, then reused for the log entry
     */
    record Request(Uint128 client, long session, int request, Uint128 parent, int operation, int view, int release,
                   int door, Uint128 requestChecksum, Uint128 bodyChecksum, byte[] body) implements ClientMessage {
        public boolean isRegister() {
            return operation == OPERATION_REGISTER;
        }

        @Override
        public String toString() {
            return "Request[client=" + client + " request=" + request + " operation=" + operation + " session="
                    + session + " body=" + body.length + "]";
        }
    }

    /**
     * The answer to a committed request. Equal on all replicas but for {@code view}.
     *
     * @param requestChecksum identity of the request answered
     * @param context what the next request must carry as {@code parent}
     * @param op position in the log; in the answer to a register it is the session
     * @param timestamp the log entry's timestamp, nanoseconds
     */
    record Reply(Uint128 client, int request, Uint128 requestChecksum, Uint128 context, long op, long timestamp,
                 int operation, int view, int release, byte[] body) implements ClientMessage {
        @Override
        public String toString() {
            return "Reply[client=" + client + " request=" + request + " operation=" + operation + " op=" + op
                    + " view=" + view + " body=" + body.length + "]";
        }
    }

    /** The session is over for good; the client counts it only if {@code view} is not below its own. */
    record Eviction(Uint128 client, int view, EvictionReason reason) implements ClientMessage {
    }

    /**
     * The primary cannot take this request now and says why; nothing is decided by it. The session keeps the
     * request and may retry; the application is told at once instead of at its deadline.
     */
    record Refusal(Uint128 client, int request, Uint128 requestChecksum, RefusalReason reason)
            implements ClientMessage {
    }

    /** Asks every replica for its view. {@code session} is 0 before registration; the time is echoed. */
    record PingClient(Uint128 client, long session, long monotonicNanos) implements ClientMessage {
    }

    /**
     * Answer to a ping: a durable view whose log the answering replica adopted. A new primary sends it unasked, with
     * {@link #UNSOLICITED} for a time, so that clients come to it at once (wire spec §20).
     */
    record PongClient(Uint128 client, long monotonicNanos, int view, int replica) implements ClientMessage {
        /** Echo of a pong that answers no ping. */
        public static final long UNSOLICITED = -1;
    }

    /** Why a session ended; codes as wire spec §18. */
    enum EvictionReason {
        NO_SESSION(1), CLIENT_RELEASE_TOO_LOW(2), CLIENT_RELEASE_TOO_HIGH(3), INVALID_REQUEST_OPERATION(4),
        INVALID_REQUEST_BODY(5), INVALID_REQUEST_BODY_SIZE(6), SESSION_TOO_LOW(7), SESSION_RELEASE_MISMATCH(8);

        private final int code;

        EvictionReason(int code) {
            this.code = code;
        }

        public int code() {
            return code;
        }

        /** @throws IllegalArgumentException for a code outside 1 … 8 */
        public static EvictionReason of(int code) {
            for (EvictionReason reason : values()) {
                if (reason.code == code) {
                    return reason;
                }
            }
            throw new IllegalArgumentException("eviction reason " + code + " does not lie in 1 … 8");
        }
    }

    /** Why a request is refused for now. */
    enum RefusalReason {
        /** The write-ahead log has no slot left. */
        LOG_FULL(1),
        /** The disk has no room. */
        DISK_FULL(2);

        private final int code;

        RefusalReason(int code) {
            this.code = code;
        }

        public int code() {
            return code;
        }

        /** @throws IllegalArgumentException for an unknown code */
        public static RefusalReason of(int code) {
            for (RefusalReason reason : values()) {
                if (reason.code == code) {
                    return reason;
                }
            }
            throw new IllegalArgumentException("refusal reason " + code + " is unknown");
        }
    }
}
