package dev.viewstamp.testkit.process;

import dev.viewstamp.actors.cli.ClusterClient;
import dev.viewstamp.actors.cli.VerbFailure;
import dev.viewstamp.actors.cli.backup.NodeDoors;
import dev.viewstamp.actors.cli.cluster.ClusterProcesses;
import dev.viewstamp.actors.cli.cluster.ClusterProcesses.LogSize;
import dev.viewstamp.actors.cli.cluster.FreePorts;
import dev.viewstamp.actors.cli.cluster.JvmCommand;
import dev.viewstamp.ledger.Account;
import dev.viewstamp.ledger.CreateAccountResult;
import dev.viewstamp.ledger.Transfer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A cluster of replica processes and steady clients that load it while something is done to
 * the replicas. One thread uses it.
 */
final class Bench implements AutoCloseable {
    private static final Duration START_MAX = Duration.ofMinutes(1);
    private static final Duration ANSWER_MAX = Duration.ofSeconds(10);
    private static final long IDS_PER_CLIENT = 1_000_000_000L;
    private static final int LEDGER = 700;
    private static final int CODE = 10;

    /**
     * What each replica gets.
     *
     * @param heapMiB memory of its JVM, MiB
     * @param directMiB its direct memory, MiB
     */
    record Size(LogSize log, int heapMiB, int directMiB) {
        /** What {@code format} makes and {@code start} takes if they are told nothing. */
        static final Size DEFAULT = new Size(LogSize.ofSlots(1024), 3072, 1024);
        /** For a test that only wants to see it happen: entries of 16 KiB. */
        static final Size SMALL = new Size(new LogSize(256, 16 << 10), 768, 384);
    }

    private final ClusterProcesses cluster;
    private final ClusterClient connection;
    private final NodeDoors doors;
    private final List<SteadyClient> clients = new ArrayList<>();

    /** Formats, starts, waits until the replicas agree on a view, and creates the two accounts of each client. */
    Bench(int replicaCount, Size size, int clientCount) {
        cluster = ClusterProcesses.format(FreePorts.doors(replicaCount), size.log(),
                JvmCommand.ofThisProcess(size.heapMiB(), size.directMiB()), replica -> List.of());
        try {
            cluster.startAll();
            connection = ClusterClient.connect(ClusterClient.Options.of(cluster.addresses(), ANSWER_MAX));
            doors = connection.nodeDoors();
        } catch (RuntimeException e) {
            cluster.close();
            throw e;
        }
        List<Account> accounts = new ArrayList<>();
        for (long id = 1; id <= 2L * clientCount; id++) {
            accounts.add(Account.builder().id(id).ledger(LEDGER).code(CODE).build());
        }
        List<CreateAccountResult> created = ClusterClient.await(
                connection.client().within(START_MAX).createAccounts(accounts));
        require(created.stream().allMatch(CreateAccountResult::isCreated), "accounts were not created: " + created);
    }

    /** Starts the steady clients. */
    List<SteadyClient> load(int clientCount, int batchSize, Duration pace) {
        for (int i = 0; i < clientCount; i++) {
            Transfer template = Transfer.builder().id(1 + i * IDS_PER_CLIENT).debit(1 + 2L * i).credit(2 + 2L * i)
                    .amount(1).ledger(LEDGER).code(CODE).build();
            clients.add(new SteadyClient(connection.newSession(), template, batchSize, pace));
        }
        return clients;
    }

    ClusterProcesses cluster() {
        return cluster;
    }

    /** Index of the primary. */
    int primary() {
        int primary = connection.primary(ANSWER_MAX);
        require(primary >= 0, "too few replicas answered to say who is primary");
        return primary;
    }

    /** Waits until all replicas take part in one view. */
    void awaitAgreement() {
        require(connection.awaitAgreement(START_MAX), "the replicas do not come to one view");
    }

    /** Starts a replica again and waits until it takes part, and has caught up: then two of three are enough again. */
    void restart(int replica) {
        cluster.replica(replica).start();
        cluster.replica(replica).awaitReady(START_MAX);
        awaitCaughtUp(replica);
    }

    /** Waits until a replica takes part, and has executed all that is committed now. */
    void awaitCaughtUp(int replica) {
        awaitAgreement();
        EqualReplicas.awaitCaughtUp(doors, replica, START_MAX);
    }

    static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new VerbFailure(otherwise);
        }
    }

    @Override
    public void close() {
        clients.forEach(SteadyClient::close);
        connection.close();
        cluster.close();
    }
}
