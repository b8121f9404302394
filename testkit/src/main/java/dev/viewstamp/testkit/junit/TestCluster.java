package dev.viewstamp.testkit.junit;

import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import dev.viewstamp.actors.replica.ReplicaSnapshot;
import dev.viewstamp.client.ViewstampClient;
import dev.viewstamp.testkit.scenario.Probes;
import dev.viewstamp.testkit.sim.Circumstances;
import dev.viewstamp.testkit.sim.NetworkConditions;
import dev.viewstamp.testkit.sim.SimCluster;
import dev.viewstamp.testkit.sim.SimRandom;
import dev.viewstamp.testkit.sim.SimReplica;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;

/**
 * A cluster for tests of applications: the replicas, sessions and clients of production in this process, over a
 * simulated network and simulated disks, in virtual time. Time stands still unless the test lets it pass; an hour
 * takes a moment, and the same seed gives the same course of events.
 *
 * <p>All the simulation's checkers watch: should the cluster ever say or do what it must not, the call that let it
 * happen fails.
 *
 * <p>Belongs to the thread that started it: nothing here blocks and nothing happens on another thread, so a stage is
 * never joined but given to {@link #await}.
 */
public final class TestCluster implements AutoCloseable {
    private static final int CLIENTS_MAX = 8;
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final Duration POLL = Duration.ofMillis(10);

    private final SimCluster cluster;
    private final List<TestReplica> replicas = new ArrayList<>();
    private final Probes probes;
    private ViewstampClient client;
    private int clients;

    private TestCluster(int replicaCount, long seed) {
        cluster = new SimCluster(new SimRandom(seed), Circumstances.forApplications(replicaCount, CLIENTS_MAX), null);
        probes = new Probes(cluster);
        for (SimReplica replica : cluster.replicas()) {
            replica.start();
            replicas.add(new TestReplica(cluster, replica));
        }
        until("a primary", () -> cluster.primary() != null);
    }

    /**
     * Starts a cluster whose network and disks are in order, and waits until it has a primary.
     *
     * @param replicaCount 1 … 6
     * @param seed decides what is left to chance
     */
    public static TestCluster start(int replicaCount, long seed) {
        return new TestCluster(replicaCount, seed);
    }

    /** The client of this test; the same one each time. Ends with the cluster: do not close it. */
    public ViewstampClient client() {
        if (client == null) {
            client = newClient();
        }
        return client;
    }

    /** One more client, with a session of its own; at most {@value #CLIENTS_MAX} in all. */
    public ViewstampClient newClient() {
        if (clients == CLIENTS_MAX) {
            throw new IllegalStateException("a test cluster has " + CLIENTS_MAX + " clients at most");
        }
        return ViewstampClient.of(cluster.system().akka(), cluster.clients().get(clients++).behavior(Duration.ofSeconds(
                30)));
    }

    /**
     * Lets time pass until the stage is complete.
     *
     * @throws CompletionException as {@code join} would, if the stage failed
     * @throws AssertionError if it is still open after five minutes of virtual time
     */
    public <T> T await(CompletionStage<T> stage) {
        CompletableFuture<T> future = stage.toCompletableFuture();
        until("the stage", future::isDone);
        return future.join();
    }

    /** Lets that much time pass. */
    public void advance(Duration time) {
        long end = cluster.system().nowNanos() + time.toNanos();
        cluster.system().at(end, () -> { });
        cluster.runUntil(end);
    }

    /** Lets time pass until somebody leads and all replicas that run have executed everything. */
    public void settle() {
        until("the cluster to settle", () -> {
            SimReplica primary = cluster.primary();
            ReplicaSnapshot leading = primary == null ? null : primary.snapshot();
            return leading != null && cluster.replicas().stream().filter(SimReplica::isUp).allMatch(replica -> {
                ReplicaSnapshot now = replica.snapshot();
                return now != null && now.isNormal() && now.view() == leading.view() && now.op() == leading.op()
                        && now.commitMin() == now.op();
            });
        });
    }

    /** Time since the cluster was started. */
    public Duration elapsed() {
        return Duration.ofNanos(cluster.system().nowNanos());
    }

    /** What the replicas' clocks show, and so about the time that the ledger goes by. */
    public Instant now() {
        return Instant.EPOCH.plusNanos(cluster.replicas().get(0).clock().wallNanos());
    }

    public TestReplica replica(int index) {
        return replicas.get(index);
    }

    public List<TestReplica> replicas() {
        return List.copyOf(replicas);
    }

    /**
     * Whoever leads now.
     *
     * @throws AssertionError if nobody does
     */
    public TestReplica primary() {
        SimReplica primary = cluster.primary();
        if (primary == null) {
            throw new AssertionError("no replica leads at the moment; advance() gives them time to agree");
        }
        return replicas.get(primary.index());
    }

    /** Ends all separations and makes the network good again; replicas that are down stay down. */
    public void heal() {
        cluster.network().mendAll();
        cluster.network().conditions(NetworkConditions.good());
    }

    /** From now on the network between everybody, clients included, is like this. */
    public void network(NetworkConditions conditions) {
        cluster.network().conditions(conditions);
    }

    /** The ActorSystem in which everything runs, for actors of the application: their timers go by virtual time. */
    public ActorSystem<?> system() {
        return cluster.system().akka();
    }

    /** Starts an actor of the application beside the cluster. */
    public <T> ActorRef<T> spawn(Behavior<T> behavior, String name) {
        return cluster.system().spawn(behavior, name);
    }

    /**
     * A probe of Akka's testkit, to stand in for an actor of the application. It never waits: what it expects must have
     * arrived, or it fails.
     */
    public <T> TestProbe<T> probe() {
        return probes.create();
    }

    /**
     * Lets time pass until the probe has a message, and takes that.
     *
     * @throws AssertionError if there is none after five minutes of virtual time
     */
    public <T> T receive(TestProbe<T> probe) {
        return probes.receive(probe, PATIENCE);
    }

    private void until(String what, BooleanSupplier condition) {
        long deadline = cluster.system().nowNanos() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (cluster.system().nowNanos() >= deadline) {
                throw new AssertionError("waited " + PATIENCE.toMinutes() + " minutes of virtual time in vain for "
                        + what + ": " + replicas);
            }
            advance(POLL);
        }
    }

    @Override
    public void close() {
        cluster.close();
    }
}
