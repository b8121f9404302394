package dev.viewstamp.ledger;

import java.lang.management.ManagementFactory;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/** Carries out a ledger's jobs on a thread of its own, as a node does, and knows how much processor time they took. */
final class BackgroundJobs implements AutoCloseable {
    private final Ledger ledger;
    private final LedgerFiles files;
    private final BlockingQueue<LedgerJob> todo = new LinkedBlockingQueue<>();
    private final ConcurrentLinkedQueue<LedgerJob> done = new ConcurrentLinkedQueue<>();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final Thread worker = new Thread(this::work, "jobs");
    private volatile long nanos;
    private long waits;

    BackgroundJobs(Ledger ledger, LedgerFiles files) {
        this.ledger = ledger;
        this.files = files;
        worker.setDaemon(true);
        worker.start();
    }

    /** Call before each entry: hands over what has begun and is done, and waits for what is due. */
    void beforeEntry() {
        exchange();
        if (ledger.waitsFor().isEmpty()) return;
        waits++;
        while (!ledger.waitsFor().isEmpty()) {
            LockSupport.parkNanos(20_000);
            exchange();
            if (failure.get() != null) throw new IllegalStateException("a job failed", failure.get());
        }
    }

    private void exchange() {
        todo.addAll(ledger.takeJobs());
        for (LedgerJob job = done.poll(); job != null; job = done.poll()) ledger.finish(job);
    }

    /** Processor time of all jobs so far. */
    long nanos() {
        return nanos;
    }

    /** How often an entry had to wait for a job. */
    long waits() {
        return waits;
    }

    private void work() {
        try {
            while (true) {
                LedgerJob job = todo.take();
                job.runOn(files);
                nanos = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
                done.add(job);
            }
        } catch (InterruptedException e) {
            // The benchmark is over.
        } catch (RuntimeException | Error e) {
            failure.set(e);
        }
    }

    @Override
    public void close() {
        worker.interrupt();
        try {
            worker.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
