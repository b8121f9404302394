package dev.viewstamp.actors.replica;

import static dev.viewstamp.actors.replica.Invariant.check;

import java.util.random.RandomGenerator;

/**
 * One timer, counted in ticks; the replica's thread alone touches it. Due once {@code elapsed == period}:
 * whoever handles that must {@link #reset}, {@link #backoff} or {@link #stop} it before the next tick
 * (replication spec §11).
 *
 * <p>Invariants: {@code 0 <= elapsed <= period} and {@code period >= 1}; stopped means {@code elapsed == 0 &&
 * attempts == 0}.
 */
final class Timeout {
    /** 2^16 times the least backoff is beyond any maximum; more would overflow. */
    private static final int EXPONENT_MAX = 16;

    private final TimeoutName name;
    private final TimeoutSettings settings;
    private final RandomGenerator random;
    private final int base;

    private boolean running;
    private int period;
    private int elapsed;
    private int attempts;
    private int exponent;
    private int rtt;

    Timeout(TimeoutName name, TimeoutSettings settings, RandomGenerator random) {
        this.name = name;
        this.settings = settings;
        this.random = random;
        this.base = settings.baseTicks().get(name);
        this.period = base;
        this.rtt = settings.rttInitialTicks();
    }

    TimeoutName name() {
        return name;
    }

    boolean isRunning() {
        return running;
    }

    /** Ticks from the last start, reset or backoff to the next firing. */
    int period() {
        return period;
    }

    /**
     * How often this timer has backed off since it was started or reset, modulo 256. It wraps rather than
     * saturates, since callers choose whom to ask next by it and must not be stuck with one.
     */
    int attempts() {
        return attempts;
    }

    /** (Re)starts a full period of the base length, whatever went before. */
    void start() {
        start(name.isJittered() ? jittered(base) : base);
    }

    /** As {@link #start()}, with a period of its own for this once. */
    void start(int ticks) {
        check(ticks >= 1, "%s started with a period of %d", name, ticks);
        running = true;
        elapsed = 0;
        attempts = 0;
        exponent = 0;
        period = ticks;
    }

    /** Starts the timer unless it is running already. */
    void ensureStarted() {
        if (!running) {
            start();
        }
    }

    void stop() {
        running = false;
        elapsed = 0;
        attempts = 0;
        exponent = 0;
        period = base;
    }

    /** A new period of the base length: a backoff never outlives what it was for. The timer must be running. */
    void reset() {
        check(running, "reset of %s, which is stopped", name);
        start();
    }

    /**
     * A new period, longer with every attempt, random so that replicas do not move in step. The timer must be
     * running.
     */
    void backoff() {
        check(running, "backoff of %s, which is stopped", name);
        attempts = attempts + 1 & 0xFF;
        exponent = Math.min(exponent + 1, EXPONENT_MAX);
        elapsed = 0;
        int min = settings.backoffMinTicks();
        long spread = Math.min(settings.backoffMaxTicks() - (long) min, Math.max(1L, min) << exponent);
        period = rtt * settings.rttMultiple() + min + (int) random.nextLong(spread + 1);
    }

    /** What a round trip takes, ticks; used by backoffs to come. */
    void rtt(long ticks) {
        rtt = (int) Math.max(1, Math.min(ticks, settings.rttMaxTicks()));
    }

    void tick() {
        if (running) {
            check(elapsed < period, "%s is past due: nobody reset or stopped it", name);
            elapsed++;
        }
    }

    boolean isDue() {
        return running && elapsed == period;
    }

    void checkInvariants() {
        check(period >= 1 && 0 <= elapsed && elapsed <= period, "elapsed %d of period %d", elapsed, period);
        check(running || elapsed == 0 && attempts == 0, "%s is stopped, yet has a past", name);
    }

    private int jittered(int ticks) {
        int low = Math.max(1, ticks / 2);
        return low + random.nextInt(ticks + ticks / 2 - low + 1);
    }
}
