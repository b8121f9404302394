package dev.viewstamp.ledger;

/**
 * How a ledger is set up. {@code requestBodyMax} and {@code segmentRecords} are part of the cluster's
 * configuration: the first shapes replies, the second the files that replicas compare. The others size
 * memory, may differ between replicas, and never influence a result.
 *
 * @param requestBodyMax   L of ledger spec §1, {@link LedgerLimits#REQUEST_BODY_MIN} … {@link
 *        LedgerLimits#BODY_MAX} bytes
 * @param segmentRecords   records per sealed segment, a power of two, {@link #SEGMENT_MIN} … {@link
 *        #SEGMENT_MAX}
 * @param accountCapacity  accounts expected; more are fine
 * @param transferCapacity transfers expected; more are fine
 * @param cacheBlocks      blocks of sealed files that are kept in memory, 64 KiB each, 1 or more
 * @param hashSeed         mixed into the hashes of ids. A node should draw it at random, so that nobody can
 *        choose ids that collide
 */
public record LedgerOptions(int requestBodyMax, int segmentRecords, long accountCapacity, long transferCapacity,
                            int cacheBlocks, long hashSeed) {
    /** Below 512, blocks are not filled: for tests. */
    public static final int SEGMENT_MIN = 1 << 4;
    public static final int SEGMENT_MAX = 1 << 20;

    private static final int SEGMENT_DEFAULT = 1 << 16;
    private static final int CACHE_DEFAULT = 1 << 12;

    public LedgerOptions {
        if (requestBodyMax < LedgerLimits.REQUEST_BODY_MIN || requestBodyMax > LedgerLimits.BODY_MAX) {
            throw new IllegalArgumentException("requestBodyMax is " + requestBodyMax + "; choose "
                    + LedgerLimits.REQUEST_BODY_MIN + " … " + LedgerLimits.BODY_MAX);
        }
        if (segmentRecords < SEGMENT_MIN || segmentRecords > SEGMENT_MAX || Integer.bitCount(segmentRecords) != 1) {
            throw new IllegalArgumentException("segmentRecords is " + segmentRecords + "; choose a power of two, "
                    + SEGMENT_MIN + " … " + SEGMENT_MAX);
        }
        if (accountCapacity < 0) throw new IllegalArgumentException("accountCapacity is negative");
        if (transferCapacity < 0) throw new IllegalArgumentException("transferCapacity is negative");
        if (cacheBlocks < 1) throw new IllegalArgumentException("cacheBlocks is " + cacheBlocks + "; choose 1 or more");
    }

    /** The largest bodies, little memory to begin with, a cache of 256 MiB once files are on disk. */
    public static LedgerOptions defaults() {
        return new LedgerOptions(LedgerLimits.BODY_MAX, SEGMENT_DEFAULT, 0, 0, CACHE_DEFAULT, 0);
    }

    public LedgerOptions withRequestBodyMax(int bytes) {
        return new LedgerOptions(bytes, segmentRecords, accountCapacity, transferCapacity, cacheBlocks, hashSeed);
    }

    public LedgerOptions withSegmentRecords(int records) {
        return new LedgerOptions(requestBodyMax, records, accountCapacity, transferCapacity, cacheBlocks, hashSeed);
    }

    public LedgerOptions withCapacity(long accounts, long transfers) {
        return new LedgerOptions(requestBodyMax, segmentRecords, accounts, transfers, cacheBlocks, hashSeed);
    }

    public LedgerOptions withCacheBlocks(int blocks) {
        return new LedgerOptions(requestBodyMax, segmentRecords, accountCapacity, transferCapacity, blocks, hashSeed);
    }

    public LedgerOptions withHashSeed(long seed) {
        return new LedgerOptions(requestBodyMax, segmentRecords, accountCapacity, transferCapacity, cacheBlocks, seed);
    }
}
