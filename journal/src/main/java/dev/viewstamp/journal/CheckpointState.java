package dev.viewstamp.journal;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * One durable checkpoint, as the superblock and StartView carry it. Nothing here depends on the replica, so
 * equal histories have equal records and equal ids (replication spec §6.1).
 *
 * <pre>
 *   0 header 256      256 parentId 16      272 grandparentId 16     288 manifestChecksum 16    304 manifestSize u64
 * 312 sessionsChecksum 16                  328 sessionsSize u64     336 release u32            340 zero to 384
 * </pre>
 *
 * @param header           of the checkpoint's op; the root before the first checkpoint
 * @param parentId         id of the checkpoint before this one; zero for the first
 * @param grandparentId    id of the one before that
 * @param manifestChecksum of the manifest file; zero while there is none
 * @param manifestSize     bytes
 * @param sessionsChecksum of the session table's file, if it is not listed in the manifest
 * @param sessionsSize     bytes
 * @param release          of the state machine that wrote it; opaque
 */
public record CheckpointState(EntryHeader header, Word128 parentId, Word128 grandparentId, Word128 manifestChecksum,
        long manifestSize, Word128 sessionsChecksum, long sessionsSize, int release) {
    public static final int SIZE = 384;

    /** What {@code format} writes: op 0, no files. */
    public static CheckpointState root(Word128 cluster) {
        return new CheckpointState(EntryHeader.root(cluster), Word128.ZERO, Word128.ZERO, Word128.ZERO, 0,
                Word128.ZERO, 0, 0);
    }

    /**
     * This state as what a new cluster begins with: the same files and op, but an entry of the new cluster's own in
     * place of the one that led here, and no past. That entry has no body, like the root, so that whoever knows its
     * header knows all of it.
     *
     * @param newCluster          id of the new cluster
     * @param newSessionsChecksum of its first session table
     * @param newSessionsSize     bytes
     */
    public CheckpointState reborn(Word128 newCluster, Word128 newSessionsChecksum, long newSessionsSize) {
        EntryHeader first = EntryHeader.builder().cluster(newCluster).operation(EntryHeader.OPERATION_NOOP)
                .op(op()).commit(op() - 1).timestamp(header.timestamp()).body(new byte[0]).build();
        return new CheckpointState(first, Word128.ZERO, Word128.ZERO, manifestChecksum, manifestSize,
                newSessionsChecksum, newSessionsSize, release);
    }

    public long op() {
        return header.op();
    }

    /** Identity of the state at {@link #op()}: hash of the record. */
    public Word128 id() {
        return Checksums.of(toBytes());
    }

    public byte[] toBytes() {
        ByteBuffer target = ByteBuffer.allocate(SIZE).order(ByteOrder.LITTLE_ENDIAN);
        writeTo(target);
        return target.array();
    }

    /** Writes 384 bytes; {@code target} must be little-endian. */
    public void writeTo(ByteBuffer target) {
        int end = target.position() + SIZE;
        header.writeTo(target);
        parentId.writeTo(target);
        grandparentId.writeTo(target);
        manifestChecksum.writeTo(target);
        target.putLong(manifestSize);
        sessionsChecksum.writeTo(target);
        target.putLong(sessionsSize);
        target.putInt(release);
        while (target.position() < end) {
            target.put((byte) 0);
        }
    }

    /** Reads 384 bytes without judging them; {@code source} must be little-endian. */
    public static CheckpointState read(ByteBuffer source) {
        int end = source.position() + SIZE;
        CheckpointState state = new CheckpointState(EntryHeader.read(source), Word128.read(source),
                Word128.read(source), Word128.read(source), source.getLong(), Word128.read(source),
                source.getLong(), source.getInt());
        source.position(end);
        return state;
    }
}
