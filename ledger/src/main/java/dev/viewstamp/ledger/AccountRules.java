package dev.viewstamp.ledger;

import static dev.viewstamp.ledger.AccountLayout.*;
import static dev.viewstamp.ledger.CreateAccountStatus.*;

/**
 * The checks of {@code create_accounts} in their order; the first that fails is the answer (ledger spec
 * §8).
 */
final class AccountRules {
    private static final int LIMITS =
            AccountFlags.DEBITS_MUST_NOT_EXCEED_CREDITS | AccountFlags.CREDITS_MUST_NOT_EXCEED_DEBITS;

    private final AccountStore accounts;
    private final TransferStore transfers;

    AccountRules(LedgerState state) {
        accounts = state.accounts;
        transfers = state.transfers;
    }

    /** @param existing index of the stored account with this id, or {@link AccountStore#ABSENT} */
    CreateAccountStatus check(byte[] body, int at, long slot, int existing) {
        int flags = LittleEndian.u16(body, at + FLAGS);
        if (LittleEndian.i32(body, at + RESERVED) != 0) return RESERVED_FIELD;
        if ((flags & AccountFlags.RESERVED) != 0) return RESERVED_FLAG;
        if (isZero(body, at + ID)) return ID_MUST_NOT_BE_ZERO;
        if ((LittleEndian.u64(body, at + ID) & LittleEndian.u64(body, at + ID + Long.BYTES)) == -1L) {
            return ID_MUST_NOT_BE_INT_MAX;
        }
        if (existing != AccountStore.ABSENT) {
            return compare(body, at, flags, accounts.page(existing), AccountStore.offset(existing));
        }
        if ((flags & LIMITS) == LIMITS) return FLAGS_ARE_MUTUALLY_EXCLUSIVE;
        if (!isZero(body, at + DEBITS_PENDING)) return DEBITS_PENDING_MUST_BE_ZERO;
        if (!isZero(body, at + DEBITS_POSTED)) return DEBITS_POSTED_MUST_BE_ZERO;
        if (!isZero(body, at + CREDITS_PENDING)) return CREDITS_PENDING_MUST_BE_ZERO;
        if (!isZero(body, at + CREDITS_POSTED)) return CREDITS_POSTED_MUST_BE_ZERO;
        if (LittleEndian.i32(body, at + LEDGER) == 0) return LEDGER_MUST_NOT_BE_ZERO;
        if (LittleEndian.u16(body, at + CODE) == 0) return CODE_MUST_NOT_BE_ZERO;
        if ((flags & AccountFlags.IMPORTED) == 0) return CREATED;
        return checkImport(LittleEndian.u64(body, at + TIMESTAMP), slot);
    }

    private CreateAccountStatus checkImport(long timestamp, long slot) {
        if (timestamp > slot) return IMPORTED_EVENT_TIMESTAMP_MUST_NOT_ADVANCE;  // D1
        if (timestamp <= accounts.lastTimestamp()) return IMPORTED_EVENT_TIMESTAMP_MUST_NOT_REGRESS;
        if (transfers.existsAt(timestamp)) return IMPORTED_EVENT_TIMESTAMP_MUST_NOT_REGRESS;
        return CREATED;
    }

    /** Balances and timestamp are not compared; the stored flags include {@code closed} as it is now. */
    private static CreateAccountStatus compare(byte[] body, int at, int flags, byte[] existing, int existingAt) {
        if (flags != LittleEndian.u16(existing, existingAt + FLAGS)) return EXISTS_WITH_DIFFERENT_FLAGS;
        if (LittleEndian.u64(body, at + USER_DATA_128) != LittleEndian.u64(existing, existingAt + USER_DATA_128)
                || LittleEndian.u64(body, at + USER_DATA_128 + Long.BYTES)
                != LittleEndian.u64(existing, existingAt + USER_DATA_128 + Long.BYTES)) {
            return EXISTS_WITH_DIFFERENT_USER_DATA_128;
        }
        if (LittleEndian.u64(body, at + USER_DATA_64) != LittleEndian.u64(existing, existingAt + USER_DATA_64)) {
            return EXISTS_WITH_DIFFERENT_USER_DATA_64;
        }
        if (LittleEndian.i32(body, at + USER_DATA_32) != LittleEndian.i32(existing, existingAt + USER_DATA_32)) {
            return EXISTS_WITH_DIFFERENT_USER_DATA_32;
        }
        if (LittleEndian.i32(body, at + LEDGER) != LittleEndian.i32(existing, existingAt + LEDGER)) {
            return EXISTS_WITH_DIFFERENT_LEDGER;
        }
        if (LittleEndian.u16(body, at + CODE) != LittleEndian.u16(existing, existingAt + CODE)) {
            return EXISTS_WITH_DIFFERENT_CODE;
        }
        return EXISTS;
    }

    private static boolean isZero(byte[] body, int field) {
        return (LittleEndian.u64(body, field) | LittleEndian.u64(body, field + Long.BYTES)) == 0;
    }
}
