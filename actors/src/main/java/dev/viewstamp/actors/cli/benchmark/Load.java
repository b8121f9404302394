package dev.viewstamp.actors.cli.benchmark;

import dev.viewstamp.actors.cli.ClusterClient;
import dev.viewstamp.actors.cli.ProgressBar;
import dev.viewstamp.actors.cli.VerbFailure;
import dev.viewstamp.client.ViewstampClient;
import dev.viewstamp.ledger.AccountLayout;
import dev.viewstamp.ledger.CreateResultLayout;
import dev.viewstamp.ledger.CreateTransferStatus;
import dev.viewstamp.ledger.LittleEndian;
import dev.viewstamp.ledger.MultiBatch;
import dev.viewstamp.ledger.Operation;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Submits a {@link LoadPlan} and checks the result. A session has one request in flight (that is the protocol), so each
 * of the given sessions gets a thread that makes the next batch while the last one is under way.
 */
public final class Load {
    private final List<ViewstampClient> sessions;
    private final BackgroundWatch background;
    private final AtomicLong failures = new AtomicLong();
    private final AtomicLong moved = new AtomicLong();
    private final AtomicLong answered = new AtomicLong();

    /**
     * Prepares it.
     *
     * @param background tells latencies apart; others sample it
     */
    public Load(List<ViewstampClient> sessions, BackgroundWatch background) {
        this.sessions = sessions;
        this.background = background;
    }

    /** Events that were not created, accounts and transfers. */
    public long failures() {
        return failures.get();
    }

    /** Transfers that have been answered so far, of all plans; any thread may ask. */
    public long answered() {
        return answered.get();
    }

    /** Makes the accounts of a plan, before anything else. */
    public void createAccounts(LoadPlan plan) {
        ViewstampClient session = sessions.get(0);
        for (int batch = 0; batch < plan.accountBatches(); batch++) {
            byte[] reply = ClusterClient.await(
                    session.submitFramed(Operation.CREATE_ACCOUNTS.code(), plan.accounts(batch)));
            failures.addAndGet(notCreated(reply));
        }
    }

    /**
     * Submits all transfers of a plan.
     *
     * @param intervalTransfers how many transfers to tell apart in the outcome; 0: none
     */
    public Outcome createTransfers(LoadPlan plan, long intervalTransfers, ProgressBar bar) {
        Run run = new Run(plan, intervalTransfers);
        ExecutorService threads = Executors.newFixedThreadPool(sessions.size());
        try {
            List<Future<LatencyRecord>> running = new ArrayList<>();
            for (ViewstampClient session : sessions) {
                running.add(threads.submit(() -> run.submitUntilDone(session)));
            }
            LatencyRecord all = new LatencyRecord(intervalTransfers);
            while (!running.stream().allMatch(Future::isDone)) {
                bar.show(run.transfersDone.get(), plan.transferCount());
                waitFor(running);
            }
            for (Future<LatencyRecord> one : running) {
                all.add(one.get());
            }
            return new Outcome((System.nanoTime() - run.start) / 1e9, all, run.intervalSeconds());
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : new VerbFailure("the load failed", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new VerbFailure("interrupted", e);
        } finally {
            bar.clear();
            threads.shutdownNow();
        }
    }

    /**
     * What came of a plan.
     *
     * @param latencies of each batch, from submission to answer
     * @param intervalSeconds how long each interval took
     */
    public record Outcome(double seconds, LatencyRecord latencies, List<Double> intervalSeconds) {
    }

    /** A while, or until the first of them ends. */
    private static void waitFor(List<? extends Future<?>> running) throws InterruptedException, ExecutionException {
        for (Future<?> one : running) {
            if (!one.isDone()) {
                try {
                    one.get(100, java.util.concurrent.TimeUnit.MILLISECONDS);
                } catch (java.util.concurrent.TimeoutException e) {
                    return;
                }
            }
        }
    }

    /** One plan being submitted. */
    private final class Run {
        private final LoadPlan plan;
        private final long intervalTransfers;
        private final long batches;
        private final AtomicLong nextBatch = new AtomicLong();
        private final AtomicLong transfersDone = new AtomicLong();
        private final AtomicLongArray intervalEnds;
        private final long start = System.nanoTime();

        Run(LoadPlan plan, long intervalTransfers) {
            this.plan = plan;
            this.intervalTransfers = intervalTransfers;
            this.batches = plan.transferBatches();
            this.intervalEnds = new AtomicLongArray(intervalTransfers == 0 ? 0
                    : Math.toIntExact((plan.transferCount() + intervalTransfers - 1) / intervalTransfers));
        }

        LatencyRecord submitUntilDone(ViewstampClient session) {
            LatencyRecord latencies = new LatencyRecord(intervalTransfers);
            long batch = nextBatch.getAndIncrement();
            byte[] body = batch < batches ? plan.transfers(batch) : null;
            while (body != null) {
                long submitted = System.nanoTime();
                CompletionStage<byte[]> answer = session.submitFramed(Operation.CREATE_TRANSFERS.code(), body);
                int transfers = plan.transfersIn(batch);
                long amount = LoadPlan.sum(body, transfers);
                batch = nextBatch.getAndIncrement();
                body = batch < batches ? plan.transfers(batch) : null;
                byte[] reply = ClusterClient.await(answer);
                long now = System.nanoTime();
                long before = transfersDone.getAndAdd(transfers);
                answered.addAndGet(transfers);
                latencies.record(now - submitted, before, background.workedSince(submitted));
                noteIntervals(before, transfers, now);
                int failed = notCreated(reply);
                failures.addAndGet(failed);
                if (failed == 0) {
                    moved.addAndGet(amount);
                }
            }
            return latencies;
        }

        private void noteIntervals(long before, int transfers, long now) {
            if (intervalTransfers == 0) {
                return;
            }
            long after = before + transfers;
            for (long i = before / intervalTransfers; i < intervalEnds.length(); i++) {
                if (after < Math.min(plan.transferCount(), (i + 1) * intervalTransfers)) {
                    return;
                }
                intervalEnds.set((int) i, now);
            }
        }

        private List<Double> intervalSeconds() {
            List<Double> seconds = new ArrayList<>();
            long from = start;
            for (int i = 0; i < intervalEnds.length(); i++) {
                seconds.add((intervalEnds.get(i) - from) / 1e9);
                from = intervalEnds.get(i);
            }
            return seconds;
        }
    }

    /** Whether all accounts are there and both their debits and their credits add up to what was moved. */
    public boolean totalsHold(LoadPlan plan) {
        long debits = 0;
        long credits = 0;
        int found = 0;
        for (int batch = 0; batch < plan.accountBatches(); batch++) {
            byte[] reply = ClusterClient.await(
                    sessions.get(0).submitFramed(Operation.LOOKUP_ACCOUNTS.code(), plan.lookup(batch)));
            int count = MultiBatch.elements(reply, 0);
            found += count;
            for (int i = 0; i < count; i++) {
                int at = i * AccountLayout.SIZE;
                debits = Math.addExact(debits, LittleEndian.u64(reply, at + AccountLayout.DEBITS_POSTED));
                credits = Math.addExact(credits, LittleEndian.u64(reply, at + AccountLayout.CREDITS_POSTED));
            }
        }
        return failures.get() == 0 && found == plan.accountCount() && debits == moved.get() && credits == moved.get();
    }

    private static int notCreated(byte[] reply) {
        int failed = 0;
        int count = MultiBatch.elements(reply, 0);
        for (int i = 0; i < count; i++) {
            int status = LittleEndian.i32(reply, i * CreateResultLayout.SIZE + CreateResultLayout.STATUS);
            if (status != CreateTransferStatus.CREATED.code()) {
                failed++;
            }
        }
        return failed;
    }
}
