package dev.viewstamp.testkit.sim;

import dev.viewstamp.actors.cli.Json;
import dev.viewstamp.actors.cli.UsageError;
import dev.viewstamp.actors.cli.Verb;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code simulate}: the production actors in a simulated world, one run per seed. */
@Command(name = "simulate", description = "Runs clusters of the production actors in a simulated, hostile world.",
        footer = {"", "Example: viewstamp simulate --seeds=100", "Example: viewstamp simulate --seed=42 --trace"})
public final class SimulateVerb implements Verb {
    private static final long SECOND = 1_000_000_000L;
    private static final long SHRINK_SECONDS = 60;
    /** What conf/logback.xml asks for. */
    private static final List<String> LOG_LEVELS = List.of("viewstamp.log", "viewstamp.log.akka");

    @Spec
    private CommandSpec spec;

    @Option(names = "--seed", paramLabel = "N", defaultValue = "1",
            description = "First seed (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(names = "--seeds", paramLabel = "K",
            description = "How many seeds to run, from --seed upwards (default: 1).")
    private Long seeds;

    @Option(names = "--minutes", paramLabel = "M", description = "Run seeds for that many minutes instead.")
    private Double minutes;

    @Option(names = "--replica-count", paramLabel = "N", defaultValue = "0",
            description = "1 to 6 (default: the seed decides).")
    private int replicaCount;

    @Option(names = "--ticks", paramLabel = "T", defaultValue = "0",
            description = "How long the world stays hostile, in ticks of 10 ms (default: the seed decides).")
    private long ticks;

    @Option(names = "--events", paramLabel = "LIST", split = ",",
            description = "Numbers of the planned faults to keep; 'none' for none (default: all).")
    private List<String> events;

    @Option(names = "--without", paramLabel = "LIST", split = ",", description = "Kinds of fault to leave out.")
    private List<String> without = new ArrayList<>();

    @Option(names = "--no-shrink", description = "Does not look for a smaller plan that fails, too.")
    private boolean asIs;

    @Option(names = "--trace", description = "Prints every event to stderr.")
    private boolean trace;

    @Option(names = "--json", description = "Prints one JSON document.")
    private boolean json;

    @Option(names = {"-h", "--help"}, usageHelp = true, description = "Prints this text.")
    private boolean help;

    private final SimulationRunner runner = new SimulationRunner();
    private final FaultTally faults = new FaultTally();
    private final Marks marks = new Marks();
    private final List<Long> failedSeeds = new ArrayList<>();
    private long ran;
    private long turns;
    private long commits;
    private long simulatedNanos;

    @Override
    public int order() {
        return 60;
    }

    @Override
    public Integer call() {
        SimulationOptions first = options();
        for (String level : LOG_LEVELS) {
            if (System.getProperty(level) == null) {
                System.setProperty(level, "off");                // hundreds of starts and crashes a second are no news
            }
        }
        long start = System.nanoTime();
        long last = minutes != null ? Long.MAX_VALUE : seed + (seeds == null ? 1 : seeds) - 1;
        for (long next = seed; next <= last && withinTime(start); next++) {
            run(first.withSeed(next));
        }
        runner.close();
        report((System.nanoTime() - start) / 1e9);
        return failedSeeds.isEmpty() ? 0 : 1;
    }

    private boolean withinTime(long start) {
        return minutes == null || (System.nanoTime() - start) / 1e9 < 60 * minutes;
    }

    private SimulationOptions options() {
        if (minutes != null && seeds != null) {
            throw new UsageError("--minutes and --seeds exclude each other; give one of them");
        }
        if (seeds != null && seeds < 1) {
            throw new UsageError("--seeds is " + seeds + "; give 1 or more");
        }
        if (ticks < 0) {
            throw new UsageError("--ticks is " + ticks + "; give 0 or more");
        }
        try {
            Set<FaultKind> leftOut = EnumSet.noneOf(FaultKind.class);
            without.forEach(text -> leftOut.add(FaultKind.ofText(text)));
            if (leftOut.contains(FaultKind.REORDER)) {
                throw new UsageError("--without cannot leave out reorder, which comes of delays, clogs and duplicates");
            }
            return new SimulationOptions(seed, replicaCount, ticks, eventNumbers(), leftOut, trace ? err()::println
                    : null);
        } catch (IllegalArgumentException e) {
            throw new UsageError(e.getMessage());
        }
    }

    private Set<Integer> eventNumbers() {
        if (events == null) {
            return null;
        }
        Set<Integer> numbers = new TreeSet<>();
        for (String text : events) {
            if (!text.equals("none")) {
                if (!text.matches("\\d{1,9}")) {
                    throw new UsageError("--events holds '" + text + "'; give numbers of planned faults, or 'none'");
                }
                numbers.add(Integer.parseInt(text));
            }
        }
        return numbers;
    }

    private void run(SimulationOptions options) {
        SimulationResult result = runner.run(options);
        ran++;
        turns += result.turns();
        commits += result.commits();
        simulatedNanos += result.simulatedNanos();
        faults.add(result.faults());
        marks.add(result.marks());
        if (result.holds()) {
            if (!json) {
                out().printf("seed %d: holds, %d replicas, %d commits, %d turns, trace %s%n", options.seed(),
                        result.replicaCount(), result.commits(), result.turns(), result.traceDigest());
            }
            return;
        }
        failedSeeds.add(options.seed());
        explain(result);
    }

    private void explain(SimulationResult result) {
        err().printf("seed %d FAILS%n  %s%n", result.options().seed(), result.violation().getMessage());
        if (result.violation().getCause() != null) {
            result.violation().getCause().printStackTrace(err());
        }
        if (!trace && !asIs) {
            Shrinker shrinker = new Shrinker(result, runner::run, System::nanoTime, SHRINK_SECONDS * SECOND);
            SimulationResult smallest = shrinker.shrink();
            err().printf("  shrunk in %d runs to %d planned faults:%n", shrinker.runs(), smallest.plan().size());
            smallest.plan().forEach(event -> err().println("    " + event));
            err().println("  " + smallest.violation().getMessage());
            err().println("  replay: " + replayCommand(smallest));
        }
        err().flush();
    }

    private static String replayCommand(SimulationResult result) {
        SimulationOptions options = result.options();
        StringBuilder command = new StringBuilder("bin/viewstamp simulate --seed=").append(options.seed());
        if (options.replicaCount() != 0) {
            command.append(" --replica-count=").append(options.replicaCount());
        }
        if (options.ticks() != 0) {
            command.append(" --ticks=").append(options.ticks());
        }
        if (options.events() != null) {
            command.append(" --events=").append(options.events().isEmpty() ? "none"
                    : options.events().stream().map(String::valueOf).collect(Collectors.joining(",")));
        }
        if (!options.without().isEmpty()) {
            command.append(" --without=")
                    .append(options.without().stream().map(FaultKind::text).collect(Collectors.joining(",")));
        }
        return command.append(" --trace").toString();
    }

    private void report(double seconds) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("seeds", ran);
        fields.put("failedSeeds", failedSeeds);
        fields.put("simulatedSeconds", simulatedNanos / 1e9);
        fields.put("turns", turns);
        fields.put("turnsPerSecond", Math.round(turns / Math.max(1e-9, seconds)));
        fields.put("faults", faults.toMap());
        fields.put("viewChanges", marks.count(Marks.Mark.VIEW_CHANGE));
        fields.put("truncations", marks.count(Marks.Mark.TRUNCATION));
        fields.put("repairs", marks.count(Marks.Mark.REPAIR_ANSWER));
        fields.put("checkpoints", marks.count(Marks.Mark.CHECKPOINT));
        fields.put("stateSyncs", marks.count(Marks.Mark.STATE_SYNC));
        fields.put("commits", commits);
        Map<String, Long> coverage = new TreeMap<>(marks.toMap());
        coverage.putAll(faults.byZone());
        fields.put("coverage", coverage);
        if (json) {
            out().println(Json.object(fields));
        } else {
            fields.forEach(this::print);
            out().printf("%-16s %s%n", "never occurred", Stream.of(coverage, faults.toMap())
                    .flatMap(counts -> counts.entrySet().stream()).filter(count -> count.getValue() == 0)
                    .map(Map.Entry::getKey).collect(Collectors.joining(", ")));
        }
        out().flush();
    }

    private void print(String name, Object value) {
        if (value instanceof Map<?, ?> counts) {
            out().println(name);
            counts.forEach((what, count) -> out().printf("  %-38s %12s%n", what, count));
        } else if (name.equals("simulatedSeconds")) {
            out().printf("%-16s %.2f%n", "simulatedHours", (double) value / 3_600);
        } else {
            out().printf("%-16s %s%n", name, value);
        }
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }

    private PrintWriter err() {
        return spec.commandLine().getErr();
    }
}
