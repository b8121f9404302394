package dev.viewstamp.ledger;

import static dev.viewstamp.ledger.CreateTransferStatus.*;
import static dev.viewstamp.ledger.TransferFlags.IMPORTED;
import static dev.viewstamp.ledger.TransferFlags.PENDING;
import static dev.viewstamp.ledger.TransferFlags.POST_PENDING_TRANSFER;
import static dev.viewstamp.ledger.TransferFlags.VOID_PENDING_TRANSFER;
import static dev.viewstamp.ledger.TransferLayout.*;

/** The checks of posts and voids in their order, from step 7 on (ledger spec §10). */
final class PendingRules {
    private static final int POST_AND_VOID = POST_PENDING_TRANSFER | VOID_PENDING_TRANSFER;
    private static final int OTHER_KINDS = PENDING | TransferFlags.BALANCING_DEBIT | TransferFlags.BALANCING_CREDIT
            | TransferFlags.CLOSING_DEBIT | TransferFlags.CLOSING_CREDIT;

    private final LedgerState state;
    private final AccountStore accounts;
    private final TransferStore transfers;
    private final PendingStatuses statuses;
    private final ImportRules imports;

    PendingRules(LedgerState state, ImportRules imports) {
        this.state = state;
        accounts = state.accounts;
        transfers = state.transfers;
        statuses = state.statuses;
        this.imports = imports;
    }

    CreateTransferStatus check(TransferDraft t) {
        if ((t.flags & POST_AND_VOID) == POST_AND_VOID || t.has(OTHER_KINDS)) return FLAGS_ARE_MUTUALLY_EXCLUSIVE;
        if (t.isZero(PENDING_ID)) return PENDING_ID_MUST_NOT_BE_ZERO;
        if (t.isMax(PENDING_ID)) return PENDING_ID_MUST_NOT_BE_INT_MAX;
        if (t.same(PENDING_ID, ID)) return PENDING_ID_MUST_BE_DIFFERENT;
        if (t.i32(TIMEOUT) != 0) return TIMEOUT_RESERVED_FOR_PENDING_TRANSFER;

        t.pendingPosition = transfers.find(t.lo(PENDING_ID), t.hi(PENDING_ID));
        if (t.pendingPosition == TransferStore.ABSENT) return PENDING_TRANSFER_NOT_FOUND;
        byte[] block = state.pendingBlock(t.pendingPosition);
        int at = state.pendingAt(t.pendingPosition);
        if ((LittleEndian.u16(block, at + FLAGS) & PENDING) == 0) return PENDING_TRANSFER_NOT_PENDING;
        CreateTransferStatus different = checkSame(t, block, at);
        if (different != null) return different;
        CreateTransferStatus resolved = checkOpen(t, block, at);
        if (resolved != null) return resolved;
        if (t.has(IMPORTED)) {
            CreateTransferStatus refused = imports.check(t);
            if (refused != null) return refused;
        }
        t.debit = account(block, at + DEBIT_ACCOUNT_ID);
        t.credit = account(block, at + CREDIT_ACCOUNT_ID);
        boolean isVoid = t.has(VOID_PENDING_TRANSFER);
        if (!isVoid && accounts.isClosed(t.debit)) return DEBIT_ACCOUNT_ALREADY_CLOSED;
        if (!isVoid && accounts.isClosed(t.credit)) return CREDIT_ACCOUNT_ALREADY_CLOSED;
        return CREATED;
    }

    /** Steps 14 to 19; null if nothing speaks against it. */
    private static CreateTransferStatus checkSame(TransferDraft t, byte[] p, int at) {
        if (!t.isZero(DEBIT_ACCOUNT_ID) && !t.sameAs(DEBIT_ACCOUNT_ID, p, at)) {
            return PENDING_TRANSFER_HAS_DIFFERENT_DEBIT_ACCOUNT_ID;
        }
        if (!t.isZero(CREDIT_ACCOUNT_ID) && !t.sameAs(CREDIT_ACCOUNT_ID, p, at)) {
            return PENDING_TRANSFER_HAS_DIFFERENT_CREDIT_ACCOUNT_ID;
        }
        int ledger = t.i32(LEDGER);
        if (ledger != 0 && ledger != LittleEndian.i32(p, at + LEDGER)) return PENDING_TRANSFER_HAS_DIFFERENT_LEDGER;
        int code = t.u16(CODE);
        if (code != 0 && code != LittleEndian.u16(p, at + CODE)) return PENDING_TRANSFER_HAS_DIFFERENT_CODE;

        long pendingLo = LittleEndian.u64(p, at + AMOUNT);
        long pendingHi = LittleEndian.u64(p, at + AMOUNT + Long.BYTES);
        boolean isVoid = t.has(VOID_PENDING_TRANSFER);
        boolean whole = isVoid ? t.isZero(AMOUNT) : t.isMax(AMOUNT);
        t.amountLo = whole ? pendingLo : t.lo(AMOUNT);
        t.amountHi = whole ? pendingHi : t.hi(AMOUNT);
        if (WideMath.less(pendingHi, pendingLo, t.amountHi, t.amountLo)) return EXCEEDS_PENDING_TRANSFER_AMOUNT;
        if (isVoid && WideMath.less(t.amountHi, t.amountLo, pendingHi, pendingLo)) {
            return PENDING_TRANSFER_HAS_DIFFERENT_AMOUNT;
        }
        return null;
    }

    /** Steps 20 to 23; null if nothing speaks against it. */
    private CreateTransferStatus checkOpen(TransferDraft t, byte[] p, int at) {
        switch (statuses.get(t.pendingPosition)) {
            case PendingStatuses.POSTED: return PENDING_TRANSFER_ALREADY_POSTED;
            case PendingStatuses.VOIDED: return PENDING_TRANSFER_ALREADY_VOIDED;
            case PendingStatuses.EXPIRED: return PENDING_TRANSFER_EXPIRED;
            default: break;
        }
        // Due, though no pulse has removed it yet; at exactly expires_at it is too late.
        int timeout = LittleEndian.i32(p, at + TIMEOUT);
        long created = LittleEndian.u64(p, at + TIMESTAMP);
        if (timeout != 0 && TransferRules.expiresAt(created, timeout) <= t.slot) return PENDING_TRANSFER_EXPIRED;
        return null;
    }

    private int account(byte[] block, int field) {
        int account = accounts.find(LittleEndian.u64(block, field), LittleEndian.u64(block, field + Long.BYTES));
        Invariant.check(account != AccountStore.ABSENT, "a transfer's accounts exist");
        return account;
    }
}
