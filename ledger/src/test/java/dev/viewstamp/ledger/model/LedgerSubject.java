package dev.viewstamp.ledger.model;

import dev.viewstamp.ledger.Ledger;
import dev.viewstamp.ledger.LedgerFiles;
import dev.viewstamp.ledger.LedgerOptions;
import dev.viewstamp.ledger.MemoryFiles;
import dev.viewstamp.ledger.RequestRules;
import java.io.ByteArrayOutputStream;

/** The real ledger, seen as the model run sees it. */
final class LedgerSubject implements ModelRun.Subject {
    private final int requestBodyMax;
    private final Ledger ledger;
    private final Fetching fetching;

    /** A ledger all in memory. */
    LedgerSubject(LedgerOptions options) {
        this(options, new MemoryFiles(), new Draw(0));
    }

    /** @param draw decides how blocks are fetched */
    LedgerSubject(LedgerOptions options, LedgerFiles files, Draw draw) {
        requestBodyMax = options.requestBodyMax();
        ledger = new Ledger(options, files);
        fetching = new Fetching(draw, ledger, files);
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
        fetching.before(operation, timestamp, body);
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
