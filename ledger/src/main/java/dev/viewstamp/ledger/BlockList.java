package dev.viewstamp.ledger;

import static dev.viewstamp.ledger.Invariant.check;

import java.util.Arrays;

/**
 * Blocks of 64 KiB in a row that grows at its end: the home of everything the ledger stores in order.
 * Blocks from the front can be moved into sealed files; then they are read through the cache, unless files
 * are in memory anyway. Not thread-safe.
 */
final class BlockList {
    static final int BLOCK = LedgerFiles.BLOCK_SIZE;

    private final SealedFiles files;
    private byte[][] blocks = new byte[4][];                 // null: in a file only
    private int[] fileOf = new int[4];                       // of sealed blocks
    private int[] numberInFile = new int[4];
    private int size;
    private int sealed;                                      // so many from the front are in files

    BlockList(SealedFiles files) {
        this.files = files;
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

    /** A block of zeros at the end. */
    byte[] add() {
        if (size == blocks.length) {
            blocks = Arrays.copyOf(blocks, size * 2);
            fileOf = Arrays.copyOf(fileOf, size * 2);
            numberInFile = Arrays.copyOf(numberInFile, size * 2);
        }
        byte[] block = new byte[BLOCK];
        blocks[size++] = block;
        return block;
    }

    void removeLast() {
        check(size > sealed, "sealed blocks stay");
        blocks[--size] = null;
    }

    /** Moves the blocks up to this one, exclusive, into a file of their own. Returns its number. */
    int seal(int end) {
        int file = files.create();
        for (int index = sealed; index < end; index++) {
            fileOf[index] = file;
            numberInFile[index] = files.append(blocks[index]);
            if (!files.inMemory()) blocks[index] = null;
        }
        files.seal();
        sealed = end;
        return file;
    }
}
