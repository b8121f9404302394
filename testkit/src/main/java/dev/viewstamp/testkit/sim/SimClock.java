package dev.viewstamp.testkit.sim;

import java.util.function.LongSupplier;

/**
 * The two clocks of one simulated machine. The monotonic clock follows virtual time from an origin of its own; the
 * wall clock is off by a constant, drifts, swings and may be made to jump. Both go on while the process is down.
 */
public final class SimClock {
    /** Virtual time 0 on the calendar, nanoseconds since the Unix epoch. */
    public static final long EPOCH_WALL_NANOS = 1_700_000_000_000_000_000L;

    private final LongSupplier nowNanos;
    private final long monotonicOrigin;
    private double driftPerNano;
    private long driftingSinceNanos;
    private final long swingNanos;
    private final long swingPeriodNanos;
    private long skewNanos;

    private SimClock(LongSupplier nowNanos, long monotonicOrigin, long skewNanos, double driftPerNano, long swingNanos,
                     long swingPeriodNanos) {
        this.nowNanos = nowNanos;
        this.monotonicOrigin = monotonicOrigin;
        this.skewNanos = skewNanos;
        this.driftPerNano = driftPerNano;
        this.swingNanos = swingNanos;
        this.swingPeriodNanos = swingPeriodNanos;
    }

    /** A clock that is right. */
    static SimClock exact(LongSupplier nowNanos) {
        return new SimClock(nowNanos, 1, 0, 0, 0, 1);
    }

    /**
     * A clock as machines have them: up to {@code skewMax} off, up to 200 ppm of drift, sometimes swinging.
     *
     * @param skewMaxNanos bound of the constant error and of the swing
     * @param drifts whether it may drift
     */
    static SimClock imperfect(LongSupplier nowNanos, SimRandom random, long skewMaxNanos, boolean drifts) {
        long origin = random.between(1L, 1L << 50);
        long skew = random.between(-skewMaxNanos, skewMaxNanos);
        double drift = random.chance(0.5) ? random.nextDouble(-2e-4, 2e-4) : 0;
        long swing = random.chance(0.2) ? random.between(0, skewMaxNanos) : 0;
        return new SimClock(nowNanos, origin, skew, drifts ? drift : 0, swing,
                random.between(5_000_000_000L, 120_000_000_000L));
    }

    boolean isSkewed() {
        return skewNanos != 0;
    }

    boolean isDrifting() {
        return driftPerNano != 0;
    }

    public long monotonicNanos() {
        return monotonicOrigin + nowNanos.getAsLong();
    }

    public long wallNanos() {
        long now = nowNanos.getAsLong();
        long drift = (long) ((now - driftingSinceNanos) * driftPerNano);
        long swing = swingNanos == 0 ? 0
                : (long) (swingNanos * StrictMath.sin(2 * StrictMath.PI * (now % swingPeriodNanos) / swingPeriodNanos));
        return EPOCH_WALL_NANOS + now + skewNanos + drift + swing;
    }

    /** The operator sets the wall clock right. */
    void setRight() {
        skewNanos = 0;
    }

    /** From now on the wall clock gains so many microseconds every second; what it is off by so far stays. */
    public void drift(double microsPerSecond) {
        long now = nowNanos.getAsLong();
        skewNanos += (long) ((now - driftingSinceNanos) * driftPerNano);
        driftingSinceNanos = now;
        driftPerNano = microsPerSecond / 1e6;
    }

    /** The operator, or a broken time service, sets the wall clock. */
    public void jump(long nanos) {
        skewNanos += nanos;
    }
}
