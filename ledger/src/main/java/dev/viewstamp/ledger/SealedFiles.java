package dev.viewstamp.ledger;

import static dev.viewstamp.ledger.Invariant.check;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/**
 * The sealed files that the state consists of, by number, read through a fixed cache and verified block by block. The
 * tables of all files are resident: 24 bytes per block.
 *
 * <p>While {@link #collect} is on, a block that is not in memory is not read but noted, and {@link
 * #MISSING} is thrown. Not thread-safe.
 */
final class SealedFiles implements SealedFile.Source {
    /** Thrown instead of reading while missing blocks are collected. Carries no stack: it only leads back. */
    static final class Missing extends RuntimeException {
        private static final long serialVersionUID = 1;

        private Missing() {
            super("a block is not in memory", null, false, false);
        }
    }

    static final Missing MISSING = new Missing();

    private final LedgerFiles port;
    private final BlockCache cache;
    private final TreeMap<Integer, SealedFile> files = new TreeMap<>();
    private int nextNumber;
    private Set<BlockId> missing;

    SealedFiles(LedgerFiles port, int cacheBlocks) {
        this.port = port;
        cache = new BlockCache(cacheBlocks);
    }

    /** Blocks that the cache holds at most. */
    int cacheBlocks() {
        return cache.capacity();
    }

    boolean inMemory() {
        return port.inMemory();
    }

    /** Where files are written and read when nobody else does it. */
    LedgerFiles port() {
        return port;
    }

    /** A number for a file that is going to be written: in an order that depends on history alone. */
    int takeNumber() {
        check(nextNumber < Integer.MAX_VALUE, "there is a number for each file");
        return nextNumber++;
    }

    int nextNumber() {
        return nextNumber;
    }

    /** Goes on numbering from here, after a checkpoint. */
    void restoreNextNumber(int number) {
        nextNumber = number;
    }

    void add(SealedFile file) {
        check(files.putIfAbsent(file.number(), file) == null, "a file's number is its own");
    }

    /** The state no longer needs the file; older checkpoints may. */
    void remove(SealedFile file) {
        check(files.remove(file.number()) != null, "a file that goes was there");
        if (port.inMemory()) port.delete(file.number());
    }

    /** By number. */
    List<SealedFile> all() {
        return new ArrayList<>(files.values());
    }

    @Override
    public byte[] read(SealedFile file, int number) {
        if (file.held() != null) return file.held()[number];
        byte[] block = cache.get(file.number(), number);
        if (block != null) return block;
        if (missing != null) {
            missing.add(new BlockId(file.number(), number));
            throw MISSING;
        }
        block = port.readBlock(file.number(), number);
        check(file.table().isIntact(number, block), "a block that is read is what was written");
        cache.put(file.number(), number, block);
        return block;
    }

    /**
     * Takes a block that somebody fetched; false if it is not what was written, and must come from
     * elsewhere. A block that nobody needs any more is as good as any.
     */
    boolean supply(BlockId id, byte[] block) {
        SealedFile file = files.get(Math.toIntExact(id.file()));
        if (file == null) return true;
        if (!file.table().isIntact(id.block(), block)) return false;
        if (cache.get(id.file(), id.block()) == null) cache.put(id.file(), id.block(), block);
        return true;
    }

    /** Notes missing blocks in this set from now on; null ends it. */
    void collect(Set<BlockId> set) {
        missing = set;
    }
}
