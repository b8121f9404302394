package dev.viewstamp.journal;

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

    /** 32 hexadecimal digits, most significant first. */
    @Override
    public String toString() {
        return String.format("%016x%016x", hi, lo);
    }
}
