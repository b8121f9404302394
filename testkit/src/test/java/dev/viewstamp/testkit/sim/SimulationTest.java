package dev.viewstamp.testkit.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.viewstamp.journal.RecoveryCase;
import dev.viewstamp.testkit.sim.Marks.Mark;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole clusters of production actors in a hostile world. */
class SimulationTest {

    /** What was planned for a seed before there were these. */
    private static final Set<FaultKind> LATER_KINDS = EnumSet.of(FaultKind.FULL_CIRCLE, FaultKind.HOLE,
            FaultKind.RUN_AHEAD, FaultKind.CRASH_IN_REWRITE);

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 5, 8, 13, 21, 34, 725, 784, 4495, 4818, 6205})
    void seedHolds(long seed) {
        holds(SimulationOptions.of(seed));
    }

    /** They found bugs, of the product or of the simulation, with the faults that there were then. */
    @ParameterizedTest
    @ValueSource(longs = {20264, 20358, 50056, 50125, 100481, 202770, 502692, 504727, 511096, 605215, 691340, 691507})
    void seedHoldsThatFoundSomething(long seed) {
        holds(SimulationOptions.of(seed).withoutFaults(LATER_KINDS));
    }

    private static void holds(SimulationOptions options) {
        SimulationResult result = Simulation.run(options);
        long seed = options.seed();
        assertNull(result.violation(), () -> "seed " + seed + ": " + result.violation());
        assertTrue(result.answers() > 0);
    }

    @Test
    void sameSeedSameTraceByteForByte() {
        List<String> once = new ArrayList<>();
        List<String> again = new ArrayList<>();
        SimulationResult first = Simulation.run(SimulationOptions.of(4).withReader(once::add));
        SimulationResult second = Simulation.run(SimulationOptions.of(4).withReader(again::add));
        assertEquals(once, again);
        assertEquals(first.traceDigest(), second.traceDigest());
        assertEquals(first.turns(), second.turns());
        assertNotEquals(first.traceDigest(), Simulation.run(SimulationOptions.of(6)).traceDigest());
        for (String line : once) {
            assertTrue(!line.contains("akka://") && !line.contains("Actor[") && !line.contains("@"), line);
        }
    }

    /**
     * What happens in any fifty seeds: should a fault strike no more, or a path not be walked, it is told here and not
     * only in print. What is rarer has tests of its own, and is counted in longer runs.
     */
    @Test
    void whatIsCommonHappens() {
        FaultTally faults = new FaultTally();
        Marks marks = new Marks();
        try (SimulationRunner runner = new SimulationRunner()) {
            for (long seed = 1; seed <= 50; seed++) {
                SimulationResult result = runner.run(SimulationOptions.of(seed));
                faults.add(result.faults());
                marks.add(result.marks());
            }
        }
        for (FaultKind kind : EnumSet.complementOf(EnumSet.copyOf(LATER_KINDS))) {
            assertTrue(faults.count(kind) > 0, kind.text() + " never struck");
        }
        for (Mark mark : List.of(Mark.CHECKPOINT, Mark.NEW_PRIMARY, Mark.VIEW_CHANGE, Mark.TRUNCATION, Mark.REPAIR,
                Mark.REPAIR_ANSWER, Mark.FORWARDED_REQUEST, Mark.RECOVERING_HEAD, Mark.STATE_SYNC, Mark.CORE_HEALED)) {
            assertTrue(marks.count(mark) > 0, mark + " never happened");
        }
        for (RecoveryCase row : List.of(RecoveryCase.A, RecoveryCase.B, RecoveryCase.C, RecoveryCase.D,
                RecoveryCase.G, RecoveryCase.L, RecoveryCase.M, RecoveryCase.P)) {
            assertTrue(marks.count(row) > 0, "row " + row + " never occurred");
        }
    }

    /** One ActorSystem serves many seeds: what ran on it before leaves no trace in the next run. */
    @Test
    void aUsedSystemGivesTheTraceOfAFreshOne() {
        try (SimulationRunner runner = new SimulationRunner()) {
            for (long seed : new long[] {4, 6, 20264, 7, 4}) {
                SimulationResult fresh = Simulation.run(SimulationOptions.of(seed));
                SimulationResult used = runner.run(SimulationOptions.of(seed));
                assertEquals(fresh.traceDigest(), used.traceDigest(), "seed " + seed);
                assertEquals(fresh.turns(), used.turns(), "seed " + seed);
            }
        }
    }

    /** Another process has other identity hashes, other salts of Set.of and other random actor ids. */
    @Test
    void sameSeedSameTraceInAnotherJvm() throws Exception {
        String here = Simulation.run(SimulationOptions.of(4)).traceDigest();
        assertEquals(here, digestInAnotherJvm(4));
    }

    private static String digestInAnotherJvm(long seed) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(ProcessHandle.current().info().command().orElse("java"), "-Xmx512m",
                "-XX:+UseSerialGC", "-XX:+UnlockExperimentalVMOptions", "-XX:hashCode=2", "-cp",
                System.getProperty("java.class.path"), DigestMain.class.getName(), String.valueOf(seed))
                .redirectError(ProcessBuilder.Redirect.DISCARD).start();
        try (BufferedReader out = new BufferedReader(
                new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            String text = out.lines().filter(line -> line.startsWith("digest ")).collect(Collectors.joining());
            assertEquals(0, process.waitFor());
            return text.substring("digest ".length());
        }
    }

    /** Runs one seed and prints its digest. */
    static final class DigestMain {
        private DigestMain() {
        }

        public static void main(String[] seed) {
            System.out.println("digest " + Simulation.run(SimulationOptions.of(Long.parseLong(seed[0]))).traceDigest());
        }
    }
}
