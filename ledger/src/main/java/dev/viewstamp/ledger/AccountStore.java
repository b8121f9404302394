package dev.viewstamp.ledger;

import static dev.viewstamp.ledger.Invariant.check;

/**
 * All accounts, as records of 128 bytes in order of creation, which is also the order of their timestamps.
 * An account is named by its index in that order; the order is part of the storage format.
 *
 * <p>Only balances and the {@code closed} flag of a record ever change. Not thread-safe.
 */
final class AccountStore implements IdIndex.Records, TailIndex.Records {
    static final int ABSENT = -1;

    private static final int PAGE_BITS = 9;                                // 512 records fill a block
    private static final int IN_PAGE = (1 << PAGE_BITS) - 1;
    private static final int RECORD_BITS = 7;

    private final Pages pages = new Pages(PageKind.ACCOUNTS, 1L << PAGE_BITS);
    private final IdIndex ids;
    private int size;
    private long lastTimestamp;

    AccountStore(long hashSeed, long capacity) {
        ids = new IdIndex(hashSeed, capacity);
    }

    /** What a checkpoint keeps. */
    Pages pages() {
        return pages;
    }

    /** Puts the next page, read from a checkpoint, with so many accounts at its place. */
    void restore(byte[] page, int accounts) {
        pages.restore(pages.size(), page);
        reserve(accounts);
        for (int i = 0; i < accounts; i++) {
            ids.add(hashAt(page, offset(size)), size);
            size++;
        }
        lastTimestamp = timestamp(size - 1);
    }

    int size() {
        return size;
    }

    /** The largest timestamp of any account, 0 if there is none (max_account_ts). */
    long lastTimestamp() {
        return lastTimestamp;
    }

    /** The page that holds an account's record, at {@link #offset}. To be read at once: a change may move it. */
    byte[] page(int account) {
        return pages.page(account >>> PAGE_BITS);
    }

    private byte[] writable(int account) {
        return pages.writable(account >>> PAGE_BITS);
    }

    static int offset(int account) {
        return (account & IN_PAGE) << RECORD_BITS;
    }

    @Override
    public byte[] block(long position) {
        return page((int) position);
    }

    @Override
    public int at(long position) {
        return offset((int) position);
    }

    /** The index of the account with this id, or {@link #ABSENT}. */
    int find(long lo, long hi) {
        return (int) ids.find(ids.hash(lo, hi), lo, hi, this);
    }

    /** The index of the account whose id lies at {@code at} of the body, or {@link #ABSENT}. */
    int find(byte[] body, int at) {
        return find(hashAt(body, at), body, at);
    }

    /** The same, with {@link #hashAt} of the id known. */
    int find(long hash, byte[] body, int at) {
        return (int) ids.find(hash, LittleEndian.u64(body, at), LittleEndian.u64(body, at + Long.BYTES), this);
    }

    /** The account that a search for an id with this hash looks at first, or {@link #ABSENT}. */
    int peek(long hash) {
        return (int) ids.peek(hash);
    }

    /** Loads where an account's id lies. */
    long touchId(int account) {
        return account == ABSENT ? 0 : LittleEndian.u64(page(account), offset(account));
    }

    /** Loads the rest of the record: it lies in two or three lines of the processor's cache. */
    long touchRest(int account) {
        if (account == ABSENT) return 0;
        byte[] page = page(account);
        int at = offset(account);
        return LittleEndian.u64(page, at + AccountLayout.CREDITS_POSTED)
                ^ LittleEndian.u64(page, at + AccountLayout.TIMESTAMP);
    }

    @Override
    public boolean hasId(long position, long lo, long hi) {
        byte[] page = page((int) position);
        int at = offset((int) position);
        return LittleEndian.u64(page, at) == lo && LittleEndian.u64(page, at + Long.BYTES) == hi;
    }

    int flags(int account) {
        return LittleEndian.u16(page(account), offset(account) + AccountLayout.FLAGS);
    }

    boolean isClosed(int account) {
        return (flags(account) & AccountFlags.CLOSED) != 0;
    }

    int ledger(int account) {
        return LittleEndian.i32(page(account), offset(account) + AccountLayout.LEDGER);
    }

    long timestamp(int account) {
        return LittleEndian.u64(page(account), offset(account) + AccountLayout.TIMESTAMP);
    }

    /** The number of accounts older than this. */
    int countBefore(long timestamp) {
        int low = 0;
        int high = size;
        while (low < high) {
            int middle = low + high >>> 1;
            if (timestamp(middle) < timestamp) low = middle + 1;
            else high = middle;
        }
        return low;
    }

    /** The number up to and including this timestamp. */
    int countUpTo(long timestamp) {
        return timestamp >= lastTimestamp ? size : countBefore(timestamp + 1);
    }

    boolean existsAt(long timestamp) {
        if (timestamp > lastTimestamp) return false;
        int account = countBefore(timestamp);
        return account < size && timestamp(account) == timestamp;
    }

    /** Call before a batch of so many creations. */
    void reserve(int additional) {
        ids.reserve(additional);
    }

    /** Copies the 128 bytes at {@code at} of the body, with another timestamp. */
    void append(byte[] body, int at, long timestamp) {
        check(timestamp > lastTimestamp, "accounts are created in order of their timestamps");
        int account = size;
        byte[] page = offset(account) == 0 ? pages.add() : writable(account);
        int target = offset(account);
        System.arraycopy(body, at, page, target, AccountLayout.SIZE);
        LittleEndian.putU64(page, target + AccountLayout.TIMESTAMP, timestamp);
        ids.add(hashAt(page, target), account);
        size++;
        lastTimestamp = timestamp;
    }

    /** Forgets all accounts from this index on. */
    void truncate(int sizeBefore) {
        while (size > sizeBefore) {
            int last = size - 1;
            ids.removeLast(hashAt(page(last), offset(last)));
            if (offset(last) == 0) pages.removeLast();
            size = last;
        }
        lastTimestamp = size == 0 ? 0 : timestamp(size - 1);
    }

    /** Adds to one of the four balances, named by its offset in {@link AccountLayout}. */
    void add(int account, int field, long hi, long lo) {
        byte[] page = writable(account);
        int at = offset(account) + field;
        long oldLo = LittleEndian.u64(page, at);
        long oldHi = LittleEndian.u64(page, at + Long.BYTES);
        check(!WideMath.sumOverflows(oldHi, oldLo, hi, lo), "a balance stays below 2^128");
        LittleEndian.putU64(page, at, oldLo + lo);
        LittleEndian.putU64(page, at + Long.BYTES, WideMath.sumHi(oldHi, oldLo, hi, lo));
    }

    void subtract(int account, int field, long hi, long lo) {
        byte[] page = writable(account);
        int at = offset(account) + field;
        long oldLo = LittleEndian.u64(page, at);
        long oldHi = LittleEndian.u64(page, at + Long.BYTES);
        check(!WideMath.less(oldHi, oldLo, hi, lo), "a balance does not fall below zero");
        LittleEndian.putU64(page, at, oldLo - lo);
        LittleEndian.putU64(page, at + Long.BYTES, WideMath.differenceHi(oldHi, oldLo, hi, lo));
    }

    void setClosed(int account, boolean closed) {
        int flags = flags(account);
        setFlags(account, closed ? flags | AccountFlags.CLOSED : flags & ~AccountFlags.CLOSED);
    }

    /** Undoes whatever a chain did to balances and flags. */
    void restore(int account, int flags, long[] balances, int from) {
        byte[] page = writable(account);
        int at = offset(account) + AccountLayout.DEBITS_PENDING;
        for (int i = 0; i < UndoLog.BALANCE_LONGS; i++) {
            LittleEndian.putU64(page, at + i * Long.BYTES, balances[from + i]);
        }
        setFlags(account, flags);
    }

    private void setFlags(int account, int flags) {
        LittleEndian.putU16(writable(account), offset(account) + AccountLayout.FLAGS, flags);
    }

    /** Of the id that lies there. */
    long hashAt(byte[] bytes, int at) {
        return ids.hash(LittleEndian.u64(bytes, at), LittleEndian.u64(bytes, at + Long.BYTES));
    }
}
