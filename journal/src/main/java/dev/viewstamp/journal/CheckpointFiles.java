package dev.viewstamp.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * The port to a replica's immutable files. A file comes into being as a <em>draft</em> of unknown fate, and becomes
 * complete, durable and visible all at once by {@link #publish}; from then on it is read, now and then patched where
 * the disk has damaged it, and deleted when no checkpoint needs it. Drafts never survive a restart.
 *
 * <p>Blocking; only file workers and the opening of a data directory call it. Thread-safe as long as one thread at a
 * time works on one draft, and nobody deletes a file that another one patches. Offsets are multiples of 4096 and
 * buffers start at a multiple of 4096 in memory ({@link Storage#allocate}).
 */
public interface CheckpointFiles {
    /** Who makes a draft: both may be at work on the same file. */
    enum Origin {
        /** This replica's own state machine. */
        OWN,
        /** Fetched from a peer. */
        PEER
    }

    /** The complete files in order of kind and number. */
    List<CheckpointFile> list() throws IOException;

    /** Bytes of a complete file; -1 if there is none. */
    long size(CheckpointFile file) throws IOException;

    /**
     * Fills {@code into} from position to limit, or up to the file's end, and returns the number of bytes. Sectors that
     * the disk cannot read come back as zeros. -1 if there is no such file.
     */
    int read(CheckpointFile file, long offset, ByteBuffer into) throws IOException;

    /**
     * Writes a piece of a draft, from position to limit; pieces may come in any order. Up to a whole sector, zeros are
     * written behind it; for that the limit may be moved within the buffer's capacity.
     *
     * @throws NoSpaceException if the disk is full; the same call may be made again later
     */
    void write(CheckpointFile file, Origin origin, long offset, ByteBuffer from) throws IOException;

    /**
     * Cuts the draft to {@code size} bytes, all of which were written, makes it durable and gives it its name, in place
     * of any older file.
     *
     * @throws NoSpaceException as for {@link #write}
     */
    void publish(CheckpointFile file, Origin origin, long size) throws IOException;

    /**
     * Writes over a damaged piece of a complete file; durable on return. It ends at a multiple of 4096, or at the
     * file's end. No effect if the file is gone.
     */
    void patch(CheckpointFile file, long offset, ByteBuffer from) throws IOException;

    /** No effect if there is no such file. */
    void delete(CheckpointFile file) throws IOException;

    /** Removes all drafts: what a process before this one did not finish. */
    void discardDrafts() throws IOException;

    /** Bytes that may still be written to this disk. */
    long usableSpace() throws IOException;

    /** The disk is full. Nothing that was complete is touched; the same call may succeed later. */
    final class NoSpaceException extends IOException {
        private static final long serialVersionUID = 1;

        public NoSpaceException(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
