package dev.viewstamp.actors.shell;

import dev.viewstamp.actors.replica.EntryRules;
import dev.viewstamp.ledger.RequestRules;

/** What the replica asks of the ledger before an entry is in the log; pure, thread-safe (ledger spec §5.1, §6.3). */
public final class LedgerRules implements EntryRules {
    private final int bodyLimit;

    /** @param bodyLimit L of ledger spec §1, bytes */
    public LedgerRules(int bodyLimit) {
        this.bodyLimit = bodyLimit;
    }

    @Override
    public Verdict check(int operation, byte[] body) {
        return switch (RequestRules.check(operation, body, bodyLimit)) {
            case VALID -> Verdict.ACCEPTED;
            case UNKNOWN_OPERATION -> Verdict.UNKNOWN_OPERATION;
            case BODY_TOO_LARGE, INVALID_BODY -> Verdict.INVALID_BODY;
        };
    }

    @Override
    public long timestampDelta(int operation, byte[] body) {
        return RequestRules.timestampDelta(operation, body);
    }
}
