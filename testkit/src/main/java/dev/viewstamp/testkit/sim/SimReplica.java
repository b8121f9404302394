package dev.viewstamp.testkit.sim;

import akka.actor.typed.ActorRef;
import akka.actor.typed.javadsl.Behaviors;
import dev.viewstamp.actors.message.ReplicaInbox;
import dev.viewstamp.actors.replica.ReplicaSnapshot;
import dev.viewstamp.actors.shell.LedgerActor;
import dev.viewstamp.actors.shell.NodeGuardian;
import dev.viewstamp.actors.shell.NodeOptions;
import dev.viewstamp.actors.shell.Scrubber;
import dev.viewstamp.actors.shell.TimeSource;
import dev.viewstamp.actors.shell.World;
import dev.viewstamp.client.protocol.ClientEnvelope;
import dev.viewstamp.client.protocol.ClientInbox;
import dev.viewstamp.journal.OpenedLog;
import dev.viewstamp.journal.VsrState;
import dev.viewstamp.ledger.LedgerOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * One simulated machine with a replica on it: the production actors of {@link NodeGuardian} in a {@link World} of
 * simulated network, disk and clocks. The disk and the clocks outlive the process; a life is one run of it. What a
 * dead life still says goes nowhere.
 */
public final class SimReplica {
    private final int index;
    private final SimCluster cluster;
    private final SimDisk disk;
    private final SimClock clock;
    private int life;
    private String actorName;
    private boolean up;
    private boolean paused;
    private boolean diskLost;
    private ActorRef<NodeGuardian.Command> guardian;
    private NodeGuardian.Node node;
    private Supplier<ReplicaSnapshot> core;
    private List<ActorRef<ClientInbox>> replyLinks = List.of();

    SimReplica(int index, SimCluster cluster, SimDisk disk, SimClock clock) {
        this.index = index;
        this.cluster = cluster;
        this.disk = disk;
        this.clock = clock;
    }

    public int index() {
        return index;
    }

    public boolean isUp() {
        return up;
    }

    public boolean isPaused() {
        return paused;
    }

    /** The replica's state between two turns, or null while it is down or still opens its log. */
    public ReplicaSnapshot snapshot() {
        return core == null ? null : core.get();
    }

    public SimDisk disk() {
        return disk;
    }

    public SimClock clock() {
        return clock;
    }

    /** How many times a process was started here. */
    int life() {
        return life;
    }

    /** Name of the top-level actor of the life that runs now. */
    String actorName() {
        return actorName;
    }

    /** Whether its disk is gone and no other is in its place yet. */
    boolean isDiskLost() {
        return diskLost;
    }

    /** The machine is found without its disk. */
    public void loseDisk() {
        crash();
        disk.wipe();
        diskLost = true;
    }

    /** A new disk holds what {@code recover} writes on it; the next {@link #start} is possible. */
    public void replaceDisk(int view, long commitMax) {
        cluster.trace().say(name(), "gets a new disk, formatted for view " + view);
        cluster.replaceDisk(this, VsrState.reformatted(cluster.clusterId(), index, view, commitMax));
        diskLost = false;
    }

    /** Starts a process on what the disk holds. No effect if one runs, or if there is no disk. */
    public void start() {
        if (up || diskLost) {
            return;
        }
        up = true;
        life++;
        actorName = "replica-" + index + "-" + life;
        cluster.onStarted(this);
        int thisLife = life;
        replyLinks = replyLinks(thisLife);
        World world = new World(time(), (to, envelope) -> {
            if (life == thisLife && up) {
                cluster.send(index, to, envelope);
            }
        }, name -> SimDiskWorker.create(disk, cluster.history()::onWritten), name -> SimFileWorker.create(disk),
                disk.files(), ledgerOptions(),
                cluster.random().fork("replica", index).fork("life", thisLife),
                (log, snapshot) -> opened(thisLife, log, snapshot), ready -> { });
        NodeOptions options = cluster.nodeOptions(index);
        guardian = cluster.system().spawn(NodeGuardian.create(options, context -> world,
                (part, cause) -> failed(thisLife, part, cause)), actorName());
        ActorRef<NodeGuardian.Node> introduction = cluster.system().spawn(Behaviors.receiveMessage(found -> {
            if (life == thisLife) {
                node = found;
            }
            return Behaviors.stopped();
        }), "introduction-" + index + "-" + life);
        guardian.tell(new NodeGuardian.GetNode(introduction));
        cluster.network().attach(index, this::receive);
        cluster.trace().say(name(), "starts, life " + life);
    }

    private void opened(int thisLife, OpenedLog log, Supplier<ReplicaSnapshot> snapshot) {
        if (life == thisLife && up) {
            cluster.onOpened(index, log, snapshot.get());
            core = snapshot;
        }
    }

    private void failed(int thisLife, String part, Throwable cause) {
        if (life == thisLife && up) {
            cluster.onFailure(this, part, cause);
        }
    }

    /** The process dies now; the disk keeps what was durable. No effect if it is down. */
    public void crash() {
        if (!up) {
            return;
        }
        cluster.trace().say(name(), "crashes");
        up = false;
        core = null;
        node = null;
        resume();
        cluster.system().resume(actorName() + "/ledger");
        cluster.network().attach(index, null);
        disk.crash();
        cluster.system().kill(guardian);
    }

    /** Stands still from now on: no actor of this node takes a turn, its clocks and its disk go on. */
    public void pause() {
        if (up && !paused) {
            paused = true;
            cluster.system().pause(actorName());
            cluster.trace().say(name(), "pauses");
        }
    }

    /** The ledger of this node executes nothing from now on; everything else goes on. */
    public void pauseLedger() {
        cluster.system().pause(actorName() + "/ledger");
        cluster.trace().say(name(), "pauses its ledger");
    }

    public void resumeLedger() {
        cluster.system().resume(actorName() + "/ledger");
        cluster.trace().say(name(), "resumes its ledger");
    }

    public void resume() {
        if (paused) {
            paused = false;
            cluster.system().resume(actorName());
            cluster.trace().say(name(), "resumes");
        }
    }

    /** Has every file read and repaired where it is damaged; told of it in a later turn. */
    public void scrub(java.util.function.Consumer<Scrubber.Scrubbed> done, long number) {
        ActorRef<Scrubber.Scrubbed> asker = cluster.system().spawn(Behaviors.receiveMessage(scrubbed -> {
            done.accept(scrubbed);
            return Behaviors.stopped();
        }), "scrub-" + index + "-" + number);
        node.scrubber().tell(new Scrubber.ScrubAll(asker));
    }

    /** Asks the ledger for its digest; the answer comes in a later turn. */
    void askDigest(java.util.function.Consumer<byte[]> answer, long number) {
        ActorRef<byte[]> asker = cluster.system().spawn(Behaviors.receiveMessage(digest -> {
            answer.accept(digest);
            return Behaviors.stopped();
        }), "digest-" + index + "-" + number);
        node.ledger().tell(new LedgerActor.GetDigest(asker));
    }

    private void receive(int from, Object message) {
        if (node == null) {
            return;
        }
        if (from < cluster.replicaCount()) {
            node.replica().tell((ReplicaInbox) message);
        } else if (message instanceof ClientEnvelope envelope) {
            ActorRef<ClientInbox> wayBack = replyLink(from - cluster.replicaCount());
            node.sessions().tell(new ClientEnvelope(envelope.cluster(), wayBack, envelope.message()));
        } else {
            node.sessions().tell((ClientInbox) message);
        }
    }

    /** Whatever the door tells a client goes over the network: one actor per client stands for the way there. */
    private List<ActorRef<ClientInbox>> replyLinks(int thisLife) {
        List<ActorRef<ClientInbox>> links = new ArrayList<>();
        for (int client = 0; client < cluster.clientCount(); client++) {
            links.add(replyLink(thisLife, client));
        }
        return links;
    }

    private ActorRef<ClientInbox> replyLink(int thisLife, int client) {
        return cluster.system().spawn(Behaviors.receiveMessage(message -> {
            if (life == thisLife && up) {
                cluster.sendToClient(index, client, message);
            }
            return Behaviors.same();
        }), "link-" + index + "-" + thisLife + "-" + client);
    }

    /** The spare client's is there when it first speaks. */
    private ActorRef<ClientInbox> replyLink(int client) {
        if (client == replyLinks.size()) {
            replyLinks.add(replyLink(life, client));
        }
        return replyLinks.get(client);
    }

    private LedgerOptions ledgerOptions() {
        return cluster.ledgerOptions().withHashSeed(cluster.random().fork("ledger", index).nextLong());
    }

    private TimeSource time() {
        return new TimeSource() {
            @Override
            public long monotonicNanos() {
                return clock.monotonicNanos();
            }

            @Override
            public long wallNanos() {
                return clock.wallNanos();
            }
        };
    }

    String name() {
        return "R" + index;
    }
}
