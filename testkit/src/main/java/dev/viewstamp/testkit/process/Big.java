package dev.viewstamp.testkit.process;

import static dev.viewstamp.testkit.process.Bench.require;

import dev.viewstamp.actors.cli.ClusterClient;
import dev.viewstamp.actors.cli.ProgressBar;
import dev.viewstamp.actors.cli.benchmark.BackgroundWatch;
import dev.viewstamp.actors.cli.benchmark.BatchSize;
import dev.viewstamp.actors.cli.benchmark.Load;
import dev.viewstamp.actors.cli.benchmark.LoadPlan;
import dev.viewstamp.actors.cli.benchmark.ResourceWatch;
import dev.viewstamp.actors.cli.cluster.ClusterProcesses;
import dev.viewstamp.actors.cli.cluster.JvmCommand;
import dev.viewstamp.journal.DataDirectoryLayout;
import dev.viewstamp.ledger.FileKind;
import dev.viewstamp.ledger.Manifest;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * One replica that takes in very many transfers in full batches: as fast in the end as in the beginning, not slower
 * while files are written, and soon ready again after SIGKILL.
 *
 * <p>The run is told apart in 101 parts: of 101 million transfers, the second million is compared with the last ten.
 */
final class Big {
    private static final int PARTS = 101;
    private static final int LAST_PARTS = 10;
    private static final int WAL_SLOTS = 1024;
    private static final int CLIENTS = 4;
    private static final int ACCOUNTS = 10_000;
    private static final int DIRECT_MIB = 512;
    private static final int HEAP_MIB_MIN = 2048;
    private static final int HEAP_BYTES_PER_TRANSFER = 40;
    private static final Duration ANSWER_MAX = Duration.ofMinutes(2);
    private static final Duration READY_MAX = Duration.ofMinutes(5);
    private static final Duration TELL = Duration.ofSeconds(10);

    private static final double THROUGHPUT_RATIO_MIN = 0.8;
    private static final double P99_RATIO_MAX = 3;
    private static final double READY_SECONDS_MAX = 30;
    private static final double DISK_BYTES_PER_TRANSFER_MAX = 300;

    private final long transfers;
    private final Consumer<String> progress;

    /** @param transfers 101 at least */
    Big(long transfers, Consumer<String> progress) {
        this.transfers = transfers;
        this.progress = progress;
    }

    Figures run() {
        LoadPlan plan = new LoadPlan(ACCOUNTS, 0, transfers, new BatchSize(LoadPlan.BATCH_MAX, LoadPlan.BATCH_MAX), 42,
                0);
        int heapMiB = (int) Math.max(HEAP_MIB_MIN, 1024 + transfers * HEAP_BYTES_PER_TRANSFER / (1 << 20));
        Figures figures = new Figures().put("transfers", transfers).put("batchSize", LoadPlan.BATCH_MAX)
                .put("clients", CLIENTS).put("heapMiB", heapMiB);
        try (ClusterProcesses cluster = ClusterProcesses.format(1, WAL_SLOTS,
                JvmCommand.ofThisProcess(heapMiB, DIRECT_MIB), List.of())) {
            cluster.startAll();
            try (ClusterClient connection = ClusterClient.connect(
                    ClusterClient.Options.of(cluster.addresses(), ANSWER_MAX))) {
                BackgroundWatch background = new BackgroundWatch(cluster);
                Load load = new Load(IntStream.range(0, CLIENTS).mapToObj(any -> connection.newSession()).toList(),
                        background);
                load.createAccounts(plan);
                judge(figures, submit(load, plan, background));
                figures.put("replicaPeakRssMiB", cluster.replica(0).usage().peakRssMiB());
                putFiles(figures, cluster);
                restart(figures, cluster);
                require(load.totalsHold(plan), "debits and credits of all accounts do not equal what was moved");
                return figures.put("totalsHold", true);
            }
        }
    }

    private Load.Outcome submit(Load load, LoadPlan plan, BackgroundWatch background) {
        ScheduledExecutorService sampler = Executors.newSingleThreadScheduledExecutor();
        try {
            sampler.scheduleAtFixedRate(background::sample, 0, BackgroundWatch.PERIOD_MILLIS, TimeUnit.MILLISECONDS);
            sampler.scheduleAtFixedRate(() -> progress.accept(String.format("%,d of %,d transfers", load.answered(),
                    transfers)), TELL.toSeconds(), TELL.toSeconds(), TimeUnit.SECONDS);
            return load.createTransfers(plan, (transfers + PARTS - 1) / PARTS, ProgressBar.silent());
        } finally {
            sampler.shutdownNow();
        }
    }

    private void judge(Figures figures, Load.Outcome outcome) {
        List<Double> seconds = outcome.intervalSeconds();
        double part = (transfers + PARTS - 1) / PARTS;
        double second = part / seconds.get(1);
        double last = (transfers - part * (seconds.size() - LAST_PARTS))
                / seconds.subList(seconds.size() - LAST_PARTS, seconds.size()).stream().mapToDouble(s -> s).sum();
        figures.put("seconds", outcome.seconds()).put("transfersPerSecond", transfers / outcome.seconds())
                .put("transfersPerSecondSecondPart", second).put("transfersPerSecondLastTenParts", last);
        figures.atLeast("throughputRatio", last / second, THROUGHPUT_RATIO_MIN);
        double working = outcome.latencies().whileWorking().getValueAtPercentile(99) / 1e3;
        double otherwise = outcome.latencies().otherwise().getValueAtPercentile(99) / 1e3;
        figures.put("p99Millis", outcome.latencies().all().getValueAtPercentile(99) / 1e3)
                .put("p99MillisWhileFilesAreWritten", working)
                .put("batchesWhileFilesAreWritten", outcome.latencies().whileWorking().getTotalCount())
                .put("p99MillisOtherwise", otherwise)
                .put("batchesOtherwise", outcome.latencies().otherwise().getTotalCount());
        if (outcome.latencies().whileWorking().getTotalCount() > 0
                && outcome.latencies().otherwise().getTotalCount() > 0) {
            figures.atMost("p99Ratio", working / otherwise, P99_RATIO_MAX);
        }
    }

    /** Of the last checkpoint. */
    private static void putFiles(Figures figures, ClusterProcesses cluster) {
        ResourceWatch.lastManifest(cluster.dataDirectory(0).resolve(DataDirectoryLayout.CHECKPOINT_FOLDER))
                .ifPresent(manifest -> putFiles(figures, manifest));
    }

    private static void putFiles(Figures figures, Manifest manifest) {
        figures.put("transfersInCheckpoint", manifest.transfers());
        figures.atMost("diskBytesPerTransfer", (double) manifest.diskBytes() / manifest.transfers(),
                DISK_BYTES_PER_TRANSFER_MAX);
        for (FileKind kind : FileKind.values()) {
            figures.put("bytesPerTransfer." + kind.name().toLowerCase(Locale.ROOT),
                    (double) manifest.diskBytes(kind) / manifest.transfers());
        }
    }

    private static void restart(Figures figures, ClusterProcesses cluster) {
        cluster.replica(0).kill();
        long start = System.nanoTime();
        cluster.replica(0).start();
        cluster.replica(0).awaitReady(READY_MAX);
        figures.atMost("secondsToReadyAfterKill", (System.nanoTime() - start) / 1e9, READY_SECONDS_MAX);
    }
}
