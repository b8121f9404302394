package dev.viewstamp.ledger;

import java.util.Arrays;

/**
 * The blocks of sealed files that are in memory: a fixed number, the ones used lately. Replacement is by
 * second chance. What is in it never influences a result. Not thread-safe.
 */
final class BlockCache {
    private static final int NONE = -1;

    private final int capacity;
    private byte[][] blocks;                                 // by slot, null: free; grows up to the capacity
    private long[] files;
    private int[] numbers;
    private boolean[] used;                                  // since the hand passed
    private int[] table;                                     // open addressing: slot + 1, 0 is free
    private int size;
    private int hand;

    /** @param capacity blocks, 1 or more */
    BlockCache(int capacity) {
        if (capacity < 1) throw new IllegalArgumentException("a block cache holds at least one block");
        this.capacity = capacity;
        int start = Math.min(capacity, 16);
        blocks = new byte[start][];
        files = new long[start];
        numbers = new int[start];
        used = new boolean[start];
        table = new int[Integer.highestOneBit(start) * 4];
    }

    int capacity() {
        return capacity;
    }

    /** Null if it is not here. */
    byte[] get(long file, int number) {
        int slot = find(file, number);
        if (slot == NONE) return null;
        used[slot] = true;
        return blocks[slot];
    }

    /** The block must not be here yet. */
    void put(long file, int number, byte[] block) {
        int slot = size < capacity ? size++ : evict();
        if (slot == blocks.length) grow();
        blocks[slot] = block;
        files[slot] = file;
        numbers[slot] = number;
        used[slot] = false;                                  // until somebody comes back for it
        enter(slot);
    }

    private int find(long file, int number) {
        int mask = table.length - 1;
        for (int i = hash(file, number) & mask; table[i] != 0; i = i + 1 & mask) {
            int slot = table[i] - 1;
            if (files[slot] == file && numbers[slot] == number) return slot;
        }
        return NONE;
    }

    private int evict() {
        while (used[hand]) {
            used[hand] = false;
            hand = (hand + 1) % capacity;
        }
        int slot = hand;
        hand = (hand + 1) % capacity;
        leave(slot);
        return slot;
    }

    private void enter(int slot) {
        int mask = table.length - 1;
        int i = hash(files[slot], numbers[slot]) & mask;
        while (table[i] != 0) i = i + 1 & mask;
        table[i] = slot + 1;
    }

    /** Closes the gap that the entry leaves, so that probing needs no tombstones. */
    private void leave(int slot) {
        int mask = table.length - 1;
        int gap = hash(files[slot], numbers[slot]) & mask;
        while (table[gap] != slot + 1) gap = gap + 1 & mask;
        table[gap] = 0;
        for (int i = gap + 1 & mask; table[i] != 0; i = i + 1 & mask) {
            int home = hash(files[table[i] - 1], numbers[table[i] - 1]) & mask;
            if ((i - home & mask) < (i - gap & mask)) continue;
            table[gap] = table[i];
            table[i] = 0;
            gap = i;
        }
    }

    private void grow() {
        int length = Math.min(capacity, blocks.length * 2);
        blocks = Arrays.copyOf(blocks, length);
        files = Arrays.copyOf(files, length);
        numbers = Arrays.copyOf(numbers, length);
        used = Arrays.copyOf(used, length);
        table = new int[Integer.highestOneBit(length) * 4];
        for (int slot = 0; slot < size - 1; slot++) enter(slot);             // the newest is entered by put
    }

    private static int hash(long file, int number) {
        long x = (file * 0x9E3779B97F4A7C15L + number) * 0xBF58476D1CE4E5B9L;
        return (int) (x >>> 32);
    }
}
