package dev.viewstamp.testkit.sim;

import java.util.random.RandomGenerator;

/**
 * A stream of random numbers that belongs to one concern of a simulation. A fork is named and depends on this stream's
 * seed and that name alone, never on what was drawn so far: a draw more in one place does not reshuffle the others.
 *
 * <p>SplitMix64; the same on every JVM. Not thread-safe.
 */
public final class SimRandom implements RandomGenerator {
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private final long seed;
    private long state;

    public SimRandom(long seed) {
        this.seed = seed;
        this.state = mix(seed + GOLDEN);
    }

    /** The stream {@code name} of this one; asked twice, it starts again from its beginning. */
    public SimRandom fork(String name) {
        long hash = 0xCBF29CE484222325L;
        for (int i = 0; i < name.length(); i++) {
            hash = (hash ^ name.charAt(i)) * 0x100000001B3L;
        }
        return new SimRandom(mix(mix(seed) + hash));
    }

    /** The stream {@code name} of something numbered, say a replica. */
    public SimRandom fork(String name, long number) {
        return new SimRandom(mix(fork(name).seed + GOLDEN * (number + 1)));
    }

    @Override
    public long nextLong() {
        state += GOLDEN;
        return mix(state);
    }

    /** True with the given probability, 0 … 1. Draws even if the answer is certain, so that streams stay aligned. */
    public boolean chance(double probability) {
        return nextDouble() < probability;
    }

    /** Exponentially distributed with the given mean, at most 20 times the mean. */
    public long exponential(long mean) {
        double draw = -StrictMath.log(1.0 - nextDouble());
        return (long) (StrictMath.min(20.0, draw) * mean);
    }

    /** Uniform in {@code min … max}, both included. */
    public long between(long min, long max) {
        return min + Long.remainderUnsigned(nextLong() >>> 1, max - min + 1);
    }

    /** Uniform in {@code min … max}, both included. */
    public int between(int min, int max) {
        return (int) between((long) min, (long) max);
    }

    private static long mix(long z) {
        long a = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        long b = (a ^ (a >>> 27)) * 0x94D049BB133111EBL;
        return b ^ (b >>> 31);
    }
}
