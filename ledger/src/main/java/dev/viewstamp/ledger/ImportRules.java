package dev.viewstamp.ledger;

import static dev.viewstamp.ledger.CreateTransferStatus.*;

/**
 * What an imported transfer's own timestamp must satisfy (ledger spec §9 steps 21 to 26, §10 steps 24 to
 * 26).
 */
final class ImportRules {
    private final AccountStore accounts;
    private final TransferStore transfers;

    ImportRules(LedgerState state) {
        accounts = state.accounts;
        transfers = state.transfers;
    }

    /** Null if nothing speaks against it. */
    CreateTransferStatus checkPlainOrPending(TransferDraft t) {
        CreateTransferStatus refused = check(t);
        if (refused != null) return refused;
        if (t.timestamp <= accounts.timestamp(t.debit)) return IMPORTED_EVENT_TIMESTAMP_MUST_POSTDATE_DEBIT_ACCOUNT;
        if (t.timestamp <= accounts.timestamp(t.credit)) return IMPORTED_EVENT_TIMESTAMP_MUST_POSTDATE_CREDIT_ACCOUNT;
        if (t.i32(TransferLayout.TIMEOUT) != 0) return IMPORTED_EVENT_TIMEOUT_MUST_BE_ZERO;
        return null;
    }

    /** Null if nothing speaks against it. */
    CreateTransferStatus check(TransferDraft t) {
        if (t.timestamp > t.slot) return IMPORTED_EVENT_TIMESTAMP_MUST_NOT_ADVANCE;                 // D1
        if (t.timestamp <= transfers.lastTimestamp()) return IMPORTED_EVENT_TIMESTAMP_MUST_NOT_REGRESS;
        if (accounts.existsAt(t.timestamp)) return IMPORTED_EVENT_TIMESTAMP_MUST_NOT_REGRESS;
        return null;
    }
}
