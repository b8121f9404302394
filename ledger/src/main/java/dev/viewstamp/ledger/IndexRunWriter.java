package dev.viewstamp.ledger;

import static dev.viewstamp.ledger.Invariant.check;

import java.util.Arrays;

/**
 * Writes an {@link IndexRun}, field by field, keys ascending, the positions of a key ascending. The file is
 * a function of what it is told alone. Holds a block of postings and one of a directory; the rest is written. Not
 * thread-safe.
 */
final class IndexRunWriter {
    private static final int INTERVAL_MAX = 10;              // bytes of two varints of 32 bits
    private static final int CHUNK_MAX = 1 + IndexRun.CHUNK * INTERVAL_MAX;
    private static final int POSTINGS_MAX = 1 << 16;

    private final FileWriter file;
    private final long first;
    private final byte[] chunk = new byte[CHUNK_MAX];
    private int[] postings = new int[8];                     // blocks in the file
    private int postingsCount;                               // the current one, which is not written yet, included
    private byte[] posting;
    private int postingUsed = LedgerFiles.BLOCK_SIZE;
    private int[] directory = new int[8];                    // blocks in the file, of the current field
    private int directoryCount;
    private byte[] entriesBlock;
    private int entriesUsed;
    private final int[][] directories = new int[IndexField.COUNT][];
    private final int[] entries = new int[IndexField.COUNT];

    private IndexField field;
    private long keyLo;
    private long keyHi;
    private boolean hasKey;
    private long intervalFrom;
    private long intervalTo;
    private boolean hasInterval;
    private int chunkSize;                                   // bytes
    private int chunkIntervals;
    private long chunkFirst;
    private long chunkEnd;                                   // behind its last interval
    private boolean chunkIsSingle;

    IndexRunWriter(FileWriter file, long firstPosition) {
        this.file = file;
        first = firstPosition;
    }

    void beginField(IndexField next) {
        field = next;
        directoryCount = 0;
        hasKey = false;
    }

    void add(long lo, long hi, long from, long to) {
        if (!hasKey || lo != keyLo || hi != keyHi) beginKey(lo, hi);
        add(from, to);
    }

    /** The next key; greater than those before. */
    void beginKey(long lo, long hi) {
        endKey();
        keyLo = lo;
        keyHi = hi;
        hasKey = true;
    }

    /** Positions of the key, behind those before. */
    void add(long from, long to) {
        if (hasInterval && from == intervalTo + 1) {
            intervalTo = to;
            return;
        }
        endInterval();
        intervalFrom = from;
        intervalTo = to;
        hasInterval = true;
    }

    void endField() {
        endKey();
        writeDirectory();
        directories[field.ordinal()] = Arrays.copyOf(directory, directoryCount);
    }

    /** Ends the file. */
    IndexRun end(FileKind kind, long endPosition, SealedFile.Source source) {
        writePosting();
        int[] allPostings = Arrays.copyOf(postings, postingsCount);
        IndexRun.Contents contents = new IndexRun.Contents(allPostings, directories, entries);
        file.append(contents.encode(first, endPosition));
        return new IndexRun(file.seal(kind, first, endPosition), source, contents);
    }

    private void writePosting() {
        if (posting == null) return;
        postings[postingsCount - 1] = file.append(trimmed(posting, postingUsed));
        posting = null;
    }

    private void writeDirectory() {
        if (entriesBlock == null) return;
        if (directoryCount == directory.length) directory = Arrays.copyOf(directory, directoryCount * 2);
        directory[directoryCount++] = file.append(trimmed(entriesBlock, entriesUsed));
        entriesBlock = null;
    }

    private static byte[] trimmed(byte[] block, int used) {
        return used < block.length ? Arrays.copyOf(block, used) : block;
    }

    private void endKey() {
        endInterval();
        endChunk();
    }

    private void endInterval() {
        if (!hasInterval) return;
        hasInterval = false;
        if (chunkIntervals == IndexRun.CHUNK) endChunk();
        boolean isLong = intervalTo > intervalFrom;
        if (chunkIntervals == 0) {
            chunkFirst = intervalFrom;
            chunkEnd = intervalFrom;
            chunkSize = 1;
            chunkIsSingle = !isLong;
        } else {
            chunkIsSingle = false;
        }
        varint(intervalFrom - chunkEnd << 1 | (isLong ? 1 : 0));
        if (isLong) varint(intervalTo - intervalFrom - 1);
        chunkEnd = intervalTo + 1;
        chunkIntervals++;
    }

    private void endChunk() {
        if (chunkIntervals == 0) return;
        int where = IndexRun.NOWHERE;
        if (!chunkIsSingle) {
            chunk[0] = (byte) (chunkIntervals - 1);
            if (postingUsed + chunkSize > LedgerFiles.BLOCK_SIZE) beginPosting();
            System.arraycopy(chunk, 0, posting, postingUsed, chunkSize);
            where = postingsCount - 1 << 16 | postingUsed;
            postingUsed += chunkSize;
        }
        putEntry(where);
        chunkIntervals = 0;
    }

    private void beginPosting() {
        writePosting();
        check(postingsCount < POSTINGS_MAX, "the postings of a run have room");
        if (postingsCount == postings.length) postings = Arrays.copyOf(postings, postingsCount * 2);
        posting = new byte[LedgerFiles.BLOCK_SIZE];
        postingsCount++;
        postingUsed = 0;
    }

    private void putEntry(int where) {
        int size = field.entrySize;
        if (entriesBlock != null && entriesUsed + size > LedgerFiles.BLOCK_SIZE) writeDirectory();
        if (entriesBlock == null) {
            entriesBlock = new byte[LedgerFiles.BLOCK_SIZE];
            entriesUsed = 0;
        }
        byte[] block = entriesBlock;
        int at = entriesUsed;
        if (field.keySize == 4) {
            LittleEndian.putU32(block, at, keyLo);
        } else {
            LittleEndian.putU64(block, at, keyLo);
            if (field.keySize == 16) LittleEndian.putU64(block, at + Long.BYTES, keyHi);
        }
        LittleEndian.putU32(block, at + field.keySize, chunkFirst - first);
        LittleEndian.putU32(block, at + field.keySize + Integer.BYTES, where);
        entriesUsed += size;
        entries[field.ordinal()]++;
    }

    private void varint(long value) {
        long rest = value;
        for (; rest > 0x7F; rest >>>= 7) chunk[chunkSize++] = (byte) (rest | 0x80);
        chunk[chunkSize++] = (byte) rest;
    }
}
