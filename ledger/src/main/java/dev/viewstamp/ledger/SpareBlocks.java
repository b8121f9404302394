package dev.viewstamp.ledger;

import java.util.ArrayDeque;

/**
 * Blocks that were written to a sealed file, to be filled again: so storing a record allocates nothing once the first
 * segments are sealed, and the collector never copies a block. There are never more than the stores have held at once,
 * a few segments.
 *
 * <p>While a frozen state is being written, blocks are still read for it: those that become free then are left to the
 * collector. Not thread-safe.
 */
final class SpareBlocks {
    private final ArrayDeque<byte[]> spare = new ArrayDeque<>();
    private boolean frozen;

    /** A block for one who writes all of what others will read of it; what it holds is arbitrary. */
    byte[] take() {
        byte[] block = spare.poll();
        return block != null ? block : new byte[BlockList.BLOCK];
    }

    /** Gives back a block that nobody reads any more but perhaps a frozen state. */
    void give(byte[] block) {
        if (!frozen && block.length == BlockList.BLOCK) spare.push(block);
    }

    /** From here to {@link #release}, blocks may belong to a frozen state. */
    void freeze() {
        frozen = true;
    }

    /** The frozen state has been written. */
    void release() {
        frozen = false;
    }
}
