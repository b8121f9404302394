package dev.viewstamp.testkit.sim;

import dev.viewstamp.actors.message.ReplicaMessage;
import dev.viewstamp.actors.replica.Quorums;
import dev.viewstamp.actors.replica.ReplicaSnapshot;
import dev.viewstamp.actors.replica.StatusName;
import dev.viewstamp.journal.CheckpointCadence;
import dev.viewstamp.journal.EntryHeader;
import dev.viewstamp.ledger.Operation;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;

/**
 * Faults that lie in wait: they strike when the cluster has come where one rule of the protocol is all that keeps it
 * right. Chance alone would come there too seldom. What they damage, the {@link FaultAtlas} allows.
 */
final class Snares {
    private static final long MILLISECOND = 1_000_000;
    private static final long SECOND = 1_000 * MILLISECOND;
    private static final int AHEAD_OPS = 4;

    private final SimCluster cluster;
    private final Nemesis nemesis;

    Snares(SimCluster cluster, Nemesis nemesis) {
        this.cluster = cluster;
        this.nemesis = nemesis;
    }

    /** Undoes what is set up on this replica's disk. */
    static void heal(SimReplica replica) {
        replica.disk().onRewritten(() -> { });
        replica.disk().dropNoWrites();
    }

    /**
     * What the primary has in flight reaches too few for a quorum. Then the views go round without them until it leads
     * again, with the same entries: who had acknowledged in the old view counts for nothing now (replication spec
     * §4.7, §13 item 1). Those that had are cut off still, and all but one of the others hear it no longer then.
     */
    void fullCircle(FaultEvent event) {
        int n = cluster.replicaCount();
        if (Quorums.of(n).replication() > 2) {
            await(20 * MILLISECOND, 500, this::isWorking,
                    () -> {
                        if (cluster.primary() != null) {
                            fullCircle(event, cluster.primary(), new SimRandom(event.detail()));
                        }
                    });
        }
    }

    private void fullCircle(FaultEvent event, SimReplica primary, SimRandom dice) {
        nemesis.struck(event, primary.name());
        int again = primary.snapshot().view() + cluster.replicaCount();
        List<SimReplica> others = Nemesis.shuffled(cluster.replicas(), dice);
        others.remove(primary);
        List<SimReplica> heard = others.subList(0, Quorums.of(cluster.replicaCount()).replication() - 2);
        long old = heard.stream().mapToLong(replica -> 1L << replica.index()).sum();
        long few = old | 1L << primary.index();
        nemesis.cut(few, true, true);
        everyClientAsks();
        nemesis.later(dice.between(20, 150) * MILLISECOND, () -> {
            cluster.network().filter((from, to, message) -> message instanceof ReplicaMessage.DoViewChange);
            await(10 * MILLISECOND, 2_000, () -> isAnyIn(again - 1), () -> {
                nemesis.cut(few, true, false);
                nemesis.cut(old, true, true);
                await(10 * MILLISECOND, 1_000, () -> isAnyIn(again), () -> {
                    cluster.network().filter(SimNetwork.Filter.NONE);
                    await(MILLISECOND, 5_000, () -> isAboutToLead(primary, again),
                            () -> oneFollower(primary, others, old));
                });
            });
        });
    }

    /** Whether a replica is in this view or a later one. */
    private boolean isAnyIn(int view) {
        return cluster.replicas().stream().map(SimReplica::snapshot).anyMatch(now -> now != null && now.view() >= view);
    }

    private static boolean isAboutToLead(SimReplica replica, int view) {
        ReplicaSnapshot now = replica.snapshot();
        return now != null && now.view() >= view && now.primary() == replica.index();
    }

    /** Only one of those that had not acknowledged before hears the primary for a while: too few, whoever counts. */
    private void oneFollower(SimReplica primary, List<SimReplica> others, long old) {
        List<SimReplica> deaf = others.subList(Long.bitCount(old) + 1, others.size());
        deaf.forEach(replica -> cluster.network().cut(primary.index(), replica.index()));
        nemesis.later(3 * SECOND, () -> {
            deaf.forEach(replica -> cluster.network().mend(primary.index(), replica.index()));
            nemesis.cut(old, true, false);
        });
    }

    /**
     * As an ambush; but the one that comes back has lost an entry in the midst of its log, which is committed and not
     * known to be by those that meet now. Nobody can supply it and too few deny it: they must wait for another that
     * has it (replication spec §4.5, §13 item 7).
     */
    void hole(FaultEvent event) {
        if (cluster.replicaCount() >= 3) {
            await(10 * MILLISECOND, 300, () -> !exposed().isEmpty(), () -> {
                List<SimReplica> losers = exposed();
                if (!losers.isEmpty()) {
                    hole(event, cluster.primary(), losers, new SimRandom(event.detail()));
                }
            });
        }
    }

    /** The backups of a working primary that may lose what the next entries will be. */
    private List<SimReplica> exposed() {
        SimReplica primary = cluster.primary();
        if (!isWorking()) {
            return List.of();
        }
        int next = slotOf(cluster.settledOp() + 1);
        return cluster.replicas().stream().filter(replica -> replica != primary && replica.snapshot() != null
                && replica.snapshot().status() == StatusName.NORMAL_BACKUP
                && replica.disk().mayLosePrepare(next)).toList();
    }

    private void hole(FaultEvent event, SimReplica primary, List<SimReplica> losers, SimRandom dice) {
        int n = cluster.replicaCount();
        List<SimReplica> ahead = Nemesis.shuffled(cluster.replicas(), dice);
        ahead.remove(primary);
        ahead.sort(Comparator.comparing(replica -> !losers.contains(replica)));
        int followers = Quorums.of(n).replication() - 1;
        long side = ahead.subList(followers, n - 1).stream().mapToLong(replica -> 1L << replica.index()).sum();
        ahead.subList(followers, n - 1).clear();
        nemesis.cut(side, true, true);
        // The primary hears no acknowledgement for a while: the pipeline fills, and no entry tells of a later commit.
        List<SimReplica> mute = List.copyOf(ahead);
        mute.forEach(replica -> cluster.network().cut(replica.index(), primary.index()));
        everyClientAsks();
        SimReplica[] found = {null};
        await(MILLISECOND / 4, 4_000, () -> {
            found[0] = ahead.stream().filter(replica -> hole(replica) > 0).findFirst().orElse(null);
            return found[0] != null;
        }, () -> {
            nemesis.cut(side, true, false);
            mute.forEach(replica -> cluster.network().mend(replica.index(), primary.index()));
            if (found[0] != null) {
                nemesis.struck(event, found[0].name());
                long op = hole(found[0]);
                ahead.add(primary);
                ahead.forEach(SimReplica::crash);
                found[0].disk().losePrepare(slotOf(op), dice);
                nemesis.later(dice.between(1, 100) * MILLISECOND, found[0]::start);
                ahead.forEach(replica -> nemesis.later(3 * SECOND + event.durationNanos(), replica::start));
            }
        });
    }

    /** A committed op below the replica's durable head which its log does not tell to be committed; 0 if none is. */
    private long hole(SimReplica replica) {
        ReplicaSnapshot now = replica.snapshot();
        EntryHeader head = now == null || !now.isNormal() ? null : cluster.history().header(now.headChecksum());
        if (head == null) {
            return 0;
        }
        long op = Math.max(head.commit(), now.checkpointOp()) + 1;
        boolean isOne = op < now.op() && op <= cluster.settledOp() && cluster.holds(replica, head)
                && replica.disk().mayLosePrepare(slotOf(op));
        return isOne ? op : 0;
    }

    /** Whether there is a primary that has committed anything. */
    private boolean isWorking() {
        return cluster.primary() != null && cluster.primary().snapshot().commitMax() > 0;
    }

    /** So that several entries are in flight. */
    private void everyClientAsks() {
        for (SimClient client : cluster.clients()) {
            if (!client.isWaiting()) {
                client.submit(new Workload.Batch(Operation.LOOKUP_ACCOUNTS, new byte[16]), Duration.ofHours(1));
            }
        }
    }

    private int slotOf(long op) {
        return cluster.constants().walGeometry().slotOf(op);
    }

    /**
     * A backup has no room for its next checkpoint, so the log runs ahead of the one it has; and one place of its log
     * drops every write. When that log holds an entry beyond prepareMax there, the backup dies. A restart must cut off
     * such entries, whatever is left of them (replication spec §5.5, rows H, I and J).
     */
    void runAhead(FaultEvent event, SimReplica target) {
        SimRandom dice = new SimRandom(event.detail());
        CheckpointCadence cadence = cluster.constants().cadence();
        List<SimReplica> backups = Nemesis.shuffled(cluster.replicas(), dice);
        backups.remove(cluster.primary());
        if (cluster.replicaCount() < 3 || !backups.contains(target)) {
            return;
        }
        for (SimReplica replica : backups) {
            ReplicaSnapshot now = replica.snapshot();
            long first = cadence.prepareMax(now == null ? 0 : now.checkpointOp()) + 1;
            for (long op = first; replica.isUp() && op < first + AHEAD_OPS; op++) {
                if (replica.disk().dropWrites(slotOf(op))) {
                    runAhead(event, replica, first, dice);
                    return;
                }
            }
        }
        if (target.isUp() && target.snapshot() != null) {
            runAhead(event, target, cadence.prepareMax(target.snapshot().checkpointOp()) + 1, dice);
        }
    }

    private void runAhead(FaultEvent event, SimReplica lame, long first, SimRandom dice) {
        for (long op = first; op < first + AHEAD_OPS; op++) {
            lame.disk().dropWrites(slotOf(op));
        }
        int life = lame.life();
        lame.disk().files().usableSpace(0);
        await(2 * MILLISECOND, (int) (event.durationNanos() / (2 * MILLISECOND)),
                () -> lame.life() != life || !lame.isUp() || isBeyond(lame, first), () -> {
                    lame.disk().files().usableSpace(Long.MAX_VALUE);
                    lame.disk().dropNoWrites();
                    if (lame.life() == life && lame.isUp() && isBeyond(lame, first)) {
                        nemesis.struck(event, lame.name());
                        lame.crash();
                        nemesis.later(dice.between(10, 1_000) * MILLISECOND, lame::start);
                    }
                });
    }

    /** Whether the log holds the header of some of the first ops that its checkpoint does not reach. */
    private boolean isBeyond(SimReplica replica, long first) {
        for (long op = first; op < first + AHEAD_OPS; op++) {
            if (replica.disk().headerOp(slotOf(op)) >= first) {
                return true;
            }
        }
        return false;
    }

    /** The next replica that writes another entry over one of the same op dies between prepare and header (row O). */
    void crashInRewrite(FaultEvent event) {
        SimRandom dice = new SimRandom(event.detail());
        boolean[] sprung = {false};
        for (SimReplica replica : cluster.replicas()) {
            replica.disk().onRewritten(() -> nemesis.later(dice.between(0L, MILLISECOND / 50), () -> {
                if (!sprung[0] && replica.isUp()) {
                    sprung[0] = true;
                    nemesis.struck(event, replica.name());
                    replica.crash();
                    nemesis.later(event.durationNanos(), replica::start);
                }
            }));
        }
    }

    /** Looks every {@code nanos} whether it is time; after {@code looksMax} looks it is. */
    private void await(long nanos, int looksMax, java.util.function.BooleanSupplier time, Runnable then) {
        if (looksMax <= 0 || time.getAsBoolean()) {
            then.run();
        } else {
            nemesis.later(nanos, () -> await(nanos, looksMax - 1, time, then));
        }
    }
}
