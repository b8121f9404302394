package dev.viewstamp.ledger;

import static dev.viewstamp.ledger.Invariant.check;

import com.dynatrace.hash4j.hashing.HashValue128;
import com.dynatrace.hash4j.hashing.Hashing;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What the blocks of a file must be. The table lies at the end of its file:
 *
 * <pre>
 *  +---------+-----+-----------+--------+-----+------+
 *  | block 0 | ... | block n-1 | leaf 0 | ... | root |
 *  +---------+-----+-----------+--------+-----+------+
 *
 *  leaf:  an entry per block, 1 … 2730 of them
 *  root:  an entry per leaf; there is none if there is but one leaf, which then is the root
 *  entry: { u64 hash lo, u64 hash hi, u32 length, u32 zero }
 * </pre>
 *
 * Hashes are XXH3-128 with seed 0 of a block's bytes. The hash of the root is the checksum of the table, and with
 * the file's number and n it identifies the file: whoever has these three can verify every block of it, wherever it
 * comes from. Immutable; thread-safe.
 */
public final class BlockTable {
    static final int ENTRY = 24;
    static final int ENTRIES_PER_BLOCK = LedgerFiles.BLOCK_SIZE / ENTRY;
    /** Blocks of a file, without its table. */
    static final int BLOCKS_MAX = ENTRIES_PER_BLOCK * ENTRIES_PER_BLOCK;

    private final byte[] entries;
    private final Uint128 checksum;

    private BlockTable(byte[] entries, Uint128 checksum) {
        this.entries = entries;
        this.checksum = checksum;
    }

    /** Blocks without the table's own, 1 or more. */
    public int blocks() {
        return entries.length / ENTRY;
    }

    public Uint128 checksum() {
        return checksum;
    }

    /** Bytes of a block, 1 … 64 KiB. */
    public int length(int block) {
        return LittleEndian.i32(entries, block * ENTRY + 16);
    }

    /** Whether this begins with block {@code block} of the file as it was written. */
    public boolean isIntact(int block, byte[] bytes) {
        return block < blocks() && matches(entries, block, bytes);
    }

    /** Blocks that the table of a file with so many blocks takes. */
    public static int tableBlocks(int blocks) {
        int leaves = leaves(blocks);
        return leaves == 1 ? 1 : leaves + 1;
    }

    /** Bytes of a file with so many blocks, table and gaps included. */
    public static long fileLength(int blocks) {
        int leaves = leaves(blocks);
        int rootEntries = leaves == 1 ? blocks : leaves;
        return (blocks + tableBlocks(blocks) - 1L) * LedgerFiles.BLOCK_SIZE + (long) rootEntries * ENTRY;
    }

    private static int leaves(int blocks) {
        return (blocks + ENTRIES_PER_BLOCK - 1) / ENTRIES_PER_BLOCK;
    }

    private static boolean matches(byte[] entries, int index, byte[] bytes) {
        int at = index * ENTRY;
        int length = LittleEndian.i32(entries, at + 16);
        if (bytes == null || length < 0 || length > bytes.length) return false;
        return hash(bytes, length).equals(LittleEndian.u128(entries, at));
    }

    static Uint128 hash(byte[] bytes, int length) {
        HashValue128 hash = Hashing.xxh3_128().hashBytesTo128Bits(bytes, 0, length);
        return new Uint128(hash.getMostSignificantBits(), hash.getLeastSignificantBits());
    }

    /** Writes one file with its table. Not thread-safe. */
    static final class Writer {
        private final FileSink sink;
        private final long file;
        private byte[] entries = new byte[ENTRY * 16];
        private int blocks;

        Writer(FileSink sink, long file) {
            this.sink = sink;
            this.file = file;
            sink.create(file);
        }

        /** Nobody may change the array any more. Returns the block's number. */
        int append(byte[] block) {
            check(block.length > 0 && block.length <= LedgerFiles.BLOCK_SIZE, "blocks have 1 … 65536 bytes");
            check(blocks < BLOCKS_MAX, "a file's table has room");
            if ((blocks + 1) * ENTRY > entries.length) entries = Arrays.copyOf(entries, entries.length * 2);
            putEntry(entries, blocks, block);
            sink.append(file, block);
            return blocks++;
        }

        int blocks() {
            return blocks;
        }

        /** Ends the file, which must not be empty. */
        BlockTable seal() {
            check(blocks > 0, "no file is empty");
            byte[] all = Arrays.copyOf(entries, blocks * ENTRY);
            List<byte[]> leaves = leavesOf(all);
            for (byte[] leaf : leaves) sink.append(file, leaf);
            byte[] root = leaves.get(0);
            if (leaves.size() > 1) {
                root = new byte[leaves.size() * ENTRY];
                for (int i = 0; i < leaves.size(); i++) putEntry(root, i, leaves.get(i));
                sink.append(file, root);
            }
            sink.seal(file);
            return new BlockTable(all, hash(root, root.length));
        }

        private static List<byte[]> leavesOf(byte[] entries) {
            List<byte[]> leaves = new ArrayList<>();
            int leafSize = ENTRIES_PER_BLOCK * ENTRY;
            for (int at = 0; at < entries.length; at += leafSize) {
                leaves.add(Arrays.copyOfRange(entries, at, Math.min(entries.length, at + leafSize)));
            }
            return leaves;
        }

        private static void putEntry(byte[] entries, int index, byte[] block) {
            LittleEndian.putU128(entries, index * ENTRY, hash(block, block.length));
            LittleEndian.putU32(entries, index * ENTRY + 16, block.length);
        }
    }

    /**
     * Reads a file's table from blocks that somebody fetches: the root first, which the checksum vouches for, then
     * the leaves, which the root vouches for. Not thread-safe.
     */
    public static final class Reading {
        private final long file;
        private final int blocks;
        private final Uint128 checksum;
        private final int leaves;
        private byte[] root;
        private final byte[][] leaf;
        private int read;

        /**
         * @param blocks   of the file, without its table
         * @param checksum of the table
         */
        public Reading(long file, int blocks, Uint128 checksum) {
            if (blocks < 1 || blocks > BLOCKS_MAX) {
                throw new IllegalArgumentException("no file has " + blocks + " blocks");
            }
            this.file = file;
            this.blocks = blocks;
            this.checksum = checksum;
            leaves = leaves(blocks);
            leaf = new byte[leaves][];
        }

        /** Blocks to supply next; empty when the table is complete. */
        public List<BlockId> needed() {
            if (root == null) return List.of(new BlockId(file, blocks + tableBlocks(blocks) - 1));
            List<BlockId> needed = new ArrayList<>();
            for (int i = 0; i < leaves; i++) if (leaf[i] == null) needed.add(new BlockId(file, blocks + i));
            return needed;
        }

        /** False if the block is damaged. */
        public boolean supply(int block, byte[] bytes) {
            if (root == null) return supplyRoot(bytes);
            int index = block - blocks;
            if (!matches(root, index, bytes)) return false;
            put(index, bytes);
            return true;
        }

        private boolean supplyRoot(byte[] bytes) {
            int length = (leaves == 1 ? blocks : leaves) * ENTRY;
            if (bytes == null || bytes.length < length || !hash(bytes, length).equals(checksum)) return false;
            root = Arrays.copyOf(bytes, length);
            if (leaves == 1) put(0, root);
            return true;
        }

        private void put(int index, byte[] bytes) {
            if (leaf[index] != null) return;
            leaf[index] = bytes;
            read++;
        }

        public boolean isDone() {
            return read == leaves;
        }

        /** Call when it is done. */
        public BlockTable table() {
            check(isDone(), "the table has been read");
            byte[] entries = new byte[blocks * ENTRY];
            int leafSize = ENTRIES_PER_BLOCK * ENTRY;
            for (int i = 0; i < leaves; i++) {
                System.arraycopy(leaf[i], 0, entries, i * leafSize, Math.min(leafSize, entries.length - i * leafSize));
            }
            return new BlockTable(entries, checksum);
        }
    }
}
