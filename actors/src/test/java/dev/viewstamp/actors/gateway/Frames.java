package dev.viewstamp.actors.gateway;

import dev.viewstamp.ledger.LittleEndian;
import dev.viewstamp.ledger.Uint128;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Frames as clients make them, for tests: built field by field, sealed with the bytewise checksum where it matters. */
final class Frames {
    static final Uint128 CLUSTER = Uint128.of(0x1122334455667788L);
    static final Uint128 CLIENT = new Uint128(0x7708d681cf45b2c3L, 0x1104a76b63061b3cL);
    static final int RELEASE = 0x1109;

    private static final Aegis128L AEGIS = new Aegis128L();

    private Frames() {
    }

    /** Both checksums, over what the frame says its size is. */
    static byte[] seal(byte[] frame) {
        AEGIS.digest(frame, 256, frame.length - 256, frame, FrameLayout.BODY_CHECKSUM);
        return sealHeader(frame);
    }

    static byte[] sealHeader(byte[] frame) {
        AEGIS.digest(frame, 16, 240, frame, 0);
        return frame;
    }

    static byte[] register(Uint128 client) {
        byte[] frame = frame(FrameLayout.REQUEST, new byte[256]);
        LittleEndian.putU128(frame, FrameLayout.REQUEST_CLIENT, client);
        frame[FrameLayout.REQUEST_OPERATION] = 2;
        return seal(frame);
    }

    static byte[] request(Uint128 client, long session, int number, Uint128 parent, int operation, byte[] body) {
        byte[] frame = frame(FrameLayout.REQUEST, body);
        LittleEndian.putU128(frame, FrameLayout.REQUEST_CLIENT, client);
        LittleEndian.putU128(frame, FrameLayout.REQUEST_PARENT, parent);
        LittleEndian.putU64(frame, FrameLayout.REQUEST_SESSION, session);
        LittleEndian.putU32(frame, FrameLayout.REQUEST_NUMBER, number);
        frame[FrameLayout.REQUEST_OPERATION] = (byte) operation;
        return seal(frame);
    }

    static byte[] ping(Uint128 client, long session, long timestamp) {
        byte[] frame = frame(FrameLayout.PING_CLIENT, new byte[0]);
        LittleEndian.putU128(frame, FrameLayout.PING_CLIENT_ID, client);
        LittleEndian.putU64(frame, FrameLayout.PING_SESSION, session);
        LittleEndian.putU64(frame, FrameLayout.PING_TIMESTAMP, timestamp);
        return seal(frame);
    }

    private static byte[] frame(int command, byte[] body) {
        byte[] frame = new byte[256 + body.length];
        System.arraycopy(body, 0, frame, 256, body.length);
        LittleEndian.putU128(frame, FrameLayout.CLUSTER, CLUSTER);
        LittleEndian.putU32(frame, FrameLayout.SIZE, frame.length);
        LittleEndian.putU32(frame, FrameLayout.RELEASE, RELEASE);
        frame[FrameLayout.COMMAND] = (byte) command;
        return frame;
    }

    /** Everything that a reader makes of these bytes; ends with a break. */
    static List<Inbound> read(FrameReader reader, byte[]... chunks) {
        List<Inbound> all = new ArrayList<>();
        for (byte[] chunk : chunks) {
            ByteBuffer in = ByteBuffer.wrap(chunk);
            Inbound inbound = reader.read(in);
            while (inbound != null) {
                all.add(inbound);
                if (inbound instanceof Inbound.Broken) {
                    return all;
                }
                inbound = reader.read(in);
            }
        }
        return all;
    }
}
