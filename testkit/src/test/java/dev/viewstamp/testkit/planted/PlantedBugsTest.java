package dev.viewstamp.testkit.planted;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * What the simulation is worth: it finds bugs that were planted. Here all of them are compiled and the quick ones
 * hunted; {@code -Dviewstamp.planted-bugs=all} hunts all of them, which takes minutes.
 */
class PlantedBugsTest {
    private static final int QUICK_SEEDS = 12;
    private static final List<String> QUICK = List.of("ack-before-the-disk", "commit-by-a-minority",
            "restart-resumes-the-primarys-view", "commit-max-falls");

    @Test
    void everyBugFitsTheCodeOfToday() throws Exception {
        List<PlantedBug> bugs = PlantedBugs.all();
        assertTrue(bugs.size() >= 15, bugs.size() + " bugs");
        assertEquals(bugs.size(), bugs.stream().map(PlantedBug::name).distinct().count());
        for (PlantedBug bug : bugs) {
            assertNotNull(Mutant.of(bug).loadClass("dev.viewstamp.actors.replica.Replica"));
        }
    }

    @TestFactory
    Stream<DynamicTest> theSimulationCatches() throws Exception {
        boolean all = "all".equals(System.getProperty("viewstamp.planted-bugs"));
        return PlantedBugs.all().stream()
                .filter(bug -> all || QUICK.contains(bug.name()))
                .map(bug -> DynamicTest.dynamicTest(bug.name(), () -> {
                    PlantedBugs.Hunt hunt = PlantedBugs.hunt(bug, all ? bug.seedsMax() : QUICK_SEEDS);
                    assertTrue(hunt.isCaught(), hunt.toString());
                }));
    }

    /** The healthy sources, compiled and loaded in the same way, break nothing: it is the bugs that are caught. */
    @Test
    void withoutABugNothingIsCaught() throws Exception {
        PlantedBug none = new PlantedBug("none", QUICK_SEEDS, 0, "nothing", List.of(new PlantedBug.Change(
                "actors/src/main/java/dev/viewstamp/actors/replica/Pipeline.java",
                List.of("final class Pipeline {"), List.of("final class Pipeline {"))));
        PlantedBugs.Hunt hunt = PlantedBugs.hunt(none, QUICK_SEEDS);
        assertTrue(!hunt.isCaught(), hunt.toString());
    }
}
