package dev.viewstamp.testkit.scenario;

import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import dev.viewstamp.actors.message.Envelope;
import dev.viewstamp.actors.message.ReplicaMessage;
import dev.viewstamp.actors.replica.ReplicaSnapshot;
import dev.viewstamp.client.LedgerClient;
import dev.viewstamp.client.protocol.ClientMessage;
import dev.viewstamp.journal.ClusterConstants;
import dev.viewstamp.journal.EntryHeader;
import dev.viewstamp.journal.Storage;
import dev.viewstamp.journal.SuperBlockZone;
import dev.viewstamp.journal.WalGeometry;
import dev.viewstamp.testkit.sim.Circumstances;
import dev.viewstamp.testkit.sim.KeptMessages;
import dev.viewstamp.testkit.sim.SimClient;
import dev.viewstamp.testkit.sim.SimCluster;
import dev.viewstamp.testkit.sim.SimNetwork;
import dev.viewstamp.testkit.sim.SimRandom;
import dev.viewstamp.testkit.sim.SimReplica;
import dev.viewstamp.testkit.sim.SimSystem;
import dev.viewstamp.testkit.sim.Workload;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * One story about a cluster of production replicas in virtual time, told in the operator's verbs and the protocol's
 * nouns. The world is calm but for what the story does to it; every checker of the simulation watches, so a story
 * also fails if it ends well but something was said in between that must not be.
 *
 * <pre>{@code
 * try (Scenario s = Scenario.of(3)) {
 *     s.client().request(2).expectAnswers();
 *     s.backup(1).crash().corrupt(walEntry(2)).restart().expect(RECOVERING_HEAD);
 *     s.settle().all().expectCommitted(3);
 * }
 * }</pre>
 *
 * Selectors name roles at that moment. Not thread-safe.
 */
public final class Scenario implements AutoCloseable {
    private static final long PATIENCE = Duration.ofMinutes(2).toNanos();
    private static final long POLL = Duration.ofMillis(10).toNanos();

    /** Booting an ActorSystem takes as long as a story; the next story begins anew on the one that this one leaves. */
    private static final ArrayDeque<SimSystem> IDLE = new ArrayDeque<>();

    private final SimSystem system;
    private final SimCluster cluster;
    private final Workload workload;
    private final List<ScriptedClient> scripted = new ArrayList<>();
    private final Probes probes;
    private ActorRef<LedgerClient.Command> clientActor;         // in the place of scripted ones, or null

    /**
     * A place on a replica's disk.
     *
     * @param number in the log an op, else which reply slot or superblock copy
     */
    public record Place(Storage.Zone zone, long number) {
        long offset(WalGeometry geometry) {
            return switch (zone) {
                case WAL_PREPARES -> geometry.prepareOffset(geometry.slotOf(number));
                case WAL_HEADERS -> geometry.sectorOffset(geometry.sectorOf(geometry.slotOf(number)));
                case REPLIES -> number * ClusterConstants.REPLY_SIZE_MAX;
                case SUPERBLOCK -> SuperBlockZone.offset((int) number);
            };
        }
    }

    private Scenario(int replicaCount, int clientCount) {
        SimRandom random = new SimRandom(1);
        this.system = idleSystem();
        this.cluster = new SimCluster(system, random, Circumstances.calm(replicaCount, clientCount), null);
        this.probes = new Probes(cluster);
        this.workload = new Workload(random.fork("workload"), cluster.constants().bodyLimit());
        cluster.replicas().forEach(SimReplica::start);
        cluster.clients().forEach(SimClient::start);
        settle();
    }

    private static SimSystem idleSystem() {
        synchronized (IDLE) {
            return IDLE.isEmpty() ? SimCluster.newSystem() : IDLE.poll();
        }
    }

    /** A running cluster with one client that has a session. */
    public static Scenario of(int replicaCount) {
        return of(replicaCount, 1);
    }

    /** A running cluster whose clients have sessions: their registers are ops 1 … clientCount. */
    public static Scenario of(int replicaCount, int clientCount) {
        return new Scenario(replicaCount, clientCount);
    }

    /** The prepare of this op in the log. */
    public static Place walEntry(long op) {
        return new Place(Storage.Zone.WAL_PREPARES, op);
    }

    /** The header sector with the redundant header of this op and of its neighbours in the ring. */
    public static Place walHeaders(long op) {
        return new Place(Storage.Zone.WAL_HEADERS, op);
    }

    /** The last reply of the session in this slot. */
    public static Place reply(int slot) {
        return new Place(Storage.Zone.REPLIES, slot);
    }

    /** One of the four copies of the superblock. */
    public static Place superBlock(int copy) {
        return new Place(Storage.Zone.SUPERBLOCK, copy);
    }

    public ClientHandle client() {
        return new ClientHandle(this, cluster.clients().subList(0, 1));
    }

    /** All clients: each of them asks at the same time. */
    public ClientHandle clients() {
        return new ClientHandle(this, cluster.clients());
    }

    /** One more client, with a fresh id and without a session, that says what the story wants it to say. */
    public ScriptedClient scripted() {
        require(clientActor == null, "the place of scripted clients is taken by the client actor");
        if (scripted.isEmpty()) {
            cluster.spareClient().standIn(this::hear);
        }
        ScriptedClient client = new ScriptedClient(this, cluster.spareClient(), scripted.size() + 1);
        scripted.add(client);
        return client;
    }

    /** One more client of production, without a session yet; the same each time. What it answers a probe can hear. */
    public ActorRef<LedgerClient.Command> clientActor() {
        require(scripted.isEmpty(), "the place of the client actor is taken by scripted clients");
        if (clientActor == null) {
            clientActor = cluster.system().spawn(cluster.spareClient().behavior(Duration.ofNanos(PATIENCE)), "client");
        }
        return clientActor;
    }

    /** A probe of Akka's testkit. It never waits: what it expects must have arrived. See {@link Probes}. */
    public <T> TestProbe<T> probe() {
        return probes.create();
    }

    /** Takes the probe's next message; until there is one time passes, and not a turn longer. */
    public <T> T receive(TestProbe<T> probe) {
        return probes.receive(probe, Duration.ofNanos(PATIENCE));
    }

    /** A probe that hears all messages of this kind that replicas send each other, from now until {@link #heal}. */
    public <T extends ReplicaMessage> TestProbe<T> overhear(Class<T> kind) {
        TestProbe<T> probe = probe();
        record((from, to, message) -> {
            if (kind.isInstance(message)) {
                probe.ref().tell(kind.cast(message));
            }
            return false;
        });
        return probe;
    }

    private void hear(int replica, ClientMessage message) {
        scripted.forEach(client -> client.hear(replica, message));
    }

    /** Whether somebody leads now. */
    public boolean isLed() {
        return cluster.primary() != null;
    }

    /** Whoever leads now. */
    public ReplicaHandle primary() {
        SimReplica primary = cluster.primary();
        require(primary != null, "nobody leads");
        return new ReplicaHandle(this, List.of(primary));
    }

    /** The nth replica after the primary, n from 1. */
    public ReplicaHandle backup(int n) {
        int index = (primary().only().index() + n) % cluster.replicaCount();
        return replica(index);
    }

    public ReplicaHandle replica(int index) {
        return new ReplicaHandle(this, List.of(cluster.replicas().get(index)));
    }

    public ReplicaHandle all() {
        return new ReplicaHandle(this, cluster.replicas());
    }

    /** One direction of one link is cut, until {@link #heal}. */
    public Scenario cut(ReplicaHandle from, ReplicaHandle to) {
        cluster.network().cut(from.index(), to.index());
        return this;
    }

    /** Between replicas no message of these kinds gets on its way, until {@link #heal}. */
    @SafeVarargs
    public final Scenario drop(Class<? extends ReplicaMessage>... kinds) {
        return drop((from, to, message) -> List.of(kinds).contains(message.getClass()));
    }

    /** The same for messages that the story picks by sender, receiver and content, in the place of earlier picks. */
    public Scenario drop(SimNetwork.Filter which) {
        cluster.network().filter(which);
        return this;
    }

    /** What is picked is kept from now on, until {@link #heal}, and arrives as well. */
    public KeptMessages record(KeptMessages.Pick pick) {
        return cluster.network().record(pick);
    }

    /** What is picked is held back from now on, until {@link #heal}; the story may deliver it later. */
    public KeptMessages hold(KeptMessages.Pick pick) {
        return cluster.network().hold(pick);
    }

    /** A message gets on its way between two replicas that the first of them never said. */
    public Scenario forge(ReplicaHandle from, ReplicaHandle to, Envelope envelope) {
        cluster.network().send(from.index(), to.index(), envelope);
        return this;
    }

    /** An envelope such as this replica would send now. */
    public Envelope envelope(ReplicaHandle from, int view, ReplicaMessage message) {
        return new Envelope(cluster.clusterId(), Envelope.PROTOCOL, view, from.index(), message);
    }

    /** No message is dropped any more for what it is; links stay cut. */
    public Scenario dropNothing() {
        return drop((from, to, message) -> false);
    }

    /** Every cut link is open again; what is dropped, kept or held back stays so. */
    public Scenario mendLinks() {
        cluster.network().mendLinks();
        return this;
    }

    /** Mends every link; nothing is dropped, held back or kept any more. */
    public Scenario heal() {
        cluster.network().mendAll();
        return this;
    }

    /** Lets that much virtual time pass. */
    public Scenario pass(Duration time) {
        long end = cluster.system().nowNanos() + time.toNanos();
        cluster.system().at(end, () -> { });
        cluster.runUntil(end);
        return this;
    }

    /** Lets time pass until this holds; two minutes must do. */
    public Scenario until(String what, BooleanSupplier condition) {
        await(what, condition);
        return this;
    }

    /** The same, and not a turn longer. */
    public Scenario untilJust(String what, BooleanSupplier condition) {
        long deadline = cluster.system().nowNanos() + PATIENCE;
        while (!condition.getAsBoolean()) {
            require(cluster.system().nowNanos() < deadline && cluster.step(), "waited in vain for " + what + ": "
                    + states());
        }
        return this;
    }

    /** Virtual time since the story began. */
    public Duration elapsed() {
        return Duration.ofNanos(cluster.system().nowNanos());
    }

    /** Waits until somebody leads, all replicas that are up follow, everything known is committed and nobody waits. */
    public Scenario settle() {
        await("the cluster to settle", () -> {
            SimReplica primary = cluster.primary();
            if (primary == null || cluster.clients().stream().anyMatch(SimClient::isWaiting)) {
                return false;
            }
            ReplicaSnapshot leading = primary.snapshot();
            for (SimReplica replica : cluster.replicas()) {
                ReplicaSnapshot now = replica.snapshot();
                if (replica.isUp() && (now == null || !now.isNormal() || now.view() != leading.view()
                        || now.op() != leading.op() || now.commitMin() != now.op() || now.dirty() > 0)) {
                    return false;
                }
            }
            return leading.op() >= cluster.clients().size();
        });
        return this;
    }

    /** Nobody leads now, and nobody comes to lead within that time. */
    public Scenario expectNoPrimary(Duration time) {
        long end = cluster.system().nowNanos() + time.toNanos();
        while (cluster.system().nowNanos() < end) {
            require(cluster.primary() == null, "somebody leads: " + states());
            pass(Duration.ofNanos(POLL));
        }
        return this;
    }

    /** Ops committed anywhere so far. */
    public long committed() {
        return cluster.history().op();
    }

    /** The header committed at this op. */
    public EntryHeader committed(long op) {
        return cluster.history().entry(op).header();
    }

    void await(String what, BooleanSupplier condition) {
        long deadline = cluster.system().nowNanos() + PATIENCE;
        while (!condition.getAsBoolean()) {
            require(cluster.system().nowNanos() < deadline, "waited in vain for " + what + ": " + states());
            pass(Duration.ofNanos(POLL));
        }
    }

    void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }

    private String states() {
        List<String> states = new ArrayList<>();
        cluster.replicas().forEach(replica -> states.add(String.valueOf(replica.snapshot())));
        return String.join("; ", states);
    }

    SimCluster cluster() {
        return cluster;
    }

    Workload workload() {
        return workload;
    }

    @Override
    public void close() {
        probes.stop();
        cluster.close();
        synchronized (IDLE) {
            IDLE.add(system);
        }
    }
}
