package dev.viewstamp.actors.replica;

import dev.viewstamp.actors.message.Envelope;
import dev.viewstamp.actors.message.ReplicaMessage;
import dev.viewstamp.client.protocol.ClientMessage;
import dev.viewstamp.journal.CheckpointState;
import dev.viewstamp.journal.ClusterConstants;
import dev.viewstamp.journal.OpenedLog;
import dev.viewstamp.journal.Word128;
import dev.viewstamp.ledger.Uint128;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Replicas around the plain core, in one thread and virtual time, on a network and disks that misbehave as a seed
 * says. No Akka: what fails here is the protocol. One seed, one run.
 */
final class CoreCluster {
    static final long TICK_NANOS = 10_000_000;
    static final long EPOCH_NANOS = 1_700_000_000_000_000_000L;
    private static final int OLD_MAX = 300;
    static final Word128 CLUSTER = Word128.of(7);

    /** Which messages between replicas never arrive. */
    @FunctionalInterface
    interface Link {
        boolean loses(int from, int to, ReplicaMessage message);
    }

    /** What a replica told a client, whether or not it arrived. */
    record Answer(int replica, ClientMessage message) {
    }

    private record Event(long at, long order, Runnable action) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            return at != other.at ? Long.compare(at, other.at) : Long.compare(order, other.order);
        }
    }

    private final long seed;
    private final SplittableRandom random;
    private final ClusterConstants constants;
    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private final List<CoreNode> nodes = new ArrayList<>();
    private final List<SimClient> clients = new ArrayList<>();
    private final CoreChecker checker;
    private final boolean[][] blocked;
    private final boolean[] requestsBlocked;
    private final boolean[] repliesBlocked;
    private Link lost = (from, to, message) -> false;
    private double loss;
    private double duplication;
    private long delayMaxNanos = 5_000_000;
    private long diskMaxNanos = 2_000_000;
    private long checkpointMaxNanos = 5_000_000;
    private long fetchMaxNanos = 10_000_000;
    private final Map<Integer, Envelope> lastCommits = new HashMap<>();
    private final Map<Integer, Envelope> lastStartViews = new HashMap<>();
    private final Map<Integer, ReplicaMessage.DoViewChange> lastDoViewChanges = new HashMap<>();
    private final Map<Integer, String> lines = new HashMap<>();
    private final Set<Integer> asked = new HashSet<>();
    private final List<Answer> answers = new ArrayList<>();
    private final List<Runnable> old = new ArrayList<>();
    private double replayRate;
    private long nanos;
    private long order;
    private long messages;
    private long syncs;
    private boolean isTracing;

    CoreCluster(int replicaCount, long seed) {
        this(new ClusterConstants(replicaCount, 128, 4096, 4096 - 256, 4, 7, 16), seed);
    }

    CoreCluster(ClusterConstants constants, long seed) {
        this.seed = seed;
        this.random = new SplittableRandom(seed);
        this.constants = constants;
        this.checker = new CoreChecker(constants.replicaCount(), constants.cadence());
        this.blocked = new boolean[constants.replicaCount()][constants.replicaCount()];
        this.requestsBlocked = new boolean[constants.replicaCount()];
        this.repliesBlocked = new boolean[constants.replicaCount()];
        try {
            for (int index = 0; index < constants.replicaCount(); index++) {
                nodes.add(new CoreNode(this, index, new MemoryDisk(CLUSTER, constants, index), random.split()));
            }
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        schedule(TICK_NANOS, this::tickAll);
    }

    long seed() {
        return seed;
    }

    SplittableRandom random() {
        return random;
    }

    int replicaCount() {
        return nodes.size();
    }

    ClusterConstants constants() {
        return constants;
    }

    int requestQueueMax() {
        return constants.clientsMax() + 1 - constants.pipelineMax();
    }

    CoreChecker checker() {
        return checker;
    }

    CoreNode node(int index) {
        return nodes.get(index);
    }

    List<CoreNode> nodes() {
        return nodes;
    }

    List<SimClient> clients() {
        return clients;
    }

    SimClient addClient() {
        SimClient client = new SimClient(this, clients.size(), random.split());
        clients.add(client);
        return client;
    }

    long nanos() {
        return nanos;
    }

    /** Lets one client after the other ask until so much is committed. */
    void commitUntil(long op) {
        if (clients.isEmpty()) {
            addClient();
        }
        while (checker.opCommittedMax() < op) {
            for (SimClient client : clients) {
                client.want(1);
            }
            runUntil("committed up to " + op, 6_000, this::areClientsDone);
        }
    }

    long tick() {
        return nanos / TICK_NANOS;
    }

    long messages() {
        return messages;
    }

    void trace() {
        isTracing = true;
    }

    void trace(Supplier<String> line) {
        if (isTracing) {
            System.out.printf("%9d %s%n", nanos / 1000, line.get());
        }
    }

    /** One line whenever a replica's status, view or commits change. */
    void traceNode(ReplicaSnapshot now) {
        if (isTracing) {
            String line = String.format("R%d %-19s view=%d/%d durable=%d/%d commit=%d..%d op=%d dirty=%d cp=%d",
                    now.replica(),
                    now.status(), now.view(), now.logView(), now.viewDurable(), now.logViewDurable(), now.commitMin(),
                    now.commitMax(), now.op(), now.dirty(), now.checkpointOp());
            if (!line.equals(lines.put(now.replica(), line))) {
                trace(() -> line);
            }
        }
    }

    void network(double lossRate, double duplicationRate, long delayNanos) {
        loss = lossRate;
        duplication = duplicationRate;
        delayMaxNanos = delayNanos;
    }

    /** How many messages per tick come again, however old: from any view, to any later incarnation. */
    void replays(double perTick) {
        replayRate = perTick;
    }

    /** How long the files of a checkpoint take to be written, and one of them to be fetched. */
    void checkpoints(long writeNanos, long fetchNanos) {
        checkpointMaxNanos = writeNanos;
        fetchMaxNanos = fetchNanos;
    }

    void disks(long delayNanos) {
        diskMaxNanos = delayNanos;
    }

    void lose(Link which) {
        lost = which;
    }

    /** Cuts clients off from a replica, in either direction. */
    void blockClients(int replica, boolean requests, boolean replies) {
        requestsBlocked[replica] = requests;
        repliesBlocked[replica] = replies;
    }

    void block(int from, int to, boolean isBlocked) {
        blocked[from][to] = isBlocked;
    }

    void isolate(int replica, boolean incoming, boolean outgoing) {
        for (int other = 0; other < replicaCount(); other++) {
            if (other != replica) {
                blocked[other][replica] |= incoming;
                blocked[replica][other] |= outgoing;
            }
        }
    }

    void heal() {
        for (boolean[] row : blocked) {
            java.util.Arrays.fill(row, false);
        }
        lost = (from, to, message) -> false;
        java.util.Arrays.fill(requestsBlocked, false);
        java.util.Arrays.fill(repliesBlocked, false);
    }

    CoreCluster startAll() {
        for (CoreNode node : nodes) {
            if (!node.isUp()) {
                OpenedLog.Status opened = node.start();
                Invariant.check(opened != OpenedLog.Status.REFUSED, "a log was refused");
            }
        }
        return this;
    }

    void crashAll() {
        nodes.stream().filter(CoreNode::isUp).forEach(CoreNode::crash);
    }

    /** The primary of the newest view that has one in normal status, or null. */
    CoreNode primary() {
        CoreNode primary = null;
        for (CoreNode node : nodes) {
            if (node.isUp() && node.snapshot().isPrimary()
                    && (primary == null || primary.snapshot().view() < node.snapshot().view())) {
                primary = node;
            }
        }
        return primary;
    }

    /** One that is up, normal, and no primary. */
    CoreNode backup() {
        for (CoreNode node : nodes) {
            if (node.isUp() && node.snapshot().status() == StatusName.NORMAL_BACKUP) {
                return node;
            }
        }
        return null;
    }

    void run(long ticks) {
        runNanos(ticks * TICK_NANOS);
    }

    void runNanos(long duration) {
        long until = nanos + duration;
        while (events.peek().at <= until) {
            step();
        }
        nanos = until;
    }

    /** Runs until it holds; fails after {@code ticksMax}. */
    void runUntil(String what, long ticksMax, BooleanSupplier holds) {
        long until = nanos + ticksMax * TICK_NANOS;
        while (!holds.getAsBoolean()) {
            if (nanos > until) {
                throw new AssertionError("seed " + seed + ": not within " + ticksMax + " ticks: " + what + "\n" + this);
            }
            step();
        }
    }

    /** All replicas up, normal in one view, everything committed everywhere, nothing to repair. */
    boolean isConverged() {
        ReplicaSnapshot first = null;
        for (CoreNode node : nodes) {
            if (!node.isUp()) {
                return false;
            }
            ReplicaSnapshot now = node.snapshot();
            first = first == null ? now : first;
            if (!now.isNormal() || now.view() != first.view() || now.commitMin() != first.op() || now.op() != first.op()
                    || now.commitMin() != now.commitMax() || now.dirty() != 0 || now.repliesFaulty() != 0
                    || now.checkpointOp() != first.checkpointOp() || now.syncTargetOp() != 0) {
                return false;
            }
        }
        return true;
    }

    boolean areClientsDone() {
        return clients.stream().allMatch(SimClient::isDone);
    }

    void send(int from, int to, Envelope envelope) {
        Invariant.check(from != to, "replica %d sends to itself", from);
        messages++;
        if (envelope.message() instanceof ReplicaMessage.Commit) {
            lastCommits.put(from, envelope);
        } else if (envelope.message() instanceof ReplicaMessage.StartView) {
            lastStartViews.put(from, envelope);
        } else if (envelope.message() instanceof ReplicaMessage.DoViewChange vote) {
            lastDoViewChanges.put(from, vote);
        } else if (envelope.message() instanceof ReplicaMessage.GetStartView) {
            asked.add(from * replicaCount() + to);
        }
        if (isTracing) {
            System.out.printf("%8d R%d -> R%d v%d %s%n", nanos / 1000, from, to, envelope.view(),
                    brief(envelope.message()));
        }
        remember(() -> receive(from, to, envelope));
        int copies = random.nextDouble() < duplication ? 2 : 1;
        for (int copy = 0; copy < copies; copy++) {
            if (random.nextDouble() >= loss) {
                long delay = 100_000 + random.nextLong(delayMaxNanos);
                if (copy > 0 && random.nextInt(4) == 0) {
                    delay += random.nextLong(20 * delayMaxNanos);
                }
                schedule(delay, () -> receive(from, to, envelope));
            }
        }
    }

    private void remember(Runnable delivery) {
        if (replayRate > 0) {
            if (old.size() < OLD_MAX) {
                old.add(delivery);
            } else if (random.nextInt(8) == 0) {
                old.set(random.nextInt(OLD_MAX), delivery);
            }
        }
    }

    private static String brief(ReplicaMessage message) {
        String text = message.toString();
        return text.length() > 160 ? text.substring(0, 160) : text;
    }

    private void receive(int from, int to, Envelope envelope) {
        CoreNode node = nodes.get(to);
        if (node.isUp() && !blocked[from][to] && !lost.loses(from, to, envelope.message())) {
            node.handle(() -> node.replica().onMessage(envelope, node.now()));
        }
    }

    void fromClient(SimClient client, int to, ClientMessage message) {
        if (random.nextDouble() < loss || requestsBlocked[to]) {
            return;
        }
        schedule(100_000 + random.nextLong(delayMaxNanos), () -> {
            CoreNode node = nodes.get(to);
            if (!node.isUp()) {
                return;
            }
            if (message instanceof ClientMessage.Request request) {
                node.handle(() -> node.replica().onRequest(request, node.now()));
            } else if (message instanceof ClientMessage.PingClient ping) {
                node.handle(() -> node.replica().onPingClient(ping, node.now()));
            }
        });
    }

    void toClient(int from, ClientMessage message) {
        if (message instanceof ClientMessage.Reply reply) {
            checker.replied(from, reply);
        }
        answers.add(new Answer(from, message));
        if (isTracing) {
            System.out.printf("%8d R%d -> client %s%n", nanos / 1000, from, message);
        }
        if (random.nextDouble() < loss || repliesBlocked[from]) {
            return;
        }
        schedule(100_000 + random.nextLong(delayMaxNanos), () -> clients.forEach(client -> client.receive(message)));
    }

    long writeDelay() {
        return 50_000 + random.nextLong(diskMaxNanos);
    }

    long readDelay() {
        return 50_000 + random.nextLong(diskMaxNanos);
    }

    void synced() {
        syncs++;
    }

    /** How often a replica took over another's checkpoint. */
    long syncs() {
        return syncs;
    }

    long checkpointDelay() {
        return 50_000 + random.nextLong(checkpointMaxNanos);
    }

    long fetchDelay() {
        return 1_000_000 + random.nextLong(fetchMaxNanos);
    }

    /** One file of a checkpoint from a random peer, if that can be reached and has it. */
    void fetchFile(int to, CheckpointShelf shelf, CheckpointState checkpoint) {
        int from = random.nextInt(replicaCount());
        if (from != to && nodes.get(from).isUp() && !blocked[from][to] && !blocked[to][from]) {
            shelf.fetchFrom(nodes.get(from).shelf(), checkpoint);
        }
    }

    long executeDelay() {
        return 10_000 + random.nextLong(500_000);
    }

    /** Hands a message over as if the network had brought it just now. */
    void inject(int to, Envelope envelope) {
        receive(envelope.replica(), to, envelope);
    }

    /** What this client is sent within so many ticks after the event, by whomever. */
    List<ClientMessage> answersTo(Uint128 client, long ticks, Consumer<Replica> event, int replica) {
        answers.clear();
        nodes.get(replica).handle(() -> event.accept(nodes.get(replica).replica()));
        run(ticks);
        return answers.stream().map(Answer::message).filter(answer -> answer.client().equals(client)).toList();
    }

    /** Which replicas have answered the request of this op so far, once for each time. */
    List<Integer> whoAnswered(long op) {
        return answers.stream().filter(answer -> answer.message() instanceof ClientMessage.Reply reply
                && reply.op() == op).map(Answer::replica).toList();
    }

    /** The newest heartbeat that this replica sent. */
    Envelope lastCommit(int replica) {
        return lastCommits.get(replica);
    }

    /** The newest StartView that this replica sent. */
    Envelope lastStartView(int replica) {
        return lastStartViews.get(replica);
    }

    void forgetDoViewChanges() {
        lastDoViewChanges.clear();
    }

    /** The newest DoViewChange that this replica sent, or null. */
    ReplicaMessage.DoViewChange lastDoViewChange(int replica) {
        return lastDoViewChanges.get(replica);
    }

    /** Whether {@code to} never asked {@code from} for its StartView. */
    boolean isUnsolicited(int from, int to) {
        return !asked.contains(to * replicaCount() + from);
    }

    void schedule(long delayNanos, Runnable action) {
        events.add(new Event(nanos + delayNanos, order++, action));
    }

    private void step() {
        Event event = events.poll();
        nanos = event.at;
        event.action.run();
    }

    private void tickAll() {
        for (CoreNode node : nodes) {
            if (node.isUp()) {
                node.tick();
            }
        }
        clients.forEach(SimClient::onTick);
        for (double rate = replayRate; rate > 0 && !old.isEmpty(); rate--) {
            if (random.nextDouble() < rate) {
                old.get(random.nextInt(old.size())).run();
            }
        }
        schedule(TICK_NANOS, this::tickAll);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("tick " + tick());
        for (CoreNode node : nodes) {
            text.append('\n').append(node.isUp() ? node.snapshot() : "down");
        }
        return text.toString();
    }
}
