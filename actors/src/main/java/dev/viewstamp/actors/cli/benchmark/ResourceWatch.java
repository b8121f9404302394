package dev.viewstamp.actors.cli.benchmark;

import dev.viewstamp.actors.cli.cluster.ClusterProcesses;
import dev.viewstamp.actors.cli.cluster.ProcessUsage;
import dev.viewstamp.actors.cli.cluster.ReplicaProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What the processes of a run use: processor time since it began, memory and files at their largest.
 * Without a cluster of its own it knows the load alone. {@link #sample} is for one thread at a time.
 */
final class ResourceWatch {
    private static final String FILES = "files";

    private final ClusterProcesses cluster;
    private final Duration cpuAtStart;
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

    /** Processor time of all processes since this object was made. */
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
        long files = filesBytes();
        long all = perReplica(path -> path);
        return new BenchmarkResult.Disk(files, all - files, peakFilesBytes);
    }

    private long filesBytes() {
        return cluster == null ? 0 : perReplica(path -> path.resolve(FILES));
    }

    private long perReplica(java.util.function.UnaryOperator<Path> part) {
        return IntStream.range(0, cluster.count())
                .mapToLong(replica -> ClusterProcesses.bytesBelow(part.apply(cluster.dataDirectory(replica)))).max()
                .orElse(0);
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
