package dev.viewstamp.journal;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * A log entry as it lies in its slot: header, body, zeros up to the next sector. Stateless.
 *
 * <pre>
 *   0          256               size              sectorCeil(size)
 *   +----------+-----------------+-----------------+
 *   | header   | body            | zeros           |
 *   +----------+-----------------+-----------------+
 * </pre>
 *
 * Padding that is not zero is damage: else one entry could have different bytes on two replicas
 * (replication spec §2.1).
 */
public final class EntryCodec {
    private static final byte[] ZEROS = new byte[WalGeometry.SECTOR_SIZE];

    private EntryCodec() {
    }

    /** Bytes that writing this entry takes, a multiple of 4096. */
    public static int encodedSize(EntryHeader header) {
        return WalGeometry.sectorCeil(header.size());
    }

    /**
     * Copies the entry to the buffer's start and leaves position 0, limit {@code encodedSize}: ready to be
     * written.
     */
    public static void encode(LogEntry entry, ByteBuffer target) {
        target.clear().limit(encodedSize(entry.header()));
        entry.header().writeTo(target);
        target.put(entry.body());
        target.put(ZEROS, 0, target.remaining()).flip();
    }

    /**
     * Judges what was read from the start of {@code slot}: {@code source} from position to limit. Fewer
     * bytes than the header claims are damage. Does not move the position.
     *
     * @param keepBody whether the result shall carry the body
     */
    public static StoredPrepare judge(ByteBuffer source, Word128 cluster, WalGeometry geometry, int slot,
            boolean keepBody) {
        EntryHeader claimed = EntryHeader.read(source.duplicate());
        if (!claimed.isValid()) {
            return StoredPrepare.DAMAGED;
        }
        int bodySize = Math.min(claimed.bodySize(), source.remaining());
        return judge(claimed, source, cluster, geometry, slot, new byte[bodySize], keepBody);
    }

    /** As above; the body is copied into {@code scratch}, which the result keeps if it keeps the body. */
    static StoredPrepare judge(ByteBuffer source, Word128 cluster, WalGeometry geometry, int slot, byte[] scratch,
            boolean keepBody) {
        EntryHeader claimed = EntryHeader.read(source.duplicate());
        return claimed.isValid() ? judge(claimed, source, cluster, geometry, slot, scratch, keepBody)
                : StoredPrepare.DAMAGED;
    }

    private static StoredPrepare judge(EntryHeader header, ByteBuffer source, Word128 cluster, WalGeometry geometry,
            int slot, byte[] scratch, boolean keepBody) {
        int start = source.position();
        if (header.size() > geometry.prepareSizeMax() || encodedSize(header) > source.remaining()) {
            return StoredPrepare.DAMAGED;
        }
        int bodySize = header.bodySize();
        source.get(start + EntryHeader.SIZE, scratch, 0, bodySize);
        if (!Checksums.of(scratch, 0, bodySize).equals(header.bodyChecksum())
                || !isZero(source, start + header.size(), start + encodedSize(header))) {
            return StoredPrepare.DAMAGED;
        }
        if (!belongsTo(header, cluster, geometry, slot)) {
            return StoredPrepare.MISPLACED;
        }
        byte[] body = !keepBody ? null : scratch.length == bodySize ? scratch : Arrays.copyOf(scratch, bodySize);
        return new StoredPrepare(StoredPrepare.State.INTACT, header, body);
    }

    /** Whether a valid header is of this cluster and has its place in this slot. */
    static boolean belongsTo(EntryHeader header, Word128 cluster, WalGeometry geometry, int slot) {
        if (!header.cluster().equals(cluster)) {
            return false;
        }
        if (header.isReserved()) {
            return header.isReservedFor(cluster, slot);
        }
        return geometry.slotOf(header.op()) == slot && (header.op() > 0 || header.equals(EntryHeader.root(cluster)));
    }

    private static boolean isZero(ByteBuffer source, int from, int to) {
        for (int at = from; at < to; at += ZEROS.length) {
            int length = Math.min(ZEROS.length, to - at);
            if (source.slice(at, length).mismatch(ByteBuffer.wrap(ZEROS, 0, length)) >= 0) {
                return false;
            }
        }
        return true;
    }
}
