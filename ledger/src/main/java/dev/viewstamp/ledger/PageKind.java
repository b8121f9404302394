package dev.viewstamp.ledger;

/**
 * What is kept in pages: all that still changes or grows. Pages have at most 64 KiB. The order is part of the
 * manifest's format.
 */
enum PageKind {
    /** Records of accounts, by index. */
    ACCOUNTS,
    /** Two bits per transfer, by position; a page that is missing has only zeros. */
    STATUSES,
    /** Records of open pending transfers, by slot. */
    OPEN_PENDING,
    /** Ids that failed, in the order of failing. */
    FAILED_IDS,
    /** Records of transfers that are not sealed yet, by position. */
    TRANSFERS,
    /** Their events, by ordinal. */
    EVENTS,
    /** Events of expiries that are not sealed yet, by ordinal. */
    EXPIRY_EVENTS;

    static final int COUNT = 7;
    private static final PageKind[] ALL = values();

    static PageKind of(int ordinal) {
        return ALL[ordinal];
    }
}
