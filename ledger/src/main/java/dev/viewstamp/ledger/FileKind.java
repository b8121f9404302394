package dev.viewstamp.ledger;

/** What is in a file of the ledger. The order is part of the manifest's format. */
public enum FileKind {
    /** Transfers of a range of positions: their ids, records and events. */
    SEGMENT,
    /** Events of expired transfers, a range of ordinals. */
    EXPIRIES,
    /** Sorted indexes of a range of transfers. */
    TRANSFER_RUN,
    /** Sorted indexes of a range of accounts. */
    ACCOUNT_RUN,
    /** Pages that one checkpoint found changed: accounts, what is not sealed yet, and the like. */
    PAGES;

    private static final FileKind[] ALL = values();

    /** Null if there is none with this number. */
    static FileKind of(int ordinal) {
        return ordinal >= 0 && ordinal < ALL.length ? ALL[ordinal] : null;
    }
}
