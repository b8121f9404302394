package dev.viewstamp.ledger;

import static dev.viewstamp.ledger.Invariant.check;

/**
 * All transfers as stored (ledger spec §12): records of 128 bytes in order of creation, which is also the
 * order of their timestamps. A transfer is named by its position in that order. Records never change. Not
 * thread-safe.
 */
final class TransferStore implements IdIndex.Records {
    static final long ABSENT = IdIndex.ABSENT;

    private static final int BLOCK_BITS = 9;                               // 512 records fill a block
    private static final int IN_BLOCK = (1 << BLOCK_BITS) - 1;
    private static final int RECORD_BITS = 7;

    private final BlockList blocks = new BlockList();
    private final IdIndex ids;
    private long size;
    private long lastTimestamp;

    TransferStore(long hashSeed, long capacity) {
        ids = new IdIndex(hashSeed, capacity);
    }

    long size() {
        return size;
    }

    /** The largest timestamp of any transfer, 0 if there is none (max_transfer_ts). */
    long lastTimestamp() {
        return lastTimestamp;
    }

    /** The block that holds a transfer's record, at {@link #at}. */
    byte[] block(long position) {
        return blocks.block((int) (position >>> BLOCK_BITS));
    }

    static int at(long position) {
        return ((int) position & IN_BLOCK) << RECORD_BITS;
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

    /** Loads what the search for this id will need first. */
    long touch(long lo, long hi) {
        return ids.touch(ids.hash(lo, hi));
    }

    @Override
    public boolean hasId(long position, long lo, long hi) {
        byte[] block = block(position);
        int at = at(position);
        return LittleEndian.u64(block, at) == lo && LittleEndian.u64(block, at + Long.BYTES) == hi;
    }

    int flags(long position) {
        return LittleEndian.u16(block(position), at(position) + TransferLayout.FLAGS);
    }

    long timestamp(long position) {
        return LittleEndian.u64(block(position), at(position) + TransferLayout.TIMESTAMP);
    }

    /** The number of transfers older than this. */
    long countBefore(long timestamp) {
        long low = 0;
        long high = size;
        while (low < high) {
            long middle = low + high >>> 1;
            if (timestamp(middle) < timestamp) low = middle + 1;
            else high = middle;
        }
        return low;
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
        int target = at(position);
        byte[] block = target == 0 ? blocks.add() : block(position);
        System.arraycopy(body, at, block, target, TransferLayout.SIZE);
        LittleEndian.putU64(block, target + TransferLayout.TIMESTAMP, timestamp);
        ids.add(hash, position);
        size++;
        lastTimestamp = timestamp;
        return position;
    }

    /** Forgets all transfers from this position on. */
    void truncate(long sizeBefore) {
        while (size > sizeBefore) {
            long last = size - 1;
            byte[] block = block(last);
            int at = at(last);
            ids.removeLast(ids.hash(LittleEndian.u64(block, at), LittleEndian.u64(block, at + Long.BYTES)));
            if (at == 0) blocks.removeLast();
            size = last;
        }
        lastTimestamp = size == 0 ? 0 : timestamp(size - 1);
    }
}
