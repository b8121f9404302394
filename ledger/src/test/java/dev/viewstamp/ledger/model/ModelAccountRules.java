package dev.viewstamp.ledger.model;

import static dev.viewstamp.ledger.CreateAccountStatus.*;

import dev.viewstamp.ledger.CreateAccountStatus;
import java.math.BigInteger;

/** {@code create_accounts}: ledger spec §8. */
final class ModelAccountRules implements ModelBatch.Rules<ModelAccount> {
    private final ModelState state;

    ModelAccountRules(ModelState state) {
        this.state = state;
    }

    @Override
    public int importedEventExpected() {
        return 22;
    }

    @Override
    public boolean isTransient(int status) {
        return false;
    }

    @Override
    public ModelBatch.Result create(ModelAccount a, long slot) {
        ModelAccount existing = state.accounts.get(a.id());
        CreateAccountStatus status = check(a, existing, slot);
        long timestamp = slot;
        if (status == CREATED) {
            if (a.imported()) timestamp = a.timestamp();
            state.putAccount(a.at(timestamp));
        }
        if (status == EXISTS) timestamp = existing.timestamp();
        return new ModelBatch.Result(timestamp, status.code());
    }

    private CreateAccountStatus check(ModelAccount a, ModelAccount existing, long slot) {
        if (a.reserved() != 0) return RESERVED_FIELD;
        if ((a.flags() & 0xFFC0) != 0) return RESERVED_FLAG;
        if (a.id().signum() == 0) return ID_MUST_NOT_BE_ZERO;
        if (a.id().equals(Wire.U128_MAX)) return ID_MUST_NOT_BE_INT_MAX;
        if (existing != null) return compare(a, existing);
        if (a.has(ModelAccount.DEBITS_MUST_NOT_EXCEED_CREDITS)
                && a.has(ModelAccount.CREDITS_MUST_NOT_EXCEED_DEBITS)) {
            return FLAGS_ARE_MUTUALLY_EXCLUSIVE;
        }
        if (!zero(a.debitsPending())) return DEBITS_PENDING_MUST_BE_ZERO;
        if (!zero(a.debitsPosted())) return DEBITS_POSTED_MUST_BE_ZERO;
        if (!zero(a.creditsPending())) return CREDITS_PENDING_MUST_BE_ZERO;
        if (!zero(a.creditsPosted())) return CREDITS_POSTED_MUST_BE_ZERO;
        if (a.ledger() == 0) return LEDGER_MUST_NOT_BE_ZERO;
        if (a.code() == 0) return CODE_MUST_NOT_BE_ZERO;
        if (a.imported()) {
            if (a.timestamp() > slot) return IMPORTED_EVENT_TIMESTAMP_MUST_NOT_ADVANCE;
            if (a.timestamp() <= state.maxAccountTimestamp()) return IMPORTED_EVENT_TIMESTAMP_MUST_NOT_REGRESS;
            if (state.transferTimes.containsKey(a.timestamp())) return IMPORTED_EVENT_TIMESTAMP_MUST_NOT_REGRESS;
        }
        return CREATED;
    }

    private static CreateAccountStatus compare(ModelAccount a, ModelAccount e) {
        if (a.flags() != e.flags()) return EXISTS_WITH_DIFFERENT_FLAGS;
        if (!a.userData128().equals(e.userData128())) return EXISTS_WITH_DIFFERENT_USER_DATA_128;
        if (a.userData64() != e.userData64()) return EXISTS_WITH_DIFFERENT_USER_DATA_64;
        if (a.userData32() != e.userData32()) return EXISTS_WITH_DIFFERENT_USER_DATA_32;
        if (a.ledger() != e.ledger()) return EXISTS_WITH_DIFFERENT_LEDGER;
        if (a.code() != e.code()) return EXISTS_WITH_DIFFERENT_CODE;
        return EXISTS;
    }

    private static boolean zero(BigInteger value) {
        return value.signum() == 0;
    }
}
