package dev.viewstamp.ledger;

import static dev.viewstamp.ledger.Invariant.check;

import java.util.Arrays;

/**
 * All transfers as stored (ledger spec §12): records of 128 bytes in order of creation, which is also the
 * order of their timestamps. A transfer is named by its position in that order. Records never change. Not
 * thread-safe.
 */
final class TransferStore implements IdIndex.Records, TailIndex.Records {
    static final long ABSENT = IdIndex.ABSENT;

    private static final int BLOCK_BITS_MAX = 9;                           // 512 records fill a block
    private static final int IN_BLOCK = (1 << BLOCK_BITS_MAX) - 1;
    private static final int RECORD_BITS = 7;

    private final BlockList blocks;
    private final int blockBits;                             // segments smaller than a block fill it only in part
    private final int segment;
    private final IdIndex ids;
    private long size;
    private long lastTimestamp;
    private long[] firstTimestamps = new long[4];            // of each block

    TransferStore(long hashSeed, long capacity, SealedFiles files, int segment) {
        blocks = new BlockList(files);
        this.segment = segment;
        blockBits = Math.min(BLOCK_BITS_MAX, Integer.numberOfTrailingZeros(segment));
        ids = new IdIndex(hashSeed, capacity);
    }

    long size() {
        return size;
    }

    /** The largest timestamp of any transfer, 0 if there is none (max_transfer_ts). */
    long lastTimestamp() {
        return lastTimestamp;
    }

    /** The block that holds a transfer's record, at {@link #offset}. */
    @Override
    public byte[] block(long position) {
        return blocks.block((int) (position >>> blockBits));
    }

    /** Reads the block if need be, or notes that it is missing. */
    boolean isInMemory(long position) {
        return blocks.isInMemory((int) (position >>> blockBits));
    }

    static int offset(long position) {
        return ((int) position & IN_BLOCK) << RECORD_BITS;
    }

    @Override
    public int at(long position) {
        return offset(position);
    }

    long hash(long lo, long hi) {
        return ids.hash(lo, hi);
    }

    /** The position of the transfer with this id, or {@link #ABSENT}. */
    long find(long hash, long lo, long hi) {
        return ids.find(hash, lo, hi, this);
    }

    long find(long lo, long hi) {
        return find(ids.hash(lo, hi), lo, hi);
    }

    /** Loads what the search for an id with this hash will need first. */
    long touch(long hash) {
        return ids.peek(hash);
    }

    @Override
    public boolean hasId(long position, long lo, long hi) {
        byte[] block = block(position);
        int at = offset(position);
        return LittleEndian.u64(block, at) == lo && LittleEndian.u64(block, at + Long.BYTES) == hi;
    }

    int flags(long position) {
        return LittleEndian.u16(block(position), offset(position) + TransferLayout.FLAGS);
    }

    long timestamp(long position) {
        return LittleEndian.u64(block(position), offset(position) + TransferLayout.TIMESTAMP);
    }

    /** The number of transfers older than this. */
    long countBefore(long timestamp) {
        // 1. The last block that does not begin later, from memory.
        int index = Arrays.binarySearch(firstTimestamps, 0, blocks.size(), timestamp);
        if (index >= 0) return (long) index << blockBits;
        if (index == -1) return 0;
        // 2. Within that block.
        long low = (long) (-index - 2) << blockBits;
        long high = Math.min(size, low + (1 << blockBits));
        while (low < high) {
            long middle = low + high >>> 1;
            if (timestamp(middle) < timestamp) low = middle + 1;
            else high = middle;
        }
        return low;
    }

    /** The number up to and including this timestamp. */
    long countUpTo(long timestamp) {
        return timestamp >= lastTimestamp ? size : countBefore(timestamp + 1);
    }

    boolean existsAt(long timestamp) {
        if (timestamp > lastTimestamp) return false;
        long position = countBefore(timestamp);
        return position < size && timestamp(position) == timestamp;
    }

    /** Call before a batch of so many creations. */
    void reserve(int additional) {
        ids.reserve(additional);
    }

    /**
     * Copies the 128 bytes at {@code at} of the body as the next transfer.
     *
     * @param hash of its id
     * @return its position
     */
    long append(byte[] body, int at, long hash, long timestamp) {
        check(timestamp > lastTimestamp, "transfers are created in order of their timestamps");
        long position = size;
        int target = offset(position);
        byte[] block = isFirstOfBlock(position) ? addBlock(timestamp) : block(position);
        System.arraycopy(body, at, block, target, TransferLayout.SIZE);
        LittleEndian.putU64(block, target + TransferLayout.TIMESTAMP, timestamp);
        ids.add(hash, position);
        size++;
        lastTimestamp = timestamp;
        return position;
    }

    /** Moves the next segment, which must be complete, into a file of its own. Returns the file's number. */
    int seal() {
        return blocks.seal(blocks.sealedSize() + (segment >>> blockBits));
    }

    private boolean isFirstOfBlock(long position) {
        return (position & (1L << blockBits) - 1) == 0;
    }

    private byte[] addBlock(long firstTimestamp) {
        byte[] block = blocks.add();
        int index = blocks.size() - 1;
        if (index == firstTimestamps.length) firstTimestamps = Arrays.copyOf(firstTimestamps, index * 2);
        firstTimestamps[index] = firstTimestamp;
        return block;
    }

    /** Forgets all transfers from this position on. */
    void truncate(long sizeBefore) {
        while (size > sizeBefore) {
            long last = size - 1;
            byte[] block = block(last);
            int at = offset(last);
            ids.removeLast(ids.hash(LittleEndian.u64(block, at), LittleEndian.u64(block, at + Long.BYTES)));
            if (isFirstOfBlock(last)) blocks.removeLast();
            size = last;
        }
        lastTimestamp = size == 0 ? 0 : timestamp(size - 1);
    }
}
