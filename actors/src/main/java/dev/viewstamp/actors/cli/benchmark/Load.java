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
import org.HdrHistogram.Histogram;

/**
 * Submits a {@link LoadPlan} and checks the result. A session has one request in flight (that is the protocol), so each
 * of the given sessions gets a thread that makes the next batch while the last one is under way.
 */
final class Load {
    private static final long LATENCY_MICROS_MAX = 10 * 60 * 1_000_000L;

    private final LoadPlan plan;
    private final List<ViewstampClient> sessions;
    private final AtomicLong nextBatch = new AtomicLong();
    private final AtomicLong batchesDone = new AtomicLong();
    private final AtomicLong failures = new AtomicLong();
    private final AtomicLong moved = new AtomicLong();

    Load(LoadPlan plan, List<ViewstampClient> sessions) {
        this.plan = plan;
        this.sessions = sessions;
    }

    /** Events that were not created, accounts and transfers. */
    long failures() {
        return failures.get();
    }

    void createAccounts() {
        ViewstampClient session = sessions.get(0);
        for (int batch = 0; batch < plan.accountBatches(); batch++) {
            byte[] reply = ClusterClient.await(
                    session.submitFramed(Operation.CREATE_ACCOUNTS.code(), plan.accounts(batch)));
            failures.addAndGet(notCreated(reply));
        }
    }

    /** Submits all transfers; answers the latency of each batch in microseconds, from submission to answer. */
    Histogram createTransfers(ProgressBar bar) {
        ExecutorService threads = Executors.newFixedThreadPool(sessions.size());
        try {
            List<Future<Histogram>> running = new ArrayList<>();
            for (ViewstampClient session : sessions) {
                running.add(threads.submit(() -> submitUntilDone(session)));
            }
            Histogram all = new Histogram(LATENCY_MICROS_MAX, 3);
            while (!running.stream().allMatch(Future::isDone)) {
                bar.show(batchesDone.get(), plan.transferBatches());
                waitFor(running);
            }
            for (Future<Histogram> one : running) {
                all.add(one.get());
            }
            return all;
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

    /** A while, or until the first of them ends. */
    private static void waitFor(List<Future<Histogram>> running) throws InterruptedException, ExecutionException {
        for (Future<Histogram> one : running) {
            if (!one.isDone()) {
                try {
                    one.get(100, java.util.concurrent.TimeUnit.MILLISECONDS);
                } catch (java.util.concurrent.TimeoutException e) {
                    return;
                }
            }
        }
    }

    private Histogram submitUntilDone(ViewstampClient session) {
        Histogram latencies = new Histogram(LATENCY_MICROS_MAX, 3);
        long batch = nextBatch.getAndIncrement();
        byte[] body = batch < plan.transferBatches() ? plan.transfers(batch) : null;
        while (body != null) {
            long start = System.nanoTime();
            CompletionStage<byte[]> answer = session.submitFramed(Operation.CREATE_TRANSFERS.code(), body);
            long amount = LoadPlan.sum(body, plan.transfersIn(batch));
            batch = nextBatch.getAndIncrement();
            body = batch < plan.transferBatches() ? plan.transfers(batch) : null;
            byte[] reply = ClusterClient.await(answer);
            latencies.recordValue(Math.min(LATENCY_MICROS_MAX, (System.nanoTime() - start) / 1000));
            int failed = notCreated(reply);
            failures.addAndGet(failed);
            if (failed == 0) {
                moved.addAndGet(amount);
            }
            batchesDone.incrementAndGet();
        }
        return latencies;
    }

    /** Whether all accounts are there and both their debits and their credits add up to what was moved. */
    boolean totalsHold() {
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
