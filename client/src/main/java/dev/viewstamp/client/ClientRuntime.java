package dev.viewstamp.client;

import java.security.SecureRandom;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * Where a client's time and randomness come from, so that a simulation can replay it.
 *
 * @param clock monotonic nanoseconds
 * @param random belongs to the one client that it is given to
 */
public record ClientRuntime(LongSupplier clock, RandomGenerator random) {

    /** The machine's clock, and its entropy: client ids must not repeat between processes. */
    public static ClientRuntime system() {
        return new ClientRuntime(System::nanoTime, new SecureRandom());
    }

    long nanoTime() {
        return clock.getAsLong();
    }
}
