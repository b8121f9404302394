package dev.viewstamp.journal;

import java.nio.ByteBuffer;
import java.util.EnumMap;
import java.util.Map;
import java.util.random.RandomGenerator;

/** A disk in memory that tests may damage. */
final class MemoryStorage implements Storage {
    final Map<Zone, byte[]> zones = new EnumMap<>(Zone.class);

    MemoryStorage(DataDirectoryLayout layout) {
        for (Zone zone : Zone.values()) {
            zones.put(zone, new byte[Math.toIntExact(layout.size(zone))]);
        }
    }

    private MemoryStorage(MemoryStorage other) {
        other.zones.forEach((zone, bytes) -> zones.put(zone, bytes.clone()));
    }

    MemoryStorage copy() {
        return new MemoryStorage(this);
    }

    @Override
    public void read(Zone zone, long offset, ByteBuffer into) {
        into.put(zones.get(zone), Math.toIntExact(offset), into.remaining());
    }

    @Override
    public void write(Zone zone, long offset, ByteBuffer from) {
        from.get(zones.get(zone), Math.toIntExact(offset), from.remaining());
    }

    void write(Zone zone, long offset, byte[] bytes) {
        write(zone, offset, ByteBuffer.wrap(bytes));
    }

    byte[] bytes(Zone zone, long offset, int length) {
        byte[] bytes = new byte[length];
        read(zone, offset, ByteBuffer.wrap(bytes));
        return bytes;
    }

    /** Flips one bit. */
    void damage(Zone zone, long offset) {
        zones.get(zone)[Math.toIntExact(offset)] ^= 0x10;
    }

    /** A write that a crash caught: every sector is old, new, or garbage. */
    void writeTorn(Zone zone, long offset, byte[] bytes, RandomGenerator random) {
        byte[] disk = zones.get(zone);
        for (int at = 0; at < bytes.length; at += WalGeometry.SECTOR_SIZE) {
            int target = Math.toIntExact(offset) + at;
            switch (random.nextInt(3)) {
                case 0 -> System.arraycopy(bytes, at, disk, target, WalGeometry.SECTOR_SIZE);
                case 1 -> {
                    byte[] garbage = new byte[WalGeometry.SECTOR_SIZE];
                    random.nextBytes(garbage);
                    System.arraycopy(garbage, 0, disk, target, garbage.length);
                }
                default -> {
                    // stays old
                }
            }
        }
    }

    @Override
    public void close() {
    }
}
