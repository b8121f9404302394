package dev.viewstamp.testkit.process;

import dev.viewstamp.actors.cli.Json;
import dev.viewstamp.actors.cli.UsageError;
import dev.viewstamp.actors.cli.Verb;
import dev.viewstamp.actors.cli.VerbFailure;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code torture}: real replica processes on this machine, to which bad things are done. */
@Command(name = "torture",
        description = "Starts replica processes in a temporary folder, loads them, and does bad things to them.",
        footer = {"", "Examples:", "  viewstamp torture storm --seconds=600 --seed=7",
            "  viewstamp torture fail-over --tries=20", "  viewstamp torture fail-over --json"})
public final class TortureVerb implements Verb {
    /** What is done. */
    enum Story { STORM, FAIL_OVER, SLOW_BACKUP }

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "STORY", arity = "1", converter = StoryName.class,
            description = {"storm: everything that may break breaks, in turns; is every answer explained?",
                "fail-over: the primary is killed again and again; how long do clients wait?",
                "slow-backup: a backup is paused, then slow; do clients wait longer?"})
    private Story story;

    @Option(names = "--tries", paramLabel = "N", defaultValue = "20",
            description = "fail-over: how often (default: ${DEFAULT-VALUE}).")
    private int tries;

    @Option(names = "--seconds", paramLabel = "S", defaultValue = "20",
            description = "storm: how long it lasts; slow-backup: how long it is paused (default: ${DEFAULT-VALUE}).")
    private int seconds;

    @Option(names = "--seed", paramLabel = "N", defaultValue = "1",
            description = "storm: what is asked and what breaks (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(names = "--clients", paramLabel = "N", defaultValue = "4",
            description = "Sessions, each with one request in flight (default: ${DEFAULT-VALUE}).")
    private int clients;

    @Option(names = "--transfer-batch-size", paramLabel = "N", defaultValue = "50",
            description = "Transfers in a request (default: ${DEFAULT-VALUE}).")
    private int batchSize;

    @Option(names = "--pace", paramLabel = "MS", defaultValue = "20",
            description = "Least time between two requests of a session, milliseconds (default: ${DEFAULT-VALUE}).")
    private int paceMillis;

    @Option(names = "--json", description = "Prints one JSON document.")
    private boolean json;

    @Option(names = {"-h", "--help"}, usageHelp = true, description = "Prints this text.")
    private boolean help;

    static final class StoryName implements picocli.CommandLine.ITypeConverter<Story> {
        @Override
        public Story convert(String text) {
            for (Story story : Story.values()) {
                if (nameOf(story).equals(text)) {
                    return story;
                }
            }
            throw new UsageError("torture knows no '" + text + "'; it knows: " + String.join(", ",
                    java.util.Arrays.stream(Story.values()).map(StoryName::nameOf).toList()));
        }

        static String nameOf(Story story) {
            return text(story.name());
        }

        static String text(String name) {
            return name.toLowerCase(java.util.Locale.ROOT).replace('_', '-');
        }
    }

    @Override
    public int order() {
        return 65;
    }

    @Override
    public Integer call() {
        positive("--tries", tries);
        positive("--seconds", seconds);
        positive("--clients", clients);
        positive("--transfer-batch-size", batchSize);
        try {
            return switch (story) {
                case STORM -> storm();
                case FAIL_OVER -> failOver();
                case SLOW_BACKUP -> slowBackup();
            };
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new VerbFailure("interrupted", e);
        }
    }

    private int storm() throws InterruptedException {
        Storm.Result result = new Storm(seed, Duration.ofSeconds(seconds), this::say).run();
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("seed", seed);
        fields.put("seconds", result.seconds());
        fields.put("writes", result.report().writes());
        fields.put("reads", result.report().reads());
        fields.put("unanswered", result.report().unanswered());
        fields.put("executedUnanswered", result.report().executedUnanswered());
        result.faults().forEach((kind, times) -> fields.put(StoryName.text(kind.name()), times));
        print(fields);
        return 0;
    }

    private FailOver.Load load() {
        return new FailOver.Load(clients, batchSize, Duration.ofMillis(paceMillis));
    }

    private int slowBackup() throws InterruptedException {
        Map<SlowBackup.Phase, Histogram> latencies =
                new SlowBackup(load(), Duration.ofSeconds(seconds), this::say).run();
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("clients", clients);
        fields.put("transferBatchSize", batchSize);
        latencies.forEach((phase, measured) -> {
            String name = phase.name().toLowerCase(java.util.Locale.ROOT);
            fields.put(name + "Requests", measured.getTotalCount());
            fields.put(name + "P50Millis", measured.getValueAtPercentile(50) / 1e3);
            fields.put(name + "P99Millis", measured.getValueAtPercentile(99) / 1e3);
            fields.put(name + "MaxMillis", measured.getMaxValue() / 1e3);
        });
        double calm = latencies.get(SlowBackup.Phase.CALM).getValueAtPercentile(99);
        fields.put("pausedP99Ratio", latencies.get(SlowBackup.Phase.PAUSED).getValueAtPercentile(99) / calm);
        fields.put("slowP99Ratio", latencies.get(SlowBackup.Phase.SLOW).getValueAtPercentile(99) / calm);
        print(fields);
        return 0;
    }

    private int failOver() throws InterruptedException {
        List<FailOver.Try> results = new FailOver(load(), tries, this::say).run();
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("tries", results.size());
        fields.put("clients", clients);
        fields.put("transferBatchSize", batchSize);
        fields.put("medianMillis", FailOver.median(results));
        fields.put("worstMillis", FailOver.worst(results));
        fields.put("lastClientMillis", results.stream().map(FailOver.Try::lastClientMillis).toList());
        fields.put("firstClientMillis", results.stream().map(FailOver.Try::firstClientMillis).toList());
        print(fields);
        return 0;
    }

    private void print(Map<String, Object> fields) {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(Json.object(fields));
        } else {
            fields.forEach((name, value) -> out.printf("%-18s %s%n", name, value));
        }
        out.flush();
    }

    private static void positive(String option, int value) {
        if (value < 1) {
            throw new UsageError(option + " is " + value + "; give 1 or more");
        }
    }

    private void say(String what) {
        spec.commandLine().getErr().println(what);
        spec.commandLine().getErr().flush();
    }
}
