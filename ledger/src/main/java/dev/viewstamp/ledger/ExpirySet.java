package dev.viewstamp.ledger;

import static dev.viewstamp.ledger.Invariant.check;

import java.util.Arrays;

/**
 * Open pending transfers that have a timeout, by (expires_at, position) (ledger spec §4, §14). Positions
 * stand for the transfers' timestamps, whose order is the same.
 *
 * <p>A row of sorted blocks of at most {@link #BLOCK} entries: finding is two binary searches, changing
 * moves at most one block. Timeouts of one length arrive in order and so fill blocks to the brim. Emptied
 * blocks are kept for reuse; once the set has had its largest size, it allocates nothing.
 *
 * <p>Invariants: no empty block in the row; entries strictly ascending through it. Not thread-safe.
 */
final class ExpirySet {
    static final int BLOCK = 256;

    private static final class Block {
        final long[] expiresAt = new long[BLOCK];
        final long[] position = new long[BLOCK];
        int size;

        /** The first index whose entry is not less. */
        int indexOf(long at, long pos) {
            int low = 0;
            int high = size;
            while (low < high) {
                int middle = low + high >>> 1;
                if (before(expiresAt[middle], position[middle], at, pos)) low = middle + 1;
                else high = middle;
            }
            return low;
        }
    }

    private Block[] row = new Block[8];
    private Block[] spare = new Block[8];
    private int rowSize;
    private int spareSize;
    private long size;

    long size() {
        return size;
    }

    /** The smallest expires_at, or {@link Long#MAX_VALUE} if the set is empty. */
    long firstExpiresAt() {
        return size == 0 ? Long.MAX_VALUE : row[0].expiresAt[0];
    }

    /** The position that goes with {@link #firstExpiresAt}; the set must not be empty. */
    long firstPosition() {
        check(size > 0, "there is a first expiry");
        return row[0].position[0];
    }

    /**
     * The number of entries with expires_at up to and including this one, counted no further than {@code
     * max}.
     */
    int countDue(long timestamp, int max) {
        int due = 0;
        for (int at = 0; at < rowSize && due < max; at++) {
            int ofBlock = row[at].indexOf(timestamp, Long.MAX_VALUE);
            due += ofBlock;
            if (ofBlock < row[at].size) break;
        }
        return Math.min(due, max);
    }

    /** The position of the n-th entry, counted from 0. */
    long position(int n) {
        int left = n;
        int at = 0;
        while (left >= row[at].size) left -= row[at++].size;
        return row[at].position[left];
    }

    /** The entry must be absent. */
    void add(long expiresAt, long position) {
        if (rowSize == 0) insertBlock(0);
        int at = blockFor(expiresAt, position);
        Block block = row[at];
        int index = block.indexOf(expiresAt, position);
        if (block.size == BLOCK) {
            boolean append = at == rowSize - 1 && index == BLOCK;
            int kept = append ? BLOCK : BLOCK / 2;
            splitBlock(at, kept);
            if (index > kept || append) {
                block = row[at + 1];
                index -= kept;
            }
        }
        check(index == block.size || block.expiresAt[index] != expiresAt || block.position[index] != position,
                "an expiry is entered once");
        shift(block, index, block, index + 1, block.size - index);
        block.expiresAt[index] = expiresAt;
        block.position[index] = position;
        block.size++;
        size++;
    }

    /** The entry must be present. */
    void remove(long expiresAt, long position) {
        check(size > 0, "an expiry to remove is present");
        int at = blockFor(expiresAt, position);
        Block block = row[at];
        int index = block.indexOf(expiresAt, position);
        check(index < block.size && block.expiresAt[index] == expiresAt && block.position[index] == position,
                "an expiry to remove is present");
        shift(block, index + 1, block, index, block.size - index - 1);
        block.size--;
        size--;
        if (block.size == 0) removeBlock(at);
    }

    /** The last block that does not begin after the entry, or the first block. */
    private int blockFor(long expiresAt, long position) {
        int low = 1;
        int high = rowSize;
        while (low < high) {
            int middle = low + high >>> 1;
            Block block = row[middle];
            if (before(expiresAt, position, block.expiresAt[0], block.position[0])) high = middle;
            else low = middle + 1;
        }
        return low - 1;
    }

    private void splitBlock(int at, int kept) {
        insertBlock(at + 1);
        Block left = row[at];
        Block right = row[at + 1];
        shift(left, kept, right, 0, left.size - kept);
        right.size = left.size - kept;
        left.size = kept;
    }

    private void insertBlock(int at) {
        if (rowSize == row.length) row = Arrays.copyOf(row, rowSize * 2);
        System.arraycopy(row, at, row, at + 1, rowSize - at);
        row[at] = spareSize > 0 ? spare[--spareSize] : new Block();
        rowSize++;
    }

    private void removeBlock(int at) {
        if (spareSize == spare.length) spare = Arrays.copyOf(spare, spareSize * 2);
        spare[spareSize++] = row[at];
        rowSize--;
        System.arraycopy(row, at + 1, row, at, rowSize - at);
        row[rowSize] = null;
    }

    private static void shift(Block from, int fromIndex, Block to, int toIndex, int count) {
        System.arraycopy(from.expiresAt, fromIndex, to.expiresAt, toIndex, count);
        System.arraycopy(from.position, fromIndex, to.position, toIndex, count);
    }

    private static boolean before(long aAt, long aPosition, long bAt, long bPosition) {
        return aAt != bAt ? aAt < bAt : aPosition < bPosition;
    }
}
