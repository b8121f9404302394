package dev.viewstamp.ledger;

import static dev.viewstamp.ledger.Invariant.check;

import com.dynatrace.hash4j.hashing.HashValue128;
import com.dynatrace.hash4j.hashing.Hashing;
import java.util.Arrays;
import java.util.Set;

/**
 * Files that are complete and immutable, read through a fixed cache and verified block by block. A file
 * ends with a table of what its blocks must be:
 *
 * <pre>
 *  +---------+-----+-----------+-------------------------------------------------------+
 *  | block 0 | ... | block n-1 | n x { u64 hash lo, u64 hash hi, u32 length, u32 zero }  |
 *  +---------+-----+-----------+-------------------------------------------------------+
 *                               table, 0 … 2730 entries per block
 * </pre>
 *
 * Hashes are XXH3-128 with seed 0 of the block's bytes. The tables of all files are resident: 24 bytes per
 * block. Files in memory are never read back, and have no table.
 *
 * <p>While {@link #collect} is on, a block that is not in memory is not read but noted, and {@link
 * #MISSING} is thrown. Not thread-safe.
 */
final class SealedFiles {
    /** Thrown instead of reading while missing blocks are collected. Carries no stack: it only leads back. */
    static final class Missing extends RuntimeException {
        private static final long serialVersionUID = 1;

        private Missing() {
            super("a block is not in memory", null, false, false);
        }
    }

    private static final Missing MISSING = new Missing();
    private static final int ENTRY = 24;
    private static final int ENTRIES_PER_BLOCK = LedgerFiles.BLOCK_SIZE / ENTRY;

    private final LedgerFiles files;
    private final BlockCache cache;
    private byte[][] tables = new byte[8][];                 // by file number
    private int fileCount;
    private byte[] writing = new byte[ENTRY * 16];           // the table of the file that is being written
    private int written;
    private Set<BlockId> missing;

    SealedFiles(LedgerFiles files, int cacheBlocks) {
        this.files = files;
        cache = new BlockCache(cacheBlocks);
    }

    /** Blocks that the cache holds at most. */
    int cacheBlocks() {
        return cache.capacity();
    }

    boolean inMemory() {
        return files.inMemory();
    }

    /** Begins a file; one at a time. */
    int create() {
        if (fileCount == tables.length) tables = Arrays.copyOf(tables, fileCount * 2);
        files.create(fileCount);
        written = 0;
        return fileCount;
    }

    /** The array is given away. Returns the block's number. */
    int append(byte[] block) {
        check(block.length <= LedgerFiles.BLOCK_SIZE, "blocks have at most 64 KiB");
        if (!files.inMemory()) putEntry(block);
        files.append(fileCount, block);
        return written++;
    }

    private void putEntry(byte[] block) {
        if ((written + 1) * ENTRY > writing.length) writing = Arrays.copyOf(writing, writing.length * 2);
        HashValue128 hash = hash(block, block.length);
        int at = written * ENTRY;
        LittleEndian.putU64(writing, at, hash.getLeastSignificantBits());
        LittleEndian.putU64(writing, at + 8, hash.getMostSignificantBits());
        LittleEndian.putU32(writing, at + 16, block.length);
        LittleEndian.putU32(writing, at + 20, 0);
    }

    /** Ends the file with its table. */
    void seal() {
        if (!files.inMemory()) putTable();
        files.seal(fileCount);
        fileCount++;
    }

    private void putTable() {
        tables[fileCount] = Arrays.copyOf(writing, written * ENTRY);
        for (int entry = 0; entry < written; entry += ENTRIES_PER_BLOCK) {
            int end = Math.min(written, entry + ENTRIES_PER_BLOCK);
            files.append(fileCount, Arrays.copyOfRange(writing, entry * ENTRY, end * ENTRY));
        }
    }

    void delete(int file) {
        tables[file] = null;
        files.delete(file);
    }

    byte[] read(int file, int number) {
        byte[] block = cache.get(file, number);
        if (block != null) return block;
        if (missing != null) {
            missing.add(new BlockId(file, number));
            throw MISSING;
        }
        block = files.readBlock(file, number);
        check(isIntact(file, number, block), "a block that is read is what was written");
        cache.put(file, number, block);
        return block;
    }

    /**
     * Takes a block that somebody fetched; false if it is not what was written, and must come from
     * elsewhere.
     */
    boolean supply(BlockId id, byte[] block) {
        int file = Math.toIntExact(id.file());
        if (!isIntact(file, id.block(), block)) return false;
        if (cache.get(file, id.block()) == null) cache.put(file, id.block(), block);
        return true;
    }

    /** Notes missing blocks in this set from now on; null ends it. */
    void collect(Set<BlockId> set) {
        missing = set;
    }

    private boolean isIntact(int file, int number, byte[] block) {
        byte[] table = tables[file];
        int at = number * ENTRY;
        int length = LittleEndian.i32(table, at + 16);
        if (block == null || block.length < length) return false;
        HashValue128 hash = hash(block, length);
        return hash.getLeastSignificantBits() == LittleEndian.u64(table, at)
                && hash.getMostSignificantBits() == LittleEndian.u64(table, at + 8);
    }

    private static HashValue128 hash(byte[] block, int length) {
        return Hashing.xxh3_128().hashBytesTo128Bits(block, 0, length);
    }
}
