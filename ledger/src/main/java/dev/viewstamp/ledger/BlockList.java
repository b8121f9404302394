package dev.viewstamp.ledger;

import java.util.Arrays;

/**
 * Blocks of 64 KiB in a row that grows at its end: the home of everything the ledger stores. Not
 * thread-safe.
 */
final class BlockList {
    static final int BLOCK = 1 << 16;

    private byte[][] blocks = new byte[4][];
    private int size;

    int size() {
        return size;
    }

    byte[] block(int index) {
        return blocks[index];
    }

    /** A block of zeros at the end. */
    byte[] add() {
        if (size == blocks.length) blocks = Arrays.copyOf(blocks, size * 2);
        byte[] block = new byte[BLOCK];
        blocks[size++] = block;
        return block;
    }

    void removeLast() {
        blocks[--size] = null;
    }
}
