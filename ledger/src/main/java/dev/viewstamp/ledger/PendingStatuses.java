package dev.viewstamp.ledger;

import java.util.Arrays;

/**
 * What became of each pending transfer, by its position: two bits per transfer, so that the answer never
 * costs a read. Only asked about transfers that carry the flag {@code pending}. Not thread-safe.
 */
final class PendingStatuses {
    /** Codes of ledger spec §2.9; none (0) is what transfers without the flag have. */
    static final int NONE = 0;
    static final int PENDING = 1;
    static final int POSTED = 2;
    static final int VOIDED = 3;
    static final int EXPIRED = 4;

    private static final int PAGE_BITS = 18;                               // positions per page; a page is 64 KiB
    private static final int WORD_BITS = 5;                                // 32 statuses per long
    private static final int WORDS = 1 << PAGE_BITS - WORD_BITS;

    private long[][] pages = new long[4][];                                // absent: all pending

    int get(long position) {
        int page = (int) (position >>> PAGE_BITS);
        if (page >= pages.length || pages[page] == null) return PENDING;
        return PENDING + (int) (pages[page][word(position)] >>> shift(position) & 3);
    }

    /** @param status {@link #PENDING} … {@link #EXPIRED} */
    void set(long position, int status) {
        int page = (int) (position >>> PAGE_BITS);
        if (page >= pages.length) pages = Arrays.copyOf(pages, Math.max(page + 1, pages.length * 2));
        if (pages[page] == null) pages[page] = new long[WORDS];
        long cleared = pages[page][word(position)] & ~(3L << shift(position));
        pages[page][word(position)] = cleared | (long) (status - PENDING) << shift(position);
    }

    private static int word(long position) {
        return (int) (position >>> WORD_BITS) & WORDS - 1;
    }

    private static int shift(long position) {
        return ((int) position & 31) * 2;
    }
}
