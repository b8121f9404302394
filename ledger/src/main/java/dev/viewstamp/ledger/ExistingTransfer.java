package dev.viewstamp.ledger;

import static dev.viewstamp.ledger.CreateTransferStatus.*;
import static dev.viewstamp.ledger.TransferLayout.*;

/**
 * Compares an event with the stored transfer of the same id; the first difference is the answer (ledger
 * spec §11). The order of the fields is not that of the status codes.
 */
final class ExistingTransfer {
    private final LedgerState state;
    private final TransferStore transfers;
    private byte[] existing;
    private int existingAt;
    private byte[] pending;                                  // p, of a post or void
    private int pendingAt;

    ExistingTransfer(LedgerState state) {
        this.state = state;
        transfers = state.transfers;
    }

    CreateTransferStatus compare(TransferDraft t, long position) {
        existing = transfers.block(position);
        existingAt = TransferStore.offset(position);
        if (t.flags != LittleEndian.u16(existing, existingAt + FLAGS)) return EXISTS_WITH_DIFFERENT_FLAGS;
        if (!same(t, PENDING_ID)) return EXISTS_WITH_DIFFERENT_PENDING_ID;
        if (differs32(t, TIMEOUT)) return EXISTS_WITH_DIFFERENT_TIMEOUT;
        t.timestamp = LittleEndian.u64(existing, existingAt + TIMESTAMP);
        return t.isPostOrVoid() ? comparePostOrVoid(t) : comparePlainOrPending(t);
    }

    private CreateTransferStatus comparePlainOrPending(TransferDraft t) {
        if (!same(t, DEBIT_ACCOUNT_ID)) return EXISTS_WITH_DIFFERENT_DEBIT_ACCOUNT_ID;
        if (!same(t, CREDIT_ACCOUNT_ID)) return EXISTS_WITH_DIFFERENT_CREDIT_ACCOUNT_ID;
        if (amountDiffers(t)) return EXISTS_WITH_DIFFERENT_AMOUNT;
        if (!same(t, USER_DATA_128)) return EXISTS_WITH_DIFFERENT_USER_DATA_128;
        if (t.u64(USER_DATA_64) != LittleEndian.u64(existing, existingAt + USER_DATA_64)) {
            return EXISTS_WITH_DIFFERENT_USER_DATA_64;
        }
        if (differs32(t, USER_DATA_32)) return EXISTS_WITH_DIFFERENT_USER_DATA_32;
        if (differs32(t, LEDGER)) return EXISTS_WITH_DIFFERENT_LEDGER;
        if (t.u16(CODE) != LittleEndian.u16(existing, existingAt + CODE)) return EXISTS_WITH_DIFFERENT_CODE;
        return EXISTS;
    }

    /** A zero stands for what was inherited from the pending transfer. */
    private CreateTransferStatus comparePostOrVoid(TransferDraft t) {
        long position = transfers.find(t.lo(PENDING_ID), t.hi(PENDING_ID));
        Invariant.check(position != TransferStore.ABSENT, "what a stored post or void refers to exists");
        pending = state.pendingBlock(position);
        pendingAt = state.pendingAt(position);
        if (!t.isZero(DEBIT_ACCOUNT_ID) && !same(t, DEBIT_ACCOUNT_ID)) return EXISTS_WITH_DIFFERENT_DEBIT_ACCOUNT_ID;
        if (!t.isZero(CREDIT_ACCOUNT_ID) && !same(t, CREDIT_ACCOUNT_ID)) return EXISTS_WITH_DIFFERENT_CREDIT_ACCOUNT_ID;
        boolean isVoid = t.has(TransferFlags.VOID_PENDING_TRANSFER);
        boolean whole = isVoid ? t.isZero(AMOUNT) : t.isMax(AMOUNT);
        if (whole ? inheritedDiffers(AMOUNT) : !same(t, AMOUNT)) return EXISTS_WITH_DIFFERENT_AMOUNT;
        if (t.isZero(USER_DATA_128) ? inheritedDiffers(USER_DATA_128) : !same(t, USER_DATA_128)) {
            return EXISTS_WITH_DIFFERENT_USER_DATA_128;
        }
        long userData64 = t.u64(USER_DATA_64);
        if (userData64 == 0) userData64 = LittleEndian.u64(pending, pendingAt + USER_DATA_64);
        if (userData64 != LittleEndian.u64(existing, existingAt + USER_DATA_64)) {
            return EXISTS_WITH_DIFFERENT_USER_DATA_64;
        }
        int userData32 = t.i32(USER_DATA_32);
        if (userData32 == 0) userData32 = LittleEndian.i32(pending, pendingAt + USER_DATA_32);
        if (userData32 != LittleEndian.i32(existing, existingAt + USER_DATA_32)) {
            return EXISTS_WITH_DIFFERENT_USER_DATA_32;
        }
        if (t.i32(LEDGER) != 0 && differs32(t, LEDGER)) return EXISTS_WITH_DIFFERENT_LEDGER;
        int code = t.u16(CODE);
        if (code != 0 && code != LittleEndian.u16(existing, existingAt + CODE)) return EXISTS_WITH_DIFFERENT_CODE;
        return EXISTS;
    }

    /** A balancing transfer may be retried with any cap that would have allowed what was moved. */
    private boolean amountDiffers(TransferDraft t) {
        if (!t.has(TransferFlags.BALANCING_DEBIT | TransferFlags.BALANCING_CREDIT)) return !same(t, AMOUNT);
        return WideMath.less(t.hi(AMOUNT), t.lo(AMOUNT),
                LittleEndian.u64(existing, existingAt + AMOUNT + Long.BYTES),
                LittleEndian.u64(existing, existingAt + AMOUNT));
    }

    private boolean same(TransferDraft t, int field) {
        return t.sameAs(field, existing, existingAt);
    }

    private boolean differs32(TransferDraft t, int field) {
        return t.i32(field) != LittleEndian.i32(existing, existingAt + field);
    }

    /** Of a u128: the stored transfer does not have what the pending one has. */
    private boolean inheritedDiffers(int field) {
        return LittleEndian.u64(existing, existingAt + field) != LittleEndian.u64(pending, pendingAt + field)
                || LittleEndian.u64(existing, existingAt + field + Long.BYTES)
                != LittleEndian.u64(pending, pendingAt + field + Long.BYTES);
    }
}
