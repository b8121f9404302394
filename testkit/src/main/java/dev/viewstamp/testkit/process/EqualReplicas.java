package dev.viewstamp.testkit.process;

import static dev.viewstamp.testkit.process.Bench.require;

import com.fasterxml.jackson.databind.JsonNode;
import dev.viewstamp.actors.cli.VerbFailure;
import dev.viewstamp.actors.cli.backup.NodeDoors;
import dev.viewstamp.actors.cli.cluster.ClusterProcesses;
import dev.viewstamp.actors.cli.cluster.ReplicaProcess;
import dev.viewstamp.actors.message.BackupMessage.Standing;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** One replica catches up while clients go on; when nobody asks any more, all come to hold the same. */
final class EqualReplicas {
    private static final Duration ROUND = Duration.ofSeconds(2);

    private final ClusterProcesses processes;
    private final NodeDoors doors;

    EqualReplicas(ClusterProcesses processes, NodeDoors doors) {
        this.processes = processes;
        this.doors = doors;
    }

    /** Waits until this replica has executed all that anybody knew to be committed when this began. */
    static void awaitCaughtUp(NodeDoors doors, int replica, Duration limit) {
        long end = System.nanoTime() + limit.toNanos();
        long target = doors.standings(limit).values().stream().mapToLong(Standing::commitMax).max().orElseThrow();
        Map<Integer, Standing> now = doors.standings(ROUND);
        while (!now.containsKey(replica) || now.get(replica).commitMin() < target) {
            require(System.nanoTime() < end, "replica " + replica + " does not get to op " + target + ": " + now);
            now = doors.standings(ROUND);
        }
    }

    /** Waits until all replicas have executed all that any knows to be committed, and have the same checkpoint. */
    void await(Duration limit) {
        long end = System.nanoTime() + limit.toNanos();
        Map<Integer, Standing> standings = Map.of();
        while (System.nanoTime() < end) {
            standings = doors.standings(ROUND);
            if (areEqual(standings)) {
                return;
            }
        }
        throw new VerbFailure("not equal after " + limit.toSeconds() + " s: " + standings);
    }

    private boolean areEqual(Map<Integer, Standing> standings) {
        return standings.size() == processes.count()
                && standings.values().stream().flatMap(standing ->
                        Stream.of(standing.commitMin(), standing.commitMax())).distinct().count() == 1
                && standings.values().stream().map(Standing::checkpoint).distinct().count() == 1;
    }

    /** Stops all of them; then the digest of the last op that all prove committed is one. Answers it. */
    static String stopAndCompareDigests(ClusterProcesses processes) {
        processes.replicas().parallelStream().filter(ReplicaProcess::isAlive).forEach(SmallLogCluster::stop);
        List<JsonNode> atEnd = IntStream.range(0, processes.count()).parallel()
                .mapToObj(replica -> digest(processes, replica)).toList();
        long op = atEnd.stream().mapToLong(found -> found.get("op").asLong()).min().orElseThrow();
        List<String> digests = IntStream.range(0, processes.count()).parallel()
                .mapToObj(replica -> atEnd.get(replica).get("op").asLong() == op ? atEnd.get(replica)
                        : digest(processes, replica, "--op=" + op))
                .map(found -> found.get("digest").asText()).toList();
        require(digests.stream().distinct().count() == 1, "digests after op " + op + " differ: " + digests);
        return digests.get(0);
    }

    private static JsonNode digest(ClusterProcesses processes, int replica, String... options) {
        return SmallLogCluster.verb(0, Stream.concat(Stream.of("inspect", "digest", "--json"),
                Stream.concat(Stream.of(options), Stream.of(processes.dataDirectory(replica).toString())))
                .toArray(String[]::new)).json();
    }
}
