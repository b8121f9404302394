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
import dev.viewstamp.actors.cli.cluster.ReplicaProcess;
import dev.viewstamp.client.ViewstampClient;
import dev.viewstamp.journal.DataDirectoryLayout;
import dev.viewstamp.ledger.Manifest;
import dev.viewstamp.testkit.process.Growth.Sample;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * Very many requests of 1 to 10 transfers on the smallest log there is, so that checkpoints follow one another: memory
 * levels off, and the disk grows by what the ledger grows.
 */
final class SmallRequests {
    /** The least that a cluster may have. */
    static final int WAL_SLOTS = 32;

    private static final BatchSize SIZES = new BatchSize(1, 10);
    private static final Duration ANSWER_MAX = Duration.ofMinutes(10);
    private static final int HEAP_MIB = 768;
    private static final int DIRECT_MIB = 384;
    private static final long SEED = 42;
    /** Id index and what it needs to grow; DESIGN §3. */
    private static final double HEAP_BYTES_PER_TRANSFER_MAX = 32;
    private static final double BESIDE_HEAP_RATIO_MAX = 1.05;
    private static final double DISK_RATIO_MAX = 1.10;
    private static final double DISK_BYTES_PER_TRANSFER_MAX = 300;
    private static final double MIB = 1 << 20;

    private final Options options;
    private final Consumer<String> progress;

    /** What is done. */
    record Options(long requests, int replicaCount, int clients, int accounts, Duration samplePeriod) {
    }

    SmallRequests(Options options, Consumer<String> progress) {
        this.options = options;
        this.progress = progress;
    }

    Figures run() throws InterruptedException {
        LoadPlan plan = new LoadPlan(options.accounts(), 0, SIZES.first(options.requests()), SIZES, SEED, 0);
        try (ClusterProcesses cluster = ClusterProcesses.format(options.replicaCount(), WAL_SLOTS,
                JvmCommand.ofThisProcess(HEAP_MIB, DIRECT_MIB), List.of())) {
            cluster.startAll();
            try (ClusterClient connection = ClusterClient.connect(
                    ClusterClient.Options.of(cluster.addresses(), ANSWER_MAX))) {
                List<ViewstampClient> sessions = IntStream.range(0, options.clients())
                        .mapToObj(any -> connection.newSession()).toList();
                Load load = new Load(sessions, new BackgroundWatch(null));
                load.createAccounts(plan);
                return measure(cluster, load, plan);
            }
        }
    }

    private Figures measure(ClusterProcesses cluster, Load load, LoadPlan plan) throws InterruptedException {
        List<Sample> samples = new ArrayList<>();
        long start = System.nanoTime();
        CompletableFuture<Load.Outcome> outcome = CompletableFuture.supplyAsync(() ->
                load.createTransfers(plan, 0, ProgressBar.silent()), task -> daemon(task).start());
        while (!ends(outcome)) {
            samples.add(look(cluster, load, start));
            tell(samples.get(samples.size() - 1), plan);
        }
        require(load.totalsHold(plan), "debits and credits of all accounts do not equal what was moved; "
                + load.failures() + " events were not created");
        samples.add(look(cluster, load, start));
        Figures figures = new Figures().put("requests", options.requests()).put("transfers", plan.transferCount())
                .put("replicaCount", options.replicaCount()).put("clients", options.clients())
                .put("walSlots", WAL_SLOTS).put("seconds", outcome.join().seconds())
                .put("requestsPerSecond", options.requests() / outcome.join().seconds())
                .put("p99Millis", outcome.join().latencies().all().getValueAtPercentile(99) / 1e3);
        judge(figures, new Growth(samples), cluster, plan);
        return figures.put("totalsHold", true);
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "small requests");
        thread.setDaemon(true);
        return thread;
    }

    private boolean ends(CompletableFuture<?> outcome) throws InterruptedException {
        try {
            outcome.get(options.samplePeriod().toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e);
        }
    }

    private static Sample look(ClusterProcesses cluster, Load load, long start) throws InterruptedException {
        double rss = 0;
        HeapAfterCollection heap = HeapAfterCollection.UNKNOWN;
        long files = 0;
        for (ReplicaProcess replica : cluster.replicas()) {
            require(replica.isAlive(), "replica " + replica.replica() + " ended: " + replica.lastWords());
            HeapAfterCollection its = HeapAfterCollection.of(replica.pid());
            double resident = replica.usage().rssMiB();
            if (resident > rss) {
                rss = resident;
                heap = its;
            }
            files = Math.max(files, ClusterProcesses.bytesBelow(files(cluster, replica.replica())));
        }
        return new Sample((System.nanoTime() - start) / 1e9, load.answered(), rss, heap, files);
    }

    private static Path files(ClusterProcesses cluster, int replica) {
        return cluster.dataDirectory(replica).resolve(DataDirectoryLayout.CHECKPOINT_FOLDER);
    }

    private void tell(Sample sample, LoadPlan plan) {
        progress.accept(String.format(
                "%5.0f s  %,d transfers (%d %%)  RSS %.0f MiB  heap after GC %.0f MiB  files %.1f MiB, %.1f B each",
                sample.seconds(), sample.transfers(), 100 * sample.transfers() / plan.transferCount(), sample.rssMiB(),
                sample.heap().usedMiB(), sample.filesBytes() / MIB,
                (double) sample.filesBytes() / Math.max(1, sample.transfers())));
    }

    /** Memory of the last quarter against the one before; disk of the second half against the first. */
    private static void judge(Figures figures, Growth growth, ClusterProcesses cluster, LoadPlan plan) {
        Manifest last = IntStream.range(0, cluster.count()).mapToObj(replica -> files(cluster, replica))
                .flatMap(folder -> ResourceWatch.lastManifest(folder).stream())
                .reduce((one, other) -> one.transfers() > other.transfers() ? one : other).orElse(null);
        require(last != null, "there is no checkpoint: too few requests");
        double perTransfer = (double) last.diskBytes() / last.transfers();
        if (!growth.isEnough()) {
            figures.put("diskBytesPerTransfer", perTransfer);
            return;
        }
        figures.atMost("diskBytesPerTransfer", perTransfer, DISK_BYTES_PER_TRANSFER_MAX);
        Growth third = growth.part(0.5, 0.75);
        Growth fourth = growth.part(0.75, 1);
        Growth later = growth.part(0.5, 1);
        figures.put("rssMiBThirdQuarter", third.mean(Sample::rssMiB))
                .put("rssMiBFourthQuarter", fourth.mean(Sample::rssMiB)).put("rssMiBMax", growth.max(Sample::rssMiB));
        if (!Double.isNaN(growth.mean(sample -> sample.heap().usedMiB()))) {
            figures.put("heapMiBAtEnd", growth.samples().get(growth.samples().size() - 1).heap().usedMiB());
            figures.atMost("heapBytesPerTransferSecondHalf",
                    later.perTransfer(sample -> sample.heap().usedMiB()) * MIB, HEAP_BYTES_PER_TRANSFER_MAX);
            figures.put("besideHeapMiBThirdQuarter", third.mean(Sample::besideHeapMiB));
            figures.atMost("besideHeapRatio", fourth.mean(Sample::besideHeapMiB) / third.mean(Sample::besideHeapMiB),
                    BESIDE_HEAP_RATIO_MAX);
        }
        double first = growth.part(0, 0.5).perTransfer(Sample::filesBytes);
        double second = later.perTransfer(Sample::filesBytes);
        figures.put("diskGrowthPerTransferFirstHalf", first).put("diskGrowthPerTransferSecondHalf", second);
        figures.atMost("diskGrowthRatio", second / first, DISK_RATIO_MAX);
        figures.put("filesMiBMax", growth.max(Sample::filesBytes) / MIB);
    }
}
