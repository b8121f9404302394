package dev.viewstamp.journal;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The port to a replica's fixed files. Blocking; only disk workers and the opening of a data directory call
 * it. Several threads may read and write at once as long as the ranges that are written are disjoint from
 * all others in flight.
 *
 * <p>Offsets and lengths are multiples of 4096, buffers start at a multiple of 4096 in memory ({@link #allocate}).
 */
public interface Storage extends AutoCloseable {
    /** The parts of a data directory that never grow; offsets count from the zone's own start. */
    enum Zone {
        SUPERBLOCK, WAL_HEADERS, WAL_PREPARES, REPLIES
    }

    /**
     * Fills {@code into} from position to limit. A sector that the disk cannot read comes back as zeros,
     * which no checksum accepts (replication spec §0.10).
     *
     * @throws IOException if the file is gone, shortened or closed
     */
    void read(Zone zone, long offset, ByteBuffer into) throws IOException;

    /**
     * Writes {@code from} from position to limit; durable on return.
     *
     * @throws IOException always fatal: what is on disk in that range is then unknown, and the process must stop
     */
    void write(Zone zone, long offset, ByteBuffer from) throws IOException;

    @Override
    void close() throws IOException;

    /** A zeroed direct buffer of {@code size} bytes that starts at a sector boundary in memory. */
    static ByteBuffer allocate(int size) {
        ByteBuffer aligned = ByteBuffer.allocateDirect(size + WalGeometry.SECTOR_SIZE)
                .alignedSlice(WalGeometry.SECTOR_SIZE);
        return aligned.slice(0, size);
    }
}
