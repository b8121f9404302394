package dev.viewstamp.testkit.official;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.viewstamp.actors.cli.ClusterClient;
import dev.viewstamp.actors.cli.cluster.ClusterProcesses;
import dev.viewstamp.actors.cli.cluster.JvmCommand;
import dev.viewstamp.actors.cli.cluster.ReplicaProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * TigerBeetle's Node client and its own test-suite, unmodified, against our clusters: real processes, files and ports.
 *
 * <p>By hand, for longer: {@code mvn -pl testkit -am test -Dtest=OfficialClientTest -Dviewstamp.kills=20
 * -Dsurefire.failIfNoSpecifiedTests=false} runs the suite until the primary was killed and restarted so many times, and
 * the client's benchmark.
 */
@Tag("processes")
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class OfficialClientTest {
    private static final int TESTS = 27;
    private static final int SUITE_SECONDS_MAX = 240;
    private static final int WAL_SLOTS = 512;
    private static final JvmCommand JVM = JvmCommand.ofThisProcess(512, 192);
    private static final Duration READY_MAX = Duration.ofSeconds(60);

    @TempDir
    private static Path folder;
    private static NodeClient client;

    @BeforeAll
    static void install() throws Exception {
        client = NodeClient.install(folder);
    }

    @Test
    void itsSuitePassesAgainstOneReplica() throws Exception {
        passesAgainst(1);
    }

    @Test
    void itsSuitePassesAgainstThreeReplicas() throws Exception {
        passesAgainst(3);
    }

    private static void passesAgainst(int replicaCount) throws Exception {
        try (ClusterProcesses cluster = ClusterProcesses.format(replicaCount, WAL_SLOTS, JVM, List.of())) {
            cluster.startAll();
            passes(client.run("test", cluster.addresses(), SUITE_SECONDS_MAX));
        }
    }

    /** The suite expects an empty ledger, so each round has a new cluster; in each the primary dies now and then. */
    @Test
    @EnabledIfSystemProperty(named = "viewstamp.kills", matches = "[0-9]+")
    void itsSuitePassesWhileThePrimaryIsKilledAndRestarted() throws Exception {
        int wanted = Integer.getInteger("viewstamp.kills");
        int kills = 0;
        for (int round = 1; kills < wanted; round++) {
            int inThisRound = passesUnderKills();
            assertTrue(inThisRound > 0, "the suite ended before anything was killed");
            kills += inThisRound;
            System.out.println("round " + round + ": " + TESTS + " of " + TESTS + " passed, the primary was killed "
                    + inThisRound + " times");
        }
    }

    private static int passesUnderKills() throws Exception {
        try (ClusterProcesses cluster = ClusterProcesses.format(3, WAL_SLOTS, JVM, List.of())) {
            cluster.startAll();
            CompletableFuture<NodeClient.Run> suite = new CompletableFuture<>();
            Thread runner = new Thread(() -> {
                try {
                    suite.complete(client.run("test", cluster.addresses(), SUITE_SECONDS_MAX));
                } catch (Exception e) {
                    suite.completeExceptionally(e);
                }
            });
            runner.start();
            AtomicInteger kills = new AtomicInteger();
            ClusterClient.Options options = ClusterClient.Options.of(cluster.addresses(), READY_MAX);
            try (ClusterClient watch = ClusterClient.connect(options)) {
                killPrimaries(cluster, watch, suite, kills);
            }
            passes(suite.get(SUITE_SECONDS_MAX, TimeUnit.SECONDS));
            return kills.get();
        }
    }

    private static void killPrimaries(ClusterProcesses cluster, ClusterClient watch,
                                      CompletableFuture<NodeClient.Run> suite, AtomicInteger kills) {
        while (!suite.isDone()) {
            int primary = watch.primary(READY_MAX);
            if (primary >= 0 && !suite.isDone()) {
                ReplicaProcess process = cluster.replica(primary);
                process.kill();
                kills.incrementAndGet();
                process.start();
                process.awaitReady(READY_MAX);
                LockSupport.parkNanos(Duration.ofMillis(500).toNanos());
            }
        }
    }

    @Test
    @EnabledIfSystemProperty(named = "viewstamp.kills", matches = "[0-9]+")
    void itsBenchmarkRuns() throws Exception {
        try (ClusterProcesses cluster = ClusterProcesses.format(1, WAL_SLOTS, JVM, List.of())) {
            cluster.startAll();
            NodeClient.Run run = client.run("benchmark", cluster.addresses(), SUITE_SECONDS_MAX);
            assertEquals(0, run.exit(), () -> String.join("\n", run.lines()));
            run.lines().forEach(System.out::println);
        }
    }

    private static void passes(NodeClient.Run run) {
        assertEquals(0, run.exit(), () -> String.join("\n", run.lines()));
        assertEquals(TESTS, run.passed(), () -> String.join("\n", run.lines()));
    }
}
