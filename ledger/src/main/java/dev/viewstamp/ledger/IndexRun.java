package dev.viewstamp.ledger;

import static dev.viewstamp.ledger.Invariant.check;

/**
 * The sealed index of a range of positions: for each field, which positions have which value. One immutable
 * file, a section per field:
 *
 * <pre>
 *  directory: entries in order of (key, first), none across blocks
 *  +-----------------+-----------+----------------+
 *  | key u32/64/128  | first u32 | where u32      |   where = block &lt;&lt; 16 | offset; NOWHERE: just this position
 *  +-----------------+-----------+----------------+
 *
 *  postings: chunks of up to 128 intervals of positions, none across blocks
 *  +--------------+------------------------------------------------------------------+
 *  | u8 count - 1 | count x { varint gap &lt;&lt; 1 | long, varint length - 2 if long }      |
 *  +--------------+------------------------------------------------------------------+
 * </pre>
 *
 * Positions are relative to the run's first one. A gap counts from behind the interval before; the first is
 * 0, and its interval begins at {@code first}. Values that many positions have get an entry per chunk, so
 * that a search lands within 128 intervals of what it looks for.
 */
final class IndexRun {
    static final int NOWHERE = -1;
    static final int CHUNK = 128;
    static final int FIRST_AND_WHERE = 8;

    /** Where a field's section lies in the file: its directory's first block and number of entries. */
    record Section(int directory, int entries) {}

    final long first;
    final long end;
    private final SealedFiles files;
    private final int file;
    private final byte[][] blocks;                           // null: read through the cache
    private final Section[] sections;                        // by field

    IndexRun(long first, long end, SealedFiles files, int file, byte[][] blocks, Section[] sections) {
        this.first = first;
        this.end = end;
        this.files = files;
        this.file = file;
        this.blocks = blocks;
        this.sections = sections;
    }

    int file() {
        return file;
    }

    int entries(IndexField field) {
        return sections[field.ordinal()].entries;
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
        return field.keySize() == 4 ? LittleEndian.u32(block, at) : LittleEndian.u64(block, at);
    }

    long keyHi(IndexField field, int entry) {
        return field.keySize() == 16 ? LittleEndian.u64(directory(field, entry), at(field, entry) + Long.BYTES) : 0;
    }

    /** The entry's first position. */
    long firstPosition(IndexField field, int entry) {
        return first + LittleEndian.u32(directory(field, entry), at(field, entry) + field.keySize());
    }

    /**
     * Unpacks an entry's chunk into the first and last positions of its intervals; returns how many there
     * are.
     */
    int read(IndexField field, int entry, long[] from, long[] to) {
        long position = firstPosition(field, entry);
        int where = LittleEndian.i32(directory(field, entry), at(field, entry) + field.keySize() + Integer.BYTES);
        if (where == NOWHERE) {
            from[0] = position;
            to[0] = position;
            return 1;
        }
        byte[] block = block(where >>> 16);
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

    private byte[] directory(IndexField field, int entry) {
        Section section = sections[field.ordinal()];
        check(entry >= 0 && entry < section.entries, "a directory entry exists");
        return block(section.directory + entry / entriesPerBlock(field));
    }

    private static int at(IndexField field, int entry) {
        return entry % entriesPerBlock(field) * entrySize(field);
    }

    static int entrySize(IndexField field) {
        return field.keySize() + FIRST_AND_WHERE;
    }

    static int entriesPerBlock(IndexField field) {
        return LedgerFiles.BLOCK_SIZE / entrySize(field);
    }

    private byte[] block(int number) {
        return blocks != null ? blocks[number] : files.read(file, number);
    }
}
