package dev.viewstamp.testkit.scenario;

import akka.actor.testkit.typed.javadsl.TestProbe;
import dev.viewstamp.testkit.sim.SimCluster;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Probes of Akka's testkit in a simulated ActorSystem. What a probe is told it hears in a turn of its own, of which
 * there are none while the test's thread waits; so these never wait: {@code simulation.conf} sets their patience to
 * zero, and they take or miss what has arrived by now. Time passes in {@link #receive} and in the cluster's own verbs.
 */
public final class Probes {
    private final SimCluster cluster;
    private final List<TestProbe<?>> all = new ArrayList<>();

    public Probes(SimCluster cluster) {
        this.cluster = cluster;
    }

    /** A probe that nobody knows yet. */
    public <T> TestProbe<T> create() {
        TestProbe<T> probe = TestProbe.create(cluster.system().akka());
        all.add(probe);
        return probe;
    }

    /**
     * Takes the next message; until there is one time passes, and not a turn longer.
     *
     * @throws AssertionError if none came in that much virtual time
     */
    public <T> T receive(TestProbe<T> probe, Duration patience) {
        long deadline = cluster.system().nowNanos() + patience.toNanos();
        while (true) {
            try {
                return probe.receiveMessage();
            } catch (AssertionError nothingYet) {                // a probe has no other way to say it
                if (cluster.system().nowNanos() >= deadline || !cluster.step()) {
                    throw new AssertionError("the probe was told nothing", nothingYet);
                }
            }
        }
    }

    /** They end in the next turns of the system, which goes on to serve others. */
    public void stop() {
        all.forEach(TestProbe::stop);
        all.clear();
    }
}
