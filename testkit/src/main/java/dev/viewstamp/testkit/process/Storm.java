package dev.viewstamp.testkit.process;

import static dev.viewstamp.testkit.process.Bench.require;

import dev.viewstamp.actors.cli.ClusterClient;
import dev.viewstamp.actors.cli.cluster.ClusterProcesses;
import dev.viewstamp.actors.cli.cluster.ClusterProcesses.LogSize;
import dev.viewstamp.actors.cli.cluster.FreePorts;
import dev.viewstamp.actors.cli.cluster.JvmCommand;
import dev.viewstamp.actors.cli.cluster.ReplicaProcess;
import dev.viewstamp.testkit.sim.SimRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Three replica processes with real files and ports, clients that ask all the time, and one fault after the other.
 * Then calm; unanswered requests are settled, everything is read, the whole history must have an explanation
 * ({@link HistoryChecker}), and the replicas must have come to hold the same.
 *
 * <p>The seed decides what is asked and what breaks, but not when: processes run as they please.
 */
final class Storm {
    private static final int REPLICAS = 3;
    private static final int CLIENTS = 4;
    private static final int REQUEST_BODY_MAX = 16 << 10;
    /** So few that the log goes round every few seconds: there are checkpoints, and who was away may have to sync. */
    private static final int SLOTS = 512;
    private static final int LAST_LINES = 40;
    private static final Duration ANSWER_MAX = Duration.ofSeconds(30);
    private static final Duration START_MAX = Duration.ofMinutes(1);
    private static final Duration CALM_MAX = Duration.ofSeconds(3);

    /** What a storm was like. */
    record Result(HistoryChecker.Report report, Map<StormFaults.Kind, Integer> faults, String digest, double seconds) {
    }

    private final long seed;
    private final Duration length;
    private final Consumer<String> progress;

    Storm(long seed, Duration length, Consumer<String> progress) {
        this.seed = seed;
        this.length = length;
        this.progress = progress;
    }

    /**
     * Runs it.
     *
     * @throws dev.viewstamp.testkit.check.Violation if what clients saw has no explanation
     * @throws dev.viewstamp.actors.cli.VerbFailure if the cluster does not come back
     */
    Result run() throws InterruptedException {
        LogSize log = new LogSize(SLOTS, REQUEST_BODY_MAX);
        List<Integer> doors = FreePorts.doors(2 * REPLICAS);
        try (ReplicaLinks links = new ReplicaLinks(doors.subList(REPLICAS, 2 * REPLICAS));
                ClusterProcesses cluster = ClusterProcesses.format(doors.subList(0, REPLICAS), log,
                        JvmCommand.ofThisProcess(512, 256), links::options)) {
            cluster.startAll();
            ClusterClient.Options options = ClusterClient.Options.of(cluster.addresses(), ANSWER_MAX)
                    .withReplicas(links.addresses());
            try (ClusterClient connection = ClusterClient.connect(options)) {
                return run(cluster, links, connection, log);
            } catch (RuntimeException e) {
                cluster.replicas().forEach(this::printEnd);
                progress.accept("data directories and logs are kept in " + cluster.keepFolder());
                throw e;
            }
        }
    }

    /** If it ended by itself, this tells why. */
    private void printEnd(ReplicaProcess replica) {
        progress.accept("replica " + replica.replica() + (replica.isAlive() ? " runs" : " ended")
                + ", its last lines:");
        replica.lastLines(LAST_LINES).forEach(line -> progress.accept("  " + line));
    }

    private Result run(ClusterProcesses cluster, ReplicaLinks links, ClusterClient connection, LogSize log)
            throws InterruptedException {
        SimRandom random = new SimRandom(seed);
        StormWorkload workload = new StormWorkload(random.fork("workload"), log.requestBodyMax());
        List<StormClient> clients = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            clients.add(new StormClient(i, connection.newSession(), workload, random.fork("client", i)));
        }
        require(connection.awaitAgreement(START_MAX), "the replicas do not come to one view");
        clients.get(0).ask(StormWorkload.first());
        require(clients.get(0).answers() == 1, "the first request was not answered");
        clients.forEach(StormClient::start);
        StormFaults faults = new StormFaults(random.fork("faults"), cluster, links, connection.nodeDoors(),
                log.constants(REPLICAS), progress);
        SimRandom calm = random.fork("calm");
        long start = System.nanoTime();
        while (System.nanoTime() - start < length.toNanos()) {
            faults.strike();
            Thread.sleep(calm.between(0, CALM_MAX.toMillis()));
            requireAllRun(cluster);
        }
        for (StormClient client : clients) {
            client.stop();
        }
        boolean agree = connection.awaitAgreement(START_MAX);
        requireAllRun(cluster);
        require(agree, "after the storm the replicas do not come to one view");
        progress.accept("calm");
        clients.forEach(StormClient::settle);
        List<HistoryEntry> history = new ArrayList<>(new FinalLook(clients.get(0)).pulses());
        clients.forEach(client -> history.addAll(client.history()));
        HistoryChecker.Report report = new HistoryChecker(log.requestBodyMax()).check(history);
        new EqualReplicas(cluster, connection.nodeDoors()).await(START_MAX);
        String digest = EqualReplicas.stopAndCompareDigests(cluster);
        return new Result(report, faults.struck(), digest, (System.nanoTime() - start) / 1e9);
    }

    private static void requireAllRun(ClusterProcesses cluster) {
        for (ReplicaProcess replica : cluster.replicas()) {
            require(replica.isAlive(), "replica " + replica.replica() + " ended: " + replica.lastWords());
        }
    }
}
