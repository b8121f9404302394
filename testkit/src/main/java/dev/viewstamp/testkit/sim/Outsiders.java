package dev.viewstamp.testkit.sim;

import dev.viewstamp.testkit.sim.Marks.Mark;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The replicas that a healed core has to do without: each has a habit, and keeps it until it is told to stop. None
 * of them may keep the core from answering clients, or but in one way from becoming equal (replication spec §12.2).
 */
final class Outsiders {
    private static final long MILLISECOND = 1_000_000;
    private static final Mark[] HABITS = {Mark.OUTSIDER_AS_BEFORE, Mark.OUTSIDER_DOWN, Mark.OUTSIDER_PAUSED,
        Mark.OUTSIDER_DEAF, Mark.OUTSIDER_MUTE, Mark.OUTSIDER_HALF_CONNECTED, Mark.OUTSIDER_FLAPPING,
        Mark.OUTSIDER_REPEATING};

    private final SimCluster cluster;
    private final SimRandom random;
    private final List<SimReplica> core;
    private final List<SimReplica> cutOff = new ArrayList<>();
    private boolean active = true;

    private Outsiders(SimCluster cluster, SimRandom random, List<SimReplica> core) {
        this.cluster = cluster;
        this.random = random;
        this.core = core;
    }

    /**
     * Replicas that can go on alone whatever the others do, in order: those whose logs the atlas spares, which are as
     * many as a view change needs, so that of each quorum that acknowledged an entry one is among them, with the entry;
     * and now and then one more.
     */
    static List<SimReplica> chooseCore(SimCluster cluster, SimRandom random) {
        List<SimReplica> core = new ArrayList<>();
        List<SimReplica> rest = new ArrayList<>();
        for (SimReplica replica : cluster.replicas()) {
            (cluster.atlas().isWorn(replica.index()) ? rest : core).add(replica);
        }
        if (rest.size() > 1 && random.chance(0.3)) {
            core.add(rest.get(random.between(0, rest.size() - 1)));
            core.sort(Comparator.comparingInt(SimReplica::index));
        }
        return List.copyOf(core);
    }

    /** Everybody who is not in the core takes a habit. */
    static Outsiders begin(SimCluster cluster, SimRandom random, List<SimReplica> core) {
        Outsiders outsiders = new Outsiders(cluster, random, core);
        for (SimReplica replica : cluster.replicas()) {
            if (!core.contains(replica)) {
                outsiders.take(replica, HABITS[random.between(0, HABITS.length - 1)]);
            }
        }
        return outsiders;
    }

    /**
     * A primary outside the core that some of the core follow and others cannot talk with: these it may keep from
     * catching up, as those see no reason to leave it (replication spec §12.2 excludes that). It is cut off for good.
     *
     * @return false if there is none
     */
    boolean cutOffLeader() {
        for (SimReplica outsider : cluster.replicas()) {
            boolean leads = core.stream().map(SimReplica::snapshot)
                    .anyMatch(now -> now != null && now.isNormal() && now.primary() == outsider.index());
            if (leads && !core.contains(outsider) && core.stream().anyMatch(member -> isApart(outsider, member))) {
                cluster.trace().say(outsider.name(), "leads from outside the core and is cut off");
                cutOff.add(outsider);
                core.forEach(member -> connect(outsider, member, false, false));
                return true;
            }
        }
        return false;
    }

    private boolean isApart(SimReplica outsider, SimReplica member) {
        return cluster.network().isCut(outsider.index(), member.index())
                || cluster.network().isCut(member.index(), outsider.index());
    }

    /** What flaps or repeats itself does so no longer; links stay as they are. */
    void stop() {
        active = false;
    }

    private void take(SimReplica outsider, Mark habit) {
        cluster.marks().hit(habit);
        cluster.trace().say(outsider.name(), "is outside the core: " + habit);
        switch (habit) {
            case OUTSIDER_AS_BEFORE -> { }
            case OUTSIDER_DOWN -> outsider.crash();
            case OUTSIDER_PAUSED -> outsider.pause();
            default -> {
                outsider.resume();
                outsider.start();
                core.forEach(member -> connect(outsider, member, habit != Mark.OUTSIDER_DEAF,
                        habit != Mark.OUTSIDER_MUTE));
                connectAsUsual(outsider, habit);
            }
        }
    }

    private void connectAsUsual(SimReplica outsider, Mark habit) {
        switch (habit) {
            case OUTSIDER_HALF_CONNECTED -> {
                List<SimReplica> others = Nemesis.shuffled(core, random);
                others.subList(0, random.between(1, core.size() - 1))
                        .forEach(member -> connect(outsider, member, false, false));
            }
            case OUTSIDER_FLAPPING -> flap(outsider, random.between(20L, 2_000L) * MILLISECOND);
            case OUTSIDER_REPEATING -> {
                if (random.chance(0.5)) {
                    outsider.crash();                            // the network repeats what a dead one had said
                }
                repeat(outsider, random.between(5L, 500L) * MILLISECOND);
            }
            default -> { }
        }
    }

    private void connect(SimReplica outsider, SimReplica member, boolean hears, boolean isHeard) {
        link(member.index(), outsider.index(), hears);
        link(outsider.index(), member.index(), isHeard);
    }

    private void link(int from, int to, boolean open) {
        cluster.network().mendLink(from, to);
        if (!open) {
            cluster.network().cut(from, to);
        }
    }

    private void flap(SimReplica outsider, long meanNanos) {
        if (active && !cutOff.contains(outsider)) {
            core.forEach(member -> connect(outsider, member, random.chance(0.5), random.chance(0.5)));
            cluster.system().after(MILLISECOND + random.exponential(meanNanos), () -> flap(outsider, meanNanos));
        }
    }

    private void repeat(SimReplica outsider, long meanNanos) {
        if (active) {
            SimReplica member = core.get(random.between(0, core.size() - 1));
            cluster.network().repeatMessages(random, outsider.index(), member.index());
            cluster.system().after(MILLISECOND + random.exponential(meanNanos), () -> repeat(outsider, meanNanos));
        }
    }
}
