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
    private final int[] count = new int[RADIX];

    /** Reorders the first {@code size} keys and the ordinals with them. */
    void sort(long[] keys, int[] ordinals, int size) {
        if (otherKeys.length < size) {
            otherKeys = new long[keys.length];
            otherOrdinals = new int[keys.length];
        }
        long differing = 0;
        for (int i = 1; i < size; i++) differing |= keys[i] ^ keys[0];
        long[] from = keys;
        int[] fromOrdinals = ordinals;
        long[] to = otherKeys;
        int[] toOrdinals = otherOrdinals;
        for (int shift = 0; shift < Long.SIZE; shift += 8) {
            if ((differing >>> shift & 0xFF) == 0) continue;
            Arrays.fill(count, 0);
            for (int i = 0; i < size; i++) count[(int) (from[i] >>> shift) & 0xFF]++;
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
