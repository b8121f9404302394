package dev.viewstamp.journal;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Writes the first content of a replica's zones, through any {@link Storage}: reserved headers and the entry of
 * the first checkpoint (the root, unless a backup is restored) in both rings, zeros elsewhere, the superblock
 * last. Every byte is written, because a sparse file is slow
 * on its first lap and can run out of space later (replication spec §2.4, §5.1; design page, "On disk").
 */
public final class ZoneFormat {
    /** Told after every slot. */
    @FunctionalInterface
    public interface Progress {
        void written(long bytes, long total);
    }

    private ZoneFormat() {
    }

    /** All zones, the superblock last. */
    public static void write(Storage storage, SuperBlock first, Progress progress) throws IOException {
        writeRings(storage, first, progress);
        new SuperBlockZone(storage).write(first);
    }

    /** All zones but the superblock. */
    static void writeRings(Storage storage, SuperBlock first, Progress progress) throws IOException {
        DataDirectoryLayout layout = DataDirectoryLayout.of(first.constants());
        WalGeometry geometry = layout.walGeometry();
        EntryHeader head = first.vsrState().checkpoint().header();
        Journal journal = Journal.formatted(first.cluster(), geometry, head);
        long total = layout.totalSize();
        long done = 0;
        ByteBuffer sector = Storage.allocate(WalGeometry.SECTOR_SIZE);
        for (int index = 0; index < geometry.sectorCount(); index++) {
            sector.clear().put(journal.headerSector(index)).flip();
            storage.write(Storage.Zone.WAL_HEADERS, geometry.sectorOffset(index), sector);
            done += WalGeometry.SECTOR_SIZE;
        }
        ByteBuffer slotBytes = Storage.allocate(geometry.prepareSizeMax());
        for (int slot = 0; slot < geometry.slotCount(); slot++) {
            EntryHeader header = slot == geometry.slotOf(head.op()) ? head : journal.reserved(slot);
            header.writeTo(slotBytes.clear());
            storage.write(Storage.Zone.WAL_PREPARES, geometry.prepareOffset(slot), slotBytes.rewind());
            progress.written(done += geometry.prepareSizeMax(), total);
        }
        ByteBuffer zeros = Storage.allocate(ClusterConstants.REPLY_SIZE_MAX);
        for (int reply = 0; reply < layout.clientsMax(); reply++) {
            storage.write(Storage.Zone.REPLIES, layout.replyOffset(reply), zeros.rewind());
            progress.written(done += ClusterConstants.REPLY_SIZE_MAX, total);
        }
        progress.written(total, total);
    }
}
