package dev.viewstamp.client.protocol;

import dev.viewstamp.client.protocol.ClientMessage.Eviction;
import dev.viewstamp.client.protocol.ClientMessage.EvictionReason;
import dev.viewstamp.client.protocol.ClientMessage.PingClient;
import dev.viewstamp.client.protocol.ClientMessage.PongClient;
import dev.viewstamp.client.protocol.ClientMessage.Refusal;
import dev.viewstamp.client.protocol.ClientMessage.RefusalReason;
import dev.viewstamp.client.protocol.ClientMessage.Reply;
import dev.viewstamp.client.protocol.ClientMessage.Request;
import dev.viewstamp.client.protocol.RejectedFrame.Reason;
import dev.viewstamp.ledger.LedgerLimits;
import dev.viewstamp.ledger.Uint128;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.ToIntFunction;

/**
 * One client message on the wire, little-endian:
 *
 * <pre>
 *   0 checksum 16         XXH3-128 of bytes 16 … fieldsSize - 1
 *  16 version u8 = 1     17 kind u8, as the manifest      18 fieldsSize u16      20 bodySize u32
 *  24 cluster 16         40 client 16
 *  56 the message's own fields:
 *     Request     session u64, request, operation, view, release, door, 0 u32, parent, requestChecksum,
 * bodyChecksum 16     Reply       op u64, request, operation, view, release u32, timestamp u64, context,
 * requestChecksum, bodyChecksum 16     Eviction    view, reason u32                        Refusal  request,
 * reason u32, requestChecksum 16     PingClient  session, monotonicNanos u64             PongClient 
 * monotonicNanos u64, view, replica u32   … the sender's path, UTF-8, up to fieldsSize
 *  fieldsSize … the body, covered by bodyChecksum
 * </pre>
 *
 * A body is hashed once on each side: the frame's checksum covers its checksum instead of its bytes.
 *
 * @param sender path of the sending actor, with address
 */
record ClientFrame(Uint128 cluster, String sender, ClientMessage message) {
    /** Longest path of a sender, bytes of UTF-8. */
    static final int SENDER_MAX = 1024;

    private static final int VERSION = 1;
    private static final int COMMON = 56;
    private static final byte[] NO_BODY = new byte[0];

    /** What a message is, and how many bytes of its own fields precede the sender's path. */
    private enum Kind {
        REQUEST(80), REPLY(80), EVICTION(8), REFUSAL(24), PING(16), PONG(16);

        private final int ownSize;
        private final String manifest = "c" + VERSION + (char) ('a' + ordinal());

        Kind(int ownSize) {
            this.ownSize = ownSize;
        }

        static Kind of(ClientMessage message) {
            if (message instanceof Request) {
                return REQUEST;
            } else if (message instanceof Reply) {
                return REPLY;
            } else if (message instanceof Eviction) {
                return EVICTION;
            } else if (message instanceof Refusal) {
                return REFUSAL;
            } else if (message instanceof PingClient) {
                return PING;
            }
            return PONG;
        }

        static Kind of(String manifest) throws RejectedFrame {
            for (Kind kind : values()) {
                if (kind.manifest.equals(manifest)) {
                    return kind;
                }
            }
            throw new RejectedFrame(Reason.UNKNOWN_MANIFEST, "this side speaks version " + VERSION);
        }
    }

    static String manifest(ClientMessage message) {
        return Kind.of(message).manifest;
    }

    static byte[] body(ClientMessage message) {
        if (message instanceof Request request) {
            return request.body();
        }
        return message instanceof Reply reply ? reply.body() : NO_BODY;
    }

    /**
     * Everything before the body.
     *
     * @throws IllegalArgumentException if body or sender's path exceeds its bound
     */
    static byte[] fields(Uint128 cluster, byte[] sender, ClientMessage message) {
        Kind kind = Kind.of(message);
        int bodySize = body(message).length;
        if (bodySize > LedgerLimits.BODY_MAX || sender.length > SENDER_MAX) {
            throw new IllegalArgumentException("body of " + bodySize + " bytes (at most " + LedgerLimits.BODY_MAX
                    + "), sender's path of " + sender.length + " bytes (at most " + SENDER_MAX + ")");
        }
        ByteBuffer fields = ByteBuffer.allocate(COMMON + kind.ownSize + sender.length).order(ByteOrder.LITTLE_ENDIAN);
        fields.position(16);
        fields.put((byte) VERSION).put((byte) kind.ordinal()).putShort((short) fields.capacity()).putInt(bodySize);
        put(put(fields, cluster), message.client());
        putOwn(fields, message);
        fields.put(sender);
        Uint128 checksum = RequestIdentity.checksum(fields.array(), 16, fields.capacity() - 16);
        put(fields.position(0), checksum);
        return fields.array();
    }

    private static void putOwn(ByteBuffer to, ClientMessage message) {
        if (message instanceof Request m) {
            to.putLong(m.session()).putInt(m.request()).putInt(m.operation()).putInt(m.view()).putInt(m.release());
            to.putInt(m.door()).putInt(0);
            put(put(put(to, m.parent()), m.requestChecksum()), m.bodyChecksum());
        } else if (message instanceof Reply m) {
            to.putLong(m.op()).putInt(m.request()).putInt(m.operation()).putInt(m.view()).putInt(m.release());
            to.putLong(m.timestamp());
            put(put(put(to, m.context()), m.requestChecksum()), RequestIdentity.checksum(m.body()));
        } else if (message instanceof Eviction m) {
            to.putInt(m.view()).putInt(m.reason().code());
        } else if (message instanceof Refusal m) {
            put(to.putInt(m.request()).putInt(m.reason().code()), m.requestChecksum());
        } else if (message instanceof PingClient m) {
            to.putLong(m.session()).putLong(m.monotonicNanos());
        } else if (message instanceof PongClient m) {
            to.putLong(m.monotonicNanos()).putInt(m.view()).putInt(m.replica());
        }
    }

    /** Verifies and reads the bytes between the buffer's position and its limit. */
    static ClientFrame read(ByteBuffer source, String manifest) throws RejectedFrame {
        Kind kind = Kind.of(manifest);
        int available = source.remaining();
        int ownEnd = COMMON + kind.ownSize;
        require(available >= ownEnd, Reason.TRUNCATED, "bytes", available);
        // Sizes are read ahead of the verification because they say what to verify; bounds make that harmless.
        ByteBuffer peek = source.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        int fieldsSize = Short.toUnsignedInt(peek.getShort(peek.position() + 18));
        long bodySize = Integer.toUnsignedLong(peek.getInt(peek.position() + 20));
        require(fieldsSize >= ownEnd, Reason.TRUNCATED, "bytes of fields", fieldsSize);
        require(fieldsSize <= ownEnd + SENDER_MAX, Reason.OVERSIZED, "bytes of fields", fieldsSize);
        require(bodySize <= LedgerLimits.BODY_MAX, Reason.OVERSIZED, "bytes of body", bodySize);
        require(available >= fieldsSize + bodySize, Reason.TRUNCATED, "bytes", available);
        require(available == fieldsSize + bodySize, Reason.OVERSIZED, "bytes", available);

        byte[] bytes = new byte[fieldsSize];
        source.get(bytes);
        ByteBuffer fields = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        Uint128 checksum = word(fields);
        require(checksum.equals(RequestIdentity.checksum(bytes, 16, fieldsSize - 16)), Reason.BAD_CHECKSUM,
                "bytes of fields", fieldsSize);
        int version = fields.get();
        require(version == VERSION, Reason.MALFORMED, "version", version);
        int ordinal = fields.get();
        require(ordinal == kind.ordinal(), Reason.MALFORMED, "kind", ordinal);
        fields.position(24);
        Uint128 cluster = word(fields);
        Uint128 client = word(fields);
        byte[] body = bodySize == 0 ? NO_BODY : new byte[(int) bodySize];
        source.get(body);
        ClientMessage message = own(kind, client, fields, body);
        require(!client.isZero(), Reason.MALFORMED, "client", 0);
        return new ClientFrame(cluster, new String(bytes, ownEnd, fieldsSize - ownEnd, StandardCharsets.UTF_8),
                message);
    }

    private static ClientMessage own(Kind kind, Uint128 client, ByteBuffer from, byte[] body) throws RejectedFrame {
        require(body.length == 0 || kind == Kind.REQUEST || kind == Kind.REPLY, Reason.MALFORMED, "bytes of body",
                body.length);
        switch (kind) {
            case REQUEST:
                return request(client, from, body);
            case REPLY:
                return reply(client, from, body);
            case EVICTION: {
                int view = natural(from, "view");
                int code = natural(from, "reason");
                return new Eviction(client, view, coded(EvictionReason.values(), EvictionReason::code, code));
            }
            case REFUSAL: {
                int request = natural(from, "request");
                int code = natural(from, "reason");
                return new Refusal(client, request, word(from),
                        coded(RefusalReason.values(), RefusalReason::code, code));
            }
            case PING:
                return new PingClient(client, natural64(from, "session"), from.getLong());
            default:
                return new PongClient(client, from.getLong(), natural(from, "view"), natural(from, "replica"));
        }
    }

    private static Request request(Uint128 client, ByteBuffer from, byte[] body) throws RejectedFrame {
        long session = natural64(from, "session");
        int request = natural(from, "request");
        int operation = octet(from);
        int view = natural(from, "view");
        int release = from.getInt();
        int door = natural(from, "door");
        require(door == ClientMessage.DOOR_AKKA || door == ClientMessage.DOOR_WIRE, Reason.MALFORMED, "door", door);
        int reserved = from.getInt();
        require(reserved == 0, Reason.MALFORMED, "reserved", reserved);
        Uint128 parent = word(from);
        Uint128 name = word(from);
        Uint128 bodyChecksum = verified(from, body);
        return new Request(client, session, request, parent, operation, view, release, door, name, bodyChecksum, body);
    }

    private static Reply reply(Uint128 client, ByteBuffer from, byte[] body) throws RejectedFrame {
        long op = natural64(from, "op");
        int request = natural(from, "request");
        int operation = octet(from);
        int view = natural(from, "view");
        int release = from.getInt();
        long timestamp = natural64(from, "timestamp");
        Uint128 context = word(from);
        Uint128 name = word(from);
        verified(from, body);
        return new Reply(client, request, name, context, op, timestamp, operation, view, release, body);
    }

    private static Uint128 verified(ByteBuffer from, byte[] body) throws RejectedFrame {
        Uint128 expected = word(from);
        require(expected.equals(RequestIdentity.checksum(body)), Reason.BAD_BODY_CHECKSUM, "bytes of body",
                body.length);
        return expected;
    }

    private static <E> E coded(E[] values, ToIntFunction<E> codes, int code) throws RejectedFrame {
        return Arrays.stream(values).filter(value -> codes.applyAsInt(value) == code).findFirst()
                .orElseThrow(() -> new RejectedFrame(Reason.MALFORMED, "reason " + code));
    }

    private static int octet(ByteBuffer from) throws RejectedFrame {
        int operation = natural(from, "operation");
        require(operation <= 255, Reason.MALFORMED, "operation", operation);
        return operation;
    }

    private static int natural(ByteBuffer from, String field) throws RejectedFrame {
        int value = from.getInt();
        require(value >= 0, Reason.MALFORMED, field, value);
        return value;
    }

    private static long natural64(ByteBuffer from, String field) throws RejectedFrame {
        long value = from.getLong();
        require(value >= 0, Reason.MALFORMED, field, value);
        return value;
    }

    private static void require(boolean holds, Reason reason, String what, long value) throws RejectedFrame {
        if (!holds) {
            throw new RejectedFrame(reason, what + " " + value);
        }
    }

    private static ByteBuffer put(ByteBuffer to, Uint128 word) {
        return to.putLong(word.lo()).putLong(word.hi());
    }

    private static Uint128 word(ByteBuffer from) {
        long lo = from.getLong();
        return new Uint128(from.getLong(), lo);
    }
}
