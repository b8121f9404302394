package dev.viewstamp.testkit.junit;

import dev.viewstamp.actors.replica.ReplicaSnapshot;
import dev.viewstamp.testkit.sim.SimCluster;
import dev.viewstamp.testkit.sim.SimReplica;
import java.util.function.IntConsumer;

/** One replica of a {@link TestCluster}, and what can happen to it. Methods take effect at once. */
public final class TestReplica {
    private final SimCluster cluster;
    private final SimReplica replica;

    TestReplica(SimCluster cluster, SimReplica replica) {
        this.cluster = cluster;
        this.replica = replica;
    }

    /** Its number, from 0. */
    public int index() {
        return replica.index();
    }

    /** Its process dies; the disk keeps what was durable, and of a write under way perhaps a part. */
    public TestReplica crash() {
        replica.crash();
        return this;
    }

    /** Its process starts on what the disk holds. No effect if one runs. */
    public TestReplica restart() {
        replica.start();
        return this;
    }

    /** It stands still, as in a long garbage collection, until {@link #resume}. */
    public TestReplica pause() {
        replica.pause();
        return this;
    }

    public TestReplica resume() {
        replica.resume();
        return this;
    }

    /** The other replicas do not hear it and it does not hear them, until the cluster heals; clients reach it. */
    public TestReplica isolate() {
        others(other -> {
            cluster.network().cut(index(), other);
            cluster.network().cut(other, index());
        });
        return this;
    }

    /** Its disk takes that many times longer for everything; 1 is normal. */
    public TestReplica slowDisk(double factor) {
        replica.disk().slowness(factor);
        return this;
    }

    public boolean isUp() {
        return replica.isUp();
    }

    /** What it knows: view, log, commits; null while it is down or still opens its log. */
    public ReplicaSnapshot snapshot() {
        return replica.snapshot();
    }

    private void others(IntConsumer deed) {
        for (int other = 0; other < cluster.replicaCount(); other++) {
            if (other != index()) {
                deed.accept(other);
            }
        }
    }

    @Override
    public String toString() {
        return "R" + index() + " " + (isUp() ? snapshot() : "down");
    }
}
