package dev.viewstamp.client;

import dev.viewstamp.ledger.Uint128;
import java.security.SecureRandom;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * Ids for accounts and transfers: 48 bits of milliseconds since the Unix epoch, then 80 random bits, as a ULID.
 * They grow within a process and nearly so between processes, which keeps the ledger's index runs narrow.
 * Thread-safe.
 *
 * <p>Draw an id once, before the first attempt, and keep it with what it stands for: repeating a create with the
 * same id is what makes it safe to repeat.
 */
public final class Ids {
    private static final Ids SHARED = new Ids(System::currentTimeMillis, new SecureRandom());
    private static final long TIME_MAX = (1L << 48) - 1;

    private final LongSupplier millis;
    private final RandomGenerator random;
    private long time;
    private int randomHigh;                         // 16 bits
    private long randomLow;

    /**
     * @param millis since the Unix epoch; may stand still or run backwards
     * @param random only this object draws from it
     */
    public Ids(LongSupplier millis, RandomGenerator random) {
        this.millis = millis;
        this.random = random;
    }

    /** A fresh id from the generator that the whole process shares; greater than every one before it. */
    public static Uint128 next() {
        return SHARED.draw();
    }

    /** A fresh id; greater than every one that this object drew before. Never 0 nor 2^128 - 1. */
    public synchronized Uint128 draw() {
        long now = Math.min(millis.getAsLong(), TIME_MAX);
        if (now > time) {
            time = now;
            // The top bit is left zero, so that counting on within one millisecond cannot run over.
            randomHigh = random.nextInt() & 0x7FFF;
            randomLow = random.nextLong();
        } else if (++randomLow == 0) {
            randomHigh++;
        }
        return new Uint128(time << 16 | randomHigh, randomLow);
    }

    /** The milliseconds since the Unix epoch that an id of this kind was drawn at. */
    public static long millisOf(Uint128 id) {
        return id.hi() >>> 16;
    }
}
