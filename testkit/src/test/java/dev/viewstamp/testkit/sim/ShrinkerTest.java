package dev.viewstamp.testkit.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.viewstamp.testkit.check.Violation;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A failing plan is cut down to what it takes to fail, and not mixed up with another failure. */
class ShrinkerTest {
    private final AtomicClock clock = new AtomicClock();

    private static final class AtomicClock {
        private long nanos;

        long tick() {
            return nanos++;
        }
    }

    /** Breaks "rule" if 3, 17 and messages' loss come together; breaks another rule without event 40. */
    private static SimulationResult simulate(SimulationOptions options) {
        List<FaultEvent> plan = new ArrayList<>();
        for (int id = 0; id < 50; id++) {
            if (options.events() == null || options.events().contains(id)) {
                plan.add(new FaultEvent(id, id, FaultKind.CRASH, 0, 1, 0));
            }
        }
        Set<Integer> ids = new java.util.TreeSet<>(plan.stream().map(FaultEvent::id).toList());
        String broken = !ids.contains(40) ? "another"
                : ids.containsAll(Set.of(3, 17)) && !options.without().contains(FaultKind.LOSS) ? "rule" : null;
        Violation violation = broken == null ? null : new Violation(broken, "told so");
        return new SimulationResult(options, 3, violation, "", 0, 0, 0, 0, new FaultTally(), new Marks(), plan);
    }

    @Test
    void keepsWhatTheFailureNeeds() {
        SimulationResult failing = simulate(SimulationOptions.of(1));
        Shrinker shrinker = new Shrinker(failing, ShrinkerTest::simulate, clock::tick, 100_000);
        SimulationResult smallest = shrinker.shrink();
        assertEquals(List.of(3, 17, 40), smallest.plan().stream().map(FaultEvent::id).toList());
        assertEquals("rule", smallest.violation().rule());
        assertFalse(smallest.options().without().contains(FaultKind.LOSS));
        assertTrue(smallest.options().without().contains(FaultKind.DUPLICATION));
        assertTrue(shrinker.runs() < 200, shrinker.runs() + " runs");
    }

    @Test
    void endsWhenTimeIsUpWithAPlanThatStillFails() {
        SimulationResult failing = simulate(SimulationOptions.of(1));
        SimulationResult smallest = new Shrinker(failing, ShrinkerTest::simulate, clock::tick, 20).shrink();
        assertEquals("rule", smallest.violation().rule());
    }
}
