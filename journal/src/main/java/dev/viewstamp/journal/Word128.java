package dev.viewstamp.journal;

import java.nio.ByteBuffer;

/**
 * Sixteen bytes that are only ever compared: a checksum, a client id, a cluster id. On disk little-endian,
 * low half first. Immutable.
 *
 * @param hi bytes 8 to 15
 * @param lo bytes 0 to 7
 */
public record Word128(long hi, long lo) {
    public static final Word128 ZERO = new Word128(0, 0);

    public static Word128 of(long lo) {
        return new Word128(0, lo);
    }

    public boolean isZero() {
        return (hi | lo) == 0;
    }

    /** Reads 16 bytes; {@code source} must be little-endian. */
    public static Word128 read(ByteBuffer source) {
        long lo = source.getLong();
        return new Word128(source.getLong(), lo);
    }

    /** Writes 16 bytes; {@code target} must be little-endian. */
    public void writeTo(ByteBuffer target) {
        target.putLong(lo).putLong(hi);
    }

    /** 32 hexadecimal digits, most significant first. */
    @Override
    public String toString() {
        return String.format("%016x%016x", hi, lo);
    }
}
