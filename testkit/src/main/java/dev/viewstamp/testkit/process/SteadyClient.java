package dev.viewstamp.testkit.process;

import dev.viewstamp.client.ClientFailure;
import dev.viewstamp.client.ViewstampClient;
import dev.viewstamp.ledger.CreateTransferResult;
import dev.viewstamp.ledger.Transfer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/**
 * An application that never pauses: one thread, one session, one batch of transfers after the other, at a given pace
 * or as fast as they are answered. It remembers when each was submitted and when it succeeded. When an outcome is
 * unknown it submits the same batch again; that is still the same wait.
 */
final class SteadyClient implements AutoCloseable {
    /** One batch, from its first submission to its success; nanoseconds of {@link System#nanoTime}. */
    record Wait(long startNanos, long endNanos) {
        /** How long it took, counted from {@code nanos} if it began before. */
        long since(long nanos) {
            return endNanos - Math.max(startNanos, nanos);
        }
    }

    private final ViewstampClient session;
    private final Transfer template;
    private final int batchSize;
    private final long paceNanos;
    private final Thread thread;
    private final List<Wait> waits = new ArrayList<>();
    private RuntimeException failure;
    private long nextId;
    private volatile boolean isStopped;

    /**
     * Starts at once.
     *
     * @param template what every transfer is like, but for its id, which counts from the template's
     * @param pace least time from one submission to the next
     */
    SteadyClient(ViewstampClient session, Transfer template, int batchSize, Duration pace) {
        this.session = session;
        this.template = template;
        this.batchSize = batchSize;
        this.paceNanos = pace.toNanos();
        this.nextId = template.id().lo();
        this.thread = new Thread(this::run, "steady client " + template.id());
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        try {
            while (!isStopped) {
                List<Transfer> batch = new ArrayList<>(batchSize);
                for (int i = 0; i < batchSize; i++) {
                    batch.add(template.toBuilder().id(nextId++).build());
                }
                long start = System.nanoTime();
                submit(batch);
                add(new Wait(start, System.nanoTime()));
                LockSupport.parkNanos(start + paceNanos - System.nanoTime());
            }
        } catch (RuntimeException e) {
            fail(e);
        }
    }

    private void submit(List<Transfer> batch) {
        boolean isRepeated = false;
        while (!isStopped) {
            try {
                for (CreateTransferResult result : session.createTransfers(batch).toCompletableFuture().join()) {
                    if (!result.isCreated() && !isRepeated) {
                        throw new IllegalStateException("a transfer was answered " + result);
                    }
                }
                return;
            } catch (CompletionException e) {
                if (!(e.getCause() instanceof ClientFailure)) {
                    throw e;
                }
                isRepeated = true;
            }
        }
    }

    private synchronized void add(Wait wait) {
        waits.add(wait);
        notifyAll();
    }

    private synchronized void fail(RuntimeException e) {
        failure = e;
        notifyAll();
    }

    /**
     * Waits until a batch that was submitted after that moment has succeeded.
     *
     * @return false if the limit passed before
     */
    synchronized boolean awaitSuccessOfLater(long nanos, Duration limit) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        while (waits.isEmpty() || waits.get(waits.size() - 1).startNanos() <= nanos) {
            if (failure != null) {
                throw failure;
            }
            long left = (end - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                return false;
            }
            wait(left);
        }
        return true;
    }

    /** The longest wait for a success that came after that moment, counted from then on. */
    synchronized long longestWaitSince(long nanos) {
        return waits.stream().filter(wait -> wait.endNanos() > nanos).mapToLong(wait -> wait.since(nanos)).max()
                .orElse(0);
    }

    /** Adds the waits that began in [from, to), microseconds. */
    synchronized void latencies(long fromNanos, long toNanos, Histogram into) {
        for (Wait wait : waits) {
            if (wait.startNanos() >= fromNanos && wait.startNanos() < toNanos) {
                into.recordValue((wait.endNanos() - wait.startNanos()) / 1_000);
            }
        }
    }

    /** Batches that succeeded. */
    synchronized int successes() {
        return waits.size();
    }

    @Override
    public void close() {
        isStopped = true;
        try {
            thread.join(Duration.ofSeconds(15).toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
