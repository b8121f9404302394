package dev.viewstamp.testkit.process;

import java.time.Duration;
import java.util.function.Consumer;

/**
 * Replicas that were away for longer than the log reaches back, and come back while the cluster is loaded: one was just
 * absent, the disk of the other is gone and {@code recover} makes it anew.
 */
final class Lag {
    private static final int WAL_SLOTS = 32;
    private static final Duration CATCH_UP_MAX = Duration.ofMinutes(2);

    private final int logs;
    private final Consumer<String> progress;

    /** @param logs how many times the log is written over while a replica is away */
    Lag(int logs, Consumer<String> progress) {
        this.logs = logs;
        this.progress = progress;
    }

    /** One replica just absent. */
    Figures absent() throws InterruptedException {
        Figures figures = new Figures();
        try (SmallLogCluster cluster = SmallLogCluster.start(WAL_SLOTS)) {
            absent(cluster, 2, figures);
            end(cluster, figures);
        }
        return figures;
    }

    /** One replica's directory deleted. */
    Figures lost() throws InterruptedException {
        Figures figures = new Figures();
        try (SmallLogCluster cluster = SmallLogCluster.start(WAL_SLOTS)) {
            lost(cluster, 1, figures);
            end(cluster, figures);
        }
        return figures;
    }

    /** One after the other, in one cluster. */
    Figures both() throws InterruptedException {
        Figures figures = new Figures().put("walSlots", WAL_SLOTS).put("logs", logs);
        try (SmallLogCluster cluster = SmallLogCluster.start(WAL_SLOTS)) {
            absent(cluster, 2, figures);
            lost(cluster, 1, figures);
            end(cluster, figures);
        }
        return figures;
    }

    private void absent(SmallLogCluster cluster, int replica, Figures figures) throws InterruptedException {
        cluster.stream().send(5);
        long before = cluster.standing(replica).commitMin();
        cluster.processes().replica(replica).kill();
        cluster.stream().send(logs * WAL_SLOTS + 10);
        cluster.whileSending(() -> comesBack(cluster, replica, before, "absent", figures));
    }

    private void lost(SmallLogCluster cluster, int replica, Figures figures) throws InterruptedException {
        cluster.processes().replica(replica).kill();
        cluster.processes().deleteData(replica);
        cluster.stream().send(logs * WAL_SLOTS + 10);
        cluster.whileSending(() -> {
            long start = System.nanoTime();
            SmallLogCluster.verb(0, recover(cluster, replica));
            figures.put("recoverSeconds", (System.nanoTime() - start) / 1e9);
            comesBack(cluster, replica, 0, "lost", figures);
        });
    }

    static String[] recover(SmallLogCluster cluster, int replica) {
        return new String[] {"recover", "--cluster=0", "--replica=" + replica, "--replica-count=3",
            "--addresses=" + cluster.processes().addresses(), cluster.data(replica).toString()};
    }

    /** From the start of its process until it has executed what the others had executed by then. */
    private void comesBack(SmallLogCluster cluster, int replica, long before, String how, Figures figures) {
        long goal = cluster.standing((replica + 1) % 3).commitMax();
        long start = System.nanoTime();
        cluster.startReplica(replica);
        double ready = (System.nanoTime() - start) / 1e9;
        cluster.awaitExecuted(replica, goal, CATCH_UP_MAX);
        double caughtUp = (System.nanoTime() - start) / 1e9;
        figures.put(how + "Ops", goal - before).put(how + "SecondsToReady", ready)
                .put(how + "SecondsToCaughtUp", caughtUp);
        progress.accept(String.format("replica %d, %s for %d ops: ready after %.1f s, caught up after %.1f s", replica,
                how, goal - before, ready, caughtUp));
    }

    private static void end(SmallLogCluster cluster, Figures figures) {
        cluster.requireTotals();
        figures.put("transfers", cluster.stream().acknowledged().size());
        figures.put("digest", cluster.stopAndCompareDigests());
    }
}
