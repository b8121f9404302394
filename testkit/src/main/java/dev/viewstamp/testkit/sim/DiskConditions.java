package dev.viewstamp.testkit.sim;

import java.util.Set;

/**
 * How slow and how dishonest a disk is. Times are virtual nanoseconds; probabilities are per operation, 0 … 1, and
 * count only where the {@link FaultAtlas} allows damage.
 *
 * @param readMeanNanos mean latency on top of the minimum, exponentially distributed
 * @param lostWrite a write reported as durable that never happened
 * @param misdirectedWrite a write that went elsewhere in the same zone
 * @param rot damage to a sector just written, found when it is next read
 * @param unreadable a sector just written that cannot be read any more
 * @param tears whether a write cut off by a crash may be there in part; else it is there or is not
 * @param tornGarbage probability that a sector of a write cut off by a crash holds garbage, not its old or new content
 */
public record DiskConditions(long latencyMinNanos, long readMeanNanos, long writeMeanNanos, double lostWrite,
                             double misdirectedWrite, double rot, double unreadable, double tornGarbage,
                             boolean tears) {
    private static final long MICROSECOND = 1_000;

    /** Quick and honest; a crash still tears writes at sector boundaries. */
    public static DiskConditions good() {
        return new DiskConditions(100 * MICROSECOND, 50 * MICROSECOND, 100 * MICROSECOND, 0, 0, 0, 0, 0, true);
    }

    public static DiskConditions random(SimRandom random) {
        boolean dishonest = random.chance(0.6);
        double rate = dishonest ? random.nextDouble() * random.nextDouble() * 0.05 : 0;
        boolean slow = random.chance(0.3);
        return new DiskConditions(random.between(20L, slow ? 2_000L : 200L) * MICROSECOND,
                random.between(20L, slow ? 20_000L : 500L) * MICROSECOND,
                random.between(50L, slow ? 100_000L : 1_000L) * MICROSECOND,
                random.chance(0.5) ? rate : 0, random.chance(0.5) ? rate : 0,
                random.chance(0.7) ? rate : 0, random.chance(0.5) ? rate : 0, random.chance(0.5) ? 0.3 : 0,
                true);
    }

    /** A good disk, on which what is left out here does not strike either. */
    DiskConditions healed() {
        DiskConditions good = good();
        return new DiskConditions(good.latencyMinNanos, good.readMeanNanos, good.writeMeanNanos, 0, 0, 0, 0, 0, tears);
    }

    /** Without doubles: it stands in traces. */
    @Override
    public String toString() {
        return "latency " + latencyMinNanos + " + " + readMeanNanos + " or " + writeMeanNanos + ", ppm: lost "
                + Trace.ppm(lostWrite) + ", misdirected " + Trace.ppm(misdirectedWrite) + ", rot " + Trace.ppm(rot)
                + ", unreadable " + Trace.ppm(unreadable) + ", garbage " + Trace.ppm(tornGarbage);
    }

    DiskConditions without(Set<FaultKind> kinds) {
        return new DiskConditions(latencyMinNanos, readMeanNanos, writeMeanNanos,
                kinds.contains(FaultKind.LOST_WRITE) ? 0 : lostWrite,
                kinds.contains(FaultKind.MISDIRECTED_WRITE) ? 0 : misdirectedWrite,
                kinds.contains(FaultKind.BIT_ROT) ? 0 : rot,
                kinds.contains(FaultKind.LATENT_SECTOR_ERROR) ? 0 : unreadable,
                kinds.contains(FaultKind.TORN_WRITE) ? 0 : tornGarbage, tears && !kinds.contains(FaultKind.TORN_WRITE));
    }
}
