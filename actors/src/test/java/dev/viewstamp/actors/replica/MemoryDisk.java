package dev.viewstamp.actors.replica;

import dev.viewstamp.journal.ClusterConstants;
import dev.viewstamp.journal.EntryCodec;
import dev.viewstamp.journal.EntryHeader;
import dev.viewstamp.journal.LogEntry;
import dev.viewstamp.journal.ReplyCodec;
import dev.viewstamp.journal.Storage;
import dev.viewstamp.journal.StoredPrepare;
import dev.viewstamp.journal.StoredReply;
import dev.viewstamp.journal.SuperBlock;
import dev.viewstamp.journal.SuperBlockZone;
import dev.viewstamp.journal.VsrState;
import dev.viewstamp.journal.WalGeometry;
import dev.viewstamp.journal.Word128;
import dev.viewstamp.journal.ZoneFormat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.random.RandomGenerator;

/** A replica's fixed files in memory; they survive its crashes, and tests damage them. */
final class MemoryDisk implements Storage {
    private final Map<Zone, byte[]> zones = new EnumMap<>(Zone.class);
    private final WalGeometry geometry;
    private final Word128 cluster;

    MemoryDisk(Word128 cluster, ClusterConstants constants, int replica) throws IOException {
        this.cluster = cluster;
        this.geometry = constants.walGeometry();
        zones.put(Zone.SUPERBLOCK, new byte[SuperBlockZone.SIZE]);
        zones.put(Zone.WAL_HEADERS, new byte[(int) geometry.headerRingSize()]);
        zones.put(Zone.WAL_PREPARES, new byte[(int) geometry.prepareRingSize()]);
        zones.put(Zone.REPLIES, new byte[constants.clientsMax() * constants.prepareSizeMax()]);
        ZoneFormat.write(this, SuperBlock.first(cluster, constants, VsrState.root(cluster, replica)), (done,
                all) -> { });
    }

    @Override
    public void read(Zone zone, long offset, ByteBuffer into) {
        into.put(zones.get(zone), (int) offset, into.remaining());
    }

    @Override
    public void write(Zone zone, long offset, ByteBuffer from) {
        if (zone == Zone.REPLIES) {
            return;                                             // zeros of the formatting; replies have their own way
        }
        from.get(zones.get(zone), (int) offset, from.remaining());
    }

    @Override
    public void close() {
    }

    void writePrepare(int slot, LogEntry entry) {
        byte[] bytes = encoded(entry);
        System.arraycopy(bytes, 0, zones.get(Zone.WAL_PREPARES), (int) geometry.prepareOffset(slot), bytes.length);
    }

    /** A write that power failed: any part of it is on disk, and what lies between may be garbage. */
    void tearPrepare(int slot, LogEntry entry, RandomGenerator random) {
        tear(zones.get(Zone.WAL_PREPARES), (int) geometry.prepareOffset(slot), encoded(entry), random);
    }

    void writeHeaderSector(int sector, byte[] content) {
        System.arraycopy(content, 0, zones.get(Zone.WAL_HEADERS), (int) geometry.sectorOffset(sector), content.length);
    }

    byte[] readHeaderSector(int sector) {
        int at = (int) geometry.sectorOffset(sector);
        return Arrays.copyOfRange(zones.get(Zone.WAL_HEADERS), at, at + WalGeometry.SECTOR_SIZE);
    }

    /** Copies that were not as they should be, and are now. */
    int mendSuperBlock(SuperBlock superBlock) {
        int mended = 0;
        for (int copy = 0; copy < SuperBlock.COPY_COUNT; copy++) {
            byte[] bytes = superBlock.toBytes(copy);
            int at = (int) SuperBlockZone.offset(copy);
            if (!Arrays.equals(bytes, 0, bytes.length, zones.get(Zone.SUPERBLOCK), at, at + bytes.length)) {
                writeSuperBlockCopy(copy, superBlock);
                mended++;
            }
        }
        return mended;
    }

    void writeSuperBlockCopy(int copy, SuperBlock superBlock) {
        byte[] bytes = superBlock.toBytes(copy);
        System.arraycopy(bytes, 0, zones.get(Zone.SUPERBLOCK), (int) SuperBlockZone.offset(copy), bytes.length);
    }

    void tearSuperBlockCopy(int copy, SuperBlock superBlock, RandomGenerator random) {
        tear(zones.get(Zone.SUPERBLOCK), (int) SuperBlockZone.offset(copy), superBlock.toBytes(copy), random);
    }

    /** The entry if it is in its slot, whole; else null. */
    LogEntry readPrepare(int slot, long op, Word128 checksum) {
        ByteBuffer bytes = ByteBuffer.wrap(zones.get(Zone.WAL_PREPARES), (int) geometry.prepareOffset(slot),
                geometry.prepareSizeMax()).slice();
        StoredPrepare stored = EntryCodec.judge(bytes, cluster, geometry, slot, true);
        boolean isWanted = stored.isIntact() && !stored.header().isReserved() && stored.header().op() == op
                && stored.header().checksum().equals(checksum);
        return isWanted ? stored.entry() : null;
    }

    void writeReply(int slot, StoredReply reply) {
        byte[] bytes = encoded(reply);
        System.arraycopy(bytes, 0, zones.get(Zone.REPLIES), slot * geometry.prepareSizeMax(), bytes.length);
    }

    void tearReply(int slot, StoredReply reply, RandomGenerator random) {
        tear(zones.get(Zone.REPLIES), slot * geometry.prepareSizeMax(), encoded(reply), random);
    }

    /** The reply if it is in its slot, whole; else null. */
    StoredReply readReply(int slot, Word128 checksum) {
        byte[] place = Arrays.copyOfRange(zones.get(Zone.REPLIES), slot * geometry.prepareSizeMax(),
                (slot + 1) * geometry.prepareSizeMax());
        return ReplyCodec.read(place, checksum);
    }

    void corruptReply(int slot) {
        zones.get(Zone.REPLIES)[slot * geometry.prepareSizeMax() + 200] ^= 0x55;
    }

    void corruptSuperBlock(int copy) {
        zones.get(Zone.SUPERBLOCK)[(int) SuperBlockZone.offset(copy) + 200] ^= 0x55;
    }

    /** Another disk takes its place, with another beginning. */
    void format(SuperBlock initial) throws IOException {
        zones.values().forEach(zone -> Arrays.fill(zone, (byte) 0));
        ZoneFormat.write(this, initial, (done, all) -> { });
    }

    private static byte[] encoded(StoredReply reply) {
        ByteBuffer target = ByteBuffer.allocate(ReplyCodec.encodedSize(reply.header()));
        ReplyCodec.encode(reply, target);
        return target.array();
    }

    void corruptPrepare(long op) {
        zones.get(Zone.WAL_PREPARES)[(int) geometry.prepareOffset(geometry.slotOf(op)) + 200] ^= 0x55;
    }

    void corruptHeader(long op) {
        zones.get(Zone.WAL_HEADERS)[geometry.slotOf(op) * EntryHeader.SIZE + 200] ^= 0x55;
    }

    private static byte[] encoded(LogEntry entry) {
        ByteBuffer target = ByteBuffer.allocate(EntryCodec.encodedSize(entry.header()));
        EntryCodec.encode(entry, target);
        return target.array();
    }

    private static void tear(byte[] zone, int offset, byte[] bytes, RandomGenerator random) {
        switch (random.nextInt(4)) {
            case 0 -> { }
            case 1 -> System.arraycopy(bytes, 0, zone, offset, bytes.length);
            case 2 -> System.arraycopy(bytes, 0, zone, offset, random.nextInt(bytes.length));
            default -> {
                int from = random.nextInt(bytes.length);
                System.arraycopy(bytes, 0, zone, offset, from);
                for (int i = from; i < Math.min(bytes.length, from + 64); i++) {
                    zone[offset + i] = (byte) random.nextInt();
                }
            }
        }
    }
}
