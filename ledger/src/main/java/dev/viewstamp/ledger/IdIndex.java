package dev.viewstamp.ledger;

import static dev.viewstamp.ledger.Invariant.check;

import java.util.Arrays;

/**
 * Finds the position of a record by its 128-bit id. Holds no ids: an entry is 8 bytes, and whoever owns the
 * records confirms a match. The table is a row of groups of 4096 slots. The lowest n bits of an id's hash name its
 * group, and an entry there is
 *
 * <pre>
 *   63                       n+12 n+11                                0
 *  +------------------------------+------------------------------------+
 *  | fingerprint: bits n … 51 of  | position + 1; 0 marks a free slot  |
 *  | the hash                     |                                    |
 *  +------------------------------+------------------------------------+
 * </pre>
 *
 * so that group and entry together always know 52 bits of the hash, while the room for positions grows with the
 * number of groups. Bits 40 … 51 of the hash are the home slot; probing is linear within the group.
 *
 * <p>Linear hashing: the table grows by one group at a time, so that no step costs more than a few microseconds.
 * Splitting a group moves the entries whose lowest bit of the fingerprint is set to the new group; in both, that
 * bit, cleared, belongs to the position from then on. With 2^34 records, all that the format of files allows for,
 * n is 23 or 24, and besides the home slot 16 bits of the hash tell entries apart; the table ends at 2^30 groups, a
 * trillion records.
 *
 * <p>Removal undoes the latest addition only (chains, ledger spec §7), and no group is split in between:
 * callers reserve room before a batch.
 *
 * <p>Invariants: a group is never full; mean load = {@link #GROUP_MEAN} / 4096 at most; a position has room in the
 * bits that its group leaves it. Order of entries is never observable. Not thread-safe.
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
    /** Bits of a position in a table of one group: there, it has at most two groups' worth of entries. */
    private static final int POSITION_BITS = 12;
    private static final int HOME_SHIFT = Long.SIZE - POSITION_BITS - GROUP_BITS;
    private static final int LEVEL_MAX = 30;
    private static final int CHUNK_GROUP_BITS = 5;                          // 32 groups, 1 MiB
    private static final int CHUNK_GROUPS = 1 << CHUNK_GROUP_BITS;
    private static final int START_GROUPS_MAX = 1 << 10;

    private final long seed;
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
        groups = (int) Math.max(1, Math.min(capacity / GROUP_MEAN, START_GROUPS_MAX));
        level = Integer.SIZE - 1 - Integer.numberOfLeadingZeros(groups);
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
        long entry = chunks[group >>> CHUNK_GROUP_BITS][base(group) + home(hash)];
        return mark(entry, groupLevel) - 1;
    }

    /** The position of the record with this id, or {@link #ABSENT}. */
    long find(long hash, long lo, long hi, Records records) {
        int groupLevel = levelOf(hash);
        int group = group(hash, groupLevel);
        long[] chunk = chunks[group >>> CHUNK_GROUP_BITS];
        int base = base(group);
        for (int slot = home(hash); ; slot = slot + 1 & SLOT_MASK) {
            long entry = chunk[base + slot];
            if (entry == 0) return ABSENT;
            if ((entry ^ hash << POSITION_BITS) >>> POSITION_BITS + groupLevel != 0) continue;
            long position = mark(entry, groupLevel) - 1;
            if (records.hasId(position, lo, hi)) return position;
        }
    }

    /** The id must not be present, and {@code position} must be the number of entries. */
    void add(long hash, long position) {
        check(position == size, "positions are added in order");
        check(size < (long) groups * GROUP_MEAN, "room was reserved before the batch");
        int groupLevel = levelOf(hash);
        long fingerprint = hash << POSITION_BITS & -1L << POSITION_BITS + groupLevel;
        place(group(hash, groupLevel), fingerprint | position + 1);
        size++;
    }

    /** Undoes the latest {@link #add}. */
    void removeLast(long hash) {
        int groupLevel = levelOf(hash);
        int group = group(hash, groupLevel);
        long[] chunk = chunks[group >>> CHUNK_GROUP_BITS];
        int base = base(group);
        int slot = home(hash);
        while (mark(chunk[base + slot], groupLevel) != size) {
            check(chunk[base + slot] != 0, "the entry to remove is present");
            slot = slot + 1 & SLOT_MASK;
        }
        chunk[base + slot] = 0;
        size--;
    }

    private void place(int group, long entry) {
        long[] chunk = chunks[group >>> CHUNK_GROUP_BITS];
        int base = base(group);
        int slot = (int) (entry >>> HOME_SHIFT + POSITION_BITS);
        for (int probes = 0; chunk[base + slot] != 0; probes++) {
            check(probes < GROUP_SLOTS - 1, "no group of the id index is full");
            slot = slot + 1 & SLOT_MASK;
        }
        chunk[base + slot] = entry;
    }

    /** Divides the next group between itself and a new one. */
    private void split() {
        check(level < LEVEL_MAX, "the id index has room for more groups");
        int group = groups - (1 << level);
        makeRoomFor(groups);
        long[] chunk = chunks[group >>> CHUNK_GROUP_BITS];
        int base = base(group);
        System.arraycopy(chunk, base, splitting, 0, GROUP_SLOTS);
        Arrays.fill(chunk, base, base + GROUP_SLOTS, 0);
        long lowest = 1L << POSITION_BITS + level;           // bit of the fingerprint
        for (long entry : splitting) {
            if (entry != 0) place((entry & lowest) == 0 ? group : groups, entry & ~lowest);
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

    private static int home(long hash) {
        return (int) (hash >>> HOME_SHIFT) & SLOT_MASK;
    }

    private static long mark(long entry, int groupLevel) {
        return entry & (1L << POSITION_BITS + groupLevel) - 1;
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
