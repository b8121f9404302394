package dev.viewstamp.ledger;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Writes an {@link IndexRun}, field by field, keys ascending, the positions of a key ascending. The file is
 * a function of what it is told alone. Reusable; not thread-safe.
 */
final class IndexRunWriter {
    private static final int INTERVAL_MAX = 10;              // bytes of two varints of 32 bits
    private static final int CHUNK_MAX = 1 + IndexRun.CHUNK * INTERVAL_MAX;

    private final SealedFiles files;
    private final List<byte[]> postings = new ArrayList<>();
    private final List<byte[]> directories = new ArrayList<>();
    private final byte[] chunk = new byte[CHUNK_MAX];

    private long first;
    private int postingsUsed;                                // of the last block of postings
    private int directoryUsed;
    private int[] directoryStart;                            // per field, relative to the first directory block
    private int[] entries;

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

    IndexRunWriter(SealedFiles files) {
        this.files = files;
    }

    void begin(long firstPosition) {
        first = firstPosition;
        postings.clear();
        directories.clear();
        postingsUsed = LedgerFiles.BLOCK_SIZE;
        directoryStart = new int[IndexField.COUNT];
        entries = new int[IndexField.COUNT];
    }

    void beginField(IndexField next) {
        field = next;
        directoryStart[next.ordinal()] = directories.size();
        directoryUsed = LedgerFiles.BLOCK_SIZE;
        hasKey = false;
    }

    void add(long lo, long hi, long from, long to) {
        if (!hasKey || lo != keyLo || hi != keyHi) {
            endKey();
            keyLo = lo;
            keyHi = hi;
            hasKey = true;
        }
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
        trim(directories, directoryUsed);
    }

    /** Writes the file. */
    IndexRun end(long endPosition) {
        trim(postings, postingsUsed);
        int file = files.create();
        byte[][] blocks = new byte[postings.size() + directories.size()][];
        int count = 0;
        for (byte[] block : postings) blocks[count++] = block;
        for (byte[] block : directories) blocks[count++] = block;
        for (byte[] block : blocks) files.append(block);
        IndexRun.Section[] sections = new IndexRun.Section[IndexField.COUNT];
        for (int i = 0; i < IndexField.COUNT; i++) {
            sections[i] = new IndexRun.Section(postings.size() + directoryStart[i], entries[i]);
        }
        files.append(encode(sections, first, endPosition));
        files.seal();
        return new IndexRun(first, endPosition, files, file, files.inMemory() ? blocks : null, sections);
    }

    /** The file's last block: the range of positions, then directory and entries of each field. */
    private static byte[] encode(IndexRun.Section[] sections, long first, long end) {
        byte[] block = new byte[2 * Long.BYTES + sections.length * 2 * Integer.BYTES];
        LittleEndian.putU64(block, 0, first);
        LittleEndian.putU64(block, 8, end);
        for (int i = 0; i < sections.length; i++) {
            LittleEndian.putU32(block, 16 + i * 8, sections[i].directory());
            LittleEndian.putU32(block, 20 + i * 8, sections[i].entries());
        }
        return block;
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
            if (postingsUsed + chunkSize > LedgerFiles.BLOCK_SIZE) {
                trim(postings, postingsUsed);
                postings.add(new byte[LedgerFiles.BLOCK_SIZE]);
                postingsUsed = 0;
            }
            System.arraycopy(chunk, 0, postings.get(postings.size() - 1), postingsUsed, chunkSize);
            where = postings.size() - 1 << 16 | postingsUsed;
            postingsUsed += chunkSize;
        }
        putEntry(where);
        chunkIntervals = 0;
    }

    private void putEntry(int where) {
        int size = IndexRun.entrySize(field);
        if (directoryUsed + size > LedgerFiles.BLOCK_SIZE) {
            directories.add(new byte[LedgerFiles.BLOCK_SIZE]);
            directoryUsed = 0;
        }
        byte[] block = directories.get(directories.size() - 1);
        int at = directoryUsed;
        if (field.keySize() == 4) {
            LittleEndian.putU32(block, at, keyLo);
        } else {
            LittleEndian.putU64(block, at, keyLo);
            if (field.keySize() == 16) LittleEndian.putU64(block, at + Long.BYTES, keyHi);
        }
        LittleEndian.putU32(block, at + field.keySize(), chunkFirst - first);
        LittleEndian.putU32(block, at + field.keySize() + Integer.BYTES, where);
        directoryUsed += size;
        entries[field.ordinal()]++;
    }

    private void varint(long value) {
        long rest = value;
        for (; rest > 0x7F; rest >>>= 7) chunk[chunkSize++] = (byte) (rest | 0x80);
        chunk[chunkSize++] = (byte) rest;
    }

    private static void trim(List<byte[]> blocks, int used) {
        int last = blocks.size() - 1;
        if (last >= 0 && used < blocks.get(last).length) blocks.set(last, Arrays.copyOf(blocks.get(last), used));
    }
}
