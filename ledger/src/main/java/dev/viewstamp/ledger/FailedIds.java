package dev.viewstamp.ledger;

import java.util.Arrays;

/**
 * Ids of transfers that failed for a reason that might have passed; they are refused for ever (ledger spec
 * §13). Survives the undoing of a chain. Grows only. Not thread-safe.
 */
final class FailedIds implements IdIndex.Records {
    private static final int PAGE_BITS = 12;
    private static final int IN_PAGE = (1 << PAGE_BITS) - 1;

    private final IdIndex index;
    private long[][] pages = new long[4][];                  // lo, hi of each id, in order of failing
    private int size;

    FailedIds(long hashSeed) {
        index = new IdIndex(hashSeed, 0);
    }

    int size() {
        return size;
    }

    boolean contains(long lo, long hi) {
        return size != 0 && index.find(index.hash(lo, hi), lo, hi, this) != IdIndex.ABSENT;
    }

    /** The id must be absent. */
    void add(long lo, long hi) {
        index.reserve(1);
        int page = size >>> PAGE_BITS;
        if (page == pages.length) pages = Arrays.copyOf(pages, page * 2);
        if (pages[page] == null) pages[page] = new long[2 << PAGE_BITS];
        int at = (size & IN_PAGE) * 2;
        pages[page][at] = lo;
        pages[page][at + 1] = hi;
        index.add(index.hash(lo, hi), size);
        size++;
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

    private long lo(int index) {
        return pages[index >>> PAGE_BITS][(index & IN_PAGE) * 2];
    }

    private long hi(int index) {
        return pages[index >>> PAGE_BITS][(index & IN_PAGE) * 2 + 1];
    }
}
