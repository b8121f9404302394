package dev.viewstamp.testkit.process;

import static dev.viewstamp.testkit.process.Bench.require;

import dev.viewstamp.actors.cli.VerbFailure;
import dev.viewstamp.actors.cli.cluster.ClusterProcesses;
import dev.viewstamp.actors.cli.cluster.ClusterProcesses.LogSize;
import dev.viewstamp.actors.cli.cluster.FreePorts;
import dev.viewstamp.actors.cli.cluster.JvmCommand;
import dev.viewstamp.actors.cli.cluster.ReplicaProcess;
import dev.viewstamp.client.ClientFailure;
import dev.viewstamp.client.ViewstampClient;
import dev.viewstamp.ledger.Uint128;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;

/**
 * Replicas under load whose file systems run full: first down to the reserve, then to the last byte. Clients are told,
 * no replica ends, and when there is room again all goes on by itself; what was acknowledged is there.
 */
final class DiskFull {
    private static final int DISK_MIB = 110;
    private static final int RESERVE_MIB = 12;
    private static final LogSize LOG = new LogSize(32, 16 << 10);
    private static final Duration TOLD_MAX = Duration.ofSeconds(30);
    private static final Duration GO_ON_MAX = Duration.ofSeconds(60);
    private static final Duration FULL = Duration.ofMillis(1_500);
    private static final Duration PROBE_MAX = Duration.ofSeconds(5);
    private static final long MIB = 1 << 20;

    private final Consumer<String> progress;
    private final List<SmallDisk> disks = new ArrayList<>();
    private final Figures figures = new Figures();

    DiskFull(Consumer<String> progress) {
        this.progress = progress;
    }

    Figures run(int replicaCount) throws InterruptedException {
        figures.put("replicaCount", replicaCount).put("diskMiB", DISK_MIB).put("reserveMiB", RESERVE_MIB);
        try {
            for (int replica = 0; replica < replicaCount; replica++) {
                disks.add(SmallDisk.mount(DISK_MIB));
            }
            ClusterProcesses processes = ClusterProcesses.format(FreePorts.doors(replicaCount), LOG,
                    JvmCommand.ofThisProcess(512, 192),
                    replica -> List.of("--set=checkpoints.disk-reserve=" + RESERVE_MIB + "MiB"),
                    replica -> disks.get(replica).folder().resolve("data"));
            try (SmallLogCluster cluster = SmallLogCluster.start(processes)) {
                cluster.stream().send(3 * LOG.walSlots());
                cluster.whileSending(() -> fill(cluster));
                disks.forEach(SmallDisk::makeRoom);
                cluster.requireTotals();
                figures.put("transfers", cluster.stream().acknowledged().size());
                figures.put("digest", cluster.stopAndCompareDigests());
                for (int replica = 0; replica < replicaCount; replica++) {
                    SmallLogCluster.verb(0, "inspect", "integrity", cluster.data(replica).toString());
                }
            }
            return figures;
        } finally {
            disks.forEach(SmallDisk::close);
        }
    }

    private void fill(SmallLogCluster cluster) throws InterruptedException {
        if (cluster.processes().count() > 1) {
            int backup = (cluster.connection().primary(PROBE_MAX) + 1) % cluster.processes().count();
            stayFull(cluster, List.of(disks.get(backup)), true);
            goesOn(cluster, "oneFull");
        }
        disks.forEach(disk -> disk.fillUpTo((RESERVE_MIB - 1) * MIB));
        figures.put("refusal", awaitRefusal(cluster));
        require(stalls(cluster), "requests are taken although the reserve is reached");
        requireAlive(cluster);
        goesOn(cluster, "reserveReached");
        stayFull(cluster, disks, false);
        goesOn(cluster, "allFull");
        stayFull(cluster, disks, false);
        cluster.processes().replicas().forEach(ReplicaProcess::kill);
        // They start without a byte to write. Ready is another matter: the log may reach up to where the next
        // checkpoint must be durable, and then its execution waits there, as it did before the kill.
        cluster.processes().replicas().forEach(ReplicaProcess::start);
        stayFull(cluster, disks, false);
        disks.forEach(SmallDisk::makeRoom);
        cluster.processes().replicas().forEach(replica -> replica.awaitReady(GO_ON_MAX));
        goesOn(cluster, "restartedFull");
    }

    /** To the last byte, and what is released meanwhile is taken at once. */
    private void stayFull(SmallLogCluster cluster, List<SmallDisk> full, boolean othersGoOn)
            throws InterruptedException {
        int before = cluster.stream().requests();
        long end = System.nanoTime() + FULL.toNanos();
        while (System.nanoTime() < end) {
            full.forEach(disk -> disk.fillUpTo(0));
            Thread.sleep(5);
        }
        requireAlive(cluster);
        if (othersGoOn) {
            require(cluster.stream().requests() > before, "one full disk of several stops the cluster");
        }
    }

    /** What a client is told; one line. */
    private String awaitRefusal(SmallLogCluster cluster) {
        long end = System.nanoTime() + TOLD_MAX.toNanos();
        try (ViewstampClient probe = cluster.connection().newSession()) {
            while (System.nanoTime() < end) {
                try {
                    probe.within(PROBE_MAX).lookupAccount(Uint128.ONE).toCompletableFuture().join();
                } catch (CompletionException e) {
                    String said = e.getCause() instanceof ClientFailure failure ? failure.getMessage() : "";
                    if (said.contains("disk is full")) {
                        require(said.lines().count() == 1, "more than one line: " + said);
                        return said;
                    }
                }
            }
        }
        throw new VerbFailure("no client was told that the disk is full");
    }

    private static boolean stalls(SmallLogCluster cluster) throws InterruptedException {
        int before = cluster.stream().requests();
        Thread.sleep(1_000);
        return cluster.stream().requests() <= before + 1;        // one may have been on its way
    }

    /** There is room again: requests are answered again without anybody's help. */
    private void goesOn(SmallLogCluster cluster, String after) throws InterruptedException {
        long start = System.nanoTime();
        disks.forEach(SmallDisk::makeRoom);
        int goal = cluster.stream().requests() + LOG.walSlots(); // over the next checkpoint
        while (cluster.stream().requests() < goal) {
            requireAlive(cluster);
            require(System.nanoTime() - start < GO_ON_MAX.toNanos(), "there is room, but nothing goes on: " + after);
            Thread.sleep(20);
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        figures.put(after + "SecondsToGoOn", seconds);
        progress.accept(String.format("%s: room again, over the next checkpoint after %.1f s", after, seconds));
    }

    private static void requireAlive(SmallLogCluster cluster) {
        for (ReplicaProcess replica : cluster.processes().replicas()) {
            require(replica.isAlive(), "replica " + replica.replica() + " ended: " + replica.lastWords());
        }
    }
}
