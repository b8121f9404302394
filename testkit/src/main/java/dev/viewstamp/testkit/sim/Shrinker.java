package dev.viewstamp.testkit.sim;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * Cuts a failing simulation down to the faults that it needs: leaves out whole kinds, then halves, quarters … of
 * the planned events, as long as the same rule stays broken. Runs the simulation many times; every run is
 * deterministic, so the result is too unless time runs out.
 */
public final class Shrinker {
    private static final FaultKind[] AMBIENT =
            {FaultKind.LOSS, FaultKind.DELAY, FaultKind.DUPLICATION, FaultKind.CORRUPTION, FaultKind.CLOG,
        FaultKind.CLOCK_SKEW, FaultKind.CLOCK_DRIFT, FaultKind.OVERFLOW, FaultKind.TORN_WRITE, FaultKind.LOST_WRITE,
        FaultKind.MISDIRECTED_WRITE, FaultKind.BIT_ROT,
        FaultKind.LATENT_SECTOR_ERROR, FaultKind.CLIENT_CRASH};

    private final Function<SimulationOptions, SimulationResult> simulation;
    private final LongSupplier clockNanos;
    private final long deadlineNanos;
    private SimulationResult best;
    private int runs;

    /**
     * @param simulation runs one; {@link Simulation#run}
     * @param clockNanos the real clock, which only decides when to stop
     * @param budgetNanos real time to spend
     */
    public Shrinker(SimulationResult failing, Function<SimulationOptions, SimulationResult> simulation,
                    LongSupplier clockNanos, long budgetNanos) {
        if (failing.holds()) {
            throw new IllegalArgumentException("seed " + failing.options().seed() + " does not fail");
        }
        this.best = failing;
        this.simulation = simulation;
        this.clockNanos = clockNanos;
        this.deadlineNanos = clockNanos.getAsLong() + budgetNanos;
    }

    /** The smallest failing simulation found. */
    public SimulationResult shrink() {
        leaveOutKinds();
        leaveOutEvents();
        leaveOutKinds();
        return best;
    }

    /** Simulations run so far. */
    public int runs() {
        return runs;
    }

    private void leaveOutKinds() {
        for (FaultKind kind : AMBIENT) {
            if (!best.options().without().contains(kind)) {
                Set<FaultKind> without = EnumSet.of(kind);
                without.addAll(best.options().without());
                attempt(best.options().withoutFaults(without));
            }
        }
    }

    private void leaveOutEvents() {
        for (int parts = 1; ; ) {
            List<Integer> kept = best.plan().stream().map(FaultEvent::id).toList();
            int size = Math.max(1, (kept.size() + parts - 1) / parts);
            boolean smaller = false;
            for (int from = 0; from < kept.size() && !smaller; from += size) {
                List<Integer> rest = new ArrayList<>(kept.subList(0, from));
                rest.addAll(kept.subList(Math.min(kept.size(), from + size), kept.size()));
                smaller = attempt(best.options().withEvents(new TreeSet<>(rest)));
            }
            if (clockNanos.getAsLong() > deadlineNanos || !smaller && size == 1) {
                return;
            }
            parts = smaller ? Math.max(1, parts - 1) : 2 * parts;
        }
    }

    private boolean attempt(SimulationOptions options) {
        if (clockNanos.getAsLong() > deadlineNanos) {
            return false;
        }
        runs++;
        SimulationResult result = simulation.apply(options);
        if (result.holds() || !result.violation().rule().equals(best.violation().rule())) {
            return false;
        }
        best = result;
        return true;
    }
}
