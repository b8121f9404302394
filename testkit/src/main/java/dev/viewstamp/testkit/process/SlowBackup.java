package dev.viewstamp.testkit.process;

import dev.viewstamp.actors.cli.cluster.ClusterProcesses.LogSize;
import dev.viewstamp.actors.cli.cluster.ReplicaProcess;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.HdrHistogram.Histogram;

/**
 * Whether a backup that stands still, or is slow, makes clients wait: three replica processes under load, one backup
 * stopped with SIGSTOP for a while, then stopped and continued in turns. Calm stretches before and after are what it
 * is compared with; the first stretch warms the JVMs up and does not count.
 */
final class SlowBackup {
    private static final int REPLICAS = 3;
    private static final Duration WARM_UP = Duration.ofSeconds(15);
    private static final Duration PULSE = Duration.ofMillis(100);
    private static final int REQUESTS_PER_SECOND_MAX = 400;

    /** How the backup is. */
    enum Phase { CALM, PAUSED, SLOW }

    private final FailOver.Load load;
    private final Duration stretch;
    private final Consumer<String> progress;

    /** @param stretch how long the backup is paused, and slow; calm stretches are as long */
    SlowBackup(FailOver.Load load, Duration stretch, Consumer<String> progress) {
        this.load = load;
        this.stretch = stretch;
        this.progress = progress;
    }

    /** The latencies of requests that began in each phase, microseconds. */
    Map<Phase, Histogram> run() throws InterruptedException {
        long seconds = WARM_UP.plus(stretch.multipliedBy(5)).toSeconds();
        int slots = (int) (seconds * REQUESTS_PER_SECOND_MAX + 15) / 16 * 16;
        try (Bench bench = new Bench(REPLICAS, new LogSize(slots, load.requestBodyMax()), load.clients())) {
            List<SteadyClient> clients = bench.load(load.clients(), load.batchSize(), load.pace());
            bench.awaitAgreement();
            ReplicaProcess backup = bench.cluster().replica((bench.primary() + 1) % REPLICAS);
            Thread.sleep(WARM_UP.toMillis());
            Map<Phase, Histogram> latencies = new EnumMap<>(Phase.class);
            for (Phase phase : List.of(Phase.CALM, Phase.PAUSED, Phase.CALM, Phase.SLOW, Phase.CALM)) {
                long start = System.nanoTime();
                live(phase, backup);
                long end = System.nanoTime();
                Histogram measured = latencies.computeIfAbsent(phase, any -> new Histogram(3));
                clients.forEach(client -> client.latencies(start, end, measured));
                progress.accept(String.format("%-6s so far: %s", phase, text(measured)));
                bench.awaitAgreement();
                Thread.sleep(PULSE.toMillis() * 10);            // it catches up
            }
            return latencies;
        }
    }

    private void live(Phase phase, ReplicaProcess backup) throws InterruptedException {
        long end = System.nanoTime() + stretch.toNanos();
        try {
            switch (phase) {
                case CALM -> Thread.sleep(stretch.toMillis());
                case PAUSED -> {
                    backup.signal("STOP");
                    Thread.sleep(stretch.toMillis());
                }
                case SLOW -> {
                    while (System.nanoTime() < end) {
                        backup.signal("STOP");
                        Thread.sleep(PULSE.toMillis());
                        backup.signal("CONT");
                        Thread.sleep(PULSE.toMillis());
                    }
                }
            }
        } finally {
            backup.signal("CONT");
        }
    }

    static String text(Histogram latencies) {
        return String.format("%d requests, p50 %.1f ms, p99 %.1f ms, max %.1f ms", latencies.getTotalCount(),
                latencies.getValueAtPercentile(50) / 1e3, latencies.getValueAtPercentile(99) / 1e3,
                latencies.getMaxValue() / 1e3);
    }
}
