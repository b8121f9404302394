package dev.viewstamp.ledger.model;

import static dev.viewstamp.ledger.CreateTransferStatus.*;
import static dev.viewstamp.ledger.model.ModelTransfer.BALANCING_CREDIT;
import static dev.viewstamp.ledger.model.ModelTransfer.BALANCING_DEBIT;
import static dev.viewstamp.ledger.model.ModelTransfer.CLOSING_CREDIT;
import static dev.viewstamp.ledger.model.ModelTransfer.CLOSING_DEBIT;
import static dev.viewstamp.ledger.model.ModelTransfer.POST;
import static dev.viewstamp.ledger.model.ModelTransfer.VOID;

import dev.viewstamp.ledger.CreateTransferStatus;
import java.math.BigInteger;
import java.util.Set;

/** {@code create_transfers}: the checks of ledger spec §9 to §11, in their order. */
final class ModelTransferRules implements ModelBatch.Rules<ModelTransfer> {
    private static final Set<Integer> TRANSIENT = Set.of(21, 22, 25, 54, 55, 65, 66);

    private final ModelState state;
    private final ModelEffects effects;

    ModelTransferRules(ModelState state) {
        this.state = state;
        this.effects = new ModelEffects(state);
    }

    @Override
    public int importedEventExpected() {
        return 56;
    }

    @Override
    public boolean isTransient(int status) {
        return TRANSIENT.contains(status);
    }

    @Override
    public ModelBatch.Result create(ModelTransfer t, long slot) {
        CreateTransferStatus status = check(t, slot);
        long timestamp = slot;
        if (status == CREATED) timestamp = t.imported() ? t.timestamp() : slot;
        if (status == EXISTS) timestamp = state.transfers.get(t.id()).timestamp();
        return new ModelBatch.Result(timestamp, status.code());
    }

    private CreateTransferStatus check(ModelTransfer t, long slot) {
        if ((t.flags() & 0xFE00) != 0) return RESERVED_FLAG;
        if (zero(t.id())) return ID_MUST_NOT_BE_ZERO;
        if (max(t.id())) return ID_MUST_NOT_BE_INT_MAX;
        ModelTransfer existing = state.transfers.get(t.id());
        if (existing != null) return t.resolves() ? compareResolving(t, existing) : comparePlain(t, existing);
        if (state.failedIds.contains(t.id())) return ID_ALREADY_FAILED;
        return t.resolves() ? createResolving(t, slot) : createPlain(t, slot);
    }

    // §9

    private CreateTransferStatus createPlain(ModelTransfer t, long slot) {
        CreateTransferStatus form = checkForm(t);
        if (form != CREATED) return form;
        ModelAccount dr = state.accounts.get(t.debitAccountId());
        ModelAccount cr = state.accounts.get(t.creditAccountId());
        if (dr == null) return DEBIT_ACCOUNT_NOT_FOUND;
        if (cr == null) return CREDIT_ACCOUNT_NOT_FOUND;
        if (dr.ledger() != cr.ledger()) return ACCOUNTS_MUST_HAVE_THE_SAME_LEDGER;
        if (t.ledger() != dr.ledger()) return TRANSFER_MUST_HAVE_THE_SAME_LEDGER_AS_ACCOUNTS;
        if (t.imported()) {
            if (t.timestamp() > slot) return IMPORTED_EVENT_TIMESTAMP_MUST_NOT_ADVANCE;
            if (t.timestamp() <= state.maxTransferTimestamp()) return IMPORTED_EVENT_TIMESTAMP_MUST_NOT_REGRESS;
            if (state.accountTimes.containsKey(t.timestamp())) return IMPORTED_EVENT_TIMESTAMP_MUST_NOT_REGRESS;
            if (t.timestamp() <= dr.timestamp()) return IMPORTED_EVENT_TIMESTAMP_MUST_POSTDATE_DEBIT_ACCOUNT;
            if (t.timestamp() <= cr.timestamp()) return IMPORTED_EVENT_TIMESTAMP_MUST_POSTDATE_CREDIT_ACCOUNT;
            if (t.timeout() != 0) return IMPORTED_EVENT_TIMEOUT_MUST_BE_ZERO;
        }
        if (dr.closed()) return DEBIT_ACCOUNT_ALREADY_CLOSED;
        if (cr.closed()) return CREDIT_ACCOUNT_ALREADY_CLOSED;

        BigInteger amount = balance(t, dr, cr);
        long timestamp = t.imported() ? t.timestamp() : slot;
        CreateTransferStatus bounds = checkBounds(t, dr, cr, amount, timestamp);
        if (bounds == CREATED) effects.apply(t, amount, timestamp, dr, cr);
        return bounds;
    }

    private static CreateTransferStatus checkForm(ModelTransfer t) {
        boolean pending = t.has(ModelTransfer.PENDING);
        if (zero(t.debitAccountId())) return DEBIT_ACCOUNT_ID_MUST_NOT_BE_ZERO;
        if (max(t.debitAccountId())) return DEBIT_ACCOUNT_ID_MUST_NOT_BE_INT_MAX;
        if (zero(t.creditAccountId())) return CREDIT_ACCOUNT_ID_MUST_NOT_BE_ZERO;
        if (max(t.creditAccountId())) return CREDIT_ACCOUNT_ID_MUST_NOT_BE_INT_MAX;
        if (t.debitAccountId().equals(t.creditAccountId())) return ACCOUNTS_MUST_BE_DIFFERENT;
        if (!zero(t.pendingId())) return PENDING_ID_MUST_BE_ZERO;
        if (!pending && t.timeout() != 0) return TIMEOUT_RESERVED_FOR_PENDING_TRANSFER;
        if (!pending && t.has(CLOSING_DEBIT | CLOSING_CREDIT)) return CLOSING_TRANSFER_MUST_BE_PENDING;
        if (t.ledger() == 0) return LEDGER_MUST_NOT_BE_ZERO;
        if (t.code() == 0) return CODE_MUST_NOT_BE_ZERO;
        return CREATED;
    }

    /** §9.1 */
    private static BigInteger balance(ModelTransfer t, ModelAccount dr, ModelAccount cr) {
        BigInteger amount = t.amount();
        if (t.has(BALANCING_DEBIT)) {
            BigInteger left = dr.creditsPosted().subtract(dr.debitsPosted()).subtract(dr.debitsPending());
            amount = amount.min(left.max(BigInteger.ZERO));
        }
        if (t.has(BALANCING_CREDIT)) {
            BigInteger left = cr.debitsPosted().subtract(cr.creditsPosted()).subtract(cr.creditsPending());
            amount = amount.min(left.max(BigInteger.ZERO));
        }
        return amount;
    }

    private static CreateTransferStatus checkBounds(
            ModelTransfer t, ModelAccount dr, ModelAccount cr, BigInteger amount, long timestamp) {
        BigInteger debits = dr.debitsPending().add(dr.debitsPosted());
        BigInteger credits = cr.creditsPending().add(cr.creditsPosted());
        if (t.has(ModelTransfer.PENDING)) {
            if (overflows(amount.add(dr.debitsPending()))) return OVERFLOWS_DEBITS_PENDING;
            if (overflows(amount.add(cr.creditsPending()))) return OVERFLOWS_CREDITS_PENDING;
        }
        if (overflows(amount.add(dr.debitsPosted()))) return OVERFLOWS_DEBITS_POSTED;
        if (overflows(amount.add(cr.creditsPosted()))) return OVERFLOWS_CREDITS_POSTED;
        if (overflows(amount.add(debits))) return OVERFLOWS_DEBITS;
        if (overflows(amount.add(credits))) return OVERFLOWS_CREDITS;
        BigInteger due = BigInteger.valueOf(timestamp)
                .add(BigInteger.valueOf(t.timeout()).multiply(BigInteger.valueOf(1_000_000_000)));
        if (due.bitLength() > 63) return OVERFLOWS_TIMEOUT;
        if (dr.has(ModelAccount.DEBITS_MUST_NOT_EXCEED_CREDITS)
                && debits.add(amount).compareTo(dr.creditsPosted()) > 0) {
            return EXCEEDS_CREDITS;
        }
        if (cr.has(ModelAccount.CREDITS_MUST_NOT_EXCEED_DEBITS)
                && credits.add(amount).compareTo(cr.debitsPosted()) > 0) {
            return EXCEEDS_DEBITS;
        }
        return CREATED;
    }

    // §10

    private CreateTransferStatus createResolving(ModelTransfer t, long slot) {
        int others = ModelTransfer.PENDING | BALANCING_DEBIT | BALANCING_CREDIT | CLOSING_DEBIT | CLOSING_CREDIT;
        if (t.has(POST) && t.has(VOID) || t.has(others)) return FLAGS_ARE_MUTUALLY_EXCLUSIVE;
        if (zero(t.pendingId())) return PENDING_ID_MUST_NOT_BE_ZERO;
        if (max(t.pendingId())) return PENDING_ID_MUST_NOT_BE_INT_MAX;
        if (t.pendingId().equals(t.id())) return PENDING_ID_MUST_BE_DIFFERENT;
        if (t.timeout() != 0) return TIMEOUT_RESERVED_FOR_PENDING_TRANSFER;
        ModelTransfer p = state.transfers.get(t.pendingId());
        if (p == null) return PENDING_TRANSFER_NOT_FOUND;
        if (!p.has(ModelTransfer.PENDING)) return PENDING_TRANSFER_NOT_PENDING;
        if (differs(t.debitAccountId(), p.debitAccountId())) return PENDING_TRANSFER_HAS_DIFFERENT_DEBIT_ACCOUNT_ID;
        if (differs(t.creditAccountId(), p.creditAccountId())) return PENDING_TRANSFER_HAS_DIFFERENT_CREDIT_ACCOUNT_ID;
        if (t.ledger() != 0 && t.ledger() != p.ledger()) return PENDING_TRANSFER_HAS_DIFFERENT_LEDGER;
        if (t.code() != 0 && t.code() != p.code()) return PENDING_TRANSFER_HAS_DIFFERENT_CODE;

        BigInteger amount = t.amount();
        if (t.has(POST) && max(amount)) amount = p.amount();
        if (t.has(VOID) && zero(amount)) amount = p.amount();
        if (amount.compareTo(p.amount()) > 0) return EXCEEDS_PENDING_TRANSFER_AMOUNT;
        if (t.has(VOID) && amount.compareTo(p.amount()) < 0) return PENDING_TRANSFER_HAS_DIFFERENT_AMOUNT;

        int status = state.pendingStatus.get(p.timestamp());
        if (status == ModelState.POSTED) return PENDING_TRANSFER_ALREADY_POSTED;
        if (status == ModelState.VOIDED) return PENDING_TRANSFER_ALREADY_VOIDED;
        if (status == ModelState.EXPIRED) return PENDING_TRANSFER_EXPIRED;
        if (p.timeout() > 0 && p.expiresAt() <= slot) return PENDING_TRANSFER_EXPIRED;
        if (t.imported()) {
            if (t.timestamp() > slot) return IMPORTED_EVENT_TIMESTAMP_MUST_NOT_ADVANCE;
            if (t.timestamp() <= state.maxTransferTimestamp()) return IMPORTED_EVENT_TIMESTAMP_MUST_NOT_REGRESS;
            if (state.accountTimes.containsKey(t.timestamp())) return IMPORTED_EVENT_TIMESTAMP_MUST_NOT_REGRESS;
        }
        ModelAccount dr = state.accounts.get(p.debitAccountId());
        ModelAccount cr = state.accounts.get(p.creditAccountId());
        if (!t.has(VOID) && dr.closed()) return DEBIT_ACCOUNT_ALREADY_CLOSED;
        if (!t.has(VOID) && cr.closed()) return CREDIT_ACCOUNT_ALREADY_CLOSED;
        effects.resolve(t, p, amount, t.imported() ? t.timestamp() : slot);
        return CREATED;
    }

    // §11

    private static CreateTransferStatus comparePlain(ModelTransfer t, ModelTransfer e) {
        if (t.flags() != e.flags()) return EXISTS_WITH_DIFFERENT_FLAGS;
        if (!t.pendingId().equals(e.pendingId())) return EXISTS_WITH_DIFFERENT_PENDING_ID;
        if (t.timeout() != e.timeout()) return EXISTS_WITH_DIFFERENT_TIMEOUT;
        if (!t.debitAccountId().equals(e.debitAccountId())) return EXISTS_WITH_DIFFERENT_DEBIT_ACCOUNT_ID;
        if (!t.creditAccountId().equals(e.creditAccountId())) return EXISTS_WITH_DIFFERENT_CREDIT_ACCOUNT_ID;
        boolean amountDiffers = t.has(BALANCING_DEBIT | BALANCING_CREDIT)
                ? t.amount().compareTo(e.amount()) < 0 : !t.amount().equals(e.amount());
        if (amountDiffers) return EXISTS_WITH_DIFFERENT_AMOUNT;
        if (!t.userData128().equals(e.userData128())) return EXISTS_WITH_DIFFERENT_USER_DATA_128;
        if (t.userData64() != e.userData64()) return EXISTS_WITH_DIFFERENT_USER_DATA_64;
        if (t.userData32() != e.userData32()) return EXISTS_WITH_DIFFERENT_USER_DATA_32;
        if (t.ledger() != e.ledger()) return EXISTS_WITH_DIFFERENT_LEDGER;
        if (t.code() != e.code()) return EXISTS_WITH_DIFFERENT_CODE;
        return EXISTS;
    }

    private CreateTransferStatus compareResolving(ModelTransfer t, ModelTransfer e) {
        if (t.flags() != e.flags()) return EXISTS_WITH_DIFFERENT_FLAGS;
        if (!t.pendingId().equals(e.pendingId())) return EXISTS_WITH_DIFFERENT_PENDING_ID;
        if (t.timeout() != e.timeout()) return EXISTS_WITH_DIFFERENT_TIMEOUT;
        ModelTransfer p = state.transfers.get(t.pendingId());
        if (differs(t.debitAccountId(), e.debitAccountId())) return EXISTS_WITH_DIFFERENT_DEBIT_ACCOUNT_ID;
        if (differs(t.creditAccountId(), e.creditAccountId())) return EXISTS_WITH_DIFFERENT_CREDIT_ACCOUNT_ID;
        boolean all = t.has(VOID) ? zero(t.amount()) : max(t.amount());
        BigInteger amount = all ? p.amount() : t.amount();
        if (!e.amount().equals(amount)) return EXISTS_WITH_DIFFERENT_AMOUNT;
        BigInteger data128 = zero(t.userData128()) ? p.userData128() : t.userData128();
        if (!e.userData128().equals(data128)) return EXISTS_WITH_DIFFERENT_USER_DATA_128;
        long data64 = t.userData64() == 0 ? p.userData64() : t.userData64();
        if (e.userData64() != data64) return EXISTS_WITH_DIFFERENT_USER_DATA_64;
        long data32 = t.userData32() == 0 ? p.userData32() : t.userData32();
        if (e.userData32() != data32) return EXISTS_WITH_DIFFERENT_USER_DATA_32;
        if (t.ledger() != 0 && t.ledger() != e.ledger()) return EXISTS_WITH_DIFFERENT_LEDGER;
        if (t.code() != 0 && t.code() != e.code()) return EXISTS_WITH_DIFFERENT_CODE;
        return EXISTS;
    }

    private static boolean differs(BigInteger given, BigInteger actual) {
        return !zero(given) && !given.equals(actual);
    }

    private static boolean overflows(BigInteger sum) {
        return sum.bitLength() > 128;
    }

    private static boolean zero(BigInteger value) {
        return value.signum() == 0;
    }

    private static boolean max(BigInteger value) {
        return value.equals(Wire.U128_MAX);
    }
}
