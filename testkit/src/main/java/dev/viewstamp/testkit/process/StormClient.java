package dev.viewstamp.testkit.process;

import static dev.viewstamp.testkit.process.Bench.require;

import dev.viewstamp.actors.cli.ClusterClient;
import dev.viewstamp.client.ClientFailure;
import dev.viewstamp.client.RequestRejected;
import dev.viewstamp.client.ViewstampClient;
import dev.viewstamp.ledger.AccountLayout;
import dev.viewstamp.ledger.LittleEndian;
import dev.viewstamp.ledger.MultiBatch;
import dev.viewstamp.ledger.Operation;
import dev.viewstamp.ledger.TransferLayout;
import dev.viewstamp.testkit.process.StormWorkload.Ask;
import dev.viewstamp.testkit.sim.SimRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.LockSupport;

/** One thread and one session that asks and writes down what it saw. */
final class StormClient {
    private static final Duration PATIENCE = Duration.ofSeconds(3);
    private static final Duration SETTLE_MAX = Duration.ofSeconds(60);
    private static final long THINK_MEAN_NANOS = 20_000_000;

    private final int number;
    private final ViewstampClient session;
    private final StormWorkload workload;
    private final SimRandom random;
    private final List<HistoryEntry> history = new ArrayList<>();
    private final Thread thread;
    private volatile boolean isStopped;
    private volatile int answers;
    private RuntimeException failure;

    StormClient(int number, ViewstampClient session, StormWorkload workload, SimRandom random) {
        this.number = number;
        this.session = session.within(PATIENCE);
        this.workload = workload;
        this.random = random;
        this.thread = new Thread(this::run, "storm client " + number);
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    private void run() {
        try {
            while (!isStopped) {
                ask(workload.next());
                LockSupport.parkNanos(random.exponential(THINK_MEAN_NANOS));
            }
        } catch (RuntimeException e) {
            failure = e;
        }
    }

    /** Asks once and writes it down. */
    void ask(Ask ask) {
        long invoked = System.nanoTime();
        try {
            byte[] reply = session.submitFramed(ask.operation().code(), ask.body()).toCompletableFuture().join();
            history.add(HistoryEntry.answered(number, ask.operation(), ask.body(), invoked, System.nanoTime(), reply));
            answers++;
        } catch (CompletionException e) {
            if (!(e.getCause() instanceof ClientFailure) || e.getCause() instanceof RequestRejected) {
                throw e;
            }
            history.add(HistoryEntry.unanswered(number, ask.operation(), ask.body(), invoked));
        }
    }

    int answers() {
        return answers;
    }

    /** Ends the thread after the request under way; rethrows what went wrong in it. */
    void stop() throws InterruptedException {
        isStopped = true;
        thread.join(SETTLE_MAX.toMillis());
        require(!thread.isAlive(), "client " + number + " hears neither an answer nor that there is none");
        if (failure != null) {
            throw failure;
        }
    }

    /**
     * After the storm: looks for what unanswered requests would have created. In the session that asked, so that the
     * look comes after the request wherever that was; none is under way any more when it is answered.
     */
    void settle() {
        for (int i = 0; i < history.size(); i++) {
            HistoryEntry entry = history.get(i);
            if (entry.isAnswered() || !entry.isCreate()) {
                continue;
            }
            Ask look = StormWorkload.look(entry.operation(), entry.body());
            byte[] reply = askInCalm(look);
            if (MultiBatch.elements(reply, 0) == 1) {
                history.set(i, entry.settled(LittleEndian.u64(reply, timestampOffset(look.operation()))));
            }
        }
    }

    /** Asks once, in calm: there must be an answer. Writes it down and answers it. */
    byte[] askInCalm(Ask ask) {
        long invoked = System.nanoTime();
        byte[] reply = ClusterClient.await(session.within(SETTLE_MAX).submitFramed(ask.operation().code(),
                ask.body()));
        history.add(HistoryEntry.answered(number, ask.operation(), ask.body(), invoked, System.nanoTime(), reply));
        return reply;
    }

    /** What it saw; its thread has ended. */
    List<HistoryEntry> history() {
        return history;
    }

    private static int timestampOffset(Operation lookup) {
        return lookup == Operation.LOOKUP_ACCOUNTS ? AccountLayout.TIMESTAMP
                : TransferLayout.TIMESTAMP;
    }
}
