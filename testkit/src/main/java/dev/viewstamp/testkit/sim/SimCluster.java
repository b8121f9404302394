package dev.viewstamp.testkit.sim;

import akka.actor.ActorPath;
import com.typesafe.config.ConfigFactory;
import dev.viewstamp.actors.message.Envelope;
import dev.viewstamp.actors.message.ReplicaMessage.DoViewChange;
import dev.viewstamp.actors.message.ReplicaMessage.GetPrepare;
import dev.viewstamp.actors.message.ReplicaMessage.PrepareOk;
import dev.viewstamp.actors.message.ReplicaMessage.StartView;
import dev.viewstamp.actors.replica.Quorums;
import dev.viewstamp.actors.replica.ReplicaOptions;
import dev.viewstamp.actors.replica.ReplicaSnapshot;
import dev.viewstamp.actors.replica.StatusName;
import dev.viewstamp.actors.shell.CheckpointOptions;
import dev.viewstamp.actors.shell.NodeOptions;
import dev.viewstamp.actors.shell.ProductionWorld;
import dev.viewstamp.client.protocol.ClientEnvelope;
import dev.viewstamp.client.protocol.ClientInbox;
import dev.viewstamp.client.protocol.ClientMessage.Eviction;
import dev.viewstamp.client.protocol.ClientMessage.EvictionReason;
import dev.viewstamp.client.protocol.ClientMessage.Reply;
import dev.viewstamp.client.protocol.ClientMessage.Request;
import dev.viewstamp.journal.CheckpointFile;
import dev.viewstamp.journal.CheckpointFiles;
import dev.viewstamp.journal.ClusterConstants;
import dev.viewstamp.journal.EntryCodec;
import dev.viewstamp.journal.EntryHeader;
import dev.viewstamp.journal.LogEntry;
import dev.viewstamp.journal.OpenedLog;
import dev.viewstamp.journal.RecoveryCase;
import dev.viewstamp.journal.Storage;
import dev.viewstamp.journal.StoredPrepare;
import dev.viewstamp.journal.SuperBlock;
import dev.viewstamp.journal.SuperBlockException;
import dev.viewstamp.journal.SuperBlockZone;
import dev.viewstamp.journal.VsrState;
import dev.viewstamp.journal.WalGeometry;
import dev.viewstamp.journal.Word128;
import dev.viewstamp.journal.ZoneFormat;
import dev.viewstamp.ledger.LedgerOptions;
import dev.viewstamp.testkit.check.EqualFiles;
import dev.viewstamp.testkit.check.CommitHistory;
import dev.viewstamp.testkit.check.LedgerReplay;
import dev.viewstamp.testkit.check.LogDiskChecker;
import dev.viewstamp.testkit.check.PaceChecker;
import dev.viewstamp.testkit.check.PersistenceChecker;
import dev.viewstamp.testkit.check.QuorumChecker;
import dev.viewstamp.testkit.check.ReplicaProgress;
import dev.viewstamp.testkit.check.ReplyChecker;
import dev.viewstamp.testkit.check.SessionChecker;
import dev.viewstamp.testkit.check.Violation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * A cluster of production replicas and clients in one simulated ActorSystem, with the checkers that look at it
 * after every turn. Nothing happens but in {@link #step}.
 */
public final class SimCluster implements AutoCloseable {
    private final Circumstances circumstances;
    private final SimRandom random;
    private final SimSystem system;
    private final boolean ownsSystem;
    private final Trace trace;
    private final FaultTally faults = new FaultTally();
    private final Marks marks = new Marks();
    private final SimNetwork network;
    private final Word128 clusterId;
    private final List<SimReplica> replicas = new ArrayList<>();
    private final List<SimClient> clients = new ArrayList<>();
    private final SimClient spareClient;
    private final Map<String, SimReplica> byActorName = new HashMap<>();
    private final CommitHistory history;
    private final LedgerReplay reference;
    private final ReplyChecker replyChecker;
    private final EqualFiles equalFiles = new EqualFiles();
    private final List<ReplicaProgress> progress = new ArrayList<>();
    private final List<PersistenceChecker> persistence = new ArrayList<>();
    private final List<LogDiskChecker> logDisks = new ArrayList<>();
    private final List<PaceChecker> paces = new ArrayList<>();
    private final QuorumChecker quorumChecker;
    private final SessionChecker sessions;
    private final FaultAtlas atlas;
    private final List<ReplicaSnapshot> lastSeen = new ArrayList<>();
    private Consumer<SimClient> onAnswer = client -> { };
    private boolean wasHeadLostInRewrite;
    private Violation violation;
    private long number;

    /**
     * Formats the disks; starts nobody.
     *
     * @param reader gets every line of the trace; null: only its digest is kept
     */
    public SimCluster(SimRandom random, Circumstances circumstances, Consumer<? super String> reader) {
        this(newSystem(), true, random, circumstances, reader);
    }

    /** As above, on a system that served other clusters before and may serve others afterwards. */
    public SimCluster(SimSystem system, SimRandom random, Circumstances circumstances,
            Consumer<? super String> reader) {
        this(system, false, random, circumstances, reader);
    }

    private SimCluster(SimSystem system, boolean ownsSystem, SimRandom random, Circumstances circumstances,
            Consumer<? super String> reader) {
        this.random = random;
        this.circumstances = circumstances;
        this.system = system;
        this.ownsSystem = ownsSystem;
        system.begin(random.fork("turns"), this::afterStep);
        this.trace = new Trace(system::nowNanos, reader);
        this.clusterId = new Word128(0, 7);
        this.history = new CommitHistory(clusterId);
        this.reference = new LedgerReplay(ledgerOptions());
        this.replyChecker = new ReplyChecker(history, reference);
        this.network = new SimNetwork(system, random.fork("network"), nodeNames(), circumstances.network(), trace,
                faults,
                MessageText::of);
        this.quorumChecker = new QuorumChecker(Quorums.of(replicaCount()), logDisks, history);
        this.sessions = new SessionChecker(constants().clientsMax(), constants().cadence()::isCheckpoint);
        this.atlas = new FaultAtlas(random.fork("atlas"), Quorums.of(replicaCount()), constants().walGeometry(),
                ClusterConstants.REPLY_SIZE_MAX, circumstances.confined());
        if (circumstances.disksMayBeLost()) {
            atlas.ofLostDisks();
        }
        for (int i = 0; i < replicaCount(); i++) {
            SimDisk disk = new SimDisk(i, constants(), system, random.fork("disk", i), atlas, circumstances.disk(),
                    trace, faults, watcher());
            format(disk, VsrState.root(clusterId, i));
            SimRandom clockRandom = random.fork("clock", i);
            SimClock clock = circumstances.clockSkewMaxNanos() == 0 && !circumstances.clocksDrift()
                    ? SimClock.exact(system::nowNanos) : SimClock.imperfect(system::nowNanos, clockRandom,
                            circumstances.clockSkewMaxNanos(), circumstances.clocksDrift());
            replicas.add(new SimReplica(i, this, disk, clock));
            if (clock.isSkewed()) {
                faults.struck(FaultKind.CLOCK_SKEW);
            }
            if (clock.isDrifting()) {
                faults.struck(FaultKind.CLOCK_DRIFT);
            }
            progress.add(new ReplicaProgress(i));
            paces.add(new PaceChecker(i));
            persistence.add(new PersistenceChecker(i, disk.intact(), constants().walGeometry()));
            observe(disk, i, new LogDiskChecker(i, disk.intact(), clusterId, constants().walGeometry()));
            lastSeen.add(null);
        }
        for (int i = 0; i < circumstances.clientCount(); i++) {
            clients.add(new SimClient(i, this, random.fork("client", i)));
        }
        int spare = circumstances.clientCount();
        spareClient = new SimClient(spare, this, random.fork("client", spare));
    }

    private SimFiles.Watcher watcher() {
        return new SimFiles.Watcher() {
            @Override
            public void published(int replica, CheckpointFile file, CheckpointFiles.Origin origin, byte[] bytes) {
                marks.onPublished(file, origin);
                trace.begin("R" + replica).append("completes ").append(file.fileName()).append(", ")
                        .append(bytes.length).append(" bytes")
                        .append(origin == CheckpointFiles.Origin.PEER ? " from peers" : "");
                trace.end();
                reporting(() -> equalFiles.onPublished(replica, file, bytes));
                if (file.kind() == CheckpointFile.Kind.SESSIONS) {
                    reporting(() -> sessions.onTable(replica, file.number(), bytes));
                }
            }

            @Override
            public void patched(int replica, CheckpointFile file) {
                marks.hit(Marks.Mark.BLOCK_REPAIRED);
                trace.say("R" + replica, "repairs " + file.fileName());
            }
        };
    }

    /** What is on the new disk, and with it what its checkers remember, begins anew. */
    void replaceDisk(SimReplica replica, VsrState initial) {
        int index = replica.index();
        format(replica.disk(), initial);
        logDisks.get(index).onDiskLost();
        quorumChecker.onDiskLost(index);
        progress.set(index, new ReplicaProgress(index));
        persistence.set(index, new PersistenceChecker(index, replica.disk().intact(), constants().walGeometry()));
    }

    boolean disksMayBeLost() {
        return circumstances.disksMayBeLost();
    }

    private void observe(SimDisk disk, int replica, LogDiskChecker checker) {
        logDisks.add(checker);
        disk.observer(new SimDisk.Observer() {
            @Override
            public void begun(Storage.Zone zone, long offset, byte[] bytes) {
                reporting(() -> checker.onBegun(zone, offset, bytes));
            }

            @Override
            public void ended(Storage.Zone zone, long offset, byte[] bytes) {
                reporting(() -> checker.onEnded(zone, offset, bytes)
                        .forEach(header -> quorumChecker.onDurable(replica, header)));
            }
        });
    }

    /** A system with the settings of production. */
    public static SimSystem newSystem() {
        return new SimSystem(ConfigFactory.parseResources("viewstamp-node.conf"));
    }

    private List<String> nodeNames() {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < replicaCount(); i++) {
            names.add("R" + i);
        }
        for (int i = 0; i <= circumstances.clientCount(); i++) {
            names.add("C" + i);
        }
        return names;
    }

    private void format(SimDisk disk, VsrState initial) {
        try {
            ZoneFormat.write(disk, SuperBlock.first(clusterId, constants(), initial), (bytes, total) -> { });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Small segments and few blocks in memory: so that jobs, merges and reads are frequent. */
    LedgerOptions ledgerOptions() {
        return LedgerOptions.defaults().withRequestBodyMax(constants().bodyLimit())
                .withSegmentRecords(circumstances.segmentRecords()).withCacheBlocks(circumstances.cacheBlocks());
    }

    NodeOptions nodeOptions(int replica) {
        return new NodeOptions(clusterId, replica, constants(), ReplicaOptions.defaults(),
                ProductionWorld.rules(constants()), 8, 1024,
                new CheckpointOptions(2, 2, 1 << 20, Duration.ofSeconds(20)));
    }

    /** Runs one turn or one appointment and every checker after it; throws the violation that it uncovers. */
    public boolean step() {
        boolean stepped = system.step();
        if (violation != null) {
            throw violation;
        }
        return stepped;
    }

    /** Steps until virtual time has passed {@code nanos}. */
    public void runUntil(long nanos) {
        while (system.nextNanos() <= nanos) {
            step();
        }
    }

    private void afterStep() {
        ActorPath actor = system.lastActor();
        if (actor == null || !actor.name().equals("replica")) {
            return;
        }
        SimReplica replica = byActorName.get(actor.parent().name());
        if (replica == null || !replica.isUp() || !replica.actorName().equals(actor.parent().name())) {
            return;
        }
        ReplicaSnapshot now = replica.snapshot();
        if (now != null) {
            reporting(() -> check(replica.index(), now));
        }
    }

    private void check(int replica, ReplicaSnapshot now) {
        ReplicaSnapshot before = lastSeen.get(replica);
        progress.get(replica).onStep(now);
        quorumChecker.onView(replica, now.view(), now.logView());
        quorumChecker.onCommitMax(replica, now.commitMax());
        if (before == null || before.commitMin() != now.commitMin()) {
            history.onCommit(replica, now.commitMin(), now.commitMinChecksum(), this::onFirstCommit);
        }
        if (before == null || changed(before, now)) {
            marks.onChange(before, now);
            StringBuilder line = trace.begin("R" + replica).append(now.status()).append(" view=").append(now.view())
                    .append('/').append(now.logView()).append(" commit=").append(now.commitMin()).append("..")
                    .append(now.commitMax()).append(" op=").append(now.op());
            if (now.faulty() > 0) {
                line.append(" faulty=").append(now.faulty());
            }
            trace.end();
        }
        lastSeen.set(replica, now);
    }

    private static boolean changed(ReplicaSnapshot a, ReplicaSnapshot b) {
        return a.status() != b.status() || a.view() != b.view() || a.logView() != b.logView() || a.op() != b.op()
                || a.commitMin() != b.commitMin() || a.commitMax() != b.commitMax() || a.faulty() != b.faulty()
                || a.abdicating() != b.abdicating();
    }

    private void onFirstCommit(LogEntry entry) {
        quorumChecker.onCommit(entry);
        sessions.onCommit(entry);
        reference.onCommit(entry);
        replyChecker.onCommit(entry);
    }

    /** Keeps the first violation; inside an actor's turn it cannot be thrown. */
    void report(Violation found) {
        if (violation == null) {
            violation = found;
        }
    }

    private void reporting(Runnable check) {
        try {
            check.run();
        } catch (Violation found) {
            report(found);
        }
    }

    void onFailure(SimReplica replica, String part, Throwable cause) {
        trace.say(replica.name(), "fails: " + part);
        report(new Violation("invariant", replica.name() + ", " + part + ": " + cause, cause));
    }

    void onStarted(SimReplica replica) {
        byActorName.put(replica.actorName(), replica);
        progress.get(replica.index()).onStart();
        lastSeen.set(replica.index(), null);
    }

    /**
     * Whether a log was opened with two entries of one op, and an uncertain head. A crash between the two writes of a
     * rewrite is enough for that, no damage is needed; so it may come on top of the damage that the atlas allows.
     */
    boolean wasHeadLostInRewrite() {
        return wasHeadLostInRewrite;
    }

    /** A replica has read its log; so it was found. */
    void onOpened(int replica, OpenedLog log, ReplicaSnapshot now) {
        marks.onOpened(log);
        wasHeadLostInRewrite |= !log.isHeadCertain() && log.recovery().findings().stream()
                .anyMatch(found -> found.row() == RecoveryCase.O);
        logDisks.get(replica).forgetBeyond(constants().cadence().prepareMax(now.checkpointOp()));
        logDisks.get(replica).forgetViewsAfter(now.logViewDurable());
        long checkpointNext = constants().cadence().next(now.checkpointOp());
        reporting(() -> quorumChecker.onOpened(replica, now.logViewDurable(), checkpointNext, log));
    }

    void send(int from, int to, Envelope envelope) {
        reporting(() -> persistence.get(from).onSend(envelope));
        if (envelope.message() instanceof PrepareOk ok) {
            reporting(() -> quorumChecker.onPrepareOk(from, envelope.view(), ok));
            progress.get(from).onPrepareOk(envelope.view(), ok.op());
        } else if (envelope.message() instanceof StartView start) {
            reporting(() -> quorumChecker.onStartView(from, envelope.view(), start));
        } else if (envelope.message() instanceof DoViewChange vote) {
            logDisks.get(from).forgetBeyond(constants().cadence().prepareMax(vote.checkpointOp()));
            reporting(() -> quorumChecker.onVote(from, envelope.view(), vote));
        } else if (envelope.message() instanceof GetPrepare get) {
            reporting(() -> paces.get(from).onGetPrepare(to, get, system.nowNanos()));
        }
        marks.onSend(envelope);
        network.send(from, to, envelope);
    }

    void sendToClient(int replica, int client, ClientInbox message) {
        if (message instanceof ClientEnvelope envelope && envelope.message() instanceof Reply reply) {
            reporting(() -> replyChecker.onReply(replica, reply));
        } else if (message instanceof ClientEnvelope envelope && envelope.message() instanceof Eviction eviction
                && eviction.reason() == EvictionReason.NO_SESSION && replicas.get(replica).snapshot() != null) {
            reporting(() -> sessions.onEviction(replica, replicas.get(replica).snapshot().commitMin(),
                    new Word128(eviction.client().hi(), eviction.client().lo())));
        }
        network.send(replica, nodeOfClient(client), message);
    }

    void sendToReplica(int client, int replica, ClientEnvelope envelope) {
        if (envelope.message() instanceof Request request) {
            reporting(() -> replyChecker.onRequest(request));
        }
        network.send(nodeOfClient(client), replica, envelope);
    }

    /** Who leads: the normal primary of the highest view among the replicas that are up, or null. */
    public SimReplica primary() {
        SimReplica found = null;
        for (SimReplica replica : replicas) {
            ReplicaSnapshot now = replica.snapshot();
            if (now != null && now.status() == StatusName.NORMAL_PRIMARY
                    && (found == null || now.view() > found.snapshot().view())) {
                found = replica;
            }
        }
        return found;
    }

    void onAnswer(SimClient client) {
        onAnswer.accept(client);
    }

    void onAnswer(Consumer<SimClient> listener) {
        onAnswer = listener;
    }

    public List<SimReplica> replicas() {
        return replicas;
    }

    public List<SimClient> clients() {
        return clients;
    }

    /** A place in the network for one more client, behind the last of {@link #clients}; nobody is there. */
    public SimClient spareClient() {
        return spareClient;
    }

    public int replicaCount() {
        return constants().replicaCount();
    }

    int clientCount() {
        return circumstances.clientCount();
    }

    /** A client's number in the {@link #network}. */
    public int nodeOfClient(int client) {
        return replicaCount() + client;
    }

    /** For names that no other actor has. */
    public long nextNumber() {
        return number++;
    }

    public ClusterConstants constants() {
        return circumstances.constants();
    }

    public Word128 clusterId() {
        return clusterId;
    }

    SimRandom random() {
        return random;
    }

    public SimSystem system() {
        return system;
    }

    public SimNetwork network() {
        return network;
    }

    public Trace trace() {
        return trace;
    }

    public FaultTally faults() {
        return faults;
    }

    public Marks marks() {
        return marks;
    }

    public CommitHistory history() {
        return history;
    }

    FaultAtlas atlas() {
        return atlas;
    }

    /** The highest op that is committed, known to anybody or not. */
    long settledOp() {
        return quorumChecker.settledOp();
    }

    /** Whether this entry is durable on that replica's disk. */
    boolean holds(SimReplica replica, EntryHeader header) {
        return logDisks.get(replica.index()).holds(header);
    }

    /** Whether some disk still yields this entry. */
    boolean isHeldAnywhere(EntryHeader header) {
        WalGeometry geometry = constants().walGeometry();
        int slot = geometry.slotOf(header.op());
        for (SimReplica replica : replicas) {
            if (replica.isDiskLost()) {
                continue;
            }
            ByteBuffer bytes = ByteBuffer.allocate(geometry.prepareSizeMax());
            replica.disk().read(Storage.Zone.WAL_PREPARES, geometry.prepareOffset(slot), bytes);
            StoredPrepare found = EntryCodec.judge(bytes.flip(), clusterId, geometry, slot, false);
            if (found.isIntact() && found.header().equals(header)) {
                return true;
            }
        }
        return false;
    }

    /** The view headers in a replica's superblock. */
    List<EntryHeader> viewHeaders(SimReplica replica) {
        try {
            return new SuperBlockZone(replica.disk().intact()).inspect().vsrState().viewHeaders();
        } catch (IOException | SuperBlockException e) {
            throw new IllegalStateException("R" + replica.index() + " has no superblock", e);
        }
    }

    LedgerReplay reference() {
        return reference;
    }

    public ReplyChecker replyChecker() {
        return replyChecker;
    }

    @Override
    public void close() {
        if (ownsSystem) {
            system.close();
        }
    }
}
