package dev.viewstamp.testkit.sim;

import static dev.viewstamp.journal.WalGeometry.SECTOR_SIZE;

import dev.viewstamp.journal.Storage;
import dev.viewstamp.journal.Storage.Zone;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * The fixed zones of a simulated disk: what a perfect disk would hold, and over it, sector by sector, what is found
 * instead. Offsets and lengths are bytes, multiples of the sector size where sectors are written.
 */
final class Sectors {
    private final Map<Zone, byte[]> content = new EnumMap<>(Zone.class);
    private final Map<Zone, TreeMap<Long, byte[]>> damage = new EnumMap<>(Zone.class);   // by offset, one sector each

    /** Zones of zeros. */
    Sectors(Map<Zone, Integer> sizes) {
        sizes.forEach((zone, size) -> {
            content.put(zone, new byte[size]);
            damage.put(zone, new TreeMap<>());
        });
    }

    /** Everything is zeros again, and nothing is damaged. */
    void wipe() {
        content.values().forEach(bytes -> Arrays.fill(bytes, (byte) 0));
        damage.values().forEach(TreeMap::clear);
    }

    int size(Zone zone) {
        return content.get(zone).length;
    }

    /** What a reader finds. */
    byte[] visible(Zone zone, long offset, int length) {
        byte[] bytes = meant(zone, offset, length);
        TreeMap<Long, byte[]> bad = damage.get(zone);
        if (!bad.isEmpty()) {
            bad.subMap(offset, offset + length).forEach((at, instead) ->
                    System.arraycopy(instead, 0, bytes, (int) (at - offset), SECTOR_SIZE));
        }
        return bytes;
    }

    /** What a perfect disk would hold. */
    byte[] meant(Zone zone, long offset, int length) {
        return Arrays.copyOfRange(content.get(zone), (int) offset, (int) offset + length);
    }

    /** A good write: what was wrong there before is gone. */
    void store(Zone zone, long offset, byte[] bytes) {
        TreeMap<Long, byte[]> bad = damage.get(zone);
        if (!bad.isEmpty()) {
            bad.subMap(offset, offset + bytes.length).clear();
        }
        System.arraycopy(bytes, 0, content.get(zone), (int) offset, bytes.length);
    }

    /** A write that only counts as done: the place yields what it did before. */
    void hide(Zone zone, long offset, byte[] bytes) {
        byte[] before = visible(zone, offset, bytes.length);
        damage(zone, offset, before);
        System.arraycopy(bytes, 0, content.get(zone), (int) offset, bytes.length);
    }

    /** From now on these whole sectors are found there. */
    void damage(Zone zone, long offset, byte[] instead) {
        for (int at = 0; at < instead.length; at += SECTOR_SIZE) {
            damage.get(zone).put(offset + at, Arrays.copyOfRange(instead, at, at + SECTOR_SIZE));
        }
    }

    boolean isDamaged(Zone zone, long offset, int length) {
        return !damage.get(zone).subMap(offset, offset + length).isEmpty();
    }

    /** Sectors that yield something else than was written. */
    int damaged() {
        return damage.values().stream().mapToInt(Map::size).sum();
    }

    /** These zones without their damage. */
    Storage intact() {
        return new Storage() {
            @Override
            public void read(Zone zone, long offset, ByteBuffer into) {
                into.put(content.get(zone), (int) offset, into.remaining());
            }

            @Override
            public void write(Zone zone, long offset, ByteBuffer from) {
                throw new UnsupportedOperationException("for looking only");
            }

            @Override
            public void close() {
            }
        };
    }
}
