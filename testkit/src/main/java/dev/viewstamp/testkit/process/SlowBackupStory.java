package dev.viewstamp.testkit.process;

import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import org.HdrHistogram.Histogram;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code torture slow-backup}. */
@Command(name = "slow-backup", description = "A backup is paused, then slow; do clients wait longer?",
        footer = {"", "Example:", "  viewstamp torture slow-backup --seconds=60"})
final class SlowBackupStory extends TortureStory {
    private static final double P99_RATIO_MAX = 2;

    @Option(names = "--seconds", paramLabel = "S", defaultValue = "20",
            description = "How long it is paused, and slow (default: ${DEFAULT-VALUE}).")
    private int seconds;

    @Mixin
    private SteadyLoadOptions options;

    @Override
    Figures tell() throws InterruptedException {
        positive("--seconds", seconds);
        FailOver.Load load = options.load();
        Map<SlowBackup.Trouble, SlowBackup.Measured> results =
                new SlowBackup(Bench.Size.DEFAULT, load, Duration.ofSeconds(seconds), this::say).run();
        Figures figures = new Figures().put("clients", load.clients()).put("transferBatchSize", load.batchSize());
        results.forEach((trouble, measured) -> {
            String name = trouble.name().toLowerCase(Locale.ROOT);
            put(figures, name + "Before", measured.calm());
            put(figures, name, measured.troubled());
            figures.atMost(name + "P99Ratio", measured.p99Ratio(), P99_RATIO_MAX);
        });
        return figures;
    }

    private static void put(Figures figures, String name, Histogram latencies) {
        figures.put(name + "Requests", latencies.getTotalCount())
                .put(name + "P50Millis", latencies.getValueAtPercentile(50) / 1e3)
                .put(name + "P99Millis", latencies.getValueAtPercentile(99) / 1e3)
                .put(name + "MaxMillis", latencies.getMaxValue() / 1e3);
    }
}
