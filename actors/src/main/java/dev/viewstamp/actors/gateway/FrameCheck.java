package dev.viewstamp.actors.gateway;

import static dev.viewstamp.actors.gateway.FrameLayout.HEADER;
import static dev.viewstamp.actors.gateway.FrameLayout.isZero;
import static dev.viewstamp.ledger.LittleEndian.i32;
import static dev.viewstamp.ledger.LittleEndian.u128;
import static dev.viewstamp.ledger.LittleEndian.u32;
import static dev.viewstamp.ledger.LittleEndian.u64;

import dev.viewstamp.client.protocol.ClientMessage;
import dev.viewstamp.ledger.MultiBatch;
import dev.viewstamp.ledger.Operation;
import dev.viewstamp.ledger.Uint128;

/**
 * The last look at a frame before it leaves: official clients end their process on some bytes (wire spec §21), so what
 * breaks a rule of §4, §5 or §21 stays here. Reads the bytes as they would be sent; the checksums were written a moment
 * ago and are not worked out again. Stateless.
 */
final class FrameCheck {
    /** The smallest request limit that a client can work with (wire spec §21). */
    static final int BODY_LIMIT_MIN = 3840;

    private static final int REPLICA_MAX = 5;
    private static final int REGISTER_REPLY = 64;
    private static final int REASON_MAX = 8;

    private FrameCheck() {
    }

    /**
     * Why the frame must not be sent, or null.
     *
     * @param client whom it is for
     * @param release the client's
     * @param asked its last request on this connection, or null: replies to what it asked elsewhere are checked alone
     */
    static String objection(byte[] header, byte[] body, Uint128 client, int release, AskedRequest asked) {
        String frame = frame(header, body);
        if (frame != null) {
            return frame;
        }
        return switch (header[FrameLayout.COMMAND]) {
            case FrameLayout.PONG_CLIENT -> body.length == 0 && isZero(header, FrameLayout.PONG_RESERVED, HEADER)
                    ? null : "a pong with more than a timestamp";
            case FrameLayout.EVICTION -> eviction(header, body, client);
            case FrameLayout.REPLY -> {
                String reply = reply(header, body, client, release);
                yield reply != null ? reply : answer(header, body, asked);
            }
            default -> "command " + header[FrameLayout.COMMAND] + " is none that a client takes";
        };
    }

    private static String frame(byte[] header, byte[] body) {
        if (u32(header, FrameLayout.SIZE) != HEADER + body.length || body.length > FrameLayout.BODY_MAX) {
            return "size " + u32(header, FrameLayout.SIZE) + " with a body of " + body.length + " bytes";
        }
        boolean isClean = isZero(header, FrameLayout.COVERED, FrameLayout.BODY_CHECKSUM)
                && isZero(header, FrameLayout.BODY_CHECKSUM + 16, FrameLayout.CLUSTER)
                && isZero(header, FrameLayout.EPOCH, FrameLayout.VIEW)
                && isZero(header, FrameLayout.PROTOCOL, FrameLayout.COMMAND)
                && isZero(header, FrameLayout.RESERVED_FRAME, FrameLayout.OF_COMMAND);
        if (!isClean) {
            return "a reserved byte of the frame is not zero";
        }
        int replica = header[FrameLayout.REPLICA] & 0xFF;
        if (replica > REPLICA_MAX || i32(header, FrameLayout.VIEW) < 0) {
            return "replica " + replica + " in view " + i32(header, FrameLayout.VIEW);
        }
        return i32(header, FrameLayout.RELEASE) == 0 ? "no release" : null;
    }

    private static String eviction(byte[] header, byte[] body, Uint128 client) {
        int reason = header[FrameLayout.EVICTION_REASON] & 0xFF;
        boolean isValid = body.length == 0 && u128(header, FrameLayout.EVICTION_CLIENT).equals(client)
                && !client.isZero()
                && isZero(header, FrameLayout.EVICTION_RESERVED, FrameLayout.EVICTION_REASON)
                && reason >= 1 && reason <= REASON_MAX;
        return isValid ? null : "an eviction for reason " + reason + " that breaks a rule";
    }

    /** What can be said of a reply without its request. */
    private static String reply(byte[] header, byte[] body, Uint128 client, int release) {
        boolean isClean = isZero(header, FrameLayout.REPLY_REQUEST_CHECKSUM + 16, FrameLayout.REPLY_CONTEXT)
                && isZero(header, FrameLayout.REPLY_CONTEXT + 16, FrameLayout.REPLY_CLIENT)
                && isZero(header, FrameLayout.REPLY_RESERVED, HEADER);
        if (!isClean) {
            return "a reserved byte of the reply is not zero";
        }
        if (client.isZero() || !u128(header, FrameLayout.REPLY_CLIENT).equals(client)) {
            return "it is for another client";
        }
        if (i32(header, FrameLayout.RELEASE) != release) {
            return "release " + ClientRelease.text(i32(header, FrameLayout.RELEASE)) + " for a client of "
                    + ClientRelease.text(release);
        }
        long op = u64(header, FrameLayout.REPLY_OP);
        if (op <= 0 || op != u64(header, FrameLayout.REPLY_COMMIT) || u64(header, FrameLayout.REPLY_TIMESTAMP) <= 0) {
            return "op " + op + ", commit " + u64(header, FrameLayout.REPLY_COMMIT) + ", timestamp "
                    + u64(header, FrameLayout.REPLY_TIMESTAMP);
        }
        int code = header[FrameLayout.REPLY_OPERATION] & 0xFF;
        boolean isRegister = code == ClientMessage.OPERATION_REGISTER;
        if (isRegister != (i32(header, FrameLayout.REPLY_NUMBER) == 0)) {
            return "request " + i32(header, FrameLayout.REPLY_NUMBER) + " of operation " + code;
        }
        return isRegister ? registerBody(body) : ledgerBody(Operation.byCode(code), code, body);
    }

    private static String registerBody(byte[] body) {
        if (body.length != REGISTER_REPLY || !isZero(body, 4, REGISTER_REPLY)) {
            return "a register is answered with " + body.length + " bytes";
        }
        long limit = u32(body, 0);
        return limit >= BODY_LIMIT_MIN && limit <= FrameLayout.BODY_MAX ? null : "batch_size_limit " + limit;
    }

    private static String ledgerBody(Operation operation, int code, byte[] body) {
        if (operation == null || operation == Operation.PULSE) {
            return "operation " + code + " is none that a client may ask for";
        }
        boolean fits = operation.isFramed() ? MultiBatch.count(body, operation.resultSize()) != MultiBatch.MALFORMED
                : body.length % operation.resultSize() == 0;
        return fits ? null : "a body of " + body.length + " bytes that does not decode as " + operation.wireName();
    }

    /** What its request says of a reply. */
    private static String answer(byte[] header, byte[] body, AskedRequest asked) {
        int number = i32(header, FrameLayout.REPLY_NUMBER);
        if (asked == null || asked.number() != number) {
            return null;                                         // late: dropped by the client; or asked elsewhere
        }
        int code = header[FrameLayout.REPLY_OPERATION] & 0xFF;
        if (!u128(header, FrameLayout.REPLY_REQUEST_CHECKSUM).equals(asked.checksum()) || code != asked.operation()) {
            return "request " + number + " was another one";
        }
        Operation operation = Operation.byCode(code);
        if (operation == null || !operation.isFramed()) {
            return null;
        }
        int batches = MultiBatch.count(body, operation.resultSize());
        if (asked.rowsMax() == null || batches != asked.rowsMax().length) {
            return batches + " batches answer "
                    + (asked.rowsMax() == null ? "a body that does not decode" : asked.rowsMax().length + " batches");
        }
        for (int batch = 0; batch < batches; batch++) {
            if (MultiBatch.elements(body, batch) > asked.rowsMax()[batch]) {
                return MultiBatch.elements(body, batch) + " rows in batch " + batch + ", where "
                        + asked.rowsMax()[batch] + " were asked for";
            }
        }
        return null;
    }
}
