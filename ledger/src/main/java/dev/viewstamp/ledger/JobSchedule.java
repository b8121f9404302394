package dev.viewstamp.ledger;

import static dev.viewstamp.ledger.Invariant.check;

import java.util.ArrayList;
import java.util.List;

/**
 * Begins jobs and brings their outcomes into force, each at a point that depends on the numbers of records alone, which
 * is the same on all replicas:
 *
 * <ul>
 * <li>A segment that is full is sealed by a job that begins after the entry that filled it, and is due when {@link
 * #SLACK} more segments are full.
 * <li>A merge begins when its eight inputs are in force and no other of their size is under way, and is due when the
 * ledger has grown by half of what it merges. So it is done long before the next one of its size can begin.
 * </ul>
 *
 * What is due comes into force between two entries, in the order in which it was begun. Not thread-safe.
 */
final class JobSchedule {
    /** Segments that may fill while one is being sealed. */
    static final int SLACK = 2;

    /** Keys merged per record created, where the ledger merges by itself. */
    private static final int OWN_STEPS_PER_RECORDS = 1 << 9;

    private final LedgerState state;
    private final int segment;
    private final List<LedgerJob> jobs = new ArrayList<>();  // in the order in which they began
    private long transfersBegun;                             // so many are sealed or being sealed
    private long accountsBegun;
    private long expiriesBegun;
    private long transfersSeen;

    JobSchedule(LedgerState state, int segment) {
        this.state = state;
        this.segment = segment;
    }

    /** Call after each entry. */
    void afterEntry() {
        while (state.transfers.size() - transfersBegun >= segment) {
            long due = transfersBegun + (1L + SLACK) * segment;
            int number = state.files.takeNumber();
            begin(new SegmentJob(state, number, state.files.takeNumber(), transfersBegun, segment, due));
            transfersBegun += segment;
        }
        while (state.accounts.size() - accountsBegun >= segment) {
            long due = accountsBegun + (1L + SLACK) * segment;
            begin(new AccountRunJob(state, state.files.takeNumber(), accountsBegun, segment, due));
            accountsBegun += segment;
        }
        while (state.expiryEvents.size() - expiriesBegun >= segment) {
            long due = expiriesBegun + (1L + SLACK) * segment;
            begin(new ExpiriesJob(state, state.files.takeNumber(), expiriesBegun, segment, due));
            expiriesBegun += segment;
        }
        if (state.files.inMemory()) workOn(state.transfers.size() - transfersSeen);
        transfersSeen = state.transfers.size();
    }

    private void begin(LedgerJob job) {
        jobs.add(job);
        if (state.files.inMemory() && !(job instanceof MergeJob)) job.runOn(state.files.port());
    }

    /** Nobody takes jobs here, and merging all at once would be felt: so it goes on with the growth. */
    private void workOn(long created) {
        for (LedgerJob job : jobs) {
            for (long i = 0; i <= created / OWN_STEPS_PER_RECORDS && !job.isDone(); i++) job.step(state.files.port());
        }
    }

    /** Jobs that nobody has taken yet. */
    List<LedgerJob> take() {
        if (state.files.inMemory()) return List.of();
        List<LedgerJob> taken = new ArrayList<>();
        for (LedgerJob job : jobs) {
            if (job.stage() != LedgerJob.Stage.BEGUN) continue;
            job.moveTo(LedgerJob.Stage.TAKEN);
            taken.add(job);
        }
        return taken;
    }

    void finish(LedgerJob job) {
        check(job.isDone() && jobs.contains(job), "a job that is handed back was taken, and is done");
        job.moveTo(LedgerJob.Stage.FINISHED);
    }

    List<LedgerJob> waitsFor() {
        if (jobs.isEmpty()) return List.of();
        return jobs.stream().filter(job -> isDue(job) && job.stage() == LedgerJob.Stage.TAKEN).toList();
    }

    /** Brings into force what is due. Between entries only. */
    void installDue() {
        // Nearly always there is nothing to do: no job becomes due but by growth.
        for (int i = 0; i < jobs.size(); ) {
            LedgerJob job = jobs.get(i);
            if (!isDue(job)) {
                i++;
                continue;
            }
            check(job.stage() != LedgerJob.Stage.TAKEN, "the ledger waits for jobs that are due");
            if (!job.isDone()) job.runOn(state.files.port());
            job.install(state);
            jobs.remove(i);
            beginMerges(FileKind.TRANSFER_RUN);
            beginMerges(FileKind.ACCOUNT_RUN);
        }
    }

    private boolean isDue(LedgerJob job) {
        if (job instanceof MergeJob merge) return grown(merge.kind()) >= job.due;
        if (job instanceof AccountRunJob) return state.accounts.size() >= job.due;
        return (job instanceof SegmentJob ? state.transfers.size() : state.expiryEvents.size()) >= job.due;
    }

    private long grown(FileKind kind) {
        return kind == FileKind.TRANSFER_RUN ? state.transfers.size() : state.accounts.size();
    }

    private void beginMerges(FileKind kind) {
        RecordIndex index = state.indexOf(kind);
        for (long size : index.mergeSizes()) {
            if (isMerging(kind, size)) continue;
            List<IndexRun> inputs = index.mergeable(size);
            if (inputs.isEmpty()) continue;
            long due = grown(kind) + size * RecordIndex.MERGED / 2;
            begin(new MergeJob(state, state.files.takeNumber(), kind, inputs, due));
        }
    }

    private boolean isMerging(FileKind kind, long size) {
        for (LedgerJob job : jobs) {
            if (!(job instanceof MergeJob merge) || merge.kind() != kind) continue;
            IndexRun input = merge.inputs().get(0);
            if (input.end - input.first == size) return true;
        }
        return false;
    }

    /** What a checkpoint must know of the jobs, in the order in which they began. */
    List<Manifest.UnderWay> underWay() {
        List<Manifest.UnderWay> files = new ArrayList<>();
        for (LedgerJob job : jobs) files.addAll(job.files());
        return files;
    }

    /** Begins again what was under way at a checkpoint, once everything else is restored. */
    void restore(List<Manifest.UnderWay> underWay) {
        transfersBegun = state.transferIndex.tailStart();
        accountsBegun = state.accountIndex.tailStart();
        expiriesBegun = state.expiryEvents.sealedEvents();
        transfersSeen = state.transfers.size();
        for (int i = 0; i < underWay.size(); i++) {
            Manifest.UnderWay file = underWay.get(i);
            int number = (int) file.number();
            long length = file.end() - file.first();
            switch (file.kind()) {
                case SEGMENT -> {
                    int runNumber = (int) underWay.get(++i).number();
                    jobs.add(new SegmentJob(state, number, runNumber, file.first(), segment, file.due()));
                    transfersBegun = file.end();
                }
                case EXPIRIES -> {
                    jobs.add(new ExpiriesJob(state, number, file.first(), segment, file.due()));
                    expiriesBegun = file.end();
                }
                case TRANSFER_RUN, ACCOUNT_RUN -> {
                    if (length == segment) {
                        jobs.add(new AccountRunJob(state, number, file.first(), segment, file.due()));
                        accountsBegun = file.end();
                    } else {
                        List<IndexRun> inputs = state.indexOf(file.kind()).within(file.first(), file.end());
                        jobs.add(new MergeJob(state, number, file.kind(), inputs, file.due()));
                    }
                }
                default -> throw new Manifest.Malformed("files of " + file.kind() + " are never under way");
            }
        }
    }
}
