package dev.viewstamp.journal;

/**
 * Where an op lives in the write-ahead log: two rings of equally many slots, in the file {@code wal} one
 * after the other.
 *
 * <pre>
 *   0                                headerRingSize                            headerRingSize + prepareRingSize
 *   +-----+-----+--   --+------------+------------+--   --+--------------------+
 *   | h 0 | h 1 |  ...  | h slots-1  | prepare 0  |  ...  | prepare slots-1    |
 *   +-----+-----+--   --+------------+------------+--   --+--------------------+
 *     256 bytes each, 16 a sector      prepareSizeMax bytes each
 * </pre>
 *
 * An entry uses the first {@code sectorCeil(header.size())} bytes of its slot; what follows is left from
 * earlier laps and means nothing. Slot of an op = op mod slotCount. Source: replication spec §5.1.
 *
 * @param slotCount      a multiple of 16, at least 32: one torn header sector must never take all headers
 * @param prepareSizeMax bytes of a slot, header included; a multiple of 4096
 */
public record WalGeometry(int slotCount, int prepareSizeMax) {
    /** The unit of direct I/O and of what a disk writes whole, bytes. */
    public static final int SECTOR_SIZE = 4096;
    public static final int HEADERS_PER_SECTOR = SECTOR_SIZE / EntryHeader.SIZE;
    public static final int SLOT_COUNT_MIN = 2 * HEADERS_PER_SECTOR;

    public WalGeometry {
        if (slotCount < SLOT_COUNT_MIN || slotCount % HEADERS_PER_SECTOR != 0) {
            throw new IllegalArgumentException("slotCount is " + slotCount + ": it must be a multiple of "
                    + HEADERS_PER_SECTOR + " and at least " + SLOT_COUNT_MIN);
        }
        if (prepareSizeMax < SECTOR_SIZE || prepareSizeMax % SECTOR_SIZE != 0) {
            throw new IllegalArgumentException("prepareSizeMax is " + prepareSizeMax
                    + ": it must be a positive multiple of " + SECTOR_SIZE);
        }
    }

    /** {@code size} rounded up to whole sectors. */
    public static int sectorCeil(int size) {
        return Math.addExact(size, SECTOR_SIZE - 1) & -SECTOR_SIZE;
    }

    public int slotOf(long op) {
        return (int) (op % slotCount);
    }

    /** Header sectors in the header ring. */
    public int sectorCount() {
        return slotCount / HEADERS_PER_SECTOR;
    }

    public int sectorOf(int slot) {
        return slot / HEADERS_PER_SECTOR;
    }

    public int firstSlotOf(int sector) {
        return sector * HEADERS_PER_SECTOR;
    }

    /** Offset of a header sector in zone {@link Storage.Zone#WAL_HEADERS}. */
    public long sectorOffset(int sector) {
        return (long) sector * SECTOR_SIZE;
    }

    /** Offset of a slot in zone {@link Storage.Zone#WAL_PREPARES}. */
    public long prepareOffset(int slot) {
        return (long) slot * prepareSizeMax;
    }

    /** A multiple of the sector size. */
    public long headerRingSize() {
        return (long) slotCount * EntryHeader.SIZE;
    }

    public long prepareRingSize() {
        return (long) slotCount * prepareSizeMax;
    }
}
