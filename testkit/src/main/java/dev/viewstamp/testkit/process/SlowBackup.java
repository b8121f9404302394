package dev.viewstamp.testkit.process;

import dev.viewstamp.actors.cli.cluster.ReplicaProcess;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.HdrHistogram.Histogram;

/**
 * Whether a backup that stands still, or is slow, makes clients wait: three replica processes under load, one backup
 * stopped with SIGSTOP for a while, then stopped and continued in turns. Each is compared with the calm stretch right
 * before it, which begins when the backup has caught up; the first stretch of all warms the JVMs up and does not count.
 * Checkpoints, and laps of the log that leave the backup behind, come as they come.
 */
final class SlowBackup {
    private static final int REPLICAS = 3;
    private static final Duration WARM_UP = Duration.ofSeconds(15);
    private static final Duration PULSE = Duration.ofMillis(100);

    /** How the backup is. */
    enum Trouble { PAUSED, SLOW }

    /** Latencies of requests that began in a calm stretch and in the one with trouble after it, microseconds. */
    record Measured(Histogram calm, Histogram troubled) {
        /** The 99th percentile of the second over that of the first. */
        double p99Ratio() {
            return (double) troubled.getValueAtPercentile(99) / calm.getValueAtPercentile(99);
        }
    }

    private final Bench.Size size;
    private final FailOver.Load load;
    private final Duration stretch;
    private final Consumer<String> progress;

    /** @param stretch how long the backup is paused, and slow; calm stretches are as long */
    SlowBackup(Bench.Size size, FailOver.Load load, Duration stretch, Consumer<String> progress) {
        this.size = size;
        this.load = load;
        this.stretch = stretch;
        this.progress = progress;
    }

    Map<Trouble, Measured> run() throws InterruptedException {
        try (Bench bench = new Bench(REPLICAS, size, load.clients())) {
            List<SteadyClient> clients = bench.load(load.clients(), load.batchSize(), load.pace());
            bench.awaitAgreement();
            Thread.sleep(WARM_UP.toMillis());
            Map<Trouble, Measured> results = new EnumMap<>(Trouble.class);
            for (Trouble trouble : Trouble.values()) {
                int backup = (bench.primary() + 1) % REPLICAS;
                Histogram calm = measure(clients, () -> Thread.sleep(stretch.toMillis()));
                progress.accept("calm:   " + text(calm));
                Histogram troubled = measure(clients, () -> live(trouble, bench.cluster().replica(backup)));
                progress.accept(String.format("%-8s", trouble.name().toLowerCase(Locale.ROOT) + ":") + text(troubled));
                results.put(trouble, new Measured(calm, troubled));
                bench.awaitCaughtUp(backup);
            }
            return results;
        }
    }

    private interface Stretch {
        void live() throws InterruptedException;
    }

    private static Histogram measure(List<SteadyClient> clients, Stretch stretch) throws InterruptedException {
        long start = System.nanoTime();
        stretch.live();
        long end = System.nanoTime();
        Histogram measured = new Histogram(3);
        clients.forEach(client -> client.latencies(start, end, measured));
        return measured;
    }

    private void live(Trouble trouble, ReplicaProcess backup) throws InterruptedException {
        long end = System.nanoTime() + stretch.toNanos();
        try {
            switch (trouble) {
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
