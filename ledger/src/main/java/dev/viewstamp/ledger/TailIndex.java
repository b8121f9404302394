package dev.viewstamp.ledger;

import static dev.viewstamp.ledger.Invariant.check;

import java.util.Arrays;

/**
 * Finds the records of one segment that is not sealed yet. Per field a table of chain heads, by a hash of the
 * value, and per record a link to the one before it in its chain; values are verified where they lie.
 * Ledger and code have so few values that a scan finds them as fast, so they have no chains. Zero user data
 * cannot be searched for and is not indexed. Not thread-safe.
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
    private final int[] linked = new int[CHAINED];           // records in chains
    private final int[][] links = new int[CHAINED][];        // the same, by ordinal
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
        for (int[] head : heads) {
            if (head != null) Arrays.fill(head, END);
        }
        Arrays.fill(linked, 0);
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

    /** The debit (0) or credit (1) account of a transfer. */
    int accountOf(int side, long position) {
        return accountsOf[side][(int) (position - start)];
    }

    /** Adds the next account. */
    void add() {
        addUserData(size);
        size++;
    }

    /** Adds the next transfer. */
    void add(int debit, int credit) {
        if (accountsOf[0] == null || size == accountsOf[0].length) growAccounts();
        accountsOf[0][size] = debit;
        accountsOf[1][size] = credit;
        link(0, bucket(debit, 0), size);
        link(1, bucket(credit, 0), size);
        addUserData(size);
        size++;
    }

    /** Forgets all records from this position on; their bytes must still be there. */
    void truncate(long end) {
        while (end() > end) {
            size--;
            for (int field = 0; field < CHAINED; field++) unlink(field, size);
        }
    }

    /** Ordinal + 1 of the newest record that may have this value, 0 if there is none. */
    int head(IndexField field, long lo, long hi) {
        int[] head = heads[field.ordinal()];
        return head == null ? END : head[bucket(lo, hi)];
    }

    /** Ordinal + 1 of the next older record that may have the same value, 0 if there is none. */
    int link(IndexField field, int ordinal) {
        return links[field.ordinal()][ordinal];
    }

    /** Whether no record of the tail has anything in this field that could be searched for. */
    boolean isUnused(IndexField field) {
        return isChained(field) && linked[field.ordinal()] == 0;
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

    private void addUserData(int ordinal) {
        byte[] block = records.block(start + ordinal);
        int at = records.at(start + ordinal);
        for (int field = IndexField.USER_DATA_128.ordinal(); field < CHAINED; field++) {
            long lo = IndexField.of(field).lo(block, at);
            long hi = IndexField.of(field).hi(block, at);
            if ((lo | hi) != 0) link(field, bucket(lo, hi), ordinal);
        }
    }

    private void link(int field, int bucket, int ordinal) {
        if (heads[field] == null) heads[field] = new int[buckets];
        int[] link = links[field];
        if (link == null || ordinal >= link.length) link = growLinks(field, ordinal);
        linked[field]++;
        link[ordinal] = heads[field][bucket];
        heads[field][bucket] = ordinal + 1;
    }

    private void unlink(int field, int ordinal) {
        if (heads[field] == null) return;
        long lo;
        long hi = 0;
        if (IndexField.of(field).isAccount()) {
            lo = accountsOf[field][ordinal];
        } else {
            byte[] block = records.block(start + ordinal);
            int at = records.at(start + ordinal);
            lo = IndexField.of(field).lo(block, at);
            hi = IndexField.of(field).hi(block, at);
            if ((lo | hi) == 0) return;
        }
        int bucket = bucket(lo, hi);
        check(heads[field][bucket] == ordinal + 1, "the newest record is the head of its chains");
        heads[field][bucket] = links[field][ordinal];
        linked[field]--;
    }

    private int bucket(long lo, long hi) {
        return (int) ((lo + hi * 0x9E3779B97F4A7C15L) * 0xD6E8FEB86659FD93L >>> bucketShift);
    }

    private int[] growLinks(int field, int ordinal) {
        int[] link = links[field];
        int length = Math.min(segment, Math.max(ordinal + 1, link == null ? START : link.length * 2));
        links[field] = link == null ? new int[length] : Arrays.copyOf(link, length);
        return links[field];
    }

    private void growAccounts() {
        int length = Math.min(segment, accountsOf[0] == null ? START : accountsOf[0].length * 2);
        for (int side = 0; side < 2; side++) {
            accountsOf[side] = accountsOf[side] == null ? new int[length] : Arrays.copyOf(accountsOf[side], length);
        }
    }
}
