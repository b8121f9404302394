package dev.viewstamp.actors.replica;

import dev.viewstamp.journal.ClusterConstants;
import java.util.SplittableRandom;

/**
 * One seed, one stormy run: crashes of any number at once, partitions of any shape, loss, repetition and delay of
 * messages, slow disks and torn writes, skewed clocks. Some seeds also damage what was written, on fewer replicas
 * than a replication quorum. Nothing acknowledged may be lost; in the calm that follows, all must converge.
 */
final class CoreClusterSeeds {
    private static final long STORM_TICKS = 3_000;
    private static final long CALM_TICKS = 12_000;
    private static final long HEADS_SETTLE_TICKS = 1_000;

    private static boolean isTracing;
    private static int unavailable;
    private static long calmTicksMax;
    private static long checkpoints;
    private static long syncs;
    private static long calmSeed;

    private final CoreCluster cluster;
    private final SplittableRandom random;
    private final double crashRate;
    private final double partitionRate;
    private final double healRate;
    private final SplittableRandom rot;
    private final double damageRate;
    /**
     * Bit r: the disk of replica r may rot. Fewer than a replication quorum, so an intact copy of all that counts
     * is left (§12.3).
     */
    private final int rotten;

    private CoreClusterSeeds(long seed) {
        random = new SplittableRandom(seed ^ 0x5EEDL);
        int drawn = 1 + random.nextInt(6);
        int replicaCount = Integer.getInteger("replicas", drawn);
        int slots = random.nextInt(4) == 0 ? 64 : 32;
        cluster = new CoreCluster(new ClusterConstants(replicaCount, slots, 4096, 3840, 4, 7, 4), seed);
        crashRate = pick(0, 0.0005, 0.003, 0.01);
        partitionRate = pick(0, 0.001, 0.01);
        healRate = pick(0.003, 0.02, 0.1);
        cluster.network(pick(0, 0.02, 0.1, 0.3), pick(0, 0.1, 0.5), (long) pick(2e6, 20e6, 100e6));
        cluster.disks((long) pick(0.5e6, 5e6, 50e6));
        cluster.checkpoints((long) pick(1e6, 50e6, 2e9), (long) pick(5e6, 50e6, 1e9));
        rot = new SplittableRandom(seed ^ 0xDECAL);
        damageRate = replicaCount < 3 ? 0 : new double[] {0, 0, 0.002, 0.02}[rot.nextInt(4)];
        rotten = rottenReplicas(replicaCount);
        cluster.replays(new double[] {0, 0.1, 2}[rot.nextInt(3)]);
    }

    private int rottenReplicas(int replicaCount) {
        int rottenMax = Quorums.of(replicaCount).replication() - 1;
        int chosen = 0;
        while (Integer.bitCount(chosen) < rottenMax) {
            chosen |= 1 << rot.nextInt(replicaCount);
        }
        return chosen;
    }

    /** Throws at the first thing that must not be. */
    static CoreCluster run(long seed) {
        try {
            return new CoreClusterSeeds(seed).run();
        } catch (RuntimeException | AssertionError failed) {
            throw new AssertionError("seed " + seed + ": " + failed.getMessage(), failed);
        }
    }

    private CoreCluster run() {
        for (CoreNode node : cluster.nodes()) {
            if (random.nextInt(3) == 0) {
                node.skew(random.nextLong(-3_000_000_000L, 3_000_000_000L));
            }
        }
        if (isTracing) {
            cluster.trace();
        }
        cluster.startAll();
        int clients = 1 + random.nextInt(9);
        for (int i = 0; i < clients; i++) {
            cluster.addClient().want(10 + random.nextInt(150));
        }
        for (int tick = 0; tick < STORM_TICKS; tick++) {
            cluster.run(1);
            stir();
        }
        cluster.heal();
        cluster.replays(0);
        cluster.network(0.01, 0.05, 5_000_000);
        cluster.disks(2_000_000);
        cluster.checkpoints(5_000_000, 10_000_000);
        cluster.startAll();
        long calmAt = cluster.tick();
        cluster.run(HEADS_SETTLE_TICKS);
        if (isSafelyUnavailable()) {
            return cluster;
        }
        cluster.runUntil("all answered and alike", CALM_TICKS, () -> cluster.areClientsDone() && cluster.isConverged());
        checkpoints += cluster.checker().checkpointCount();
        syncs += cluster.syncs();
        if (cluster.tick() - calmAt > calmTicksMax) {
            calmTicksMax = cluster.tick() - calmAt;
            calmSeed = cluster.seed();
        }
        Invariant.check(cluster.node(0).snapshot().commitMin() >= cluster.checker().opAcknowledgedMax(),
                "op %d was acknowledged", cluster.checker().opAcknowledgedMax());
        return cluster;
    }

    /**
     * Too few know their head, and no primary is left to tell: then waiting for an operator is right (replication
     * spec §7.4).
     */
    private boolean isSafelyUnavailable() {
        int uncertain = 0;
        for (CoreNode node : cluster.nodes()) {
            uncertain += node.snapshot().status() == StatusName.RECOVERING_HEAD ? 1 : 0;
        }
        boolean isTooFew = cluster.replicaCount() - uncertain < Quorums.of(cluster.replicaCount()).viewChange();
        if (isTooFew && cluster.primary() == null) {
            unavailable++;
            return true;
        }
        return false;
    }

    private void stir() {
        for (int replica = 0; replica < cluster.replicaCount(); replica++) {
            CoreNode node = cluster.node(replica);
            if (node.isUp() && random.nextDouble() < crashRate) {
                node.crash();
            } else if (!node.isUp() && random.nextDouble() < 0.02) {
                node.start();
            }
            if ((rotten >> replica & 1) != 0 && rot.nextDouble() < damageRate) {
                damage(node);
            }
        }
        if (random.nextDouble() < crashRate / 5) {
            cluster.crashAll();
        }
        if (random.nextDouble() < partitionRate) {
            partition();
        }
        if (random.nextDouble() < healRate) {
            cluster.heal();
        }
    }

    private void damage(CoreNode node) {
        int slots = cluster.constants().slotCount();
        long op = rot.nextInt(4) == 0 ? rot.nextInt(slots)
                : Math.max(0, cluster.checker().opCommittedMax() + rot.nextInt(-12, 6));
        switch (rot.nextInt(6)) {
            case 0, 1 -> node.disk().corruptPrepare(op);
            case 2, 3 -> node.disk().corruptHeader(op);
            case 4 -> node.disk().corruptReply(rot.nextInt(cluster.constants().clientsMax()));
            default -> node.shelf().corrupt(rot.nextBoolean());
        }
    }

    private void partition() {
        int n = cluster.replicaCount();
        switch (random.nextInt(3)) {
            case 0 -> cluster.isolate(random.nextInt(n), random.nextBoolean(), random.nextBoolean());
            case 1 -> {
                int side = random.nextInt(1 << n);
                for (int from = 0; from < n; from++) {
                    for (int to = 0; to < n; to++) {
                        if ((side >> from & 1) != (side >> to & 1)) {
                            cluster.block(from, to, true);
                        }
                    }
                }
            }
            default -> cluster.block(random.nextInt(n), random.nextInt(n), true);
        }
    }

    private double pick(double... values) {
        return values[random.nextInt(values.length)];
    }

    /**
     * {@code FROM COUNT}: hunts; prints the seeds that fail, and why; a single one with all that happened. {@code
     * -Dreplicas=N} fixes the size.
     */
    public static void main(String[] arguments) {
        long from = Long.parseLong(arguments[0]);
        long count = Long.parseLong(arguments[1]);
        isTracing = count == 1;
        int failures = 0;
        for (long seed = from; seed < from + count; seed++) {
            if ((seed - from) % 500 == 499) {
                System.out.println("… " + seed);
            }
            try {
                run(seed);
            } catch (AssertionError failed) {
                failures++;
                String text = failed.getMessage();
                System.out.println(text.substring(0, Math.min(300, text.length())).replace('\n', ' '));
                if (failures == 1 || arguments.length > 2) {
                    failed.printStackTrace(System.out);
                }
            }
        }
        System.out.println(count + " seeds, " + failures + " failed, " + unavailable
                + " safely unavailable; calm after at most "
                + calmTicksMax + " ticks, seed " + calmSeed + "; " + checkpoints + " checkpoints, " + syncs
                + " state syncs");
    }
}
