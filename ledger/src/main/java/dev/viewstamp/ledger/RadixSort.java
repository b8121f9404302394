package dev.viewstamp.ledger;

import java.util.Arrays;

/**
 * Sorts ordinals by unsigned keys, stably, in time linear in their number: byte by byte from the lowest,
 * leaving out bytes that are the same everywhere. Keys of 128 bits take two calls, low halves first. Keeps
 * its scratch arrays. Not thread-safe.
 */
final class RadixSort {
    private static final int RADIX = 256;

    private long[] otherKeys = new long[0];
    private int[] otherOrdinals = new int[0];
    private final int[][] counts = new int[Long.BYTES][RADIX];

    /** Reorders the first {@code size} keys and the ordinals with them. */
    void sort(long[] keys, int[] ordinals, int size) {
        if (otherKeys.length < size) {
            otherKeys = new long[keys.length];
            otherOrdinals = new int[keys.length];
        }
        for (int[] count : counts) Arrays.fill(count, 0);
        for (int i = 0; i < size; i++) {
            long key = keys[i];
            for (int digit = 0; digit < Long.BYTES; digit++) counts[digit][(int) (key >>> digit * 8) & 0xFF]++;
        }
        long[] from = keys;
        int[] fromOrdinals = ordinals;
        long[] to = otherKeys;
        int[] toOrdinals = otherOrdinals;
        for (int digit = 0; digit < Long.BYTES && size > 0; digit++) {
            int[] count = counts[digit];
            int shift = digit * 8;
            if (count[(int) (from[0] >>> shift) & 0xFF] == size) continue;
            toStarts(count);
            for (int i = 0; i < size; i++) {
                int target = count[(int) (from[i] >>> shift) & 0xFF]++;
                to[target] = from[i];
                toOrdinals[target] = fromOrdinals[i];
            }
            long[] keysSwap = from;
            from = to;
            to = keysSwap;
            int[] ordinalsSwap = fromOrdinals;
            fromOrdinals = toOrdinals;
            toOrdinals = ordinalsSwap;
        }
        if (from != keys) {
            System.arraycopy(from, 0, keys, 0, size);
            System.arraycopy(fromOrdinals, 0, ordinals, 0, size);
        }
    }

    private static void toStarts(int[] count) {
        int start = 0;
        for (int value = 0; value < RADIX; value++) {
            int size = count[value];
            count[value] = start;
            start += size;
        }
    }
}
