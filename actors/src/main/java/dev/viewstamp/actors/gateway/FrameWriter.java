package dev.viewstamp.actors.gateway;

import static dev.viewstamp.actors.gateway.FrameLayout.HEADER;
import static dev.viewstamp.ledger.LittleEndian.putU128;
import static dev.viewstamp.ledger.LittleEndian.putU32;
import static dev.viewstamp.ledger.LittleEndian.putU64;

import dev.viewstamp.client.protocol.ClientMessage;
import dev.viewstamp.client.protocol.ClientMessage.EvictionReason;
import dev.viewstamp.ledger.Uint128;

/**
 * Writes the headers of frames for clients (wire spec §5, §17); a body follows its header as it is. Not thread-safe.
 *
 * <p>A reply's header is a function of the reply and nothing else, so it comes out alike on every replica and every
 * time, but for {@code view}, and {@code replica} which is the primary of that view. {@code context} is what the
 * replicas agreed on; a client only hands it back.
 */
final class FrameWriter {
    /** In a pong that nobody asked for: the client takes the view and measures nothing (wire spec §20). */
    static final long UNASKED = -1;

    private static final byte[] NO_BODY = new byte[0];

    private final Uint128 cluster;
    private final int replicaCount;
    private final int replica;
    private final int release;
    private final Aegis128L aegis = new Aegis128L();

    /**
     * @param replica this server's index
     * @param release this server's release, as clients number them
     */
    FrameWriter(Uint128 cluster, int replicaCount, int replica, int release) {
        this.cluster = cluster;
        this.replicaCount = replicaCount;
        this.replica = replica;
        this.release = release;
    }

    byte[] reply(ClientMessage.Reply reply) {
        byte[] header = header(FrameLayout.REPLY, reply.view(), reply.release(), reply.view() % replicaCount,
                reply.body().length);
        putU128(header, FrameLayout.REPLY_REQUEST_CHECKSUM, reply.requestChecksum());
        putU128(header, FrameLayout.REPLY_CONTEXT, reply.context());
        putU128(header, FrameLayout.REPLY_CLIENT, reply.client());
        putU64(header, FrameLayout.REPLY_OP, reply.op());
        putU64(header, FrameLayout.REPLY_COMMIT, reply.op());
        putU64(header, FrameLayout.REPLY_TIMESTAMP, reply.timestamp());
        putU32(header, FrameLayout.REPLY_NUMBER, reply.request());
        header[FrameLayout.REPLY_OPERATION] = (byte) reply.operation();
        return sealed(header, reply.body());
    }

    /** @param timestamp the ping's, or {@link #UNASKED}; nothing else, or the client waits minutes between retries */
    byte[] pong(long timestamp, int view) {
        byte[] header = header(FrameLayout.PONG_CLIENT, view, release, replica, 0);
        putU64(header, FrameLayout.PONG_TIMESTAMP, timestamp);
        return sealed(header, NO_BODY);
    }

    byte[] eviction(Uint128 client, int view, EvictionReason reason) {
        byte[] header = header(FrameLayout.EVICTION, view, release, replica, 0);
        putU128(header, FrameLayout.EVICTION_CLIENT, client);
        header[FrameLayout.EVICTION_REASON] = (byte) reason.code();
        return sealed(header, NO_BODY);
    }

    private byte[] header(int command, int view, int frameRelease, int sender, int bodySize) {
        byte[] header = new byte[HEADER];
        putU128(header, FrameLayout.CLUSTER, cluster);
        putU32(header, FrameLayout.SIZE, HEADER + bodySize);
        putU32(header, FrameLayout.VIEW, view);
        putU32(header, FrameLayout.RELEASE, frameRelease);
        header[FrameLayout.COMMAND] = (byte) command;
        header[FrameLayout.REPLICA] = (byte) sender;
        return header;
    }

    private byte[] sealed(byte[] header, byte[] body) {
        aegis.digest(body, 0, body.length, header, FrameLayout.BODY_CHECKSUM);
        aegis.digest(header, FrameLayout.COVERED, HEADER - FrameLayout.COVERED, header, FrameLayout.CHECKSUM);
        return header;
    }
}
