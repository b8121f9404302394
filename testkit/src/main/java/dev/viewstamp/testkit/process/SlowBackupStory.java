package dev.viewstamp.testkit.process;

import java.time.Duration;
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
        Map<SlowBackup.Phase, Histogram> latencies =
                new SlowBackup(load, Duration.ofSeconds(seconds), this::say).run();
        Figures figures = new Figures().put("clients", load.clients()).put("transferBatchSize", load.batchSize());
        latencies.forEach((phase, measured) -> figures.put(text(phase) + "Requests", measured.getTotalCount())
                .put(text(phase) + "P50Millis", measured.getValueAtPercentile(50) / 1e3)
                .put(text(phase) + "P99Millis", measured.getValueAtPercentile(99) / 1e3)
                .put(text(phase) + "MaxMillis", measured.getMaxValue() / 1e3));
        double calm = latencies.get(SlowBackup.Phase.CALM).getValueAtPercentile(99);
        figures.atMost("pausedP99Ratio", latencies.get(SlowBackup.Phase.PAUSED).getValueAtPercentile(99) / calm,
                P99_RATIO_MAX);
        figures.atMost("slowP99Ratio", latencies.get(SlowBackup.Phase.SLOW).getValueAtPercentile(99) / calm,
                P99_RATIO_MAX);
        return figures;
    }
}
