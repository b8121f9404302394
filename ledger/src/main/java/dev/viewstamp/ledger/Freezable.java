package dev.viewstamp.ledger;

/**
 * What a checkpoint keeps in pages. Pages are numbered from 0 for ever; those before {@link #firstPage} have gone
 * into sealed files.
 */
interface Freezable {
    PageKind kind();

    int firstPage();

    /** Behind the last one. */
    int endPage();

    /** Whether there is anything in a page but zeros. */
    boolean isPresent(int page);

    /** Whether a page has changed since the last {@link #freeze}. */
    boolean isChanged(int page);

    /** The first account, position, slot or ordinal in a page. */
    long firstOf(int page);

    /**
     * The bytes of a page as they are now, by reference: they stay like this until {@link #release}. Ask between the
     * last change and {@link #freeze}.
     */
    byte[] frozen(int page);

    /** From here on, changes belong to the next checkpoint. */
    void freeze();

    /** Nobody reads what was frozen any more. */
    void release();
}
