package dev.viewstamp.testkit.sim;

/**
 * Runs one simulation after another on one ActorSystem. A simulation that broke something ends its system: whatever
 * it left behind must not meet the next one. Not thread-safe, confined to the thread that made it.
 */
public final class SimulationRunner implements AutoCloseable {
    private SimSystem system;

    /** As {@link Simulation#run}, with the same result. */
    public SimulationResult run(SimulationOptions options) {
        if (system == null) {
            system = SimCluster.newSystem();
        }
        SimulationResult result = Simulation.run(options, system);
        if (!result.holds()) {
            close();
        }
        return result;
    }

    @Override
    public void close() {
        if (system != null) {
            system.close();
            system = null;
        }
    }
}
