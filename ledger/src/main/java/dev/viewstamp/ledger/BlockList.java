package dev.viewstamp.ledger;

import static dev.viewstamp.ledger.Invariant.check;

import java.util.Arrays;

/**
 * Blocks of 64 KiB in a row that grows at its end: the home of everything the ledger stores in order.
 * Blocks from the front move into sealed files; then they are read through the cache, unless files
 * are in memory anyway. Not thread-safe.
 */
final class BlockList {
    static final int BLOCK = LedgerFiles.BLOCK_SIZE;

    private final SealedFiles files;
    private final SpareBlocks spares;
    private byte[][] blocks = new byte[4][];                 // null: in a file only
    private SealedFile[] fileOf = new SealedFile[4];         // of sealed blocks
    private int[] numberInFile = new int[4];
    private int size;
    private int sealed;                                      // so many from the front are in files
    private int foreign;                                     // so many from the front were made elsewhere

    BlockList(SealedFiles files, SpareBlocks spares) {
        this.files = files;
        this.spares = spares;
    }

    int size() {
        return size;
    }

    int sealedSize() {
        return sealed;
    }

    byte[] block(int index) {
        byte[] block = blocks[index];
        return block != null ? block : files.read(fileOf[index], numberInFile[index]);
    }

    /** Whether {@link #block} gives it without looking into a file or the cache. */
    boolean isHeld(int index) {
        return blocks[index] != null;
    }

    /** Whether {@link #block} would give it; if not, it is noted as missing. */
    boolean isInMemory(int index) {
        if (blocks[index] != null) return true;
        try {
            files.read(fileOf[index], numberInFile[index]);
            return true;
        } catch (SealedFiles.Missing noted) {
            return false;
        }
    }

    /** A block at the end, which may hold anything. */
    byte[] add() {
        ensure(size + 1);
        return blocks[size++] = spares.take();
    }

    /** Adds a block at the end that others may be reading, too. */
    void add(byte[] block) {
        check(foreign == size, "blocks from elsewhere come first");
        ensure(size + 1);
        blocks[size++] = block;
        foreign = size;
    }

    private void ensure(int newSize) {
        if (newSize <= blocks.length) return;
        int length = Math.max(newSize, blocks.length * 2);
        blocks = Arrays.copyOf(blocks, length);
        fileOf = Arrays.copyOf(fileOf, length);
        numberInFile = Arrays.copyOf(numberInFile, length);
    }

    void removeLast() {
        check(size > sealed, "sealed blocks stay");
        size--;
        if (size < foreign) foreign = size;
        else spares.give(blocks[size]);
        blocks[size] = null;
    }

    /** Blocks by reference, end exclusive; they must be in memory. */
    byte[][] range(int from, int end) {
        return Arrays.copyOfRange(blocks, from, end);
    }

    /** From here on, the next blocks are in a file, where the first of them has this number. */
    void seal(int count, SealedFile file, int firstInFile) {
        check(sealed + count <= size, "only blocks that are there are sealed");
        for (int i = 0; i < count; i++) {
            fileOf[sealed] = file;
            numberInFile[sealed] = firstInFile + i;
            if (file.held() == null) letGo(sealed);
            sealed++;
        }
    }

    /** Adds blocks at the end that are in a file already. */
    void addSealed(int count, SealedFile file, int firstInFile) {
        check(sealed == size, "sealed blocks come first");
        ensure(size + count);
        size += count;
        foreign = size;
        seal(count, file, firstInFile);
    }

    private void letGo(int index) {
        if (index >= foreign) spares.give(blocks[index]);
        blocks[index] = null;
    }
}
