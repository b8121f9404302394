package dev.viewstamp.testkit.sim;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import akka.pattern.StatusReply;
import dev.viewstamp.client.ClientRuntime;
import dev.viewstamp.client.ClientSettings;
import dev.viewstamp.client.LedgerClient;
import dev.viewstamp.client.protocol.ClientEnvelope;
import dev.viewstamp.client.protocol.ClientInbox;
import dev.viewstamp.client.protocol.ClientMessage;
import dev.viewstamp.ledger.Uint128;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * One simulated client: the production actor, asked for one batch of the workload after another. It reaches the
 * replicas over the simulated network. When it dies, another one takes its place under a new session.
 */
public final class SimClient {
    private static final Duration NEVER = Duration.ofHours(10);

    private final int index;
    private final SimCluster cluster;
    private final SimRandom random;
    private int life;
    private ActorRef<LedgerClient.Command> actor;
    private ActorRef<ClientInbox> inbox;
    private boolean waiting;
    private long answers;
    private long failures;
    private ActorRef<ClientInbox> voice;                         // of whoever stands in for the actor

    SimClient(int index, SimCluster cluster, SimRandom random) {
        this.index = index;
        this.cluster = cluster;
        this.random = random;
    }

    /** Whether a request was handed over and neither answered nor given up. */
    public boolean isWaiting() {
        return waiting;
    }

    /** Requests answered with results. */
    public long answers() {
        return answers;
    }

    /** Requests given up: their outcome is unknown. */
    public long failures() {
        return failures;
    }

    public void start() {
        Behavior<LedgerClient.Command> behavior = behavior(NEVER);
        actor = cluster.system().spawn(behavior, "client-" + index + "-" + life);
    }

    /**
     * The client actor of a new life, connected to this client's place in the network.
     *
     * @param requestTimeout of calls that name none
     */
    public Behavior<LedgerClient.Command> behavior(Duration requestTimeout) {
        life++;
        inbox = null;
        int thisLife = life;
        List<ActorRef<ClientInbox>> doors = new ArrayList<>();
        List<String> addresses = new ArrayList<>();
        for (int replica = 0; replica < cluster.replicaCount(); replica++) {
            doors.add(door(replica, thisLife));
            addresses.add("replica-" + replica + ":3000");
        }
        Uint128 id = new Uint128(cluster.clusterId().hi(), cluster.clusterId().lo());
        ClientSettings settings = new ClientSettings(addresses, id, requestTimeout, Duration.ofSeconds(30),
                Duration.ofMillis(50),
                Duration.ofSeconds(5), 100, 1 << 20, false, 1, 1);
        ClientRuntime runtime = new ClientRuntime(cluster.system()::nowNanos, random.fork("life", life));
        cluster.network().attach(cluster.nodeOfClient(index), (from, message) -> {
            if (inbox != null) {
                inbox.tell((ClientInbox) message);
            }
        });
        return LedgerClient.create(settings, runtime, doors);
    }

    /**
     * Nobody starts here; the caller stands in for the client. What replicas send to this place it hears, and it
     * {@link #say}s what it likes.
     *
     * @param hears gets the sending replica and what it says
     */
    public void standIn(BiConsumer<Integer, ClientMessage> hears) {
        life++;
        voice = cluster.system().spawn(Behaviors.ignore(), "voice-" + index + "-" + life);
        cluster.network().attach(cluster.nodeOfClient(index),
                (from, message) -> hears.accept(from, ((ClientEnvelope) message).message()));
    }

    /** Says this to a replica, as a client may. */
    public void say(int replica, ClientMessage message) {
        cluster.sendToReplica(index, replica, envelope(message));
    }

    /** Says this to a replica, as no client may: what it asks for must never be done. */
    public void forge(int replica, ClientMessage message) {
        cluster.network().send(cluster.nodeOfClient(index), replica, envelope(message));
    }

    private ClientEnvelope envelope(ClientMessage message) {
        Uint128 id = new Uint128(cluster.clusterId().hi(), cluster.clusterId().lo());
        return new ClientEnvelope(id, voice, message);
    }

    /** Ends this client with whatever it had in flight; a new one starts. */
    void crash() {
        cluster.trace().say(name(), "crashes");
        cluster.system().kill(actor);
        waiting = false;
        start();
        cluster.onAnswer(this);
    }

    /** Hands over one batch. */
    public void submit(Workload.Batch batch, Duration patience) {
        waiting = true;
        int thisLife = life;
        ActorRef<StatusReply<byte[]>> asker = cluster.system().spawn(Behaviors.receiveMessage(reply -> {
            if (life == thisLife) {
                onAnswer(reply.isSuccess());
            }
            return Behaviors.stopped();
        }), "asker-" + index + "-" + cluster.nextNumber());
        cluster.trace().say(name(), "asks " + batch.operation().wireName() + " of " + batch.events().length + " bytes");
        actor.tell(new LedgerClient.Submit(batch.operation().code(), batch.events(), patience, asker));
    }

    private void onAnswer(boolean success) {
        waiting = false;
        if (success) {
            answers++;
        } else {
            failures++;
        }
        cluster.trace().say(name(), success ? "is answered" : "gives up");
        cluster.onAnswer(this);
    }

    private ActorRef<ClientInbox> door(int replica, int thisLife) {
        return cluster.system().spawn(Behaviors.receiveMessage(message -> {
            if (life == thisLife && message instanceof ClientEnvelope envelope) {
                inbox = envelope.sender();
                cluster.sendToReplica(index, replica, envelope);
            }
            return Behaviors.same();
        }), "door-" + index + "-" + thisLife + "-" + replica);
    }

    /** How many times a process was started here. */
    int life() {
        return life;
    }

    public int index() {
        return index;
    }

    String name() {
        return "C" + index;
    }
}
