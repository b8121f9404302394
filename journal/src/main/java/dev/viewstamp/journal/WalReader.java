package dev.viewstamp.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads a whole WAL at open, or single slots of it, through {@link Storage}; holds one slot's bytes at a
 * time. One reader is used by one thread; several readers may share the slots between them.
 */
public final class WalReader {
    private final Storage storage;
    private final Word128 cluster;
    private final WalGeometry geometry;
    private final ByteBuffer buffer;
    private final byte[] scratch;

    public WalReader(Storage storage, Word128 cluster, WalGeometry geometry) {
        this.storage = storage;
        this.cluster = cluster;
        this.geometry = geometry;
        this.buffer = Storage.allocate(geometry.prepareSizeMax());
        this.scratch = new byte[geometry.prepareSizeMax()];
    }

    /** Both rings, all slots. */
    public WalImage readAll() throws IOException {
        return new WalImage(readHeaderRing(), readPrepares(0, geometry.slotCount()));
    }

    public byte[] readHeaderRing() throws IOException {
        byte[] ring = new byte[Math.toIntExact(geometry.headerRingSize())];
        for (int offset = 0; offset < ring.length; offset += buffer.capacity()) {
            buffer.clear().limit(Math.min(buffer.capacity(), ring.length - offset));
            storage.read(Storage.Zone.WAL_HEADERS, offset, buffer);
            buffer.flip();
            buffer.get(ring, offset, buffer.remaining());
        }
        return ring;
    }

    /** Slots {@code from} to {@code to - 1}, judged, without bodies. */
    public List<StoredPrepare> readPrepares(int from, int to) throws IOException {
        List<StoredPrepare> prepares = new ArrayList<>(to - from);
        for (int slot = from; slot < to; slot++) {
            prepares.add(readPrepare(slot, false));
        }
        return prepares;
    }

    /** One slot: its first sector, then as much as the header says the entry has. */
    public StoredPrepare readPrepare(int slot, boolean keepBody) throws IOException {
        long offset = geometry.prepareOffset(slot);
        buffer.clear().limit(WalGeometry.SECTOR_SIZE);
        storage.read(Storage.Zone.WAL_PREPARES, offset, buffer);
        EntryHeader header = EntryHeader.read(buffer.duplicate().rewind());
        if (!header.isValid() || header.size() > geometry.prepareSizeMax()) {
            return StoredPrepare.DAMAGED;
        }
        int size = EntryCodec.encodedSize(header);
        if (size > WalGeometry.SECTOR_SIZE) {
            buffer.limit(size).position(WalGeometry.SECTOR_SIZE);
            storage.read(Storage.Zone.WAL_PREPARES, offset + WalGeometry.SECTOR_SIZE, buffer);
        }
        buffer.flip();
        return EntryCodec.judge(buffer, cluster, geometry, slot,
                keepBody ? new byte[header.bodySize()] : scratch, keepBody);
    }
}
