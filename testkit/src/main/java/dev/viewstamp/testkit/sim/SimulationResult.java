package dev.viewstamp.testkit.sim;

import dev.viewstamp.testkit.check.Violation;
import java.util.List;

/**
 * What became of one seed.
 *
 * @param violation null if everything held
 * @param traceDigest of all lines; equal in every run of the same options by the same code
 * @param simulatedNanos virtual time that passed
 * @param turns actor turns
 * @param commits ops committed
 * @param answers requests that clients got answered
 * @param plan the faults that were planned
 */
public record SimulationResult(SimulationOptions options, int replicaCount, Violation violation, String traceDigest,
        long simulatedNanos,
                               long turns, long commits, long answers, FaultTally faults, Marks marks,
                               List<FaultEvent> plan) {
    public boolean holds() {
        return violation == null;
    }
}
