package dev.viewstamp.ledger;

import java.util.Arrays;

/**
 * Finds the records of one segment that is not sealed yet. Per field a table of chain heads, by a hash of the
 * value, and per record a link to the one before it in its chain; values are verified where they lie. Chains
 * are continued when somebody searches, up to the newest record: creating costs next to nothing here, and fields
 * that nobody asks for have no chains at all. Ledger and code have so few values that a scan finds them as fast,
 * so they have none either. Zero user data cannot be searched for and is not indexed. Not thread-safe; but who
 * only asks {@link #accountOf} may do so on another thread once the segment is full.
 */
final class TailIndex {
    /** The records that are indexed. */
    interface Records {
        byte[] block(long position);

        int at(long position);
    }

    private static final int CHAINED = IndexField.LEDGER.ordinal();          // the fields before it
    private static final int END = 0;
    private static final int START = 1 << 10;                // of arrays that grow

    private final Records records;
    private final int segment;
    private final int bucketShift;
    private final int buckets;
    private final int[][] heads = new int[CHAINED][];        // ordinal + 1 of the newest, END: none
    private final int[][] links = new int[CHAINED][];        // the same, by ordinal
    private final int[] chained = new int[CHAINED];          // so many records have been looked at for chains
    private final int[][] accountsOf = new int[2][];         // by ordinal: debit, credit
    private long start;
    private int size;

    /** @param segment records per sealed segment, a power of two */
    TailIndex(Records records, int segment) {
        this.records = records;
        this.segment = segment;
        buckets = Math.max(64, segment / 4);
        bucketShift = Long.SIZE - Integer.numberOfTrailingZeros(buckets);
    }

    /** Forgets everything and covers the segment that begins here. */
    void begin(long first) {
        for (int field = 0; field < CHAINED; field++) forget(field);
        start = first;
        size = 0;
    }

    boolean isFull() {
        return size == segment;
    }

    boolean isEmpty() {
        return size == 0;
    }

    /** The position of the segment's first record. */
    long start() {
        return start;
    }

    long end() {
        return start + size;
    }

    /** Whether the records are transfers. */
    boolean hasAccounts() {
        return accountsOf[0] != null;
    }

    /** The debit (0) or credit (1) account of a transfer. */
    int accountOf(int side, long position) {
        return accountsOf[side][(int) (position - start)];
    }

    /** Adds the next account. */
    void add() {
        size++;
    }

    /** Adds the next transfer. */
    void add(int debit, int credit) {
        if (accountsOf[0] == null || size == accountsOf[0].length) growAccounts();
        accountsOf[0][size] = debit;
        accountsOf[1][size] = credit;
        size++;
    }

    /** Forgets all records from this position on. */
    void truncate(long end) {
        size = (int) (Math.min(end, end()) - start);
        for (int field = 0; field < CHAINED; field++) {
            if (chained[field] > size) forget(field);        // nobody searches within an entry: this is rare
        }
    }

    /** Ordinal + 1 of the newest record that may have this value, 0 if there is none. */
    int head(IndexField field, long lo, long hi) {
        chain(field);
        return heads[field.ordinal()][bucket(lo, hi)];
    }

    /** Ordinal + 1 of the next older record that may have the same value, 0 if there is none. */
    int link(IndexField field, int ordinal) {
        return links[field.ordinal()][ordinal];
    }

    static boolean isChained(IndexField field) {
        return field.ordinal() < CHAINED;
    }

    /** Whether the record has this value. */
    boolean has(IndexField field, int ordinal, long lo, long hi) {
        if (field.isAccount()) return accountsOf[field.ordinal()][ordinal] == lo;
        byte[] block = records.block(start + ordinal);
        int at = records.at(start + ordinal);
        return field.lo(block, at) == lo && field.hi(block, at) == hi;
    }

    /** Continues the field's chains to the newest record. Goes on where it was if a missing block cuts it short. */
    private void chain(IndexField field) {
        int number = field.ordinal();
        if (heads[number] == null) heads[number] = new int[buckets];
        if (links[number] == null || links[number].length < size) growLinks(number);
        for (; chained[number] < size; chained[number]++) {
            int ordinal = chained[number];
            if (field.isAccount()) {
                link(number, bucket(accountsOf[number][ordinal], 0), ordinal);
                continue;
            }
            byte[] block = records.block(start + ordinal);
            int at = records.at(start + ordinal);
            long lo = field.lo(block, at);
            long hi = field.hi(block, at);
            if ((lo | hi) != 0) link(number, bucket(lo, hi), ordinal);
        }
    }

    private void link(int field, int bucket, int ordinal) {
        links[field][ordinal] = heads[field][bucket];
        heads[field][bucket] = ordinal + 1;
    }

    private void forget(int field) {
        if (chained[field] > 0) Arrays.fill(heads[field], END);
        chained[field] = 0;
    }

    private int bucket(long lo, long hi) {
        return (int) ((lo + hi * 0x9E3779B97F4A7C15L) * 0xD6E8FEB86659FD93L >>> bucketShift);
    }

    private void growLinks(int field) {
        int grown = links[field] == null ? START : links[field].length * 2;
        int length = Math.min(segment, Math.max(size, grown));
        links[field] = links[field] == null ? new int[length] : Arrays.copyOf(links[field], length);
    }

    private void growAccounts() {
        int length = Math.min(segment, accountsOf[0] == null ? START : accountsOf[0].length * 2);
        for (int side = 0; side < 2; side++) {
            accountsOf[side] = accountsOf[side] == null ? new int[length] : Arrays.copyOf(accountsOf[side], length);
        }
    }
}
