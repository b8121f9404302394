package dev.viewstamp.testkit.process;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Who opened an Artery connection, told from its first frame. What an actor system sends first of all is a handshake
 * that names its host. When it connects once more, its first frame may be any message and need not name anybody; but
 * the head of every frame has the number that its actor system drew when it started. Thread-safe.
 *
 * <pre>
 *   offset  bytes
 *   0       4      versions and flags
 *   4       8      the sender's actor system, little-endian
 * </pre>
 */
final class LinkAuthors {
    /** Not a replica. */
    static final int CLIENT = -1;

    private static final int SYSTEM = 4;
    private static final int HEAD = SYSTEM + Long.BYTES;

    private final List<String> hosts;
    private final Map<Long, Integer> known = new ConcurrentHashMap<>();

    /** @param hosts of the replicas, in replica order; none is the beginning of another */
    LinkAuthors(List<String> hosts) {
        this.hosts = List.copyOf(hosts);
    }

    /**
     * The replica that sent this frame, or {@link #CLIENT}.
     *
     * @param frame without its length
     * @param to the replica that it was sent to: frames name it, too
     */
    int of(byte[] frame, int to) {
        if (frame.length < HEAD) {
            return CLIENT;
        }
        long system = ByteBuffer.wrap(frame).order(ByteOrder.LITTLE_ENDIAN).getLong(SYSTEM);
        return known.computeIfAbsent(system, first -> named(frame, to));
    }

    private int named(byte[] frame, int to) {
        String text = new String(frame, StandardCharsets.ISO_8859_1);
        for (int replica = 0; replica < hosts.size(); replica++) {
            if (replica != to && text.contains(hosts.get(replica))) {
                return replica;
            }
        }
        return CLIENT;
    }
}
