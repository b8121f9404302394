package dev.viewstamp.ledger.model;

import dev.viewstamp.ledger.Ledger;
import dev.viewstamp.ledger.LedgerFiles;
import dev.viewstamp.ledger.LedgerOptions;
import dev.viewstamp.ledger.RequestRules;
import java.io.ByteArrayOutputStream;

/** The real ledger, seen as the model run sees it. */
final class LedgerSubject implements ModelRun.Subject {
    private final int requestBodyMax;
    private final Ledger ledger;

    LedgerSubject(LedgerOptions options, LedgerFiles files) {
        requestBodyMax = options.requestBodyMax();
        ledger = new Ledger(options, files);
    }

    /** The pulse is no request: no client may send it. */
    @Override
    public boolean isValid(int operation, byte[] body) {
        boolean valid = RequestRules.check(operation, body, requestBodyMax) == RequestRules.Verdict.VALID;
        return operation == 128 ? !valid && body.length == 0 : valid;
    }

    @Override
    public long timestampDelta(int operation, byte[] body) {
        return RequestRules.timestampDelta(operation, body);
    }

    @Override
    public byte[] execute(int operation, long timestamp, byte[] body) {
        return ledger.execute(operation, timestamp, body);
    }

    @Override
    public long nextExpiry() {
        return ledger.nextExpiry();
    }

    @Override
    public byte[] dump() {
        ByteArrayOutputStream dump = new ByteArrayOutputStream();
        ledger.dump(dump::write);
        return dump.toByteArray();
    }
}
