package dev.viewstamp.testkit.planted;

import dev.viewstamp.testkit.sim.SimulationOptions;
import dev.viewstamp.testkit.sim.SimulationResult;
import dev.viewstamp.testkit.sim.SimulationRunner;
import java.util.function.LongFunction;

/** The simulation as a mutant runs it: loaded by {@link Mutant}, called through an interface of the JDK. */
public final class MutantSimulation implements LongFunction<String>, AutoCloseable {
    private final SimulationRunner runner = new SimulationRunner();
    private final int replicaCount;

    /** @param replicaCount 0: each seed decides */
    public MutantSimulation(int replicaCount) {
        this.replicaCount = replicaCount;
    }

    /** What broke, or null. */
    @Override
    public String apply(long seed) {
        SimulationResult result = runner.run(SimulationOptions.of(seed).withReplicaCount(replicaCount));
        return result.holds() ? null : result.violation().getMessage();
    }

    @Override
    public void close() {
        runner.close();
    }
}
