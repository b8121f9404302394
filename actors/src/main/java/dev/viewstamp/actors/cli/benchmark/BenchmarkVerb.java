package dev.viewstamp.actors.cli.benchmark;

import dev.viewstamp.actors.cli.ClusterClient;
import dev.viewstamp.actors.cli.Json;
import dev.viewstamp.actors.cli.ProgressBar;
import dev.viewstamp.actors.cli.UsageError;
import dev.viewstamp.actors.cli.Verb;
import dev.viewstamp.actors.cli.cluster.ClusterProcesses;
import dev.viewstamp.actors.cli.cluster.JvmCommand;
import dev.viewstamp.client.ViewstampClient;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code benchmark}: loads a cluster with transfers and measures. */
@Command(name = "benchmark",
        description = "Loads a cluster with transfers and measures. Without --addresses it starts its own in a "
                + "temporary folder, one process per replica, and takes it away afterwards.",
        footer = {"", "Examples:",
            "  viewstamp benchmark --transfer-count=1000000",
            "  viewstamp benchmark --replica-count=3 --transfer-count=1000000 --json",
            "  viewstamp benchmark --transfer-batch-size=1-10 --transfer-count=1000000 --wal-slots=32",
            "  viewstamp benchmark --transfer-count=101000000 --interval=1000000"})
public final class BenchmarkVerb implements Verb {
    private static final int SAMPLE_MILLIS = 250;
    private static final int INTERVALS_MAX = 10_000;
    private static final int WAL_SLOTS = 1024;
    private static final int HEAP_MIB_MIN = 2048;
    private static final int HEAP_BYTES_PER_TRANSFER = 40;

    @Spec
    private CommandSpec spec;

    @Option(names = "--replica-count", paramLabel = "COUNT", defaultValue = "1",
            description = "Replicas to start, 1 to 6 (default: 1).")
    private int replicaCount;

    @Option(names = "--account-count", paramLabel = "COUNT", defaultValue = "10000",
            description = "Accounts to create (default: 10000).")
    private int accountCount;

    @Option(names = "--transfer-count", paramLabel = "COUNT", defaultValue = "10000000",
            description = "Transfers to create (default: 10000000).")
    private long transferCount;

    @Option(names = "--transfer-batch-size", paramLabel = "COUNT", defaultValue = "8189",
            description = "Transfers per request, at most 8189, or a range such as 1-10, each of which has its turn "
                    + "(default: 8189).")
    private String batchSizeText;

    @Option(names = "--preload", paramLabel = "COUNT", defaultValue = "0",
            description = "Transfers to create in full batches before the measurement (default: 0).")
    private long preload;

    @Option(names = "--interval", paramLabel = "COUNT", defaultValue = "0",
            description = "Tells apart every so many transfers of the measurement (default: 0, not).")
    private long interval;

    @Option(names = "--clients", paramLabel = "COUNT", defaultValue = "4",
            description = "Sessions; each has one request in flight (default: 4).")
    private int clients;

    @Option(names = "--seed", paramLabel = "NUMBER", defaultValue = "42",
            description = "Which transfers are made (default: 42).")
    private long seed;

    @Option(names = "--wal-slots", paramLabel = "COUNT",
            description = "Entries of each replica's write-ahead log, 1 MiB each.")
    private Integer walSlots;

    @Option(names = "--replica-heap", paramLabel = "MIB", description = "Heap of each replica.")
    private Integer replicaHeapMiB;

    @Mixin
    private ClusterClient.Options target;

    @Option(names = "--json", description = "Prints one JSON document.")
    private boolean json;

    @Option(names = {"-h", "--help"}, usageHelp = true, description = "Prints this text.")
    private boolean help;

    @Override
    public int order() {
        return 50;
    }

    @Override
    public Integer call() {
        check();
        BenchmarkResult result;
        if (target.isGiven()) {
            // Another run may have used the same numbers there.
            result = run(null, target, ThreadLocalRandom.current().nextLong(1, Long.MAX_VALUE));
        } else {
            JvmCommand jvm = JvmCommand.ofThisProcess(replicaHeap(), 512);
            say("formatting and starting " + replicaCount + " replica" + (replicaCount == 1 ? "" : "s") + " …");
            try (ClusterProcesses cluster = ClusterProcesses.format(replicaCount, walSlots(), jvm, List.of())) {
                cluster.startAll();
                result = run(cluster, target.withAddresses(cluster.addresses()), 0);
            }
        }
        PrintWriter out = spec.commandLine().getOut();
        out.print(json ? Json.object(result.fields()) + System.lineSeparator() : result.text());
        out.flush();
        return result.verified() ? 0 : 1;
    }

    private BenchmarkResult run(ClusterProcesses cluster, ClusterClient.Options options, long idHigh) {
        LoadPlan preloadPlan = new LoadPlan(accountCount, 0, preload, full(), seed, idHigh);
        LoadPlan plan = new LoadPlan(accountCount, preload, transferCount, batchSize(), seed, idHigh);
        BackgroundWatch background = new BackgroundWatch(cluster);
        try (ClusterClient client = ClusterClient.connect(options)) {
            List<ViewstampClient> sessions = new ArrayList<>();
            for (int i = 0; i < clients; i++) {
                sessions.add(client.newSession());
            }
            Load load = new Load(sessions, background);
            say("creating " + accountCount + " accounts …");
            load.createAccounts(plan);
            ResourceWatch watch = new ResourceWatch(cluster);
            if (preload > 0) {
                say("creating " + preload + " transfers before the measurement …");
                watched(watch, background, () -> load.createTransfers(preloadPlan, 0, bar("preload")));
            }
            say("creating " + transferCount + " transfers …");
            watch.restartCpu();
            Load.Outcome outcome = watched(watch, background,
                    () -> load.createTransfers(plan, interval, bar("transfers")));
            double cpuMicros = watch.cpuSinceStart().toNanos() / 1e3 / transferCount;
            boolean verified = load.totalsHold(plan);
            int replicas = cluster == null ? client.replicaCount() : cluster.count();
            return new BenchmarkResult(replicas, plan, clients, outcome, interval, load.failures(), watch.disk(),
                    cpuMicros, watch.replicaPeakRssMiB(), ResourceWatch.loadPeakRssMiB(), verified);
        }
    }

    private ProgressBar bar(String label) {
        return ProgressBar.onTerminal(spec.commandLine().getErr(), label);
    }

    private static Load.Outcome watched(ResourceWatch watch, BackgroundWatch background,
            java.util.function.Supplier<Load.Outcome> work) {
        ScheduledExecutorService sampler = Executors.newSingleThreadScheduledExecutor();
        try {
            sampler.scheduleWithFixedDelay(watch::sample, SAMPLE_MILLIS, SAMPLE_MILLIS, TimeUnit.MILLISECONDS);
            sampler.scheduleAtFixedRate(background::sample, 0, BackgroundWatch.PERIOD_MILLIS, TimeUnit.MILLISECONDS);
            return work.get();
        } finally {
            sampler.shutdownNow();
        }
    }

    private void check() {
        inRange("--preload", preload, 0, Long.MAX_VALUE / 1000);
        inRange("--interval", interval, 0, Long.MAX_VALUE / 1000);
        if (interval > 0 && transferCount / interval > INTERVALS_MAX) {
            throw new UsageError("--interval is " + interval + ": that makes more than " + INTERVALS_MAX
                    + " intervals of --transfer-count=" + transferCount);
        }
        inRange("--replica-count", replicaCount, 1, 6);
        inRange("--account-count", accountCount, 2, Integer.MAX_VALUE);
        inRange("--transfer-count", transferCount, 1, Long.MAX_VALUE / 1000);
        inRange("--transfer-batch-size", batchSize().max(), 1, LoadPlan.BATCH_MAX);
        inRange("--clients", clients, 1, 60);
    }

    private static void inRange(String option, long value, long min, long max) {
        if (value < min || value > max) {
            throw new UsageError(option + " is " + value + ": it must be " + min + " to " + max);
        }
    }

    private BatchSize batchSize() {
        try {
            return BatchSize.parse(batchSizeText);
        } catch (IllegalArgumentException e) {
            throw new UsageError("--transfer-batch-size: '" + batchSizeText + "' is neither a whole number from 1 on "
                    + "nor a range such as 1-10");
        }
    }

    private static BatchSize full() {
        return new BatchSize(LoadPlan.BATCH_MAX, LoadPlan.BATCH_MAX);
    }

    /** Without a wish: as {@code format} makes it. */
    private int walSlots() {
        return walSlots != null ? walSlots : WAL_SLOTS;
    }

    /** Without a wish: room for what a replica keeps in memory per transfer. */
    private int replicaHeap() {
        return replicaHeapMiB != null ? replicaHeapMiB : (int) Math.min(16_384, HEAP_MIB_MIN
                + (preload + transferCount) * HEAP_BYTES_PER_TRANSFER / (1 << 20));
    }

    private void say(String what) {
        if (!json) {
            spec.commandLine().getErr().println(what);
            spec.commandLine().getErr().flush();
        }
    }
}
