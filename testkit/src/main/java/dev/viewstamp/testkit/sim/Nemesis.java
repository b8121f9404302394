package dev.viewstamp.testkit.sim;

import dev.viewstamp.actors.replica.Quorums;
import dev.viewstamp.actors.replica.ReplicaSnapshot;
import dev.viewstamp.ledger.Operation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Carries out a {@link FaultPlan} on a cluster until it is told to stop. */
final class Nemesis {
    private static final long MILLISECOND = 1_000_000;
    private static final long SECOND = 1_000 * MILLISECOND;

    private final SimCluster cluster;
    private final SimSystem system;
    private final SimRandom random;
    private final int liars;                                     // replicas 0 … liars - 1 may have any wall clock
    private final Snares snares;
    private boolean active = true;

    Nemesis(SimCluster cluster, SimRandom random) {
        this.cluster = cluster;
        this.system = cluster.system();
        this.random = random;
        this.snares = new Snares(cluster, this);
        // A lost disk takes its clock with it: with a liar besides, too few agree to commit what recover needs.
        this.liars = cluster.disksMayBeLost() ? 0 : (cluster.replicaCount() - 1) / 2;
    }

    void schedule(FaultPlan plan) {
        for (FaultEvent event : plan.events()) {
            system.at(event.atNanos(), () -> {
                if (active) {
                    strike(event);
                }
            });
        }
    }

    /** From now on no fault begins, and none that began is undone: {@link #heal()} undoes them all. */
    private void stop() {
        active = false;
    }

    /**
     * Ends every fault: everybody runs, everybody hears everybody, disks do what they say. What is damaged stays
     * damaged.
     */
    void heal() {
        stop();
        cluster.trace().say("--", "the world is healed");
        cluster.network().mendAll();
        cluster.network().healConditions();
        cluster.replicas().forEach(Nemesis::heal);
    }

    /** The same for these replicas, and among them and the clients; the others and their links stay as they are. */
    void heal(List<SimReplica> core) {
        stop();
        cluster.trace().say("--", "a core is healed: " + core.stream().map(SimReplica::name).toList());
        Set<Integer> nodes = new TreeSet<>();
        core.forEach(replica -> nodes.add(replica.index()));
        cluster.clients().forEach(client -> nodes.add(cluster.nodeOfClient(client.index())));
        cluster.network().heal(nodes);
        core.forEach(Nemesis::heal);
    }

    private static void heal(SimReplica replica) {
        Snares.heal(replica);
        replica.disk().slowness(1);
        replica.disk().files().usableSpace(Long.MAX_VALUE);
        replica.disk().conditions(replica.disk().conditions().healed());
        replica.disk().onWriteBegun(() -> { });
        replica.resume();
        replica.start();
    }

    private void strike(FaultEvent event) {
        if (event.kind() == FaultKind.CLIENT_CRASH) {
            struck(event, "C" + event.target());
            cluster.clients().get(event.target()).crash();
            return;
        }
        SimReplica target = target(event);
        switch (event.kind()) {
            case CRASH -> crash(event, target);
            case CRASH_IN_WRITE -> crashInWrite(event, target);
            case POWER_LOSS -> powerLoss(event);
            case AMBUSH -> ambush(event);
            case FULL_CIRCLE -> snares.fullCircle(event);
            case HOLE -> snares.hole(event);
            case RUN_AHEAD -> snares.runAhead(event, target);
            case CRASH_IN_REWRITE -> snares.crashInRewrite(event);
            case PARTITION -> partition(event, true);
            case ONE_WAY_PARTITION -> partition(event, false);
            case CLOG -> clog(event, target);
            case SLOW_LINK -> slowLink(event, target);
            case LATE_MESSAGE -> repeatMessages(event, target);
            case BULK_LOSS -> loseBulk(event);
            case LATE_REQUEST -> repeatRequest(event, target);
            case PAUSE -> pause(event, target);
            case SLOW_DISK -> slowDisk(event, target);
            case DISK_FULL -> diskFull(event, target);
            case LOST_DISK -> loseDisk(event, target);
            case CLOCK_JUMP -> jump(event, target);
            case BIT_ROT, LATENT_SECTOR_ERROR -> damage(event, target);
            default -> throw new IllegalArgumentException("cannot be planned: " + event);
        }
    }

    private SimReplica target(FaultEvent event) {
        SimReplica primary = event.target() == FaultEvent.PRIMARY ? cluster.primary() : null;
        return primary != null ? primary : cluster.replicas().get(Math.max(0, event.target()));
    }

    private void crash(FaultEvent event, SimReplica target) {
        if (target.isUp()) {
            struck(event, target.name());
            target.crash();
            if (event.kind() == FaultKind.CRASH) {
                decayWhileDown(event, target);
            }
            later(event.durationNanos(), target::start);
        }
    }

    private void crashInWrite(FaultEvent event, SimReplica target) {
        long[] left = {event.detail()};
        int armedLife = target.life();
        target.disk().onWriteBegun(() -> {
            if (left[0]-- == 0 && active && target.life() == armedLife) {
                system.after(random.between(0L, 3 * MILLISECOND), () -> {
                    if (active && target.life() == armedLife) {
                        crash(event, target);
                    }
                });
            }
        });
    }

    private void powerLoss(FaultEvent event) {
        struck(event, "--");
        for (SimReplica replica : cluster.replicas()) {
            replica.crash();
            decayWhileDown(event, replica);
        }
        // Half of the time just as many come back at first as a view change needs: what they know must be enough.
        int early = random.chance(0.5) ? cluster.replicaCount()
                : Quorums.of(cluster.replicaCount()).viewChange();
        List<SimReplica> order = shuffled(cluster.replicas(), random);
        for (SimReplica replica : order) {
            long delay = 1 + (long) (event.durationNanos() * random.nextDouble());
            later(order.indexOf(replica) < early ? delay : delay + 2 * SECOND, replica::start);
        }
    }

    /**
     * Cuts off all but a replication quorum, lets the quorum go ahead for a while, kills it, and lets one of it,
     * with a damaged log, meet those that were cut off: enough for a view change, which must not forget what the
     * quorum had committed.
     */
    private void ambush(FaultEvent event) {
        SimRandom dice = new SimRandom(event.detail());
        SimReplica primary = cluster.primary();
        int n = cluster.replicaCount();
        if (primary == null || n < 3) {
            return;
        }
        struck(event, primary.name());
        if (dice.chance(0.5)) {
            overtake(event, dice, primary);
            return;
        }
        List<SimReplica> others = shuffled(cluster.replicas(), dice);
        others.remove(primary);
        int ahead = Quorums.of(n).replication() - 1;
        long behind = 0;
        for (SimReplica replica : others.subList(ahead, others.size())) {
            behind |= 1L << replica.index();
        }
        long side = behind;
        cut(side, true, true);
        later(dice.between(200, 2_000) * MILLISECOND, () -> {
            List<SimReplica> dying = new ArrayList<>(others.subList(0, ahead));
            dying.add(primary);
            dying.forEach(SimReplica::crash);
            SimReplica survivor = dying.get(0);
            for (SimReplica candidate : dying.subList(0, ahead)) {
                if (candidate.disk().decayLog(dice)) {
                    survivor = candidate;
                }
            }
            cut(side, true, false);
            later(dice.between(1, 500) * MILLISECOND, survivor::start);
            for (SimReplica replica : dying) {
                later(SECOND + event.durationNanos(), replica::start);
            }
        });
    }

    static List<SimReplica> shuffled(List<SimReplica> replicas, SimRandom dice) {
        List<SimReplica> order = new ArrayList<>(replicas);
        for (int i = order.size() - 1; i > 0; i--) {
            Collections.swap(order, i, dice.between(0, i));
        }
        return order;
    }

    /**
     * Cuts off the primary, which goes on to prepare what clients ask of it. As soon as the others have another one,
     * that one dies, with as many of its followers as a view change can spare, and the old primary comes back: with
     * a longer log of an older view.
     */
    private void overtake(FaultEvent event, SimRandom dice, SimReplica old) {
        long side = 1L << old.index();
        cut(side, true, true);
        int[] looks = {0};
        Runnable[] look = {null};
        look[0] = () -> {
            SimReplica next = cluster.primary();
            if ((next == null || next == old) && looks[0]++ < 300) {
                later(10 * MILLISECOND, look[0]);
                return;
            }
            later(dice.between(0L, dice.chance(0.7) ? 30L : 300L) * MILLISECOND, () -> {
                List<SimReplica> dying = shuffled(cluster.replicas(), dice);
                dying.remove(old);
                dying.remove(next);
                if (next != null && next != old) {
                    dying.add(0, next);
                }
                int n = cluster.replicaCount();
                dying.subList(0, n - Quorums.of(n).viewChange()).forEach(replica -> {
                    replica.crash();
                    later(SECOND + event.durationNanos(), replica::start);
                });
                cut(side, true, false);
            });
        };
        later(50 * MILLISECOND, look[0]);
    }

    private void partition(FaultEvent event, boolean bothWays) {
        long side = event.detail();
        struck(event, "--");
        cut(side, bothWays, true);
        later(event.durationNanos(), () -> cut(side, bothWays, false));
    }

    void cut(long side, boolean bothWays, boolean cut) {
        for (int from = 0; from < cluster.replicaCount(); from++) {
            for (int to = 0; to < cluster.replicaCount(); to++) {
                boolean fromInside = (side >> from & 1) != 0;
                boolean toInside = (side >> to & 1) != 0;
                if (fromInside != toInside && (bothWays || fromInside)) {
                    if (cut) {
                        cluster.network().cut(from, to);
                    } else {
                        cluster.network().mend(from, to);
                    }
                }
            }
        }
    }

    private void clog(FaultEvent event, SimReplica target) {
        struck(event, target.name());
        cluster.network().clog(target.index(), (int) event.detail(), system.nowNanos() + event.durationNanos());
    }

    private void slowLink(FaultEvent event, SimReplica target) {
        SimRandom dice = new SimRandom(event.detail());
        int other = dice.between(0, cluster.replicaCount() - 1);
        struck(event, target.name());
        cluster.network().slowness(target.index(), other, dice.between(5, 200));
        later(event.durationNanos(), () -> cluster.network().slowness(target.index(), other, 1));
    }

    private void repeatMessages(FaultEvent event, SimReplica target) {
        if (cluster.network().repeatMessages(new SimRandom(event.detail()), target.index()) > 0) {
            struck(event, target.name());
        }
    }

    private void loseBulk(FaultEvent event) {
        struck(event, "--");
        cluster.network().loseBulk();
        later(event.durationNanos(), cluster.network()::passBulk);
    }

    private void repeatRequest(FaultEvent event, SimReplica target) {
        if (cluster.network().repeatRequest(new SimRandom(event.detail()), target.index())) {
            struck(event, target.name());
        }
    }

    private void pause(FaultEvent event, SimReplica target) {
        if (target.isUp() && !target.isPaused()) {
            struck(event, target.name());
            target.pause();
            later(event.durationNanos(), target::resume);
        }
    }

    private void slowDisk(FaultEvent event, SimReplica target) {
        struck(event, target.name());
        target.disk().slowness(1 + event.detail());
        later(event.durationNanos(), () -> target.disk().slowness(1));
    }

    /** Only while every other disk is whole and everybody takes part: the next loss would be one too many. */
    private void loseDisk(FaultEvent event, SimReplica target) {
        boolean allWhole = cluster.replicas().stream().map(SimReplica::snapshot)
                .allMatch(now -> now != null && now.isNormal() && now.checkpointOp() + 64 > cluster.history().op());
        if (cluster.disksMayBeLost() && allWhole) {
            struck(event, target.name());
            target.loseDisk();
            system.after(event.durationNanos(), () -> replaceDisk(target, cluster.history().op()));
        }
    }

    /**
     * As the verb recover: a new disk only after the cluster has committed, without the lost one, as many entries as
     * may have been in flight (replication spec §7.5). Goes on after the healing, which needs it.
     */
    private void replaceDisk(SimReplica target, long opAtLoss) {
        SimReplica primary = cluster.primary();
        ReplicaSnapshot leads = primary == null ? null : primary.snapshot();
        if (leads != null && leads.commitMax() >= opAtLoss + cluster.constants().pipelineMax()) {
            target.replaceDisk(leads.logViewDurable() + 2, leads.commitMax());
            target.start();
            return;
        }
        SimClient client = cluster.clients().get(0);
        if (!active && !client.isWaiting()) {
            client.submit(new Workload.Batch(Operation.LOOKUP_ACCOUNTS, new byte[16]), Duration.ofHours(1));
        }
        system.after(100 * MILLISECOND, () -> replaceDisk(target, opAtLoss));
    }

    private void diskFull(FaultEvent event, SimReplica target) {
        struck(event, target.name());
        target.disk().files().usableSpace(event.detail());
        later(event.durationNanos(), () -> target.disk().files().usableSpace(Long.MAX_VALUE));
    }

    private void jump(FaultEvent event, SimReplica target) {
        if (target.index() < liars) {
            struck(event, target.name());
            target.clock().jump(event.detail());
        }
    }

    private void damage(FaultEvent event, SimReplica target) {
        target.disk().decay(new SimRandom(event.detail()));
    }

    /** While a machine is off, its disk ages. */
    private void decayWhileDown(FaultEvent event, SimReplica replica) {
        if (event.detail() != 0) {
            SimRandom dice = new SimRandom(event.detail()).fork("replica", replica.index());
            for (int sectors = dice.between(1, 4); sectors > 0; sectors--) {
                if (dice.chance(0.5)) {
                    replica.disk().decay(dice);
                } else {
                    replica.disk().decayLog(dice);
                }
            }
            if (dice.chance(0.4)) {
                for (int i = 1; i <= 20; i++) {
                    later(event.durationNanos() + i * 40 * MILLISECOND,
                            () -> cluster.network().repeatMessages(dice, replica.index()));
                }
            }
        }
    }

    void struck(FaultEvent event, String who) {
        cluster.faults().struck(event.kind());
        cluster.trace().begin(who).append(event.kind().text()).append(" (event ").append(event.id()).append(')');
        cluster.trace().end();
    }

    /** Unless the world is healed before. */
    void later(long nanos, Runnable undo) {
        system.after(nanos, () -> {
            if (active) {
                undo.run();
            }
        });
    }
}
