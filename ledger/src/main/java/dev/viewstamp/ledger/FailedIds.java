package dev.viewstamp.ledger;

import java.util.Arrays;

/**
 * Ids of transfers that failed for a reason that might have passed; they are refused for ever (ledger spec
 * §13). Survives the undoing of a chain. Grows only, at its end, so a checkpoint costs no more than what came since
 * the last one. Memory: 16 bytes an id and 26 of the index. Not thread-safe.
 */
final class FailedIds implements IdIndex.Records {
    private static final int PAGE_BITS = 12;                               // 4096 ids fill a page
    private static final int IN_PAGE = (1 << PAGE_BITS) - 1;
    private static final int ID_BITS = 4;

    private final IdIndex index;
    private final Pages pages = new Pages(PageKind.FAILED_IDS, 1L << PAGE_BITS); // in order of failing
    private int size;

    FailedIds(long hashSeed) {
        index = new IdIndex(hashSeed, 0);
    }

    Pages pages() {
        return pages;
    }

    int size() {
        return size;
    }

    boolean contains(long lo, long hi) {
        return size != 0 && index.find(index.hash(lo, hi), lo, hi, this) != IdIndex.ABSENT;
    }

    /** The id must be absent. */
    void add(long lo, long hi) {
        int page = size >>> PAGE_BITS;
        if (page == pages.size()) pages.add();
        byte[] bytes = pages.writable(page);
        LittleEndian.putU64(bytes, at(size), lo);
        LittleEndian.putU64(bytes, at(size) + Long.BYTES, hi);
        enter(lo, hi);
    }

    private void enter(long lo, long hi) {
        index.reserve(1);
        index.add(index.hash(lo, hi), size);
        size++;
    }

    /** Puts the next page, read from a checkpoint, with so many ids at its place. */
    void restore(byte[] page, int ids) {
        pages.restore(pages.size(), page);
        for (int i = 0; i < ids; i++) enter(lo(size), hi(size));
    }

    @Override
    public boolean hasId(long position, long lo, long hi) {
        return lo((int) position) == lo && hi((int) position) == hi;
    }

    /** All of them, ascending as unsigned numbers. */
    Uint128[] sorted() {
        Uint128[] ids = new Uint128[size];
        for (int i = 0; i < size; i++) ids[i] = new Uint128(hi(i), lo(i));
        Arrays.sort(ids);
        return ids;
    }

    private static int at(int index) {
        return (index & IN_PAGE) << ID_BITS;
    }

    private long lo(int index) {
        return LittleEndian.u64(pages.page(index >>> PAGE_BITS), at(index));
    }

    private long hi(int index) {
        return LittleEndian.u64(pages.page(index >>> PAGE_BITS), at(index) + Long.BYTES);
    }
}
