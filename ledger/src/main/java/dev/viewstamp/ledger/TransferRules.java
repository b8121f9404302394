package dev.viewstamp.ledger;

import static dev.viewstamp.ledger.CreateTransferStatus.*;
import static dev.viewstamp.ledger.TransferFlags.BALANCING_CREDIT;
import static dev.viewstamp.ledger.TransferFlags.BALANCING_DEBIT;
import static dev.viewstamp.ledger.TransferFlags.CLOSING_CREDIT;
import static dev.viewstamp.ledger.TransferFlags.CLOSING_DEBIT;
import static dev.viewstamp.ledger.TransferFlags.IMPORTED;
import static dev.viewstamp.ledger.TransferFlags.PENDING;
import static dev.viewstamp.ledger.TransferLayout.*;

/**
 * The checks of {@code create_transfers} in their order; the first that fails is the answer (ledger spec
 * §9). Nothing is changed here but the draft, which learns accounts and amount. Posts and voids go on in
 * {@link PendingRules}.
 */
final class TransferRules {
    private final AccountStore accounts;
    private final TransferStore transfers;
    private final FailedIds failedIds;
    private final ImportRules imports;
    private final PendingRules pendingRules;
    private final ExistingTransfer existing;

    TransferRules(LedgerState state) {
        accounts = state.accounts;
        transfers = state.transfers;
        failedIds = state.failedIds;
        imports = new ImportRules(state);
        pendingRules = new PendingRules(state, imports);
        existing = new ExistingTransfer(state);
    }

    CreateTransferStatus check(TransferDraft t) {
        if (t.has(TransferFlags.RESERVED)) return RESERVED_FLAG;
        if (t.isZero(ID)) return ID_MUST_NOT_BE_ZERO;
        if (t.isMax(ID)) return ID_MUST_NOT_BE_INT_MAX;
        long position = transfers.find(t.hash, t.idLo, t.idHi);
        if (position != TransferStore.ABSENT) return existing.compare(t, position);
        if (failedIds.contains(t.idLo, t.idHi)) return ID_ALREADY_FAILED;
        return t.isPostOrVoid() ? pendingRules.check(t) : checkPlainOrPending(t);
    }

    private CreateTransferStatus checkPlainOrPending(TransferDraft t) {
        if (t.isZero(DEBIT_ACCOUNT_ID)) return DEBIT_ACCOUNT_ID_MUST_NOT_BE_ZERO;
        if (t.isMax(DEBIT_ACCOUNT_ID)) return DEBIT_ACCOUNT_ID_MUST_NOT_BE_INT_MAX;
        if (t.isZero(CREDIT_ACCOUNT_ID)) return CREDIT_ACCOUNT_ID_MUST_NOT_BE_ZERO;
        if (t.isMax(CREDIT_ACCOUNT_ID)) return CREDIT_ACCOUNT_ID_MUST_NOT_BE_INT_MAX;
        if (t.same(DEBIT_ACCOUNT_ID, CREDIT_ACCOUNT_ID)) return ACCOUNTS_MUST_BE_DIFFERENT;
        if (!t.isZero(PENDING_ID)) return PENDING_ID_MUST_BE_ZERO;
        if (!t.has(PENDING) && t.i32(TIMEOUT) != 0) return TIMEOUT_RESERVED_FOR_PENDING_TRANSFER;
        if (!t.has(PENDING) && t.has(CLOSING_DEBIT | CLOSING_CREDIT)) return CLOSING_TRANSFER_MUST_BE_PENDING;
        if (t.i32(LEDGER) == 0) return LEDGER_MUST_NOT_BE_ZERO;
        if (t.u16(CODE) == 0) return CODE_MUST_NOT_BE_ZERO;

        if (t.debit == AccountStore.ABSENT) return DEBIT_ACCOUNT_NOT_FOUND;
        if (t.credit == AccountStore.ABSENT) return CREDIT_ACCOUNT_NOT_FOUND;
        int ledger = accounts.ledger(t.debit);
        if (ledger != accounts.ledger(t.credit)) return ACCOUNTS_MUST_HAVE_THE_SAME_LEDGER;
        if (ledger != t.i32(LEDGER)) return TRANSFER_MUST_HAVE_THE_SAME_LEDGER_AS_ACCOUNTS;

        if (t.has(IMPORTED)) {
            CreateTransferStatus refused = imports.checkPlainOrPending(t);
            if (refused != null) return refused;
        }
        if (accounts.isClosed(t.debit)) return DEBIT_ACCOUNT_ALREADY_CLOSED;
        if (accounts.isClosed(t.credit)) return CREDIT_ACCOUNT_ALREADY_CLOSED;
        return checkAmount(t);
    }

    /** Steps 29 to 37, on the balances as they are. */
    private CreateTransferStatus checkAmount(TransferDraft t) {
        byte[] debit = accounts.page(t.debit);
        int debitAt = AccountStore.offset(t.debit);
        byte[] credit = accounts.page(t.credit);
        int creditAt = AccountStore.offset(t.credit);

        long debitsPendingLo = lo(debit, debitAt + AccountLayout.DEBITS_PENDING);
        long debitsPendingHi = hi(debit, debitAt + AccountLayout.DEBITS_PENDING);
        long debitsPostedLo = lo(debit, debitAt + AccountLayout.DEBITS_POSTED);
        long debitsPostedHi = hi(debit, debitAt + AccountLayout.DEBITS_POSTED);
        long creditsPendingLo = lo(credit, creditAt + AccountLayout.CREDITS_PENDING);
        long creditsPendingHi = hi(credit, creditAt + AccountLayout.CREDITS_PENDING);
        long creditsPostedLo = lo(credit, creditAt + AccountLayout.CREDITS_POSTED);
        long creditsPostedHi = hi(credit, creditAt + AccountLayout.CREDITS_POSTED);
        // Pending and posted together stay below 2^128 (ledger spec §23, 4), so these sums are exact.
        long debitsLo = debitsPendingLo + debitsPostedLo;
        long debitsHi = WideMath.sumHi(debitsPendingHi, debitsPendingLo, debitsPostedHi, debitsPostedLo);
        long creditsLo = creditsPendingLo + creditsPostedLo;
        long creditsHi = WideMath.sumHi(creditsPendingHi, creditsPendingLo, creditsPostedHi, creditsPostedLo);

        t.amountLo = t.lo(AMOUNT);
        t.amountHi = t.hi(AMOUNT);
        if (t.has(BALANCING_DEBIT)) limit(t, debit, debitAt + AccountLayout.CREDITS_POSTED, debitsHi, debitsLo);
        if (t.has(BALANCING_CREDIT)) limit(t, credit, creditAt + AccountLayout.DEBITS_POSTED, creditsHi, creditsLo);
        long hi = t.amountHi;
        long lo = t.amountLo;

        if (t.has(PENDING) && overflows(hi, lo, debitsPendingHi, debitsPendingLo)) return OVERFLOWS_DEBITS_PENDING;
        if (t.has(PENDING) && overflows(hi, lo, creditsPendingHi, creditsPendingLo)) return OVERFLOWS_CREDITS_PENDING;
        if (overflows(hi, lo, debitsPostedHi, debitsPostedLo)) return OVERFLOWS_DEBITS_POSTED;
        if (overflows(hi, lo, creditsPostedHi, creditsPostedLo)) return OVERFLOWS_CREDITS_POSTED;
        if (overflows(hi, lo, debitsHi, debitsLo)) return OVERFLOWS_DEBITS;
        if (overflows(hi, lo, creditsHi, creditsLo)) return OVERFLOWS_CREDITS;
        if (expiresAt(t.timestamp, t.i32(TIMEOUT)) < 0) return OVERFLOWS_TIMEOUT;

        int debitFlags = LittleEndian.u16(debit, debitAt + AccountLayout.FLAGS);
        boolean debitsLimited = (debitFlags & AccountFlags.DEBITS_MUST_NOT_EXCEED_CREDITS) != 0;
        int debitLimit = debitAt + AccountLayout.CREDITS_POSTED;
        if (debitsLimited && exceeds(debitsHi, debitsLo, hi, lo, debit, debitLimit)) return EXCEEDS_CREDITS;
        int creditFlags = LittleEndian.u16(credit, creditAt + AccountLayout.FLAGS);
        boolean creditsLimited = (creditFlags & AccountFlags.CREDITS_MUST_NOT_EXCEED_DEBITS) != 0;
        int creditLimit = creditAt + AccountLayout.DEBITS_POSTED;
        if (creditsLimited && exceeds(creditsHi, creditsLo, hi, lo, credit, creditLimit)) return EXCEEDS_DEBITS;
        return CREATED;
    }

    /**
     * When a transfer of this timestamp and timeout (seconds, u32) expires; negative beyond the last
     * timestamp.
     */
    static long expiresAt(long timestamp, int timeout) {
        return timestamp + Integer.toUnsignedLong(timeout) * LedgerLimits.NANOS_PER_SECOND;
    }

    /** amount := min(amount, max(0, available - used)) (ledger spec §9.1). */
    private static void limit(TransferDraft t, byte[] page, int available, long usedHi, long usedLo) {
        long availableLo = lo(page, available);
        long availableHi = hi(page, available);
        boolean nothing = WideMath.less(availableHi, availableLo, usedHi, usedLo);
        long leftLo = nothing ? 0 : availableLo - usedLo;
        long leftHi = nothing ? 0 : WideMath.differenceHi(availableHi, availableLo, usedHi, usedLo);
        if (WideMath.less(leftHi, leftLo, t.amountHi, t.amountLo)) {
            t.amountHi = leftHi;
            t.amountLo = leftLo;
        }
    }

    /** used + amount &gt; limit; that the sum does not overflow is known here. */
    private static boolean exceeds(long usedHi, long usedLo, long hi, long lo, byte[] page, int limit) {
        return WideMath.less(hi(page, limit), lo(page, limit), WideMath.sumHi(usedHi, usedLo, hi, lo), usedLo + lo);
    }

    private static boolean overflows(long aHi, long aLo, long bHi, long bLo) {
        return WideMath.sumOverflows(aHi, aLo, bHi, bLo);
    }

    private static long lo(byte[] page, int field) {
        return LittleEndian.u64(page, field);
    }

    private static long hi(byte[] page, int field) {
        return LittleEndian.u64(page, field + Long.BYTES);
    }
}
