package dev.viewstamp.ledger.model;

import dev.viewstamp.ledger.BlockId;
import dev.viewstamp.ledger.BlockTask;
import dev.viewstamp.ledger.FrozenLedger;
import dev.viewstamp.ledger.Ledger;
import dev.viewstamp.ledger.LedgerJob;
import dev.viewstamp.ledger.LedgerOpening;
import dev.viewstamp.ledger.LedgerOptions;
import dev.viewstamp.ledger.Manifest;
import dev.viewstamp.ledger.RequestRules;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * The real ledger as a node runs it: jobs go on whenever there is time, checkpoints are written while entries execute,
 * and now and then the process dies, opens its last checkpoint and executes again what came after it.
 */
final class NodeSubject implements ModelRun.Subject {
    private static final class Entry {
        final int operation;
        final long timestamp;
        final byte[] body;
        final byte[] reply;
        boolean isCheckpoint;                                // the state is frozen after it

        Entry(int operation, long timestamp, byte[] body, byte[] reply) {
            this.operation = operation;
            this.timestamp = timestamp;
            this.body = body;
            this.reply = reply;
        }
    }

    private final LedgerOptions options;
    private final ColdFiles files = new ColdFiles();
    private final Draw draw;
    private final List<Entry> log = new ArrayList<>();      // since the last checkpoint
    private final List<LedgerJob> jobs = new ArrayList<>();
    private final List<byte[]> manifests = new ArrayList<>();
    private Ledger ledger;
    private Fetching fetching;
    private FrozenLedger frozen;
    private int frozenAfter;                                 // so many entries of the log
    private int crashes;

    NodeSubject(LedgerOptions options, Draw draw) {
        this.options = options;
        this.draw = draw;
        start(new Ledger(options, files));
    }

    private void start(Ledger opened) {
        ledger = opened;
        fetching = new Fetching(draw, ledger, files);
    }

    /** Of all checkpoints so far; the one being written is completed. */
    List<byte[]> manifests() {
        while (frozen != null) write();
        return manifests;
    }

    int crashes() {
        return crashes;
    }

    ColdFiles files() {
        return files;
    }

    /** Freezes the state as it is now, to be written bit by bit. */
    void freeze() {
        while (frozen != null) write();
        waitForJobs();
        frozen = ledger.freeze();
        frozenAfter = log.size();
        if (frozenAfter > 0) log.get(frozenAfter - 1).isCheckpoint = true;
    }

    private void write() {
        if (!frozen.isDone() && draw.percent(80)) frozen.step(files);
        if (!frozen.isDone()) return;
        ledger.release(frozen);
        Manifest manifest = Manifest.read(frozen.manifest());
        manifests.add(frozen.manifest());
        for (long file : files.numbers()) {
            if (manifest.isObsolete(file) && draw.percent(80)) files.delete(file);
        }
        frozen = null;
        log.subList(0, frozenAfter).clear();
    }

    /** Dies, opens the last checkpoint, and comes back to where it was. */
    void crash() {
        if (manifests.isEmpty()) return;
        crashes++;
        frozen = null;
        jobs.clear();
        byte[] bytes = manifests.get(manifests.size() - 1);
        Manifest manifest = Manifest.read(bytes);
        for (long file : files.numbers()) {
            if (manifest.file(file) == null && draw.percent(50)) files.delete(file);
        }
        LedgerOpening opening = new LedgerOpening(options.withHashSeed(draw.bits()), files, bytes);
        while (!opening.isDone()) advance(opening);
        start(opening.ledger());
        List<Entry> lost = List.copyOf(log);
        log.clear();
        for (Entry entry : lost) {
            if (!Arrays.equals(entry.reply, execute(entry.operation, entry.timestamp, entry.body))) {
                throw new AssertionError("executed again after a crash, operation " + entry.operation
                        + " of T " + entry.timestamp + " has another reply");
            }
            if (entry.isCheckpoint) freeze();
        }
    }

    /** A step, or some of its blocks, some of them damaged. */
    private void advance(BlockTask task) {
        List<BlockId> needed = new ArrayList<>(task.needed());
        if (needed.isEmpty()) {
            task.step(files);
            return;
        }
        if (draw.percent(50)) Collections.reverse(needed);
        for (BlockId id : needed) {
            byte[] block = files.readBlock(id.file(), id.block());
            if (draw.percent(2)) {
                byte[] damaged = block.clone();
                damaged[0] ^= 0x10;
                if (task.supply(id, damaged)) throw new AssertionError("a damaged block is taken for good: " + id);
            }
            if (draw.percent(90) && !task.supply(id, block)) throw new AssertionError("a good block is refused: " + id);
        }
    }

    private void waitForJobs() {
        for (LedgerJob job : ledger.waitsFor()) {
            while (!job.isDone()) advance(job);
            jobs.remove(job);
            ledger.finish(job);
        }
    }

    private void workOnJobs() {
        if (draw.percent(30)) jobs.addAll(ledger.takeJobs());
        for (LedgerJob job : List.copyOf(jobs)) {
            for (int i = draw.below(20); i > 0 && !job.isDone(); i--) advance(job);
            if (!job.isDone() || draw.percent(50)) continue;
            jobs.remove(job);
            ledger.finish(job);
        }
    }

    @Override
    public boolean isValid(int operation, byte[] body) {
        boolean valid = RequestRules.check(operation, body, options.requestBodyMax()) == RequestRules.Verdict.VALID;
        return operation == 128 ? !valid && body.length == 0 : valid;
    }

    @Override
    public long timestampDelta(int operation, byte[] body) {
        return RequestRules.timestampDelta(operation, body);
    }

    @Override
    public byte[] execute(int operation, long timestamp, byte[] body) {
        waitForJobs();
        fetching.before(operation, timestamp, body);
        byte[] reply = ledger.execute(operation, timestamp, body);
        log.add(new Entry(operation, timestamp, body, reply));
        workOnJobs();
        if (frozen != null && draw.percent(50)) write();
        return reply;
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
