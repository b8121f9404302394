package dev.viewstamp.ledger;

import static dev.viewstamp.ledger.Invariant.check;

/**
 * A segment of transfers in its file:
 *
 * <pre>
 *  +----------------+----------------------+------------------+---------+
 *  | ids, 16 bytes  | records, 128 bytes   | events, as in    | outline |
 *  | each: blocks   | each: blocks         | EventStream:     |         |
 *  |                |                      | blocks           |         |
 *  +----------------+----------------------+------------------+---------+
 *
 *  outline: u64 first position, u64 end, u32 blocks of ids, u32 of records, u32 of events, u32 zero,
 *           u64 x n timestamp of the first transfer of each block of records,
 *           u64 x m ordinal of the first event of each block of events
 * </pre>
 *
 * Opening a ledger reads ids and outline, and nothing else of a segment.
 *
 * @param firstTimestamps per block of records
 * @param firstOrdinals   per block of events
 */
record SealedSegment(SealedFile file, int idBlocks, long[] firstTimestamps, long[] firstOrdinals) {
    static final int IDS_PER_BLOCK = LedgerFiles.BLOCK_SIZE / 16;

    private static final int HEAD = 32;

    int transferBlocks() {
        return firstTimestamps.length;
    }

    int firstTransferBlock() {
        return idBlocks;
    }

    int firstEventBlock() {
        return idBlocks + firstTimestamps.length;
    }

    long firstTimestamp(int block) {
        return firstTimestamps[block];
    }

    static byte[] encodeOutline(long first, long end, int idBlocks, long[] firstTimestamps, long[] firstOrdinals) {
        byte[] outline = new byte[HEAD + (firstTimestamps.length + firstOrdinals.length) * Long.BYTES];
        LittleEndian.putU64(outline, 0, first);
        LittleEndian.putU64(outline, 8, end);
        LittleEndian.putU32(outline, 16, idBlocks);
        LittleEndian.putU32(outline, 20, firstTimestamps.length);
        LittleEndian.putU32(outline, 24, firstOrdinals.length);
        int at = HEAD;
        for (long timestamp : firstTimestamps) {
            LittleEndian.putU64(outline, at, timestamp);
            at += Long.BYTES;
        }
        for (long ordinal : firstOrdinals) {
            LittleEndian.putU64(outline, at, ordinal);
            at += Long.BYTES;
        }
        return outline;
    }

    /** @param outline the file's last block, verified */
    static SealedSegment read(SealedFile file, byte[] outline) {
        boolean fits = LittleEndian.u64(outline, 0) == file.first() && LittleEndian.u64(outline, 8) == file.end();
        check(fits, "a segment's outline tells the range that the manifest tells");
        long[] firstTimestamps = longs(outline, HEAD, LittleEndian.i32(outline, 20));
        int at = HEAD + firstTimestamps.length * Long.BYTES;
        long[] firstOrdinals = longs(outline, at, LittleEndian.i32(outline, 24));
        return new SealedSegment(file, LittleEndian.i32(outline, 16), firstTimestamps, firstOrdinals);
    }

    private static long[] longs(byte[] bytes, int from, int count) {
        long[] longs = new long[count];
        for (int i = 0; i < count; i++) longs[i] = LittleEndian.u64(bytes, from + i * Long.BYTES);
        return longs;
    }
}
