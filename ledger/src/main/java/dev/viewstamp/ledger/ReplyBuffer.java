package dev.viewstamp.ledger;

import java.util.Arrays;

/**
 * Where a reply is put together, row by row and batch by batch; then it is copied to its exact size. Grows
 * to the largest reply ever given, at most {@link LedgerLimits#BODY_MAX} and a trailer. Not thread-safe.
 */
final class ReplyBuffer {
    private byte[] bytes = new byte[1 << 10];
    private int size;
    private int[] counts = new int[4];                       // rows of each finished batch
    private int batches;
    private int rows;                                        // of the batch being written

    void clear() {
        size = 0;
        batches = 0;
        rows = 0;
    }

    /** Bytes so far. */
    int size() {
        return size;
    }

    /** Rows in the batch so far. */
    int rows() {
        return rows;
    }

    /** Room for one more row, with whatever bytes happen to be there. @return where it begins */
    int addRow(int rowSize) {
        int at = size;
        ensure(rowSize);
        size += rowSize;
        rows++;
        return at;
    }

    void addRow(byte[] source, int at, int rowSize) {
        int target = addRow(rowSize);
        System.arraycopy(source, at, bytes, target, rowSize);
    }

    /** Valid until the next row is added. */
    byte[] array() {
        return bytes;
    }

    void endBatch() {
        if (batches == counts.length) counts = Arrays.copyOf(counts, batches * 2);
        counts[batches++] = rows;
        rows = 0;
    }

    byte[] unframed() {
        return Arrays.copyOf(bytes, size);
    }

    byte[] framed(int rowSize) {
        ensure(MultiBatch.trailerSize(rowSize, batches));
        return Arrays.copyOf(bytes, MultiBatch.writeTrailer(bytes, size, rowSize, counts, batches));
    }

    private void ensure(int additional) {
        if (size + additional > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(size + additional, bytes.length * 2));
        }
    }
}
