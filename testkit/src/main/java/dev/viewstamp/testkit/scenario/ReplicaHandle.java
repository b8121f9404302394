package dev.viewstamp.testkit.scenario;

import dev.viewstamp.actors.replica.Ignored;
import dev.viewstamp.actors.replica.ReplicaSnapshot;
import dev.viewstamp.actors.replica.StatusName;
import dev.viewstamp.journal.CheckpointFile;
import dev.viewstamp.journal.CheckpointFile.Kind;
import dev.viewstamp.journal.EntryHeader;
import dev.viewstamp.journal.Storage;
import dev.viewstamp.journal.WalGeometry;
import dev.viewstamp.ledger.Manifest;
import dev.viewstamp.testkit.check.Violation;
import dev.viewstamp.testkit.sim.SimFiles;
import dev.viewstamp.testkit.sim.SimReplica;
import dev.viewstamp.testkit.sim.Tear;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;

/** The replicas that a story speaks of: what is done to them, and what is expected of them. */
public final class ReplicaHandle {
    private static final int BLOCK_SIZE = 1 << 16;
    private static final double FOR_EVER = 1e9;                  // times as slow

    private final Scenario scenario;
    private final List<SimReplica> replicas;

    ReplicaHandle(Scenario scenario, List<SimReplica> replicas) {
        this.scenario = scenario;
        this.replicas = List.copyOf(replicas);
    }

    SimReplica only() {
        scenario.require(replicas.size() == 1, "one replica is meant, not " + replicas.size());
        return replicas.get(0);
    }

    public int index() {
        return only().index();
    }

    /** The view it is in. */
    public int view() {
        return now().view();
    }

    /** The newest op of its log. */
    public long head() {
        return now().op();
    }

    /** What it is now. */
    public StatusName status() {
        return now().status();
    }

    /** What it has executed. */
    public long executed() {
        return now().commitMin();
    }

    /** Where a restart of it would begin. */
    public long checkpoint() {
        return now().checkpointOp();
    }

    /** Entries of its log that are not durable. */
    public int dirty() {
        return now().dirty();
    }

    /** Last replies of clients that it could not read, and that no peer has brought yet. */
    public int repliesFaulty() {
        return now().repliesFaulty();
    }

    /** Messages that it has ignored for this reason since it started. */
    public long ignored(Ignored reason) {
        return now().ignored().getOrDefault(reason, 0L);
    }

    private ReplicaSnapshot now() {
        ReplicaSnapshot now = only().snapshot();
        scenario.require(now != null, "R" + index() + " is down or still opens its log");
        return now;
    }

    /** The view of its log, as its superblock has it. */
    public int logViewDurable() {
        return now().logViewDurable();
    }

    /** Places of its log that lost an entry, as far as it knows. */
    public int faulty() {
        return now().faulty();
    }

    /** The process dies; the disk keeps what was durable. */
    public ReplicaHandle crash() {
        return each(SimReplica::crash);
    }

    /** The same, and the story says what becomes of the writes under way. */
    public ReplicaHandle crash(Tear writes) {
        return each(replica -> {
            replica.disk().tear(writes);
            replica.crash();
        });
    }

    /** Starts the process and waits until its log is open, and not a turn longer. */
    public ReplicaHandle restart() {
        each(SimReplica::start);
        while (replicas.stream().anyMatch(replica -> replica.snapshot() == null)) {
            scenario.require(scenario.cluster().step(), "the log does not open");
        }
        return this;
    }

    /**
     * Starts the process, which ends again because it refuses to open the log that it finds; answers why. With that the
     * story ends: for the checkers, as for an operator, it is a failure.
     */
    public String refuses() {
        try {
            restart();
        } catch (Violation refusal) {
            return String.valueOf(refusal.getMessage());
        }
        throw new AssertionError("R" + index() + " opened its log");
    }

    /** The process stands still. */
    public ReplicaHandle pause() {
        return each(SimReplica::pause);
    }

    public ReplicaHandle resume() {
        return each(SimReplica::resume);
    }

    /** Its ledger stands still: what is being executed stays so, and the rest of the process goes on. */
    public ReplicaHandle pauseLedger() {
        return each(SimReplica::pauseLedger);
    }

    public ReplicaHandle resumeLedger() {
        return each(SimReplica::resumeLedger);
    }

    /** The next read of this place takes as long as the story wants. */
    public ReplicaHandle holdNextRead(Scenario.Place place) {
        long offset = place.offset(scenario.cluster().constants().walGeometry());
        return each(replica -> replica.disk().held().holdNextRead(place.zone(), offset));
    }

    /** The read that was held ends now. */
    public ReplicaHandle releaseRead() {
        return each(replica -> scenario.require(replica.disk().held().releaseReads() == 1,
                "R" + replica.index() + " has not read there"));
    }

    /** Nothing that it writes to files gets done from now on, so it finishes no checkpoint; its log goes on. */
    public ReplicaHandle holdFiles() {
        return each(replica -> replica.disk().held().holdFiles());
    }

    /** What was held is done, and nothing more is held. */
    public ReplicaHandle releaseFiles() {
        return each(replica -> replica.disk().held().releaseFiles());
    }

    /** Spoils a place on the disk; a running process notices when it reads there. */
    public ReplicaHandle corrupt(Scenario.Place place) {
        long offset = place.offset(scenario.cluster().constants().walGeometry());
        return each(replica -> replica.disk().spoil(place.zone(), offset));
    }

    /** Spoils the redundant header of this op alone: no other header of its sector. */
    public ReplicaHandle corruptHeader(long op) {
        WalGeometry geometry = scenario.cluster().constants().walGeometry();
        long header = (long) geometry.slotOf(op) * EntryHeader.SIZE;
        return each(replica -> replica.disk().spoilByte(Storage.Zone.WAL_HEADERS, header));
    }

    /** The next write to this place is reported as durable, and never happens. */
    public ReplicaHandle loseNextWrite(Scenario.Place place) {
        return misdirect(place, -1);
    }

    /** The next write to this place is reported as durable, and lands in another one. */
    public ReplicaHandle misdirectNextWrite(Scenario.Place place, Scenario.Place target) {
        scenario.require(place.zone() == target.zone(), place + " and " + target + " are different in kind");
        return misdirect(place, target.offset(scenario.cluster().constants().walGeometry()));
    }

    private ReplicaHandle misdirect(Scenario.Place place, long target) {
        long offset = place.offset(scenario.cluster().constants().walGeometry());
        return each(replica -> replica.disk().misdirectNext(place.zone(), offset, target));
    }

    /** Whether its disk is writing this place now. */
    public boolean isWriting(Scenario.Place place) {
        long offset = place.offset(scenario.cluster().constants().walGeometry());
        return only().disk().writing(place.zone()).contains(offset);
    }

    /** The byte behind the entry of this op, in the last sector that it takes, is not zero any more. */
    public ReplicaHandle corruptPadding(long op) {
        long offset = Scenario.walEntry(op).offset(scenario.cluster().constants().walGeometry());
        int size = EntryHeader.SIZE + scenario.committed(op).bodySize();
        scenario.require(size % WalGeometry.SECTOR_SIZE != 0, "the entry of op " + op + " has no padding");
        return each(replica -> replica.disk().spoilByte(Storage.Zone.WAL_PREPARES, offset + size));
    }

    /** Spoils every block of each file of the newest checkpoint on the disk that is of one of these kinds. */
    public ReplicaHandle corruptFiles(Kind... kinds) {
        return each(replica -> {
            SimFiles files = replica.disk().files();
            for (CheckpointFile file : newest(files)) {
                for (long at = 0; List.of(kinds).contains(file.kind()) && at < files.size(file); at += BLOCK_SIZE) {
                    files.spoil(file, at);
                }
            }
        });
    }

    /** Whatever the newest checkpoint on that disk consists of. */
    private List<CheckpointFile> newest(SimFiles files) {
        CheckpointFile manifest = files.list().stream().filter(file -> file.kind() == Kind.MANIFEST)
                .max(Comparator.naturalOrder()).orElseThrow(() -> new AssertionError("no checkpoint yet"));
        byte[] bytes = new byte[(int) files.size(manifest)];
        files.read(manifest, 0, ByteBuffer.wrap(bytes));
        List<CheckpointFile> all = new ArrayList<>(List.of(manifest, CheckpointFile.sessions(manifest.number())));
        Manifest.read(bytes).files().forEach(file -> all.add(CheckpointFile.data(file.number())));
        return all;
    }

    /** From now on everything on the disk takes this many times as long; 1 is normal. */
    public ReplicaHandle slowDisk(double factor) {
        return each(replica -> replica.disk().slowness(factor));
    }

    /** From now on writes of this kind never end, until the process dies; all else goes on. */
    public ReplicaHandle stallWrites(Storage.Zone zone) {
        return each(replica -> replica.disk().slowWrites(zone, FOR_EVER));
    }

    /** Writes of this kind that begin from now on take this many times as long; 1 is normal. */
    public ReplicaHandle slowWrites(Storage.Zone zone, double factor) {
        return each(replica -> replica.disk().slowWrites(zone, factor));
    }

    /** Its wall clock jumps by so much, and goes on from there. */
    public ReplicaHandle skewClock(Duration by) {
        return each(replica -> replica.clock().jump(by.toNanos()));
    }

    /** From now on its wall clock gains so many microseconds every second, or loses them. */
    public ReplicaHandle driftClock(double microsPerSecond) {
        return each(replica -> replica.clock().drift(microsPerSecond));
    }

    /** The process is gone, and its disk with it. Goes on with {@link #recover}. */
    public ReplicaHandle loseDisk() {
        return each(SimReplica::loseDisk);
    }

    /**
     * As the verb {@code recover}: once the others have committed as many entries as may have been in flight when the
     * disk was lost, a new one takes its place and the replica starts.
     */
    public ReplicaHandle recover() {
        scenario.client().request(scenario.cluster().constants().pipelineMax());
        ReplicaSnapshot leading = scenario.primary().now();
        each(replica -> replica.replaceDisk(leading.logViewDurable() + 2, leading.commitMax()));
        return restart();
    }

    /** Has every file of the newest checkpoint read, and repaired where it is damaged; waits until that is done. */
    public ReplicaHandle scrub() {
        int[] done = {0};
        each(replica -> replica.scrub(scrubbed -> done[0]++, scenario.cluster().nextNumber()));
        scenario.await("files to be read and repaired", () -> done[0] == replicas.size());
        return this;
    }

    /** Every file of the newest checkpoint on the disk is there and yields what was written. */
    public ReplicaHandle expectFilesIntact() {
        for (SimReplica replica : replicas) {
            SimFiles files = replica.disk().files();
            List<CheckpointFile> bad = newest(files).stream().filter(file -> !files.isIntact(file)).toList();
            scenario.require(bad.isEmpty(), "R" + replica.index() + ": damaged: " + bad);
        }
        return this;
    }

    /** Its newest durable checkpoint is at this op or beyond. */
    public ReplicaHandle expectCheckpoint(long op) {
        return check(now -> now.checkpointOp() >= op, "checkpoint >= " + op);
    }

    /** Something on its disk is damaged now. */
    public ReplicaHandle expectDamaged() {
        return each(replica -> scenario.require(replica.disk().damage() > 0,
                "R" + replica.index() + " has a disk without damage"));
    }

    /** Comes to a disk without damage, whoever mends it; it need not be asked for anything. */
    public ReplicaHandle awaitUndamaged() {
        scenario.await("disks without damage", () -> replicas.stream()
                .allMatch(replica -> replica.disk().damage() == 0));
        return this;
    }

    /** Neither hears the other replicas nor is heard by them, until {@link Scenario#heal}; clients reach it. */
    public ReplicaHandle cutOff() {
        mute();
        return deafen();
    }

    /** The other replicas do not hear it. */
    public ReplicaHandle mute() {
        return each(replica -> others(replica, other -> scenario.cluster().network().cut(replica.index(), other)));
    }

    /** It does not hear the other replicas. */
    public ReplicaHandle deafen() {
        return each(replica -> others(replica, other -> scenario.cluster().network().cut(other, replica.index())));
    }

    /** Is now in this status. */
    public ReplicaHandle expect(StatusName status) {
        return check(now -> now.status() == status, "status " + status);
    }

    /** Comes to this status. */
    public ReplicaHandle await(StatusName status) {
        scenario.await("status " + status, () -> replicas.stream()
                .allMatch(replica -> replica.snapshot() != null && replica.snapshot().status() == status));
        return this;
    }

    /** Its log reaches to this op. */
    public ReplicaHandle expectHead(long op) {
        return check(now -> now.op() == op, "head " + op);
    }

    /** It has executed at least up to this op. */
    public ReplicaHandle expectCommitted(long op) {
        return check(now -> now.commitMin() >= op, "commitMin >= " + op);
    }

    private ReplicaHandle check(java.util.function.Predicate<ReplicaSnapshot> condition, String what) {
        for (SimReplica replica : replicas) {
            ReplicaSnapshot now = replica.snapshot();
            scenario.require(now != null && condition.test(now),
                    "R" + replica.index() + ": expected " + what + ", is " + now);
        }
        return this;
    }

    private void others(SimReplica replica, Consumer<Integer> deed) {
        for (int other = 0; other < scenario.cluster().replicaCount(); other++) {
            if (other != replica.index()) {
                deed.accept(other);
            }
        }
    }

    private ReplicaHandle each(Consumer<SimReplica> deed) {
        replicas.forEach(deed);
        return this;
    }
}
