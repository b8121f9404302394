package dev.viewstamp.actors.cli.benchmark;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * What a run measured.
 *
 * @param disk null when the replicas are not this process's own, like {@code replicas} being empty then
 * @param cpuMicrosPerTransfer of all replicas and the load, user and system
 * @param replicaPeakRssMiB by replica
 */
record BenchmarkResult(int replicaCount, LoadPlan plan, int clients, double seconds, Histogram latencyMicros,
                       long failures, Disk disk, double cpuMicrosPerTransfer, List<Double> replicaPeakRssMiB,
                       double loadPeakRssMiB, boolean verified) {
    /**
     * Of the replica that uses most.
     *
     * @param filesBytes of {@code files/} when all was over
     * @param fixedBytes of the files that format makes
     * @param peakFilesBytes of {@code files/} at its largest
     */
    record Disk(long filesBytes, long fixedBytes, long peakFilesBytes) {
    }

    double transfersPerSecond() {
        return plan.transferCount() / seconds;
    }

    /** The fields that scripts read, in the contract's order. */
    Map<String, Object> fields() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("replicaCount", replicaCount);
        fields.put("accountCount", plan.accountCount());
        fields.put("transferCount", plan.transferCount());
        fields.put("batchSize", plan.batchSize());
        fields.put("clients", clients);
        fields.put("seed", plan.seed());
        fields.put("seconds", rounded(seconds, 1000));
        fields.put("transfersPerSecond", Math.round(transfersPerSecond()));
        fields.put("batchLatencyMs", latencies());
        fields.put("failures", failures);
        if (disk != null) {
            fields.put("diskBytesPerTransfer", rounded((double) disk.filesBytes / plan.transferCount(), 10));
            fields.put("fixedDiskBytes", disk.fixedBytes);
            fields.put("peakFilesBytes", disk.peakFilesBytes);
        }
        fields.put("cpuMicrosPerTransfer", rounded(cpuMicrosPerTransfer, 1000));
        Map<String, Object> memory = new LinkedHashMap<>();
        memory.put("replica", replicaPeakRssMiB.stream().map(Math::round).toList());
        memory.put("load", Math.round(loadPeakRssMiB));
        fields.put("peakRssMiB", memory);
        fields.put("verified", verified);
        return fields;
    }

    private Map<String, Object> latencies() {
        Map<String, Object> latencies = new LinkedHashMap<>();
        Map<String, Double> percentiles = new LinkedHashMap<>();
        for (double percentile : new double[] {1, 10, 50, 90, 99, 99.9, 100}) {
            String digits = percentile == 99.9 ? "999" : Integer.toString((int) percentile);
            percentiles.put("p" + digits, percentile);
        }
        percentiles.forEach((name, percentile) ->
                latencies.put(name, rounded(latencyMicros.getValueAtPercentile(percentile) / 1000.0, 100)));
        return latencies;
    }

    /** For people. */
    String text() {
        StringBuilder text = new StringBuilder();
        text.append(String.format("%,d transfers in %.2f s: %,.0f transfers/s%n", plan.transferCount(), seconds,
                transfersPerSecond()));
        text.append(String.format("%d replica%s, %d client%s, batches of %,d, %,d accounts, seed %d%n",
                replicaCount, replicaCount == 1 ? "" : "s", clients, clients == 1 ? "" : "s", plan.batchSize(),
                plan.accountCount(), plan.seed()));
        text.append("batch latency, ms:");
        latencies().forEach((name, value) -> text.append("  ").append(name).append(' ').append(value));
        text.append(String.format("%nfailures: %,d%n", failures));
        if (disk != null) {
            text.append(String.format(
                    "disk per replica: %.1f bytes per transfer in files, at most %,d MiB; %,d MiB fixed%n",
                    (double) disk.filesBytes / plan.transferCount(), disk.peakFilesBytes >> 20, disk.fixedBytes >> 20));
        }
        text.append(String.format("processor time of all processes: %.2f µs per transfer%n", cpuMicrosPerTransfer));
        text.append(String.format("peak memory, MiB: replicas %s, load %d%n",
                replicaPeakRssMiB.stream().map(Math::round).toList(), Math.round(loadPeakRssMiB)));
        text.append(verified ? "verified: debits and credits of all accounts equal what was moved\n"
                : "NOT VERIFIED: debits and credits of all accounts do not equal what was moved\n");
        return text.toString();
    }

    private static double rounded(double value, double parts) {
        return Math.round(value * parts) / parts;
    }
}
