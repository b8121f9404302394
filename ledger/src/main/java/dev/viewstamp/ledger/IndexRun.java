package dev.viewstamp.ledger;

import static dev.viewstamp.ledger.Invariant.check;

/**
 * The sealed index of a range of positions: for each field, which positions have which value. One immutable
 * file of three kinds of blocks, in the order in which they were filled, and a last block that tells which is which:
 *
 * <pre>
 *  directory: entries of one field in order of (key, first), none across blocks
 *  +-----------------+-----------+----------------+
 *  | key u32/64/128  | first u32 | where u32      |   where = number of the block of postings &lt;&lt; 16 | offset;
 *  +-----------------+-----------+----------------+   NOWHERE: just this position
 *
 *  postings: chunks of up to 128 intervals of positions, none across blocks
 *  +--------------+------------------------------------------------------------------+
 *  | u8 count - 1 | count x { varint gap &lt;&lt; 1 | long, varint length - 2 if long }      |
 *  +--------------+------------------------------------------------------------------+
 *
 *  contents: u64 first position, u64 end, u32 blocks of postings, u32 zero,
 *            7 x { u32 blocks of directory, u32 entries }, by field,
 *            u32 x n where the blocks of postings lie in the file,
 *            u32 x m where the blocks of directories lie, field by field
 * </pre>
 *
 * Positions are relative to the run's first one. A gap counts from behind the interval before; the first is
 * 0, and its interval begins at {@code first}. Values that many positions have get an entry per chunk, so
 * that a search lands within 128 intervals of what it looks for. Immutable; reads through whatever source it is given.
 */
final class IndexRun {
    static final int NOWHERE = -1;
    static final int CHUNK = 128;
    static final int FIRST_AND_WHERE = 8;

    private static final int HEAD = 24;

    /** Where everything lies: what the last block tells. */
    record Contents(int[] postings, int[][] directories, int[] entries) {
        byte[] encode(long first, long end) {
            int directoryBlocks = 0;
            for (int[] directory : directories) directoryBlocks += directory.length;
            byte[] block = new byte[HEAD + 8 * IndexField.COUNT + 4 * (postings.length + directoryBlocks)];
            LittleEndian.putU64(block, 0, first);
            LittleEndian.putU64(block, 8, end);
            LittleEndian.putU32(block, 16, postings.length);
            for (int i = 0; i < IndexField.COUNT; i++) {
                LittleEndian.putU32(block, HEAD + 8 * i, directories[i].length);
                LittleEndian.putU32(block, HEAD + 8 * i + 4, entries[i]);
            }
            int at = put(block, HEAD + 8 * IndexField.COUNT, postings);
            for (int[] directory : directories) at = put(block, at, directory);
            return block;
        }

        private static int put(byte[] block, int from, int[] numbers) {
            int at = from;
            for (int number : numbers) {
                LittleEndian.putU32(block, at, number);
                at += Integer.BYTES;
            }
            return at;
        }

        static Contents decode(byte[] block, SealedFile file) {
            boolean fits = LittleEndian.u64(block, 0) == file.first() && LittleEndian.u64(block, 8) == file.end();
            check(fits, "an index tells the range that the manifest tells");
            int at = HEAD + 8 * IndexField.COUNT;
            int[] postings = ints(block, at, LittleEndian.i32(block, 16));
            at += 4 * postings.length;
            int[][] directories = new int[IndexField.COUNT][];
            int[] entries = new int[IndexField.COUNT];
            for (int i = 0; i < IndexField.COUNT; i++) {
                directories[i] = ints(block, at, LittleEndian.i32(block, HEAD + 8 * i));
                entries[i] = LittleEndian.i32(block, HEAD + 8 * i + 4);
                at += 4 * directories[i].length;
            }
            return new Contents(postings, directories, entries);
        }

        private static int[] ints(byte[] block, int from, int count) {
            int[] numbers = new int[count];
            for (int i = 0; i < count; i++) numbers[i] = LittleEndian.i32(block, from + 4 * i);
            return numbers;
        }
    }

    final long first;
    final long end;
    private final SealedFile file;
    private final SealedFile.Source source;
    private final Contents contents;

    IndexRun(SealedFile file, SealedFile.Source source, Contents contents) {
        this.first = file.first();
        this.end = file.end();
        this.file = file;
        this.source = source;
        this.contents = contents;
    }

    /** @param last the file's last block, verified */
    static IndexRun read(SealedFile file, SealedFile.Source source, byte[] last) {
        return new IndexRun(file, source, Contents.decode(last, file));
    }

    /** The same run, read through another source. */
    IndexRun through(SealedFile.Source other) {
        return new IndexRun(file, other, contents);
    }

    SealedFile file() {
        return file;
    }

    int entries(IndexField field) {
        return contents.entries[field.ordinal()];
    }

    /** The number of the field's directory entries that are not greater than (key, position). */
    int entriesUpTo(IndexField field, long lo, long hi, long position) {
        int low = 0;
        int high = entries(field);
        while (low < high) {
            int middle = low + high >>> 1;
            if (compare(field, middle, lo, hi, position - first) <= 0) low = middle + 1;
            else high = middle;
        }
        return low;
    }

    boolean hasKey(IndexField field, int entry, long lo, long hi) {
        return keyLo(field, entry) == lo && keyHi(field, entry) == hi;
    }

    long keyLo(IndexField field, int entry) {
        byte[] block = directory(field, entry);
        int at = at(field, entry);
        return field.keySize == 4 ? LittleEndian.u32(block, at) : LittleEndian.u64(block, at);
    }

    long keyHi(IndexField field, int entry) {
        return field.keySize == 16 ? LittleEndian.u64(directory(field, entry), at(field, entry) + Long.BYTES) : 0;
    }

    /** The entry's first position. */
    long firstPosition(IndexField field, int entry) {
        return first + LittleEndian.u32(directory(field, entry), at(field, entry) + field.keySize);
    }

    /**
     * Unpacks an entry's chunk into the first and last positions of its intervals; returns how many there
     * are.
     */
    int read(IndexField field, int entry, long[] from, long[] to) {
        long position = firstPosition(field, entry);
        int where = LittleEndian.i32(directory(field, entry), at(field, entry) + field.keySize + Integer.BYTES);
        if (where == NOWHERE) {
            from[0] = position;
            to[0] = position;
            return 1;
        }
        byte[] block = postings(where);
        int at = where & 0xFFFF;
        int count = (block[at++] & 0xFF) + 1;
        for (int i = 0; i < count; i++) {
            long gap = 0;
            for (int shift = 0; ; shift += 7) {
                byte part = block[at++];
                gap |= (long) (part & 0x7F) << shift;
                if (part >= 0) break;
            }
            position += gap >>> 1;
            from[i] = position;
            if ((gap & 1) != 0) {
                long length = 2;
                for (int shift = 0; ; shift += 7) {
                    byte part = block[at++];
                    length += (long) (part & 0x7F) << shift;
                    if (part >= 0) break;
                }
                position += length - 1;
            }
            to[i] = position;
            position++;
        }
        return count;
    }

    private int compare(IndexField field, int entry, long lo, long hi, long offset) {
        int order = Long.compareUnsigned(keyHi(field, entry), hi);
        if (order == 0) order = Long.compareUnsigned(keyLo(field, entry), lo);
        return order != 0 ? order : Long.compare(firstPosition(field, entry) - first, offset);
    }

    /** The block that a chunk lies in, at the lower half of {@code where}. */
    byte[] postings(int where) {
        return source.read(file, contents.postings[where >>> 16]);
    }

    /** The block that a directory entry lies in. */
    byte[] directory(IndexField field, int entry) {
        check(entry >= 0 && entry < entries(field), "a directory entry exists");
        return source.read(file, contents.directories[field.ordinal()][entry / field.entriesPerBlock]);
    }

    private static int at(IndexField field, int entry) {
        return entry % field.entriesPerBlock * field.entrySize;
    }
}
