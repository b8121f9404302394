package dev.viewstamp.testkit.official;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.viewstamp.actors.cli.cluster.ClusterProcesses;
import dev.viewstamp.actors.cli.cluster.JvmCommand;
import dev.viewstamp.actors.cli.cluster.ProcessUsage;
import dev.viewstamp.actors.cli.cluster.ReplicaProcess;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * A flood of connections that begin a message and never end it, while an official client works. By hand, on a quiet
 * machine, since it measures: {@code mvn -pl testkit -am test -Dtest=FloodTest -Dviewstamp.flood=10000
 * -Dsurefire.failIfNoSpecifiedTests=false}; {@code -Dviewstamp.flood.replicas=3} for a cluster of three.
 */
@Tag("processes")
@EnabledIfSystemProperty(named = "viewstamp.flood", matches = "[0-9]+")
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class FloodTest {
    private static final int REPLICAS = Integer.getInteger("viewstamp.flood.replicas", 1);
    private static final int SECONDS = 10;
    private static final int WARM_UPS = 1;
    private static final int WAL_SLOTS = 8192;
    private static final int PAIRS = 3;
    private static final Pattern RESULT = Pattern.compile("requests (\\d+) p50 (\\d+) p99 (\\d+) max (\\d+)");

    private record Latency(int requests, int p50, int p99, int max) {
    }

    @TempDir
    private Path folder;

    /** Pairs of calm and flood, since the machine's own moods come and go in minutes. */
    @Test
    void othersAreServedAsFast() throws Exception {
        int connections = Integer.getInteger("viewstamp.flood");
        NodeClient client = NodeClient.install(folder);
        try (ClusterProcesses cluster = ClusterProcesses.format(REPLICAS, WAL_SLOTS,
                JvmCommand.ofThisProcess(1024, 256), List.of())) {
            cluster.startAll();
            int account = 1;
            for (int i = 0; i < WARM_UPS; i++, account += 2) {
                measure(client, cluster, account);
            }
            List<Double> ratios = new ArrayList<>();
            for (int i = 0; i < PAIRS; i++, account += 4) {
                Latency calm = measure(client, cluster, account);
                long before = peakMiB(cluster);
                Latency flooded;
                long opened;
                try (Flood flood = new Flood(cluster.addresses(), connections)) {
                    flooded = measure(client, cluster, account + 2);
                    opened = flood.opened();
                }
                System.out.println("calm " + calm + ", flood " + flooded + ", " + opened
                        + " connections opened, peak memory " + before + " -> " + peakMiB(cluster) + " MiB");
                assertTrue(opened >= connections, () -> "only " + opened + " connections were opened");
                ratios.add((double) flooded.p99() / calm.p99());
            }
            ratios.sort(null);
            assertTrue(ratios.get(PAIRS / 2) <= 2, () -> "p99 grew by these factors: " + ratios);
        }
    }

    private static long peakMiB(ClusterProcesses cluster) {
        return cluster.replicas().stream().map(ReplicaProcess::usage)
                .mapToLong(usage -> (long) usage.peakRssMiB()).max().orElseThrow();
    }

    private static Latency measure(NodeClient client, ClusterProcesses cluster, int account) throws Exception {
        NodeClient.Run run = client.script("latency.js", cluster.addresses(), SECONDS + 30,
                List.of(Integer.toString(account), Integer.toString(SECONDS)));
        assertEquals(0, run.exit(), () -> String.join("\n", run.lines()));
        Matcher result = RESULT.matcher(run.lines().get(run.lines().size() - 1));
        assertTrue(result.matches(), () -> String.join("\n", run.lines()));
        return new Latency(Integer.parseInt(result.group(1)), Integer.parseInt(result.group(2)),
                Integer.parseInt(result.group(3)), Integer.parseInt(result.group(4)));
    }
}
