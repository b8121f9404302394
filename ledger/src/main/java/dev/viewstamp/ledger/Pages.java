package dev.viewstamp.ledger;

import java.util.Arrays;

/**
 * A row of pages of 64 KiB whose bytes change in place, all in memory: what a checkpoint freezes. Frozen pages are
 * not copied but when they change for the first time after it. Whoever writes asks for {@link #writable}, which costs
 * one comparison if the page has been written since the last freeze; nobody keeps an array across writes.
 *
 * <p>Not thread-safe; but arrays that a freeze refers to do not change before {@link #release}.
 */
final class Pages implements Freezable {
    static final int SIZE = LedgerFiles.BLOCK_SIZE;

    private final PageKind kind;
    private final long perPage;
    private byte[][] pages = new byte[4][];                  // null: only zeros, never written
    private int[] writtenIn = new int[4];                    // epoch of the last write
    private int size;
    private int epoch = 1;                                   // counts freezes
    private boolean frozen;                                  // pages of the last epoch are being read
    private byte[][] spare = new byte[4][];                  // arrays to be used again,
    private int spares;
    private byte[][] replaced = new byte[4][];               // and those that will be once nobody reads them
    private int replacements;

    /** @param perPage things in a page: its number times this is the first of them */
    Pages(PageKind kind, long perPage) {
        this.kind = kind;
        this.perPage = perPage;
    }

    @Override
    public PageKind kind() {
        return kind;
    }

    int size() {
        return size;
    }

    /** To be read only; null if the page was never written. */
    byte[] page(int index) {
        return pages[index];
    }

    /** To be written before anything else happens. */
    byte[] writable(int index) {
        if (writtenIn[index] != epoch) claim(index);
        return pages[index];
    }

    private void claim(int index) {
        byte[] page = pages[index];
        if (page == null) {
            pages[index] = fresh();
        } else if (frozen && writtenIn[index] == epoch - 1) {
            byte[] copy = spares > 0 ? spare[--spares] : new byte[SIZE];
            System.arraycopy(page, 0, copy, 0, SIZE);
            pages[index] = copy;
            if (replacements == replaced.length) replaced = Arrays.copyOf(replaced, replacements * 2);
            replaced[replacements++] = page;
        }
        writtenIn[index] = epoch;
    }

    private byte[] fresh() {
        if (spares == 0) return new byte[SIZE];
        byte[] page = spare[--spares];
        Arrays.fill(page, (byte) 0);
        return page;
    }

    /** A page of zeros at the end. */
    byte[] add() {
        ensure(size + 1);
        return writable(size++);
    }

    /** Makes the row at least so long; pages in between are not there before they are written. */
    void extend(int newSize) {
        ensure(newSize);
        size = Math.max(size, newSize);
    }

    private void ensure(int newSize) {
        if (newSize <= pages.length) return;
        int length = Math.max(newSize, pages.length * 2);
        pages = Arrays.copyOf(pages, length);
        writtenIn = Arrays.copyOf(writtenIn, length);
    }

    /** The page was added since the last freeze, or is never missed. */
    void removeLast() {
        size--;
        pages[size] = null;
        writtenIn[size] = 0;
    }

    /** Puts a page that was read from a checkpoint at its place. */
    void restore(int index, byte[] page) {
        extend(index + 1);
        pages[index] = page;
    }

    @Override
    public int firstPage() {
        return 0;
    }

    @Override
    public int endPage() {
        return size;
    }

    @Override
    public boolean isPresent(int index) {
        return pages[index] != null;
    }

    @Override
    public boolean isChanged(int index) {
        return writtenIn[index] == epoch;
    }

    @Override
    public long firstOf(int index) {
        return index * perPage;
    }

    @Override
    public byte[] frozen(int index) {
        writtenIn[index] = epoch;                            // so that it counts as frozen, whether it changed or not
        return pages[index];
    }

    @Override
    public void freeze() {
        epoch++;
        frozen = true;
    }

    @Override
    public void release() {
        frozen = false;
        for (int i = 0; i < replacements; i++) {
            if (spares == spare.length) spare = Arrays.copyOf(spare, spares * 2);
            spare[spares++] = replaced[i];
            replaced[i] = null;
        }
        replacements = 0;
    }
}
