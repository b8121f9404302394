package dev.viewstamp.actors.cli.benchmark;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * What a run measured.
 *
 * @param plan what was measured; what was there before it is its {@code before}
 * @param intervalTransfers transfers to an interval; 0: none were asked for
 * @param disk null when the replicas are not this process's own, like {@code replicas} being empty then
 * @param cpuMicrosPerTransfer of all replicas and the load, user and system
 * @param replicaPeakRssMiB by replica
 */
record BenchmarkResult(int replicaCount, LoadPlan plan, int clients, Load.Outcome outcome, long intervalTransfers,
                       long failures, Disk disk, double cpuMicrosPerTransfer, List<Double> replicaPeakRssMiB,
                       double loadPeakRssMiB, boolean verified) {
    /**
     * Of the replica that uses most.
     *
     * @param checkpointBytes of the files that make up the last checkpoint; 0 before the first
     * @param checkpointTransfers transfers in that checkpoint
     * @param fixedBytes of the files that format makes
     * @param peakFilesBytes of {@code files/} at its largest
     */
    record Disk(long checkpointBytes, long checkpointTransfers, long fixedBytes, long peakFilesBytes) {
        /** 0 before the first checkpoint. */
        double bytesPerTransfer() {
            return checkpointTransfers == 0 ? 0 : (double) checkpointBytes / checkpointTransfers;
        }
    }

    double transfersPerSecond() {
        return plan.transferCount() / outcome.seconds();
    }

    /** The fields that scripts read, in the contract's order. */
    Map<String, Object> fields() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("replicaCount", replicaCount);
        fields.put("accountCount", plan.accountCount());
        fields.put("transferCount", plan.transferCount());
        fields.put("batchSize", plan.batchSize().min() == plan.batchSize().max() ? plan.batchSize().min()
                : plan.batchSize().toString());
        fields.put("preloaded", plan.before());
        fields.put("clients", clients);
        fields.put("seed", plan.seed());
        fields.put("seconds", rounded(outcome.seconds(), 1000));
        fields.put("transfersPerSecond", Math.round(transfersPerSecond()));
        fields.put("batchLatencyMs", latencies(outcome.latencies().all()));
        if (disk != null) {
            fields.put("batchLatencyWhileFilesAreWrittenMs", latencies(outcome.latencies().whileWorking()));
            fields.put("batchLatencyOtherwiseMs", latencies(outcome.latencies().otherwise()));
        }
        if (intervalTransfers > 0) {
            fields.put("intervals", intervals());
        }
        fields.put("failures", failures);
        if (disk != null) {
            fields.put("diskBytesPerTransfer", rounded(disk.bytesPerTransfer(), 10));
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

    /** Percentiles, and how many batches they are of. */
    private static Map<String, Object> latencies(Histogram micros) {
        Map<String, Object> latencies = new LinkedHashMap<>();
        Map<String, Double> percentiles = new LinkedHashMap<>();
        for (double percentile : new double[] {1, 10, 50, 90, 99, 99.9, 100}) {
            String digits = percentile == 99.9 ? "999" : Integer.toString((int) percentile);
            percentiles.put("p" + digits, percentile);
        }
        percentiles.forEach((name, percentile) ->
                latencies.put(name, rounded(micros.getValueAtPercentile(percentile) / 1000.0, 100)));
        latencies.put("batches", micros.getTotalCount());
        return latencies;
    }

    private List<Map<String, Object>> intervals() {
        List<Map<String, Object>> intervals = new ArrayList<>();
        for (int i = 0; i < outcome.intervalSeconds().size(); i++) {
            long from = i * intervalTransfers;
            long to = Math.min(plan.transferCount(), from + intervalTransfers);
            Map<String, Object> interval = new LinkedHashMap<>();
            interval.put("transfersBefore", plan.before() + from);
            interval.put("transfersPerSecond", Math.round((to - from) / outcome.intervalSeconds().get(i)));
            interval.put("batchLatencyMs", latencies(outcome.latencies().intervals().get(i)));
            intervals.add(interval);
        }
        return intervals;
    }

    /** For people. */
    String text() {
        StringBuilder text = new StringBuilder();
        text.append(String.format("%,d transfers in %.2f s: %,.0f transfers/s%n", plan.transferCount(),
                outcome.seconds(), transfersPerSecond()));
        text.append(String.format("%d replica%s, %d client%s, batches of %s, %,d accounts, seed %d%s%n",
                replicaCount, replicaCount == 1 ? "" : "s", clients, clients == 1 ? "" : "s", plan.batchSize(),
                plan.accountCount(), plan.seed(),
                plan.before() == 0 ? "" : String.format(", %,d transfers before", plan.before())));
        appendLatencies(text);
        if (intervalTransfers > 0) {
            intervals().forEach(interval -> text.append(String.format(
                    "  after %,d: %,d transfers/s, batch latency %s%n", (Long) interval.get("transfersBefore"),
                    (Long) interval.get("transfersPerSecond"), interval.get("batchLatencyMs"))));
        }
        text.append(String.format("failures: %,d%n", failures));
        if (disk != null) {
            text.append(String.format(
                    "disk per replica: %.1f bytes per transfer in files, at most %,d MiB; %,d MiB fixed%n",
                    disk.bytesPerTransfer(), disk.peakFilesBytes >> 20, disk.fixedBytes >> 20));
        }
        text.append(String.format("processor time of all processes: %.2f µs per transfer%n", cpuMicrosPerTransfer));
        text.append(String.format("peak memory, MiB: replicas %s, load %d%n",
                replicaPeakRssMiB.stream().map(Math::round).toList(), Math.round(loadPeakRssMiB)));
        text.append(verified ? "verified: debits and credits of all accounts equal what was moved\n"
                : "NOT VERIFIED: debits and credits of all accounts do not equal what was moved\n");
        return text.toString();
    }

    private void appendLatencies(StringBuilder text) {
        Map<String, Histogram> latencies = new LinkedHashMap<>();
        latencies.put("batch latency, ms", outcome.latencies().all());
        if (disk != null && outcome.latencies().whileWorking().getTotalCount() > 0) {
            latencies.put("  while files are written", outcome.latencies().whileWorking());
            latencies.put("  otherwise", outcome.latencies().otherwise());
        }
        latencies.forEach((name, micros) -> {
            text.append(name).append(':');
            latencies(micros).forEach((percentile, value) ->
                    text.append("  ").append(percentile).append(' ').append(value));
            text.append(System.lineSeparator());
        });
    }

    private static double rounded(double value, double parts) {
        return Math.round(value * parts) / parts;
    }
}
