package dev.viewstamp.testkit.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.viewstamp.actors.cli.ClusterClient;
import dev.viewstamp.actors.cli.cluster.ClusterProcesses;
import dev.viewstamp.actors.cli.cluster.JvmCommand;
import dev.viewstamp.actors.cli.cluster.ReplicaProcess;
import dev.viewstamp.actors.cli.cluster.TransferStream;
import dev.viewstamp.client.ViewstampClient;
import dev.viewstamp.ledger.Account;
import dev.viewstamp.ledger.Transfer;
import dev.viewstamp.ledger.Uint128;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a cluster acknowledged is there after SIGKILL: real processes, files and ports. */
@Tag("processes")
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class RestartTest {
    private static final Duration START_MAX = Duration.ofSeconds(60);
    private static final Duration ANSWER_MAX = Duration.ofSeconds(5);
    private static final int WAL_SLOTS = 256;
    private static final int BATCH = 20;
    private static final JvmCommand JVM = JvmCommand.ofThisProcess(384, 192);

    @Test
    void oneReplicaKeepsWhatItAcknowledgedThroughRepeatedKills() throws Exception {
        keepsWhatItAcknowledged(1, 3);
    }

    @Test
    void threeReplicasKilledAtOnceKeepWhatTheyAcknowledged() throws Exception {
        keepsWhatItAcknowledged(3, 2);
    }

    /** A client submits all the while; all replicas are killed at once and started again, so many times. */
    private static void keepsWhatItAcknowledged(int replicaCount, int kills) throws Exception {
        try (ClusterProcesses cluster = ClusterProcesses.format(replicaCount, WAL_SLOTS, JVM, List.of())) {
            cluster.startAll();
            var options = ClusterClient.Options.of(cluster.addresses(), ANSWER_MAX);
            try (ClusterClient connection = ClusterClient.connect(options)) {
                ViewstampClient client = connection.client();
                createAccounts(client);
                TransferStream stream = new TransferStream(client, Transfer.builder().id(1).debit(1).credit(2).amount(1)
                        .ledger(1).code(1).build(), BATCH);
                for (int kill = 0; kill < kills; kill++) {
                    int before = stream.requests();
                    CompletableFuture<Void> sending = CompletableFuture.runAsync(() -> stream.send(20));
                    await(() -> stream.requests() > before + 5);
                    // destroyForcibly returns at once, so that all of them die within the same moment.
                    cluster.replicas().parallelStream().forEach(ReplicaProcess::kill);
                    cluster.startAll();
                    sending.get(90, TimeUnit.SECONDS);
                }
                verify(client, stream);
            }
        }
    }

    private static void createAccounts(ViewstampClient client) {
        List<Account> accounts = List.of(Account.builder().id(1).ledger(1).code(1).build(),
                Account.builder().id(2).ledger(1).code(1).build());
        answer(client.within(START_MAX).createAccounts(accounts))
                .forEach(result -> assertTrue(result.isCreated(), result::toString));
    }

    private static void verify(ViewstampClient client, TransferStream stream) {
        List<Uint128> ids = stream.acknowledged();
        assertEquals(stream.requests() * BATCH, ids.size());
        assertEquals(ids, answer(client.lookupTransfers(ids)).stream().map(Transfer::id).toList());
        Uint128 sum = Uint128.of(ids.size());
        assertEquals(sum, answer(client.lookupAccount(Uint128.of(1))).orElseThrow().debitsPosted());
        assertEquals(sum, answer(client.lookupAccount(Uint128.of(2))).orElseThrow().creditsPosted());
    }

    private static <T> T answer(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }

    private static void await(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            Thread.onSpinWait();
        }
    }
}
