package dev.viewstamp.testkit.sim;

/**
 * How bad a network is. Times are virtual nanoseconds, probabilities 0 … 1 per message.
 *
 * @param delayMinNanos one-way delay that no message undercuts
 * @param delayMeanNanos mean of what comes on top, exponentially distributed: so messages overtake each other
 * @param duplication probability that a delivered message is delivered once more, much later
 * @param clog probability that a message finds its link clogged from now on
 * @param clogMeanNanos mean duration of a clog
 * @param strays whether a message may take more than four times as long as {@code delayMeanNanos} says
 * @param linkCapacity messages under way on one directed link; one more pushes out a random one
 */
public record NetworkConditions(long delayMinNanos, long delayMeanNanos, double loss, double duplication,
                                double corruption, double clog, long clogMeanNanos, int linkCapacity,
                                boolean strays) {
    private static final long MILLISECOND = 1_000_000;

    public NetworkConditions {
        if (delayMinNanos < 0 || delayMeanNanos < 0 || linkCapacity < 1 || loss < 0 || loss > 1) {
            throw new IllegalArgumentException("delay " + delayMinNanos + " + " + delayMeanNanos + ", capacity "
                    + linkCapacity + ", loss " + loss);
        }
    }

    /** Nothing is lost, half a millisecond each way. */
    public static NetworkConditions good() {
        return new NetworkConditions(MILLISECOND / 4, MILLISECOND / 4, 0, 0, 0, 0, 0, 10_000, true);
    }

    /** Anything from good to barely usable. */
    public static NetworkConditions random(SimRandom random) {
        if (random.chance(0.3)) {
            return good();
        }
        double loss = random.chance(0.7) ? random.nextDouble() * random.nextDouble() * 0.3 : 0;
        double duplication = random.chance(0.7) ? random.nextDouble() * random.nextDouble() * 0.5 : 0;
        double corruption = random.chance(0.5) ? random.nextDouble() * 0.03 : 0;
        double clog = random.chance(0.5) ? random.nextDouble() * 0.002 : 0;
        boolean far = random.chance(0.4);
        long min = random.between(0L, far ? 10L : 1L) * MILLISECOND;
        long mean = random.between(1L, far ? 30L : 3L) * MILLISECOND;
        int capacity = random.chance(0.3) ? random.between(4, 20) : 1_000;
        return new NetworkConditions(min, mean, loss, duplication, corruption, clog,
                random.between(10L, 2_000L) * MILLISECOND, capacity, true);
    }

    /** Without doubles: it stands in traces. */
    @Override
    public String toString() {
        return "delay " + delayMinNanos + " + " + delayMeanNanos + ", ppm: loss " + Trace.ppm(loss) + ", duplication "
                + Trace.ppm(duplication) + ", corruption " + Trace.ppm(corruption) + ", clog " + Trace.ppm(clog)
                + "; clogged " + clogMeanNanos + ", capacity " + linkCapacity;
    }

    /** A good network, in which what is left out here does not strike either. */
    NetworkConditions healed() {
        NetworkConditions good = good();
        return new NetworkConditions(good.delayMinNanos, good.delayMeanNanos, 0, 0, 0, 0, 0, good.linkCapacity, strays);
    }

    /** The same network without some kinds of fault. */
    NetworkConditions without(java.util.Set<FaultKind> kinds) {
        return new NetworkConditions(delayMinNanos, delayMeanNanos,
                kinds.contains(FaultKind.LOSS) ? 0 : loss,
                kinds.contains(FaultKind.DUPLICATION) ? 0 : duplication,
                kinds.contains(FaultKind.CORRUPTION) ? 0 : corruption,
                kinds.contains(FaultKind.CLOG) ? 0 : clog, clogMeanNanos,
                kinds.contains(FaultKind.OVERFLOW) ? 10_000 : linkCapacity, strays && !kinds.contains(FaultKind.DELAY));
    }
}
