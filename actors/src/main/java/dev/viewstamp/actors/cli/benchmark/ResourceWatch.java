package dev.viewstamp.actors.cli.benchmark;

import dev.viewstamp.actors.cli.VerbFailure;
import dev.viewstamp.actors.cli.cluster.ClusterProcesses;
import dev.viewstamp.actors.cli.cluster.ProcessUsage;
import dev.viewstamp.actors.cli.cluster.ReplicaProcess;
import dev.viewstamp.journal.DataDirectoryLayout;
import dev.viewstamp.ledger.Manifest;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;

/**
 * What the processes of a run use: processor time since it began, memory and files at their largest.
 * Without a cluster of its own it knows the load alone. {@link #sample} is for one thread at a time.
 */
public final class ResourceWatch {
    private static final String FILES = DataDirectoryLayout.CHECKPOINT_FOLDER;
    private static final int ATTEMPTS = 10;

    private final ClusterProcesses cluster;
    private Duration cpuAtStart;
    private long peakFilesBytes;

    /** @param cluster null when the replicas are somebody else's */
    ResourceWatch(ClusterProcesses cluster) {
        this.cluster = cluster;
        this.cpuAtStart = cpu();
    }

    /** Looks at what can shrink again. */
    void sample() {
        peakFilesBytes = Math.max(peakFilesBytes, filesBytes());
    }

    /** Counts processor time from now on. */
    void restartCpu() {
        cpuAtStart = cpu();
    }

    /** Processor time of all processes since this object was made, or {@link #restartCpu} was called. */
    Duration cpuSinceStart() {
        return cpu().minus(cpuAtStart);
    }

    List<Double> replicaPeakRssMiB() {
        return cluster == null ? List.of()
                : cluster.replicas().stream().map(replica -> replica.usage().peakRssMiB()).toList();
    }

    static double loadPeakRssMiB() {
        return ProcessUsage.of(ProcessHandle.current()).peakRssMiB();
    }

    /** Null without a cluster of its own. */
    BenchmarkResult.Disk disk() {
        if (cluster == null) {
            return null;
        }
        sample();
        long all = perReplica(ClusterProcesses::bytesBelow);
        Optional<Manifest> last = IntStream.range(0, cluster.count())
                .mapToObj(replica -> lastManifest(cluster.dataDirectory(replica).resolve(FILES)))
                .flatMap(Optional::stream).max(Comparator.comparingLong(Manifest::commitTimestamp));
        return new BenchmarkResult.Disk(last.map(Manifest::diskBytes).orElse(0L),
                last.map(Manifest::transfers).orElse(0L), all - filesBytes(), peakFilesBytes);
    }

    /** Of the newest checkpoint in a replica's folder; it may vanish while we look, then a newer one is there. */
    public static Optional<Manifest> lastManifest(Path folder) {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            List<Path> manifests = new ArrayList<>();
            // Names of complete files have no ending, and sort by op.
            try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "manifest-*[0-9]")) {
                files.forEach(manifests::add);
                if (manifests.isEmpty()) {
                    return Optional.empty();
                }
                return Optional.of(Manifest.read(Files.readAllBytes(Collections.max(manifests))));
            } catch (NoSuchFileException e) {
                continue;
            } catch (IOException | Manifest.Malformed e) {
                throw new VerbFailure("cannot read the checkpoint in " + folder + ": " + e.getMessage(), e);
            }
        }
        return Optional.empty();
    }

    private long filesBytes() {
        return cluster == null ? 0 : perReplica(path -> ClusterProcesses.bytesBelow(path.resolve(FILES)));
    }

    private long perReplica(ToLongFunction<Path> measure) {
        return IntStream.range(0, cluster.count()).mapToObj(cluster::dataDirectory).mapToLong(measure).max().orElse(0);
    }

    private Duration cpu() {
        Duration sum = ProcessUsage.of(ProcessHandle.current()).cpu();
        if (cluster != null) {
            for (ReplicaProcess replica : cluster.replicas()) {
                sum = sum.plus(replica.usage().cpu());
            }
        }
        return sum;
    }
}
