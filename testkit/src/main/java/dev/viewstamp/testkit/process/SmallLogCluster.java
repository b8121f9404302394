package dev.viewstamp.testkit.process;

import static dev.viewstamp.testkit.process.Bench.require;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.viewstamp.actors.cli.ClusterClient;
import dev.viewstamp.actors.cli.Main;
import dev.viewstamp.actors.cli.VerbFailure;
import dev.viewstamp.actors.cli.backup.NodeDoors;
import dev.viewstamp.actors.cli.cluster.ClusterProcesses;
import dev.viewstamp.actors.cli.cluster.JvmCommand;
import dev.viewstamp.actors.cli.cluster.ReplicaProcess;
import dev.viewstamp.actors.cli.cluster.TransferStream;
import dev.viewstamp.actors.message.BackupMessage.Standing;
import dev.viewstamp.ledger.Account;
import dev.viewstamp.ledger.Transfer;
import dev.viewstamp.ledger.Uint128;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

/** Real processes with a log so small that it wraps all the time, a client that keeps account, and the verbs. */
final class SmallLogCluster implements AutoCloseable {
    static final int BATCH = 50;

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration START_MAX = Duration.ofSeconds(60);
    private static final Duration ANSWER_MAX = Duration.ofSeconds(5);
    private static final Duration AGREE_MAX = Duration.ofSeconds(60);
    private static final JvmCommand JVM = JvmCommand.ofThisProcess(512, 192);

    private final ClusterProcesses processes;
    private final ClusterClient connection;
    private final NodeDoors doors;
    private final TransferStream stream;

    /** What a verb did. */
    record Outcome(int code, String out, String err) {
        JsonNode json() {
            try {
                return JSON.readTree(out);
            } catch (IOException e) {
                throw new VerbFailure("no JSON: " + out + err, e);
            }
        }
    }

    private SmallLogCluster(ClusterProcesses processes, long firstTransfer) {
        this.processes = processes;
        this.connection = ClusterClient.connect(ClusterClient.Options.of(processes.addresses(), ANSWER_MAX));
        this.doors = connection.nodeDoors();
        this.stream = new TransferStream(connection.client(), Transfer.builder().id(firstTransfer).debit(1).credit(2)
                .amount(1).ledger(1).code(1).build(), BATCH);
    }

    /** Three replicas, started, with two accounts. */
    static SmallLogCluster start(int walSlots, String... options) {
        return start(ClusterProcesses.format(3, walSlots, JVM, List.of(options)));
    }

    /** The same of replicas that were formatted; they are started here. */
    static SmallLogCluster start(ClusterProcesses processes) {
        processes.startAll();
        SmallLogCluster cluster = new SmallLogCluster(processes, 1);
        List<Account> accounts = List.of(Account.builder().id(1).ledger(1).code(1).build(),
                Account.builder().id(2).ledger(1).code(1).build());
        cluster.connection.client().within(START_MAX).createAccounts(accounts).toCompletableFuture().join()
                .forEach(result -> require(result.isCreated(), "an account was answered " + result));
        return cluster;
    }

    /** Three replicas on data directories that {@code restore} makes; transfers count from {@code firstTransfer}. */
    static SmallLogCluster restored(Path backup, long firstTransfer) {
        ClusterProcesses processes = ClusterProcesses.format(3, 32, JVM, List.of());
        for (int replica = 0; replica < 3; replica++) {
            processes.deleteData(replica);
            verb(0, "restore", "--replica=" + replica, "--replica-count=3", "--from=" + backup,
                    processes.dataDirectory(replica).toString());
        }
        return new SmallLogCluster(processes, firstTransfer);
    }

    ClusterProcesses processes() {
        return processes;
    }

    ClusterClient connection() {
        return connection;
    }

    TransferStream stream() {
        return stream;
    }

    Path data(int replica) {
        return processes.dataDirectory(replica);
    }

    void startReplica(int replica) {
        processes.replica(replica).start();
        processes.replica(replica).awaitReady(START_MAX);
    }

    /** Something that is done to a cluster. */
    @FunctionalInterface
    interface Deed {
        void carryOut() throws InterruptedException;
    }

    /** Does it while another thread submits batch after batch, and waits for the answer to the last one. */
    void whileSending(Deed deed) throws InterruptedException {
        AtomicBoolean ends = new AtomicBoolean();
        CompletableFuture<Void> load = CompletableFuture.runAsync(() -> {
            while (!ends.get()) {
                stream.send(1);
            }
        });
        try {
            deed.carryOut();
        } finally {
            ends.set(true);
        }
        try {
            load.get(AGREE_MAX.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new VerbFailure("the load did not end: " + e, e);
        }
    }

    /** Nobody sends: what moved is what was acknowledged, all of it. */
    void requireTotals() {
        Account payer = connection.client().within(START_MAX).lookupAccount(Uint128.ONE).toCompletableFuture().join()
                .orElseThrow();
        require(stream.acknowledged().size() == stream.requests() * BATCH, "a transfer was refused");
        require(payer.debitsPosted().equals(Uint128.of(stream.acknowledged().size())), stream.acknowledged().size()
                + " transfers of 1 were acknowledged, " + payer.debitsPosted() + " moved");
    }

    /** How a replica stands, once it answers. */
    Standing standing(int replica) {
        long end = System.nanoTime() + AGREE_MAX.toNanos();
        while (System.nanoTime() < end) {
            Standing standing = doors.standings(Duration.ofMillis(300)).get(replica);
            if (standing != null) {
                return standing;
            }
        }
        throw new VerbFailure("replica " + replica + " does not say how it stands");
    }

    /** Waits until a replica has executed {@code op}. */
    void awaitExecuted(int replica, long op, Duration limit) {
        long end = System.nanoTime() + limit.toNanos();
        Standing standing = standing(replica);
        while (standing.commitMin() < op) {
            require(System.nanoTime() < end, "replica " + replica + " does not come to op " + op + ": " + standing);
            standing = standing(replica);
        }
    }

    /** SIGTERM; it must end cleanly. */
    static void stop(ReplicaProcess replica) {
        require(replica.stop(Duration.ofSeconds(20)) == 0, "replica " + replica.replica() + " ended with "
                + replica.lastWords());
    }

    /** Waits until all replicas have executed all that any knows to be committed, and have the same checkpoint. */
    void awaitEqual() {
        new EqualReplicas(processes, doors).await(AGREE_MAX);
    }

    /** Stops all of them; then the digest of the last op that all prove committed is one. Answers it. */
    String stopAndCompareDigests() {
        awaitEqual();
        return EqualReplicas.stopAndCompareDigests(processes);
    }

    /** Runs a verb within this process; it must end with this code, its complaint must be one line. */
    static Outcome verb(int code, String... words) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int actual = Main.run(new PrintWriter(out), new PrintWriter(err), words);
        Outcome outcome = new Outcome(actual, out.toString(), err.toString());
        require(code == actual, String.join(" ", words) + ": " + outcome);
        return outcome;
    }

    @Override
    public void close() {
        connection.close();
        processes.close();
    }
}
