package dev.viewstamp.testkit.sim;

import dev.viewstamp.journal.Storage.Zone;

/**
 * A write that a simulated disk was given. Compared by identity.
 */
final class PendingWrite {
    final Zone zone;
    final long offset;
    final byte[] bytes;
    final byte[] before;                                         // what stood there

    PendingWrite(Zone zone, long offset, byte[] bytes, byte[] before) {
        this.zone = zone;
        this.offset = offset;
        this.bytes = bytes;
        this.before = before;
    }

    boolean overlaps(Zone otherZone, long otherOffset, int length) {
        return zone == otherZone && offset < otherOffset + length && otherOffset < offset + bytes.length;
    }

    @Override
    public String toString() {
        return zone + " at " + offset + ", " + bytes.length + " bytes";
    }
}
