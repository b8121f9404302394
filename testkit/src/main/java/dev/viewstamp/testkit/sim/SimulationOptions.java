package dev.viewstamp.testkit.sim;

import java.util.EnumSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Which simulation to run.
 *
 * @param replicaCount 1 … 6; 0: the seed decides
 * @param ticks how long the world stays bad, in ticks of 10 ms; 0: the seed decides
 * @param events numbers of the planned faults to keep; null: all
 * @param without kinds of fault to leave out
 * @param reader gets each line of the trace; null: only the digest is kept
 */
public record SimulationOptions(long seed, int replicaCount, long ticks, Set<Integer> events, Set<FaultKind> without,
                                Consumer<? super String> reader) {
    public SimulationOptions {
        if (replicaCount < 0 || replicaCount > 6) {
            throw new IllegalArgumentException("replicaCount is " + replicaCount + "; a cluster has 1 to 6 replicas");
        }
        events = events == null ? null : new TreeSet<>(events);
        without = without.isEmpty() ? EnumSet.noneOf(FaultKind.class) : EnumSet.copyOf(without);
    }

    public static SimulationOptions of(long seed) {
        return new SimulationOptions(seed, 0, 0, null, EnumSet.noneOf(FaultKind.class), null);
    }

    public SimulationOptions withReader(Consumer<? super String> reads) {
        return new SimulationOptions(seed, replicaCount, ticks, events, without, reads);
    }

    public SimulationOptions withSeed(long other) {
        return new SimulationOptions(other, replicaCount, ticks, events, without, reader);
    }

    public SimulationOptions withReplicaCount(int count) {
        return new SimulationOptions(seed, count, ticks, events, without, reader);
    }

    public SimulationOptions withEvents(Set<Integer> kept) {
        return new SimulationOptions(seed, replicaCount, ticks, kept, without, reader);
    }

    public SimulationOptions withoutFaults(Set<FaultKind> kinds) {
        return new SimulationOptions(seed, replicaCount, ticks, events, kinds, reader);
    }
}
