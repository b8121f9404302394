package dev.viewstamp.ledger;

import static dev.viewstamp.ledger.Invariant.check;

import java.util.Arrays;

/**
 * Finds the position of a record by its 128-bit id. Holds no ids: an entry is 8 bytes, and whoever owns the
 * records confirms a match.
 *
 * <pre>
 *   63                          34 33                                 0
 *  +------------------------------+------------------------------------+
 *  | fingerprint, 30 bits of hash | position + 1; 0 marks a free slot  |
 *  +------------------------------+------------------------------------+
 * </pre>
 *
 * <p>Linear hashing: the table is a row of groups of 4096 slots, and grows by one group at a time, so that
 * no step costs more than a few microseconds. The low bits of the hash name the group; the bits above them
 * are the fingerprint, whose low 12 bits are the home slot; probing is linear within the group. Splitting a
 * group consumes the lowest bit of its fingerprints, which is why they are shifted, and why old entries
 * know fewer bits than the youngest: how many, follows from the position, because positions are handed out
 * in order.
 *
 * <p>Removal undoes the latest addition only (chains, ledger spec §7), and no group is split in between:
 * callers reserve room before a batch.
 *
 * <p>Invariants: a group is never full; mean load &lt;= {@link #GROUP_MEAN} / 4096; an entry knows at least
 * the bits of its home slot. Order of entries is never observable. Not thread-safe.
 */
final class IdIndex {
    /** Who can tell whether the record at a position has an id. */
    interface Records {
        boolean hasId(long position, long lo, long hi);
    }

    static final long ABSENT = -1;
    /**
     * Entries per group that make the table grow. A group that waits for its split holds up to twice as
     * many.
     */
    static final int GROUP_MEAN = 1280;

    private static final int GROUP_BITS = 12;
    private static final int GROUP_SLOTS = 1 << GROUP_BITS;
    private static final int SLOT_MASK = GROUP_SLOTS - 1;
    private static final int POSITION_BITS = 34;
    private static final long POSITION_MASK = (1L << POSITION_BITS) - 1;
    private static final int FINGERPRINT_BITS = Long.SIZE - POSITION_BITS;
    private static final long FINGERPRINT_MASK = (1L << FINGERPRINT_BITS) - 1;
    private static final int CHUNK_GROUP_BITS = 5;                          // 32 groups, 1 MiB
    private static final int CHUNK_GROUPS = 1 << CHUNK_GROUP_BITS;
    private static final int SHIFTS_MAX = FINGERPRINT_BITS - GROUP_BITS;

    private final long seed;
    private final int levelMin;
    private final long[] splitting = new long[GROUP_SLOTS];
    private long[][] chunks = new long[1][];
    private int level;                                       // 2^level <= groups < 2^(level + 1)
    private int groups;
    private long size;

    /**
     * @param seed  mixed into the hash. It may differ between replicas, and should: then nobody can aim ids
     *        at one group
     * @param capacity entries expected; the table starts with room for a part of them and grows without
     *        limit
     */
    IdIndex(long seed, long capacity) {
        this.seed = seed;
        long groupsStart = Math.max(1, Math.min(capacity / GROUP_MEAN, 1 << 10));
        levelMin = Long.SIZE - 1 - Long.numberOfLeadingZeros(groupsStart);
        level = levelMin;
        groups = 1 << levelMin;
        for (int group = 0; group < groups; group++) makeRoomFor(group);
    }

    long size() {
        return size;
    }

    /** Bytes that the table occupies. */
    long footprint() {
        long slots = 0;
        for (long[] chunk : chunks) slots += chunk == null ? 0 : chunk.length;
        return slots * Long.BYTES;
    }

    /** Splits groups until so many more entries fit. */
    void reserve(int additional) {
        while (size + additional > (long) groups * GROUP_MEAN) split();
    }

    long hash(long lo, long hi) {
        return mix(mix(lo + seed) ^ hi);
    }

    /**
     * Loads the slot where a search will begin, so that later it is in the processor's cache. Answers the
     * position found there, likely but not certainly the one to be found, or {@link #ABSENT}.
     */
    long peek(long hash) {
        int groupLevel = levelOf(hash);
        int group = group(hash, groupLevel);
        int slot = (int) (hash >>> groupLevel) & SLOT_MASK;
        return (chunks[group >>> CHUNK_GROUP_BITS][base(group) + slot] & POSITION_MASK) - 1;
    }

    /** The position of the record with this id, or {@link #ABSENT}. */
    long find(long hash, long lo, long hi, Records records) {
        int groupLevel = levelOf(hash);
        int group = group(hash, groupLevel);
        long fingerprint = hash >>> groupLevel & FINGERPRINT_MASK;
        long[] chunk = chunks[group >>> CHUNK_GROUP_BITS];
        int base = base(group);
        for (int slot = (int) fingerprint & SLOT_MASK; ; slot = slot + 1 & SLOT_MASK) {
            long entry = chunk[base + slot];
            if (entry == 0) return ABSENT;
            if (!matches(entry, fingerprint, groupLevel)) continue;
            long position = (entry & POSITION_MASK) - 1;
            if (records.hasId(position, lo, hi)) return position;
        }
    }

    /** The id must not be present, and {@code position} must be the number of entries. */
    void add(long hash, long position) {
        check(position == size, "positions are added in order");
        check(size < (long) groups * GROUP_MEAN, "room was reserved before the batch");
        int groupLevel = levelOf(hash);
        place(group(hash, groupLevel), hash >>> groupLevel & FINGERPRINT_MASK, position + 1);
        size++;
    }

    /** Undoes the latest {@link #add}. */
    void removeLast(long hash) {
        int groupLevel = levelOf(hash);
        int group = group(hash, groupLevel);
        long[] chunk = chunks[group >>> CHUNK_GROUP_BITS];
        int base = base(group);
        int slot = (int) (hash >>> groupLevel) & SLOT_MASK;
        while ((chunk[base + slot] & POSITION_MASK) != size) {
            check(chunk[base + slot] != 0, "the entry to remove is present");
            slot = slot + 1 & SLOT_MASK;
        }
        chunk[base + slot] = 0;
        size--;
    }

    private boolean matches(long entry, long fingerprint, int groupLevel) {
        long difference = entry >>> POSITION_BITS ^ fingerprint;
        if ((difference & SLOT_MASK) != 0) return false;
        if (difference == 0) return true;
        int bitsLost = groupLevel - levelWhenAdded((entry & POSITION_MASK) - 1);
        return (difference & FINGERPRINT_MASK >>> bitsLost) == 0;
    }

    /** A lower bound: there were at least so many groups that this position had room. */
    private int levelWhenAdded(long position) {
        long groupsThen = Math.max(1, position / GROUP_MEAN);
        return Math.max(levelMin, Long.SIZE - 1 - Long.numberOfLeadingZeros(groupsThen));
    }

    private void place(int group, long fingerprint, long mark) {
        long[] chunk = chunks[group >>> CHUNK_GROUP_BITS];
        int base = base(group);
        int slot = (int) fingerprint & SLOT_MASK;
        for (int probes = 0; chunk[base + slot] != 0; probes++) {
            check(probes < GROUP_SLOTS - 1, "no group of the id index is full");
            slot = slot + 1 & SLOT_MASK;
        }
        chunk[base + slot] = fingerprint << POSITION_BITS | mark;
    }

    private void split() {
        check(level < levelMin + SHIFTS_MAX, "old entries of the id index still know their home slot");
        int group = groups - (1 << level);
        makeRoomFor(groups);
        long[] chunk = chunks[group >>> CHUNK_GROUP_BITS];
        int base = base(group);
        System.arraycopy(chunk, base, splitting, 0, GROUP_SLOTS);
        Arrays.fill(chunk, base, base + GROUP_SLOTS, 0);
        for (long entry : splitting) {
            if (entry == 0) continue;
            long fingerprint = entry >>> POSITION_BITS;
            place((fingerprint & 1) == 0 ? group : groups, fingerprint >>> 1, entry & POSITION_MASK);
        }
        groups++;
        if (groups == 2 << level) level++;
    }

    /** Small tables stay small: the first chunk grows by doubling, the others come whole. */
    private void makeRoomFor(int group) {
        int chunk = group >>> CHUNK_GROUP_BITS;
        if (chunk == chunks.length) chunks = Arrays.copyOf(chunks, chunk * 2);
        int slots = base(group) + GROUP_SLOTS;
        if (chunks[chunk] == null) chunks[chunk] = new long[(chunk == 0 ? 1 : CHUNK_GROUPS) << GROUP_BITS];
        if (chunks[chunk].length < slots) chunks[chunk] = Arrays.copyOf(chunks[chunk], chunks[chunk].length * 2);
    }

    /** Groups before the one that is split next know one more bit of the hash. */
    private int levelOf(long hash) {
        return group(hash, level) < groups - (1 << level) ? level + 1 : level;
    }

    private static int group(long hash, int level) {
        return (int) hash & (1 << level) - 1;
    }

    private static int base(int group) {
        return (group & CHUNK_GROUPS - 1) << GROUP_BITS;
    }

    /** Every bit of the result depends on every bit of the argument (the finalizer of SplitMix64). */
    private static long mix(long x) {
        x = (x ^ x >>> 30) * 0xBF58476D1CE4E5B9L;
        x = (x ^ x >>> 27) * 0x94D049BB133111EBL;
        return x ^ x >>> 31;
    }
}
