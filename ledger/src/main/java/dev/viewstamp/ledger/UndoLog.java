package dev.viewstamp.ledger;

import static dev.viewstamp.ledger.Invariant.check;

import java.util.Arrays;

/**
 * The inverse operations of what an open chain changed in place, played backwards when the chain breaks
 * (ledger spec §7). What a chain only appended needs no entry: the stores are cut back to the lengths they
 * had.
 *
 * <p>One long array used as a stack; an entry is its operands with its kind on top. It grows to the largest
 * chain ever seen and allocates nothing after that. While no scope is open, recording does nothing. Not
 * thread-safe.
 */
final class UndoLog {
    /** Who executes inverse operations. */
    interface Inverse {
        /** @param values 8 longs from {@code from} on, as they lie in the account record */
        void restoreAccount(int account, int flags, long[] values, int from);

        void restoreStatus(long position, int status);

        void removeExpiry(long expiresAt, long position);

        void restoreExpiry(long expiresAt, long position);
    }

    static final int BALANCE_LONGS = 8;

    private static final long ACCOUNT = 1;
    private static final long STATUS = 2;
    private static final long EXPIRY_ADDED = 3;
    private static final long EXPIRY_REMOVED = 4;

    private long[] stack = new long[1 << 10];
    private int size;
    private boolean open;

    boolean isOpen() {
        return open;
    }

    void open() {
        check(!open, "chains do not nest");
        open = true;
    }

    /** What the scope changed stays. */
    void keep() {
        check(open, "a scope is open");
        open = false;
        size = 0;
    }

    /** Call before an account's balances or flags change. */
    void account(int account, byte[] page, int at) {
        if (!open) return;
        ensure(BALANCE_LONGS + 3);
        for (int i = 0; i < BALANCE_LONGS; i++) {
            stack[size + i] = LittleEndian.u64(page, at + AccountLayout.DEBITS_PENDING + i * Long.BYTES);
        }
        size += BALANCE_LONGS;
        push(LittleEndian.u16(page, at + AccountLayout.FLAGS), account, ACCOUNT);
    }

    /** Call before the status of a pending transfer changes. */
    void status(long position, int statusBefore) {
        if (!open) return;
        ensure(3);
        push(statusBefore, position, STATUS);
    }

    void expiryAdded(long expiresAt, long position) {
        if (!open) return;
        ensure(3);
        push(expiresAt, position, EXPIRY_ADDED);
    }

    void expiryRemoved(long expiresAt, long position) {
        if (!open) return;
        ensure(3);
        push(expiresAt, position, EXPIRY_REMOVED);
    }

    /** Closes the scope and undoes it, the latest change first. */
    void rollback(Inverse inverse) {
        check(open, "a scope is open");
        open = false;
        while (size > 0) {
            long kind = stack[size - 1];
            long subject = stack[size - 2];
            long value = stack[size - 3];
            size -= 3;
            if (kind == ACCOUNT) {
                size -= BALANCE_LONGS;
                inverse.restoreAccount((int) subject, (int) value, stack, size);
            } else if (kind == STATUS) {
                inverse.restoreStatus(subject, (int) value);
            } else if (kind == EXPIRY_ADDED) {
                inverse.removeExpiry(value, subject);
            } else {
                inverse.restoreExpiry(value, subject);
            }
        }
    }

    private void push(long value, long subject, long kind) {
        stack[size++] = value;
        stack[size++] = subject;
        stack[size++] = kind;
    }

    private void ensure(int additional) {
        if (size + additional > stack.length) stack = Arrays.copyOf(stack, stack.length * 2);
    }
}
