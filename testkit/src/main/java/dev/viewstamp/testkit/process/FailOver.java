package dev.viewstamp.testkit.process;

import static dev.viewstamp.testkit.process.Bench.require;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;

/**
 * How long clients wait when the primary of three replica processes is killed with SIGKILL while they load the
 * cluster. A try: load for a while, kill, until every client has had a success that it asked for after the kill; then
 * the killed one is started again, rejoins and catches up. The wait of a client is the longest that any of its
 * requests took from the kill on; the wait of a try is that of its worst client.
 */
final class FailOver {
    private static final int REPLICAS = 3;
    private static final Duration CALM = Duration.ofMillis(2_500);
    private static final Duration WAIT_MAX = Duration.ofSeconds(30);
    private static final int TRIES_PER_CLUSTER = 5;

    /** What a try showed, milliseconds. */
    record Try(int killed, double firstClientMillis, double lastClientMillis) {
    }

    private final Bench.Size size;
    private final Load load;
    private final int tries;
    private final Consumer<String> progress;

    /** What the clients do. */
    record Load(int clients, int batchSize, Duration pace) {
    }

    FailOver(Bench.Size size, Load load, int tries, Consumer<String> progress) {
        this.size = size;
        this.load = load;
        this.tries = tries;
        this.progress = progress;
    }

    List<Try> run() throws InterruptedException {
        List<Try> results = new ArrayList<>();
        while (results.size() < tries) {
            try (Bench bench = new Bench(REPLICAS, size, load.clients())) {
                List<SteadyClient> clients = bench.load(load.clients(), load.batchSize(), load.pace());
                for (int i = 0; i < TRIES_PER_CLUSTER && results.size() < tries; i++) {
                    results.add(next(bench, clients));
                    tell(results);
                }
            }
        }
        return results;
    }

    private static Try next(Bench bench, List<SteadyClient> clients) throws InterruptedException {
        bench.awaitAgreement();
        Thread.sleep(CALM.toMillis());
        Try result = kill(bench, clients);
        bench.restart(result.killed());
        return result;
    }

    private void tell(List<Try> results) {
        Try last = results.get(results.size() - 1);
        progress.accept(String.format("try %2d: replica %d killed; first client waited %.0f ms, last %.0f ms",
                results.size(), last.killed(), last.firstClientMillis(), last.lastClientMillis()));
    }

    private static Try kill(Bench bench, List<SteadyClient> clients) throws InterruptedException {
        int primary = bench.primary();
        long killed = System.nanoTime();
        bench.cluster().replica(primary).kill();
        List<Long> waits = new ArrayList<>();
        for (SteadyClient client : clients) {
            // Answers that the primary gave in its last moment are no sign of the next one's.
            require(client.awaitSuccessOfLater(killed, WAIT_MAX), "a client waits in vain for the next primary");
        }
        for (SteadyClient client : clients) {
            waits.add(client.longestWaitSince(killed));
        }
        return new Try(primary, Collections.min(waits) / 1e6, Collections.max(waits) / 1e6);
    }

    /** Median of the waits of the tries' last clients. */
    static double median(List<Try> tries) {
        double[] sorted = tries.stream().mapToDouble(Try::lastClientMillis).sorted().toArray();
        int half = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }

    static double worst(List<Try> tries) {
        return tries.stream().mapToDouble(Try::lastClientMillis).max().orElse(0);
    }
}
