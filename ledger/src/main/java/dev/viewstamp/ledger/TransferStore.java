package dev.viewstamp.ledger;

import static dev.viewstamp.ledger.Invariant.check;

import java.util.Arrays;

/**
 * All transfers as stored (ledger spec §12): records of 128 bytes in order of creation, which is also the
 * order of their timestamps. A transfer is named by its position in that order. Records never change. The newest are
 * in memory, sealed segments in files. Not thread-safe.
 */
final class TransferStore implements IdIndex.Records, TailIndex.Records, Freezable {
    static final long ABSENT = IdIndex.ABSENT;

    private static final int BLOCK_BITS_MAX = 9;                           // 512 records fill a block
    private static final int IN_BLOCK = (1 << BLOCK_BITS_MAX) - 1;
    private static final int RECORD_BITS = 7;
    private static final int IDS_AHEAD = 64;

    private final BlockList blocks;
    private final int blockBits;                             // segments smaller than a block fill it only in part
    private final int segment;
    private final OpenPending open;
    private final IdIndex ids;
    private long size;
    private long frozenSize;                                 // at the last checkpoint
    private long lastTimestamp;
    private long touched;                                    // keeps loads alive that are made ahead
    private long[] firstTimestamps = new long[4];            // of each block

    /** @param open confirms the ids of open pending transfers without a read */
    TransferStore(IdIndex ids, SealedFiles files, SpareBlocks spares, int segment, OpenPending open) {
        blocks = new BlockList(files, spares);
        this.segment = segment;
        this.open = open;
        this.ids = ids;
        blockBits = blockBits(segment);
    }

    /** Log 2 of the records per block. */
    static int blockBits(int segment) {
        return Math.min(BLOCK_BITS_MAX, Integer.numberOfTrailingZeros(segment));
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

    /** Whether the record is in memory without the help of a cache. */
    boolean isHeld(long position) {
        return blocks.isHeld((int) (position >>> blockBits));
    }

    @Override
    public boolean hasId(long position, long lo, long hi) {
        int slot = isHeld(position) ? OpenPending.NONE : open.slotOf(position);
        byte[] block = slot == OpenPending.NONE ? block(position) : open.page(slot);
        int at = slot == OpenPending.NONE ? offset(position) : OpenPending.offset(slot);
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

    /** The blocks of a segment that is complete, by reference. */
    byte[][] segment(long first) {
        return blocks.range((int) (first >>> blockBits), (int) (first + segment >>> blockBits));
    }

    /** The next segment is in a file from here on. */
    void seal(SealedSegment sealed) {
        blocks.seal(sealed.transferBlocks(), sealed.file(), sealed.firstTransferBlock());
    }

    /** Adds a segment that a checkpoint has in a file; its ids follow one by one. */
    void restore(SealedSegment sealed) {
        int index = blocks.size();
        blocks.addSealed(sealed.transferBlocks(), sealed.file(), sealed.firstTransferBlock());
        for (int i = 0; i < sealed.transferBlocks(); i++) putFirstTimestamp(index + i, sealed.firstTimestamp(i));
    }

    /**
     * Tells the ids of the next transfers of a sealed segment: 16 bytes each, so many of the block. Looks ahead, so
     * that waiting for one place of the id index overlaps with waiting for others.
     */
    void restoreIds(byte[] block, int count) {
        ids.reserve(count);
        long[] hashes = new long[IDS_AHEAD];
        long loads = 0;
        for (int from = 0; from < count; from += IDS_AHEAD) {
            int ahead = Math.min(IDS_AHEAD, count - from);
            for (int i = 0; i < ahead; i++) {
                int at = (from + i) * 16;
                hashes[i] = ids.hash(LittleEndian.u64(block, at), LittleEndian.u64(block, at + Long.BYTES));
            }
            for (int i = 0; i < ahead; i++) loads ^= ids.peek(hashes[i]);
            for (int i = 0; i < ahead; i++) ids.add(hashes[i], size++);
        }
        touched = loads;
        frozenSize = size;
    }

    /** Adds the next block, read from a checkpoint, of transfers that are not sealed yet. */
    void restoreTail(byte[] block, int count) {
        ids.reserve(count);
        blocks.add(block);
        putFirstTimestamp(blocks.size() - 1, LittleEndian.u64(block, offset(size) + TransferLayout.TIMESTAMP));
        for (int i = 0; i < count; i++, size++) {
            int at = offset(size);
            ids.add(ids.hash(LittleEndian.u64(block, at), LittleEndian.u64(block, at + Long.BYTES)), size);
        }
        lastTimestamp = timestamp(size - 1);
        frozenSize = size;
    }

    @Override
    public PageKind kind() {
        return PageKind.TRANSFERS;
    }

    @Override
    public int firstPage() {
        return blocks.sealedSize();
    }

    @Override
    public int endPage() {
        return blocks.size();
    }

    @Override
    public boolean isPresent(int page) {
        return true;
    }

    @Override
    public boolean isChanged(int page) {
        return Math.min(size, page + 1L << blockBits) > frozenSize;
    }

    @Override
    public long firstOf(int page) {
        return (long) page << blockBits;
    }

    /** Behind the last record there may lie what an undone chain left. */
    @Override
    public byte[] frozen(int page) {
        byte[] block = blocks.block(page);
        long end = Math.min(size, page + 1L << blockBits);
        int used = offset(end - 1) + TransferLayout.SIZE;
        return used == block.length ? block : Arrays.copyOf(block, used);
    }

    @Override
    public void freeze() {
        frozenSize = size;
    }

    @Override
    public void release() {
        // What is frozen here never changes.
    }

    private boolean isFirstOfBlock(long position) {
        return (position & (1L << blockBits) - 1) == 0;
    }

    private byte[] addBlock(long firstTimestamp) {
        byte[] block = blocks.add();
        if (blockBits < BLOCK_BITS_MAX) Arrays.fill(block, (byte) 0);        // records will not fill it
        putFirstTimestamp(blocks.size() - 1, firstTimestamp);
        return block;
    }

    private void putFirstTimestamp(int index, long timestamp) {
        if (index >= firstTimestamps.length) {
            firstTimestamps = Arrays.copyOf(firstTimestamps, Math.max(index + 1, firstTimestamps.length * 2));
        }
        firstTimestamps[index] = timestamp;
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
