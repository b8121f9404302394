package dev.viewstamp.actors.gateway;

import static dev.viewstamp.actors.gateway.FrameLayout.HEADER;
import static dev.viewstamp.actors.gateway.FrameLayout.isZero;
import static dev.viewstamp.ledger.LittleEndian.i32;
import static dev.viewstamp.ledger.LittleEndian.u128;
import static dev.viewstamp.ledger.LittleEndian.u32;
import static dev.viewstamp.ledger.LittleEndian.u64;

import dev.viewstamp.client.protocol.ClientMessage;
import dev.viewstamp.client.protocol.RequestIdentity;
import dev.viewstamp.ledger.Uint128;
import java.nio.ByteBuffer;

/**
 * Turns the bytes of one connection into messages, in the order of wire spec §13. Holds at most one message: its
 * header, and its body once the header was found good and memory for it was had. One thread at a time.
 *
 * <pre>
 * 256 bytes → header checksum → command → size → (memory) → body → body checksum → cluster → fields
 * </pre>
 */
final class FrameReader {
    private static final byte[] NO_BODY = new byte[0];
    private static final int REGISTER_SIZE = 512;
    private static final int OPERATION_RECONFIGURE = 3;
    private static final int OPERATION_NOOP = 6;
    private static final int OPERATION_LEDGER_MIN = 128;
    private static final Inbound IGNORED = new Inbound.Ignored();

    private final Uint128 cluster;
    private final ByteBudget budget;
    private final Aegis128L aegis = new Aegis128L();
    private final byte[] header = new byte[HEADER];
    private int headerFilled;
    private byte[] body;                                         // null until the header is complete and good
    private int bodyFilled;
    private int reserved;
    private Inbound.Broken broken;

    FrameReader(Uint128 cluster, ByteBudget budget) {
        this.cluster = cluster;
        this.budget = budget;
    }

    /**
     * Takes bytes until a message is complete or there are no more.
     *
     * @return the message; null if more bytes are needed; {@link Inbound.Broken} again and again once it was said
     */
    Inbound read(ByteBuffer in) {
        if (broken != null) {
            return broken;
        }
        if (body == null) {
            headerFilled += move(in, header, headerFilled);
            if (headerFilled < HEADER) {
                return null;
            }
            Fault fault = openBody();
            if (fault != null) {
                return breakOff(fault);
            }
        }
        bodyFilled += move(in, body, bodyFilled);
        return bodyFilled < body.length ? null : complete();
    }

    /** Whether a message has begun and not ended. */
    boolean isInsideFrame() {
        return headerFilled > 0;
    }

    /** Gives back the memory of the last body, or of the one being read if there will be no more. */
    void releaseBody() {
        budget.release(reserved);
        reserved = 0;
    }

    /** Leaves it to the caller to give back the last body's memory. */
    int takeReservation() {
        int bytes = reserved;
        reserved = 0;
        return bytes;
    }

    private static int move(ByteBuffer in, byte[] to, int filled) {
        int count = Math.min(in.remaining(), to.length - filled);
        in.get(to, filled, count);
        return count;
    }

    /** Steps 1 to 3. */
    private Fault openBody() {
        if (!aegis.matches(header, FrameLayout.COVERED, HEADER - FrameLayout.COVERED, header, FrameLayout.CHECKSUM)) {
            return Fault.HEADER_CHECKSUM;
        }
        int command = header[FrameLayout.COMMAND] & 0xFF;
        if (command != FrameLayout.PING_CLIENT && command != FrameLayout.REQUEST) {
            return Fault.COMMAND;
        }
        long size = u32(header, FrameLayout.SIZE);
        if (size < HEADER || size > FrameLayout.MESSAGE_MAX || command == FrameLayout.PING_CLIENT && size != HEADER) {
            return Fault.SIZE;
        }
        int bodySize = (int) size - HEADER;
        releaseBody();
        if (!budget.reserve(bodySize)) {
            return Fault.BODY_MEMORY;
        }
        reserved = bodySize;
        body = bodySize == 0 ? NO_BODY : new byte[bodySize];
        bodyFilled = 0;
        return null;
    }

    /** Steps 4 to 6. */
    private Inbound complete() {
        if (!aegis.matches(body, 0, body.length, header, FrameLayout.BODY_CHECKSUM)) {
            return breakOff(Fault.BODY_CHECKSUM);
        }
        if (!u128(header, FrameLayout.CLUSTER).equals(cluster)) {
            return breakOff(Fault.CLUSTER);
        }
        boolean isPing = header[FrameLayout.COMMAND] == FrameLayout.PING_CLIENT;
        Inbound message = !isValidFrame() ? IGNORED : isPing ? ping() : request();
        if (message == IGNORED) {
            releaseBody();
        }
        headerFilled = 0;
        body = null;
        return message;
    }

    private Inbound breakOff(Fault fault) {
        releaseBody();
        body = null;
        broken = new Inbound.Broken(fault);
        return broken;
    }

    private boolean isValidFrame() {
        return isZero(header, FrameLayout.COVERED, FrameLayout.BODY_CHECKSUM)
                && isZero(header, FrameLayout.BODY_CHECKSUM + 16, FrameLayout.CLUSTER)
                && isZero(header, FrameLayout.EPOCH, FrameLayout.VIEW)
                && isZero(header, FrameLayout.PROTOCOL, FrameLayout.COMMAND)
                && isZero(header, FrameLayout.REPLICA, FrameLayout.OF_COMMAND)
                && i32(header, FrameLayout.RELEASE) != 0;
    }

    private Inbound ping() {
        Uint128 client = u128(header, FrameLayout.PING_CLIENT_ID);
        boolean isClean = i32(header, FrameLayout.VIEW) == 0 && isZero(header, FrameLayout.PING_RESERVED, HEADER);
        if (client.isZero() || !isClean) {
            return IGNORED;
        }
        long session = u64(header, FrameLayout.PING_SESSION);
        // A session beyond 2^63 - 1 is beyond every op: no server may say that it is gone (wire spec §14).
        long comparable = session < 0 ? Long.MAX_VALUE : session;
        return new Inbound.Ping(new ClientMessage.PingClient(client, comparable,
                u64(header, FrameLayout.PING_TIMESTAMP)), i32(header, FrameLayout.RELEASE));
    }

    private Inbound request() {
        Uint128 client = u128(header, FrameLayout.REQUEST_CLIENT);
        boolean isValid = !client.isZero()
                && isZero(header, FrameLayout.REQUEST_PARENT_PADDING, FrameLayout.REQUEST_CLIENT)
                && isZero(header, FrameLayout.REQUEST_PADDING, FrameLayout.REQUEST_LATENCY)
                && isZero(header, FrameLayout.REQUEST_RESERVED, HEADER)
                && u64(header, FrameLayout.REQUEST_TIMESTAMP) == 0
                && isValidOperation();
        if (!isValid) {
            return IGNORED;
        }
        return new Inbound.Request(new ClientMessage.Request(client, u64(header, FrameLayout.REQUEST_SESSION),
                i32(header, FrameLayout.REQUEST_NUMBER), u128(header, FrameLayout.REQUEST_PARENT), operation(),
                i32(header, FrameLayout.VIEW), i32(header, FrameLayout.RELEASE), ClientMessage.DOOR_WIRE,
                u128(header, FrameLayout.CHECKSUM), RequestIdentity.checksum(body), body));
    }

    private boolean isValidOperation() {
        int operation = operation();
        long session = u64(header, FrameLayout.REQUEST_SESSION);
        int number = i32(header, FrameLayout.REQUEST_NUMBER);
        int size = HEADER + body.length;
        if (operation == ClientMessage.OPERATION_REGISTER) {
            return session == 0 && number == 0 && u128(header, FrameLayout.REQUEST_PARENT).isZero()
                    && (size == HEADER || size == REGISTER_SIZE);
        }
        boolean isKnown = operation >= OPERATION_LEDGER_MIN || operation == OPERATION_NOOP && size == HEADER
                || operation == OPERATION_RECONFIGURE && size == REGISTER_SIZE;
        return session != 0 && number != 0 && isKnown;
    }

    private int operation() {
        return header[FrameLayout.REQUEST_OPERATION] & 0xFF;
    }
}
