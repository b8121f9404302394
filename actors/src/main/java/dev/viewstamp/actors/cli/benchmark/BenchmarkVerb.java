package dev.viewstamp.actors.cli.benchmark;

import dev.viewstamp.actors.cli.ClusterClient;
import dev.viewstamp.actors.cli.Json;
import dev.viewstamp.actors.cli.ProgressBar;
import dev.viewstamp.actors.cli.UsageError;
import dev.viewstamp.actors.cli.Verb;
import dev.viewstamp.actors.cli.cluster.ClusterProcesses;
import dev.viewstamp.actors.cli.cluster.JvmCommand;
import dev.viewstamp.client.ViewstampClient;
import dev.viewstamp.ledger.LedgerLimits;
import dev.viewstamp.ledger.Operation;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
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
            "  viewstamp benchmark --replica-count=3 --transfer-count=1000000 --json"})
public final class BenchmarkVerb implements Verb {
    private static final int SAMPLE_MILLIS = 250;
    private static final int WAL_SLOTS_MIN = 1024;
    private static final int WAL_SLOTS_MAX = 16_384;
    private static final int WAL_SLOTS_SPARE = 200;
    private static final int HEAP_MIB_MIN = 1024;
    private static final int HEAP_BYTES_PER_TRANSFER = 512;

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
            description = "Transfers per request, at most 8189 (default: 8189).")
    private int batchSize;

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
        LoadPlan plan = new LoadPlan(accountCount, transferCount, batchSize, seed, idHigh);
        try (ClusterClient client = ClusterClient.connect(options)) {
            List<ViewstampClient> sessions = new ArrayList<>();
            for (int i = 0; i < clients; i++) {
                sessions.add(client.newSession());
            }
            Load load = new Load(plan, sessions);
            say("creating " + accountCount + " accounts …");
            load.createAccounts();
            say("creating " + transferCount + " transfers …");
            ResourceWatch watch = new ResourceWatch(cluster);
            long start = System.nanoTime();
            Histogram latencies = watched(watch, () -> load.createTransfers(
                    ProgressBar.onTerminal(spec.commandLine().getErr(), "transfers")));
            double seconds = (System.nanoTime() - start) / 1e9;
            double cpuMicros = watch.cpuSinceStart().toNanos() / 1e3 / transferCount;
            boolean verified = load.totalsHold();
            int replicas = cluster == null ? client.replicaCount() : cluster.count();
            return new BenchmarkResult(replicas, plan, clients, seconds, latencies, load.failures(), watch.disk(),
                    cpuMicros, watch.replicaPeakRssMiB(), ResourceWatch.loadPeakRssMiB(), verified);
        }
    }

    private static Histogram watched(ResourceWatch watch, java.util.function.Supplier<Histogram> work) {
        ScheduledExecutorService sampler = Executors.newSingleThreadScheduledExecutor();
        try {
            sampler.scheduleWithFixedDelay(watch::sample, SAMPLE_MILLIS, SAMPLE_MILLIS, TimeUnit.MILLISECONDS);
            return work.get();
        } finally {
            sampler.shutdownNow();
        }
    }

    private void check() {
        int batchMax = Operation.CREATE_TRANSFERS.eventMax(LedgerLimits.BODY_MAX);
        inRange("--replica-count", replicaCount, 1, 6);
        inRange("--account-count", accountCount, 2, Integer.MAX_VALUE);
        inRange("--transfer-count", transferCount, 1, Long.MAX_VALUE / 1000);
        inRange("--transfer-batch-size", batchSize, 1, batchMax);
        inRange("--clients", clients, 1, 60);
    }

    private static void inRange(String option, long value, long min, long max) {
        if (value < min || value > max) {
            throw new UsageError(option + " is " + value + ": it must be " + min + " to " + max);
        }
    }

    /**
     * Without a wish: as {@code format} makes it, or enough for the whole run if that is more, so that no checkpoint
     * falls into it.
     */
    private int walSlots() {
        if (walSlots != null) {
            return walSlots;
        }
        LoadPlan plan = new LoadPlan(accountCount, transferCount, batchSize, seed, 0);
        long entries = plan.transferBatches() + 2L * plan.accountBatches() + clients + WAL_SLOTS_SPARE;
        long slots = Math.max(WAL_SLOTS_MIN, (entries + 15) / 16 * 16);
        if (slots > WAL_SLOTS_MAX) {
            throw new UsageError("--transfer-count and --transfer-batch-size make " + entries + " requests, more than "
                    + WAL_SLOTS_MAX + " slots of the log hold; name fewer, or --wal-slots yourself");
        }
        return (int) slots;
    }

    /** Without a wish: room for what a replica keeps in memory per transfer. */
    private int replicaHeap() {
        return replicaHeapMiB != null ? replicaHeapMiB : (int) Math.min(16_384, HEAP_MIB_MIN
                + transferCount * HEAP_BYTES_PER_TRANSFER / (1 << 20));
    }

    private void say(String what) {
        if (!json) {
            spec.commandLine().getErr().println(what);
            spec.commandLine().getErr().flush();
        }
    }
}
