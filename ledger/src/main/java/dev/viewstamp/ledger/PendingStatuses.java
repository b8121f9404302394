package dev.viewstamp.ledger;

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

    private static final int PAGE_BITS = 18;                               // positions per page
    private static final int IN_PAGE = (1 << PAGE_BITS) - 1;

    private final Pages pages = new Pages(PageKind.STATUSES, 1L << PAGE_BITS); // absent: all pending

    Pages pages() {
        return pages;
    }

    int get(long position) {
        int index = (int) (position >>> PAGE_BITS);
        byte[] page = index < pages.size() ? pages.page(index) : null;
        return page == null ? PENDING : PENDING + (page[at(position)] >>> shift(position) & 3);
    }

    /** @param status {@link #PENDING} … {@link #EXPIRED} */
    void set(long position, int status) {
        int index = (int) (position >>> PAGE_BITS);
        if (index >= pages.size()) pages.extend(index + 1);
        byte[] page = pages.writable(index);
        int at = at(position);
        page[at] = (byte) (page[at] & ~(3 << shift(position)) | status - PENDING << shift(position));
    }

    private static int at(long position) {
        return ((int) position & IN_PAGE) >>> 2;
    }

    private static int shift(long position) {
        return ((int) position & 3) * 2;
    }
}
