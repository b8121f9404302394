package dev.viewstamp.ledger;

import static dev.viewstamp.ledger.Invariant.check;

import java.util.Arrays;

/**
 * The records of all open pending transfers, so that posting, voiding and expiring one needs no old block. A record
 * is as stored, but for the pending id: a pending transfer has none, and here lies its position instead.
 *
 * <pre>
 *  +-----------------+---------------------------+------------------------------+
 *  | id … amount: 64 | position u64, zero u64    | user_data_128 … timestamp: 48|
 *  +-----------------+---------------------------+------------------------------+
 * </pre>
 *
 * A record lies in the smallest slot that was free when it came; free slots are zero. What is resolved stays until
 * {@link #sweep} at the end of the entry, because later events of the same entry may still name it.
 *
 * <p>Memory: 128 bytes per open pending transfer, and 4 bytes per position in each range of 1024 positions that has
 * one. Not thread-safe.
 */
final class OpenPending {
    static final int NONE = -1;

    private static final int PAGE_BITS = 9;                                // 512 records fill a page
    private static final int IN_PAGE = (1 << PAGE_BITS) - 1;
    private static final int RECORD_BITS = 7;
    private static final int RANGE_BITS = 10;
    private static final int IN_RANGE = (1 << RANGE_BITS) - 1;

    private final Pages pages = new Pages(PageKind.OPEN_PENDING, 1 << PAGE_BITS);
    private final Slots slots = new Slots();
    private int[][] ranges = new int[4][];                   // slot + 1 by position; null: none open
    private int[] openInRange = new int[4];
    private int[][] spare = new int[4][];
    private int spares;
    private long[] resolved = new long[64];                  // positions, since the last sweep
    private int resolvedCount;
    private int size;

    Pages pages() {
        return pages;
    }

    /** Open pending transfers, those resolved since the last sweep among them. */
    int size() {
        return size;
    }

    /** The slot of an open pending transfer, or {@link #NONE}. */
    int slotOf(long position) {
        int range = (int) (position >>> RANGE_BITS);
        if (range >= ranges.length || ranges[range] == null) return NONE;
        return ranges[range][(int) position & IN_RANGE] - 1;
    }

    /** The page that holds the record in a slot, at {@link #offset}. */
    byte[] page(int slot) {
        return pages.page(slot >>> PAGE_BITS);
    }

    static int offset(int slot) {
        return (slot & IN_PAGE) << RECORD_BITS;
    }

    /** Of the transfer in this slot. */
    long position(int slot) {
        return LittleEndian.u64(page(slot), offset(slot) + TransferLayout.PENDING_ID);
    }

    /** Adds the transfer whose record lies there. */
    void add(long position, byte[] block, int at) {
        int slot = slots.take();
        if (slot >>> PAGE_BITS == pages.size()) pages.add();
        byte[] page = pages.writable(slot >>> PAGE_BITS);
        int target = offset(slot);
        System.arraycopy(block, at, page, target, TransferLayout.SIZE);
        LittleEndian.putU64(page, target + TransferLayout.PENDING_ID, position);
        enter(position, slot);
    }

    private void enter(long position, int slot) {
        int range = (int) (position >>> RANGE_BITS);
        if (range >= ranges.length) {
            int length = Math.max(range + 1, ranges.length * 2);
            ranges = Arrays.copyOf(ranges, length);
            openInRange = Arrays.copyOf(openInRange, length);
        }
        if (ranges[range] == null) ranges[range] = spares > 0 ? spare[--spares] : new int[1 << RANGE_BITS];
        int[] slotsOfRange = ranges[range];
        check(slotsOfRange[(int) position & IN_RANGE] == 0, "a pending transfer is opened once");
        slotsOfRange[(int) position & IN_RANGE] = slot + 1;
        openInRange[range]++;
        size++;
    }

    /** Undoes the addition of this one, in the entry in which it was made. */
    void cancel(long position) {
        remove(position);
    }

    /** It is posted, void or expired now. */
    void resolve(long position) {
        if (resolvedCount == resolved.length) resolved = Arrays.copyOf(resolved, resolvedCount * 2);
        resolved[resolvedCount++] = position;
    }

    /** How many have been resolved since the last sweep. */
    int resolved() {
        return resolvedCount;
    }

    /** Those resolved after so many are open as before. */
    void unresolve(int count) {
        resolvedCount = count;
    }

    /** Forgets what was resolved. */
    void sweep() {
        for (int i = 0; i < resolvedCount; i++) remove(resolved[i]);
        resolvedCount = 0;
    }

    private void remove(long position) {
        int slot = slotOf(position);
        check(slot != NONE, "a transfer that is resolved was open");
        int at = offset(slot);
        Arrays.fill(pages.writable(slot >>> PAGE_BITS), at, at + TransferLayout.SIZE, (byte) 0);
        slots.free(slot);
        int range = (int) (position >>> RANGE_BITS);
        ranges[range][(int) position & IN_RANGE] = 0;
        size--;
        if (--openInRange[range] > 0) return;
        if (spares == spare.length) spare = Arrays.copyOf(spare, spares * 2);
        spare[spares++] = ranges[range];
        ranges[range] = null;
    }

    /**
     * Puts a page that was read from a checkpoint at its place, and tells of the expiries of its transfers.
     */
    void restore(int index, byte[] page, ExpirySet expiries) {
        pages.restore(index, page);
        for (int at = 0; at < page.length; at += TransferLayout.SIZE) {
            if (LittleEndian.u64(page, at + TransferLayout.TIMESTAMP) == 0) continue;
            int slot = index << PAGE_BITS | at >>> RECORD_BITS;
            slots.use(slot);
            long position = position(slot);
            enter(position, slot);
            int timeout = LittleEndian.i32(page, at + TransferLayout.TIMEOUT);
            if (timeout == 0) continue;
            long created = LittleEndian.u64(page, at + TransferLayout.TIMESTAMP);
            expiries.add(TransferRules.expiresAt(created, timeout), position);
        }
    }
}
