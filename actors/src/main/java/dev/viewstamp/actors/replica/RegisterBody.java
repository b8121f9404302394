package dev.viewstamp.actors.replica;

import dev.viewstamp.client.protocol.ClientMessage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Bodies around a register: the log entry's, in which the primary writes the limit of request bodies so that all
 * replicas answer alike, and the reply's (wire spec §5.7, §16). The client's own body says nothing: empty, or 256
 * zero bytes.
 */
final class RegisterBody {
    private static final int ENTRY_SIZE = 256;
    private static final int REPLY_SIZE = 64;

    private RegisterBody() {
    }

    /** Whether a client may register with this body. */
    static boolean isValid(byte[] body) {
        for (byte b : body) {
            if (b != 0) {
                return false;
            }
        }
        return true;
    }

    /** Whether the body has a size that a client may register with; wire clients always send one (wire spec §15). */
    static boolean isValidSize(byte[] body, int door) {
        return body.length == ENTRY_SIZE || body.length == 0 && door != ClientMessage.DOOR_WIRE;
    }

    /** batch_size_limit u32, then zeros. */
    static byte[] entry(int bodyLimit) {
        return withLimit(ENTRY_SIZE, bodyLimit);
    }

    /** The limit that the entry carries, then zeros. */
    static byte[] reply(byte[] entryBody) {
        return withLimit(REPLY_SIZE, ByteBuffer.wrap(entryBody).order(ByteOrder.LITTLE_ENDIAN).getInt(0));
    }

    private static byte[] withLimit(int size, int bodyLimit) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN).putInt(0, bodyLimit).array();
    }
}
