package dev.viewstamp.ledger.model;

import dev.viewstamp.ledger.Ledger;
import dev.viewstamp.ledger.LedgerFiles;
import dev.viewstamp.ledger.LedgerOptions;
import dev.viewstamp.ledger.MemoryFiles;
import dev.viewstamp.ledger.Operation;
import dev.viewstamp.ledger.audit.EntryInvariants;
import dev.viewstamp.ledger.audit.ExecutedEntry;
import dev.viewstamp.ledger.audit.LedgerDump;
import dev.viewstamp.ledger.audit.LedgerInvariants;
import dev.viewstamp.ledger.audit.LedgerViolation;
import dev.viewstamp.ledger.audit.ReplayInvariants;
import dev.viewstamp.ledger.audit.ReplyInvariants;
import dev.viewstamp.ledger.audit.SuccessionInvariants;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/** One random history, executed by the model and by the ledger side by side. */
final class ModelRun {
    /** The side that is compared with the model. */
    interface Subject {
        boolean isValid(int operation, byte[] body);

        long timestampDelta(int operation, byte[] body);

        byte[] execute(int operation, long timestamp, byte[] body);

        long nextExpiry();

        byte[] dump();
    }

    private static final int DUMP_EVERY = 256;
    /** Histories of so few events are replayed as a whole; its cost grows with the square of their length. */
    private static final int REPLAYED_MAX = 200;

    private final long seed;
    private final HistoryShape shape;
    private final Coverage coverage;
    private final ModelLedger model;
    private final Subject subject;
    private final LedgerFiles files;
    /** Another replica, with options that may differ between replicas. Its files must be equal byte for byte. */
    private final Subject twin;
    private final ColdFiles twinFiles = new ColdFiles();
    private final HistoryGenerator generator;
    private int entries;
    private HistoryGenerator.Request request;
    private LedgerDump lastDump;
    private final EntryInvariants entryInvariants = new EntryInvariants();
    private final List<ExecutedEntry> history = new ArrayList<>();
    private final LedgerOptions options;

    ModelRun(long seed, Coverage coverage) {
        Draw draw = new Draw(seed);
        this.seed = seed;
        this.shape = HistoryShape.random(draw);
        this.coverage = coverage;
        this.model = new ModelLedger(shape.requestBodyMax());
        // What must not show: sizes of segments and caches, where files live, how ids are hashed.
        this.options = LedgerOptions.defaults().withRequestBodyMax(shape.requestBodyMax())
                .withSegmentRecords(1 << draw.ofInts(4, 4, 5, 7, 9, 10, 11, 12, 16))
                .withCacheBlocks(draw.ofInts(1, 2, 8, 30, 200))
                .withCapacity(draw.below(2_000), draw.below(2_000)).withHashSeed(draw.bits());
        this.files = draw.percent(20) ? new MemoryFiles() : new ColdFiles();
        this.subject = new LedgerSubject(options, files, new Draw(draw.bits()));
        LedgerOptions others = options.withCacheBlocks(3).withHashSeed(draw.bits()).withCapacity(0, 0);
        this.twin = new LedgerSubject(others, twinFiles, new Draw(draw.bits()));
        this.generator = new HistoryGenerator(draw, shape, model);
    }

    /** @return the number of events, counting each read as one */
    long compare() {
        long events = 0;
        while (events < shape.events()) {
            request = generator.next();
            events += Math.max(1, compareEntry());
            if (++entries % DUMP_EVERY == 0) compareDumps();
        }
        compareDumps();
        if (shape.events() <= REPLAYED_MAX) replay();
        coverage.state(model.state());
        return events;
    }

    private void replay() {
        try {
            ReplayInvariants.check(history, subject.dump(), shape.requestBodyMax(), () ->
                    ReplayInvariants.Machine.of(new Ledger(options)));
        } catch (LedgerViolation e) {
            throw difference(e.getMessage());
        }
    }

    private long compareEntry() {
        int operation = request.operation();
        byte[] body = request.body();
        boolean valid = model.isValid(operation, body);
        coverage.request(operation, valid);
        if (subject.isValid(operation, body) != valid) throw difference("the model finds the request valid: " + valid);
        if (!valid) return 0;
        long delta = model.timestampDelta(operation, body);
        long subjectDelta = subject.timestampDelta(operation, body);
        if (delta != subjectDelta) throw difference("timestamps taken: " + delta + ", but " + subjectDelta);
        byte[] expected = model.execute(operation, request.timestamp(), body);
        byte[] actual = subject.execute(operation, request.timestamp(), body);
        twin.execute(operation, request.timestamp(), body);
        if (!Arrays.equals(expected, actual)) {
            throw difference("replies differ" + firstDifference(expected, actual, ModelRequests.resultSize(operation)));
        }
        try {
            ReplyInvariants.check(Operation.byCode(operation), body, actual, shape.requestBodyMax());
            ExecutedEntry entry = new ExecutedEntry(operation, request.timestamp(), body, actual);
            entryInvariants.check(entry);
            if (shape.events() <= REPLAYED_MAX) history.add(entry);
        } catch (LedgerViolation e) {
            throw difference(e.getMessage());
        }
        if (model.nextExpiry() != subject.nextExpiry()) {
            throw difference("next expiry " + model.nextExpiry() + ", but " + subject.nextExpiry());
        }
        coverage.reply(operation, expected);
        return operation == 128 ? 0 : delta;
    }

    private void compareDumps() {
        byte[] expected = model.dump();
        byte[] actual = subject.dump();
        if (!Arrays.equals(expected, actual)) {
            throw difference("dumps differ after this entry" + firstDifference(expected, actual, 8));
        }
        if (!Arrays.equals(expected, twin.dump())) throw difference("replicas with different options differ");
        String fileDifference = files instanceof ColdFiles ? twinFiles.difference((ColdFiles) files) : null;
        if (fileDifference != null) throw difference("replicas' files differ: " + fileDifference);
        LedgerDump dump = LedgerDump.read(actual);
        try {
            LedgerInvariants.check(dump);
            if (lastDump != null) SuccessionInvariants.check(lastDump, dump);
        } catch (LedgerViolation e) {
            throw difference(e.getMessage());
        }
        lastDump = dump;
    }

    private AssertionError difference(String what) {
        return new AssertionError(what + "\n  -Dviewstamp.model.history=" + seed + " " + shape + "\n  entry " + entries
                + ", operation " + request.operation() + ", T " + request.timestamp() + ", body of "
                + request.body().length + " bytes");
    }

    private static String firstDifference(byte[] expected, byte[] actual, int elementSize) {
        int at = Arrays.mismatch(expected, actual);
        int from = at / elementSize * elementSize;
        return " at byte " + at + ", element " + at / elementSize
                + "\n  model " + expected.length + " bytes: " + part(expected, from, elementSize)
                + "\n  ledger " + actual.length + " bytes: " + part(actual, from, elementSize);
    }

    private static String part(byte[] bytes, int from, int size) {
        int end = Math.min(bytes.length, from + Math.max(size, 64));
        return from >= end ? "(ends)" : HexFormat.of().formatHex(bytes, from, end);
    }
}
