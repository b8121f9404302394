package dev.viewstamp.testkit.process;

import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code torture fail-over}. */
@Command(name = "fail-over", description = "The primary is killed again and again; how long do clients wait?",
        footer = {"", "Examples:", "  viewstamp torture fail-over --tries=20", "  viewstamp torture fail-over --json"})
final class FailOverStory extends TortureStory {
    private static final double MEDIAN_MILLIS_MAX = 1_000;
    private static final double WORST_MILLIS_MAX = 3_000;

    @Option(names = "--tries", paramLabel = "N", defaultValue = "20",
            description = "How often (default: ${DEFAULT-VALUE}).")
    private int tries;

    @Mixin
    private SteadyLoadOptions options;

    @Override
    Figures tell() throws InterruptedException {
        positive("--tries", tries);
        FailOver.Load load = options.load();
        List<FailOver.Try> results = new FailOver(Bench.Size.DEFAULT, load, tries, this::say).run();
        Figures figures = new Figures().put("tries", results.size()).put("clients", load.clients())
                .put("transferBatchSize", load.batchSize());
        figures.atMost("medianMillis", FailOver.median(results), MEDIAN_MILLIS_MAX);
        figures.atMost("worstMillis", FailOver.worst(results), WORST_MILLIS_MAX);
        return figures.put("lastClientMillis", results.stream().map(FailOver.Try::lastClientMillis).toList())
                .put("firstClientMillis", results.stream().map(FailOver.Try::firstClientMillis).toList());
    }
}
