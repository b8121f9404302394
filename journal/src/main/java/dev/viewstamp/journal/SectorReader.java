package dev.viewstamp.journal;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Reads around sectors that the disk cannot read: a range that fails is read again in halves, down to one
 * sector, and what fails even then comes back as zeros (replication spec §0.10). Thread-safe.
 */
final class SectorReader {
    /** As {@link java.nio.channels.FileChannel#read(ByteBuffer, long)}. */
    @FunctionalInterface
    interface Source {
        int read(ByteBuffer into, long position) throws IOException;
    }

    private final AtomicLong unreadable = new AtomicLong();

    /** How many sectors came back as zeros so far. */
    long unreadableSectors() {
        return unreadable.get();
    }

    void read(Source source, long position, ByteBuffer into) throws IOException {
        int start = into.position();
        try {
            readFully(source, position, into);
        } catch (ClosedChannelException | EOFException notTheDisk) {
            throw notTheDisk;
        } catch (IOException sectorError) {
            into.position(start);
            int length = into.remaining();
            if (length <= WalGeometry.SECTOR_SIZE) {
                unreadable.incrementAndGet();
                while (into.hasRemaining()) {
                    into.put((byte) 0);
                }
                return;
            }
            int end = into.limit();
            int half = WalGeometry.sectorCeil(length / 2);
            read(source, position, into.limit(start + half));
            read(source, position + half, into.limit(end));
        }
    }

    private static void readFully(Source source, long position, ByteBuffer into) throws IOException {
        long at = position;
        while (into.hasRemaining()) {
            int count = source.read(into, at);
            if (count <= 0) {
                throw new EOFException("file ends at " + at + ", " + into.remaining() + " bytes early");
            }
            at += count;
        }
    }
}
