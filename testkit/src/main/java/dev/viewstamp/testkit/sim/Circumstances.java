package dev.viewstamp.testkit.sim;

import dev.viewstamp.journal.ClusterConstants;
import java.util.Set;

/**
 * What a seed settles before anything runs: the cluster's shape and how kind the world is to it.
 *
 * @param requestMax requests that the clients hand over together before the world is healed, in bursts spread over
 *     that time
 * @param thinkMeanNanos how long a client waits between an answer and its next request
 * @param safetyNanos how long the world stays bad
 * @param confined see {@link FaultAtlas}
 * @param clockSkewMaxNanos how far honest clocks are off
 * @param clocksDrift whether honest clocks may drift
 * @param segmentRecords see {@link dev.viewstamp.ledger.LedgerOptions}
 * @param cacheBlocks see there
 * @param disksMayBeLost whole, one at a time; then they do nothing else wrong
 */
public record Circumstances(ClusterConstants constants, int clientCount, int requestMax, long thinkMeanNanos,
                            long safetyNanos, NetworkConditions network, DiskConditions disk, boolean confined,
                            long clockSkewMaxNanos, boolean clocksDrift, int segmentRecords, int cacheBlocks,
                            boolean disksMayBeLost) {
    private static final long MILLISECOND = 1_000_000;

    /**
     * @param replicaCount 1 … 6; 0: drawn, mostly 3
     * @param ticks how long the world stays bad, in ticks of 10 ms; 0: drawn
     */
    static Circumstances draw(SimRandom random, int replicaCount, long ticks) {
        int drawn = random.chance(0.5) ? 3 : random.between(1, 6);
        int replicas = replicaCount == 0 ? drawn : replicaCount;
        int slotSize = 4096 * (random.chance(0.5) ? 1 : random.between(2, 4));
        int slots = random.chance(0.7) ? 32 : 16 * random.between(3, 8);
        int clientsMax = random.between(3, 7);
        ClusterConstants constants = new ClusterConstants(replicas, slots, slotSize, slotSize - 256, 4, clientsMax, 4);
        int clients = random.chance(0.8) ? random.between(1, clientsMax) : random.between(clientsMax, clientsMax + 2);
        int requestMax = random.between(50, 350);
        long thinkMeanNanos = random.chance(0.4) ? 0
                : random.between(0L, random.chance(0.7) ? 40L : 300L) * MILLISECOND;
        long safetyNanos = ticks == 0 ? safetyMillis(random, replicas) * MILLISECOND : ticks * 10 * MILLISECOND;
        long skewMaxNanos = random.chance(0.5) ? 0 : random.between(1L, 2_000L) * MILLISECOND;
        return new Circumstances(constants, clients, requestMax, thinkMeanNanos, safetyNanos,
                NetworkConditions.random(random.fork("network")), DiskConditions.random(random.fork("disk")),
                random.fork("atlas").chance(0.75), skewMaxNanos, skewMaxNanos > 0,
                1 << random.between(4, 7), random.chance(0.5) ? random.between(8, 32) : 256,
                random.chance(0.2) && replicas > 2);
    }

    private static long safetyMillis(SimRandom random, int replicas) {
        long millis = random.between(3_000L, random.chance(0.1) ? 60_000L : 15_000L);
        boolean isFullCircle = replicas >= FaultPlan.CIRCLE_REPLICAS_MIN && random.fork("full circle").chance(0.2);
        return isFullCircle ? millis + FaultPlan.CIRCLE_NANOS / MILLISECOND : millis;
    }

    /** A calm world for a story that brings its own trouble. */
    public static Circumstances calm(int replicaCount, int clientCount) {
        return new Circumstances(ClusterConstants.smallTest(replicaCount), clientCount, 0, 0, 0,
                NetworkConditions.good(), DiskConditions.good(), true, 0, false, 16, 64, false);
    }

    /** A calm world for tests of applications: batches of up to 125 events. */
    public static Circumstances forApplications(int replicaCount, int clientCount) {
        int slotSize = 16 << 10;
        ClusterConstants constants =
                new ClusterConstants(replicaCount, 64, slotSize, slotSize - 256, 4, 2 * clientCount, 4);
        return new Circumstances(constants, clientCount, 0, 0, 0, NetworkConditions.good(), DiskConditions.good(), true,
                0, false, 1024, 256, false);
    }

    Circumstances without(Set<FaultKind> kinds) {
        return new Circumstances(constants, clientCount, requestMax, thinkMeanNanos, safetyNanos,
                network.without(kinds),
                disk.without(kinds), confined, kinds.contains(FaultKind.CLOCK_SKEW) ? 0 : clockSkewMaxNanos,
                clocksDrift && !kinds.contains(FaultKind.CLOCK_DRIFT), segmentRecords, cacheBlocks, disksMayBeLost);
    }

    /**
     * Whether there are replicas that can go on without the others: their logs are whole, and no disk is lost, which
     * might be one of theirs.
     */
    boolean coreCanGoOnAlone() {
        return confined && !disksMayBeLost && replicaCount() > 2;
    }

    int replicaCount() {
        return constants.replicaCount();
    }
}
