package dev.viewstamp.testkit.sim;

import dev.viewstamp.actors.replica.Quorums;
import dev.viewstamp.actors.replica.ReplicaSnapshot;
import dev.viewstamp.actors.replica.StatusName;
import dev.viewstamp.journal.EntryHeader;
import dev.viewstamp.testkit.check.Violation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * One seed from beginning to end. First the world is bad and nothing wrong may be said or done (safety). Then, in some
 * seeds, only a core is healed, and must come to the same log, the same ledger and an answer for every client in
 * bounded time, whatever the {@link Outsiders} do. Then all are healed, and the same is demanded of all; then as many
 * replicas die for good as the view-change quorum can spare, and the rest must go on (liveness).
 */
public final class Simulation {
    private static final long SECOND = 1_000_000_000L;
    /** Virtual time that a healed cluster may take; longer than every backoff of clients and replicas together. */
    private static final long CONVERGENCE_MAX = 120 * SECOND;
    private static final long POLL = SECOND / 10;
    private static final long BURST = 10;

    private final SimulationOptions options;
    private final SimRandom random;
    private final Circumstances circumstances;
    private final FaultPlan plan;
    private final SimCluster cluster;
    private final Nemesis nemesis;
    private final Workload workload;
    private final SimRandom clientDice;
    private long handedOver;
    private boolean thinking = true;                             // clients ask again on their own
    private String stage = "safety";

    private Simulation(SimulationOptions options, SimSystem system) {
        this.options = options;
        this.random = new SimRandom(options.seed());
        Circumstances drawn = Circumstances.draw(random.fork("circumstances"), options.replicaCount(), options.ticks());
        this.circumstances = drawn.without(options.without());
        this.plan = FaultPlan.draw(random.fork("faults"), drawn.replicaCount(), drawn.clientCount(),
                drawn.safetyNanos())
                .only(options.events(), options.without());
        this.cluster = system == null ? new SimCluster(random, circumstances, options.reader())
                : new SimCluster(system, random, circumstances, options.reader());
        this.nemesis = new Nemesis(cluster, random.fork("nemesis"));
        this.workload = new Workload(random.fork("workload"), circumstances.constants().bodyLimit());
        this.clientDice = random.fork("clients");
    }

    /** Runs it; never throws for what the simulated system does. */
    public static SimulationResult run(SimulationOptions options) {
        return run(options, null);
    }

    /** @param system used before or not, the run is the same; null: a new one, which ends with the run */
    static SimulationResult run(SimulationOptions options, SimSystem system) {
        Simulation simulation = new Simulation(options, system);
        Violation found = null;
        try (SimCluster cluster = simulation.cluster) {
            try {
                simulation.play();
            } catch (Unavailable unavailable) {
                cluster.marks().hit(Marks.Mark.UNAVAILABLE);
                cluster.trace().say("--", "unavailable: too few certain heads, or an entry is lost everywhere");
            } catch (Violation violation) {
                found = violation;
                cluster.trace().say("--", "VIOLATION " + violation.rule());
            } catch (RuntimeException unexpected) {
                // The simulator's own mistake, or a checker's: it has a seed like any other.
                found = new Violation("simulator", "unexpected " + unexpected, unexpected);
                cluster.trace().say("--", "VIOLATION " + found.rule());
            }
            return simulation.result(found);
        }
    }

    private SimulationResult result(Violation found) {
        long answers = cluster.clients().stream().mapToLong(SimClient::answers).sum();
        return new SimulationResult(options, circumstances.replicaCount(), found, cluster.trace().digest(),
                cluster.system().nowNanos(),
                cluster.system().turns(), cluster.history().op(), answers, cluster.faults(), cluster.marks(),
                        plan.events());
    }

    private void play() {
        cluster.trace().say("--", "seed " + options.seed() + ", " + circumstances);
        cluster.onAnswer(this::onAnswer);
        cluster.replicas().forEach(SimReplica::start);
        cluster.clients().forEach(client -> {
            client.start();
            think(client);
        });
        nemesis.schedule(plan);
        cluster.runUntil(circumstances.safetyNanos());
        thinking = false;
        SimRandom coreDice = random.fork("core");
        if (circumstances.coreCanGoOnAlone() && coreDice.chance(0.5)) {
            healOnlyCore(coreDice);
        }
        nemesis.heal();
        stage = "liveness";
        everyClientIsAnswered(cluster.replicas());
        converge(cluster.replicas());
        compareLedgers(cluster.replicas());
        stage = "liveness without the minority";
        List<SimReplica> core = loseMinority();
        everyClientIsAnswered(core);
        converge(core);
        compareLedgers(core);
    }

    /** A core must go on, whatever becomes of the others; its files, its logs and its ledgers become equal. */
    private void healOnlyCore(SimRandom dice) {
        stage = "liveness of a core";
        cluster.marks().hit(Marks.Mark.CORE_HEALED);
        List<SimReplica> core = Outsiders.chooseCore(cluster, dice);
        nemesis.heal(core);
        core.forEach(replica -> replica.clock().setRight());
        Outsiders outsiders = Outsiders.begin(cluster, dice.fork("outsiders"), core);
        try {
            everyClientIsAnswered(core);
            while (!isCoreEqual(core, outsiders)) {
                cluster.marks().hit(Marks.Mark.CORE_LED_FROM_OUTSIDE);
                everyClientIsAnswered(core);
            }
        } finally {
            outsiders.stop();
        }
    }

    /** False: an outsider kept it from being so, in the one way that it may, and is cut off now. */
    private boolean isCoreEqual(List<SimReplica> core, Outsiders outsiders) {
        try {
            converge(core);
            compareLedgers(core);
            return true;
        } catch (Violation late) {
            if (late.rule().equals(stage) && outsiders.cutOffLeader()) {
                return false;
            }
            throw late;
        }
    }

    private void onAnswer(SimClient client) {
        if (thinking) {
            think(client);
        }
    }

    private void think(SimClient client) {
        int life = client.life();
        cluster.system().after(clientDice.exponential(circumstances.thinkMeanNanos()), () -> {
            if (!thinking || client.life() != life || client.isWaiting() || handedOver == circumstances.requestMax()) {
                return;
            }
            if (handedOver >= allowance()) {
                cluster.system().after(clientDice.exponential(SECOND / 2), () -> think(client));
                return;
            }
            handedOver++;
            Duration patience = clientDice.chance(0.1) ? Duration.ofSeconds(2) : Duration.ofHours(1);
            client.submit(workload.next(), patience);
        });
    }

    /**
     * Requests that may have been handed over by now: so that they last as long as the faults do, yet come in
     * bursts.
     */
    private long allowance() {
        return BURST + circumstances.requestMax() * cluster.system().nowNanos() / circumstances.safetyNanos();
    }

    /** Whoever waits is answered; then everybody asks once more and is answered. */
    private void everyClientIsAnswered(List<SimReplica> core) {
        await(core, "clients to be answered", () -> cluster.clients().stream().noneMatch(SimClient::isWaiting));
        cluster.clients().forEach(client -> client.submit(workload.next(), Duration.ofHours(1)));
        await(core, "clients to be answered once more",
                () -> cluster.clients().stream().noneMatch(SimClient::isWaiting));
    }

    /** All of the core stand at the same place, nothing missing; they may follow a primary that is none of them. */
    private void converge(List<SimReplica> core) {
        await(core, "replicas to converge", () -> {
            ReplicaSnapshot first = core.get(0).snapshot();
            long primaries = 0;
            for (SimReplica replica : core) {
                ReplicaSnapshot now = replica.snapshot();
                if (now == null || !now.isNormal() || now.view() != first.view() || now.op() != first.op()
                        || now.commitMin() != now.op() || now.commitMax() != now.op() || now.dirty() > 0) {
                    return false;
                }
                primaries += now.isPrimary() ? 1 : 0;
            }
            boolean isLedFromWithin = core.stream().anyMatch(replica -> replica.index() == first.primary());
            return primaries == (isLedFromWithin ? 1 : 0);
        });
        long executed = core.get(0).snapshot().commitMin();
        if (executed < cluster.history().op()) {
            throw new Violation("durability", "op " + cluster.history().op() + " was committed and op "
                    + cluster.replyChecker().repliedOpMax() + " replied to, the cluster converged at op " + executed);
        }
    }

    private void await(List<SimReplica> core, String what, java.util.function.BooleanSupplier condition) {
        long deadline = cluster.system().nowNanos() + CONVERGENCE_MAX;
        while (!condition.getAsBoolean()) {
            long next = cluster.system().nowNanos() + POLL;
            if (next > deadline) {
                if (!circumstances.confined() && (isHeadless(core) || isEntryLost() || isCommittedEntryLost())
                        || cluster.wasHeadLostInRewrite() && isHeadless(core)) {
                    throw new Unavailable();
                }
                StringBuilder states = new StringBuilder();
                for (SimReplica replica : core) {
                    states.append("; ").append(replica.name()).append(": ").append(replica.snapshot());
                }
                cluster.clients().stream().filter(SimClient::isWaiting)
                        .forEach(client -> states.append("; ").append(client.name()).append(" waits"));
                throw new Violation(stage, "waited " + CONVERGENCE_MAX / SECOND + " s in vain for " + what + states);
            }
            cluster.system().at(next, () -> { });                // so that time passes even if nothing is planned
            cluster.runUntil(next);
        }
    }

    /**
     * Whether fewer heads of these are certain than a view change needs, and none leads: then they may not go on,
     * because an entry that was acknowledged could be among those that the uncertain ones lost (replication spec
     * §7.4, §12.2). A confined atlas leaves enough logs whole; there it is no excuse.
     */
    private boolean isHeadless(List<SimReplica> core) {
        List<ReplicaSnapshot> up = core.stream().map(SimReplica::snapshot).filter(Objects::nonNull).toList();
        long certain = up.stream().filter(now -> now.status() != StatusName.RECOVERING_HEAD).count();
        return up.stream().noneMatch(ReplicaSnapshot::isPrimary)
                && certain < Quorums.of(cluster.replicaCount()).viewChange();
    }

    /**
     * Whether nobody leads, and an entry that a vote for the next view names can be read nowhere any more: it was
     * written by few, perhaps by one, and their disks lost it. Those that lost it cannot deny it, so the cluster may
     * neither keep nor drop it (replication spec §4.5, §12.2).
     */
    private boolean isEntryLost() {
        if (cluster.primary() != null) {
            return false;
        }
        for (SimReplica replica : cluster.replicas()) {
            ReplicaSnapshot now = replica.snapshot();
            if (now != null && now.status() == StatusName.VIEW_CHANGE) {
                for (EntryHeader header : cluster.viewHeaders(replica)) {
                    if (!header.isReserved() && header.op() > 0 && !cluster.isHeldAnywhere(header)) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    /**
     * Whether a replica has noticed, by reading what lay idle, that it lost an executed entry, and nobody has it any
     * more. It stays faulty there until a checkpoint makes it superfluous, which takes more requests than come.
     */
    private boolean isCommittedEntryLost() {
        for (SimReplica replica : cluster.replicas()) {
            ReplicaSnapshot now = replica.snapshot();
            if (now == null || now.faulty() == 0) {
                continue;
            }
            long opMin = Math.max(1, now.op() - cluster.constants().slotCount() + 1);
            for (long op = opMin; op <= now.commitMin(); op++) {
                if (!cluster.isHeldAnywhere(cluster.history().entry(op).header())) {
                    return true;
                }
            }
        }
        return false;
    }

    /** The damage was too much for liveness, though not for safety. */
    private static final class Unavailable extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    /** Every file is whole again, and every ledger says the same. */
    private void compareLedgers(List<SimReplica> core) {
        int[] scrubbed = {0};
        for (SimReplica replica : core) {
            replica.scrub(done -> scrubbed[0]++, cluster.nextNumber());
        }
        await(core, "files to be read and repaired", () -> scrubbed[0] == core.size());
        converge(core);                                          // something may have expired meanwhile
        core.forEach(replica -> replica.disk().files().mend());
        int[] answered = {0};
        for (SimReplica replica : core) {
            replica.askDigest(digest -> {
                answered[0]++;
                try {
                    cluster.trace().say(replica.name(), "digest " + java.util.HexFormat.of().formatHex(digest, 0, 4));
                    cluster.reference().onDigest(replica.index(), digest);
                } catch (Violation found) {
                    cluster.report(found);
                }
            }, cluster.nextNumber());
        }
        await(core, "digests", () -> answered[0] == core.size());
    }

    /** The clocks of the rest are set right: a wrong one among so few would be no minority (seed 504727). */
    private List<SimReplica> loseMinority() {
        int n = cluster.replicaCount();
        int spare = n - Quorums.of(n).viewChange();
        List<SimReplica> core = new ArrayList<>(cluster.replicas());
        for (int i = 0; i < spare; i++) {
            SimReplica lost = core.remove(clientDice.between(0, core.size() - 1));
            lost.crash();
        }
        core.forEach(replica -> replica.clock().setRight());
        return core;
    }
}
