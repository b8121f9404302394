package dev.viewstamp.ledger;

/**
 * Walks through a run, field by field, entry by entry. Holds the block of the directory that it is in. A missing block
 * cuts short what is asked for, and nothing has happened then. Not thread-safe.
 */
final class RunCursor {
    private final IndexRun run;
    private IndexField field;
    private int entry;
    private boolean isLoaded;                                // what follows is true of the entry
    private boolean hasEntry;
    private byte[] directory;
    private int at;                                          // of the entry in the directory's block
    private long keyLo;
    private long keyHi;

    RunCursor(IndexRun run) {
        this.run = run;
    }

    void begin(IndexField next) {
        field = next;
        entry = 0;
        isLoaded = false;
    }

    /** Makes sure that the rest can be asked; may be cut short. */
    void load() {
        if (isLoaded) return;
        hasEntry = entry < run.entries(field);
        if (hasEntry) {
            int inBlock = entry % field.entriesPerBlock;
            if (inBlock == 0) directory = run.directory(field, entry);
            at = inBlock * field.entrySize;
            keyLo = field.keySize == 4 ? LittleEndian.u32(directory, at) : LittleEndian.u64(directory, at);
            keyHi = field.keySize == 16 ? LittleEndian.u64(directory, at + Long.BYTES) : 0;
        }
        isLoaded = true;
    }

    /** Whether there is an entry left in the field. */
    boolean hasEntry() {
        return hasEntry;
    }

    long keyLo() {
        return keyLo;
    }

    long keyHi() {
        return keyHi;
    }

    /** Adds the entry's positions to the writer's key, in so many intervals, and moves on; may be cut short. */
    int copyTo(IndexRunWriter writer) {
        long position = run.first + LittleEndian.u32(directory, at + field.keySize);
        int where = LittleEndian.i32(directory, at + field.keySize + Integer.BYTES);
        int count = 1;
        if (where == IndexRun.NOWHERE) writer.add(position, position);
        else count = copyChunk(writer, position, run.postings(where), where & 0xFFFF);
        entry++;
        isLoaded = false;
        return count;
    }

    private static int copyChunk(IndexRunWriter writer, long first, byte[] block, int from) {
        long position = first;
        int next = from;
        int count = (block[next++] & 0xFF) + 1;
        for (int i = 0; i < count; i++) {
            long gap = block[next++];
            if (gap < 0) {
                gap &= 0x7F;
                byte part;
                for (int shift = 7; ; shift += 7) {
                    part = block[next++];
                    gap |= (long) (part & 0x7F) << shift;
                    if (part >= 0) break;
                }
            }
            position += gap >>> 1;
            long start = position;
            if ((gap & 1) != 0) {
                long length = 2;
                for (int shift = 0; ; shift += 7) {
                    byte part = block[next++];
                    length += (long) (part & 0x7F) << shift;
                    if (part >= 0) break;
                }
                position += length - 1;
            }
            writer.add(start, position);
            position++;
        }
        return count;
    }
}
