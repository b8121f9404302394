package dev.viewstamp.testkit.scenario;

import dev.viewstamp.actors.replica.ReplicaSnapshot;
import dev.viewstamp.actors.replica.StatusName;
import dev.viewstamp.journal.CheckpointFile;
import dev.viewstamp.testkit.sim.SimReplica;
import java.util.List;
import java.util.function.Consumer;

/** The replicas that a story speaks of: what is done to them, and what is expected of them. */
public final class ReplicaHandle {
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

    /** The process dies; the disk keeps what was durable. */
    public ReplicaHandle crash() {
        return each(SimReplica::crash);
    }

    /** Starts the process and waits until its log is open, and not a turn longer. */
    public ReplicaHandle restart() {
        each(SimReplica::start);
        while (replicas.stream().anyMatch(replica -> replica.snapshot() == null)) {
            scenario.require(scenario.cluster().step(), "the log does not open");
        }
        return this;
    }

    /** The process stands still. */
    public ReplicaHandle pause() {
        return each(SimReplica::pause);
    }

    public ReplicaHandle resume() {
        return each(SimReplica::resume);
    }

    /** Spoils a place on the disk; a running process notices when it reads there. */
    public ReplicaHandle corrupt(Scenario.Place place) {
        long offset = place.offset(scenario.cluster().constants().walGeometry());
        return each(replica -> replica.disk().spoil(place.zone(), offset));
    }

    /** Spoils one byte of a file of this kind that belongs to the newest checkpoint. */
    public ReplicaHandle corrupt(CheckpointFile.Kind kind, long offset) {
        return each(replica -> {
            List<CheckpointFile> files = replica.disk().files().list().stream()
                    .filter(file -> file.kind() == kind).toList();
            scenario.require(!files.isEmpty(), "R" + replica.index() + " has no file of kind " + kind);
            // Accounts and transfers are written to the first files, and nothing in a story takes their place.
            int which = kind == CheckpointFile.Kind.DATA ? 0 : files.size() - 1;
            replica.disk().files().spoil(files.get(which), offset);
        });
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
