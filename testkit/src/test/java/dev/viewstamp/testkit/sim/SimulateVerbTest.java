package dev.viewstamp.testkit.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.viewstamp.actors.cli.UsageError;
import dev.viewstamp.actors.cli.Verb;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.EnumSet;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** The command line of the simulation, and the JSON that scripts read. */
class SimulateVerbTest {

    private static int run(StringWriter out, String... args) {
        CommandLine line = new CommandLine(new SimulateVerb()).setOut(new PrintWriter(out, true));
        line.setExecutionExceptionHandler((failure, command, parsed) -> {
            throw failure;
        });
        line.parseArgs(args);
        SimulateVerb verb = line.getCommand();
        return verb.call();
    }

    @Test
    void isFoundByTheCommandLine() {
        assertTrue(ServiceLoader.load(Verb.class).stream().anyMatch(found -> found.type() == SimulateVerb.class));
    }

    @Test
    void jsonTellsWhatWasSimulated() throws Exception {
        StringWriter out = new StringWriter();
        assertEquals(0, run(out, "--seed=2", "--seeds=2", "--replica-count=3", "--ticks=200", "--json"));
        JsonNode json = new ObjectMapper().readTree(out.toString());
        assertEquals(2, json.get("seeds").asInt());
        assertEquals(0, json.get("failedSeeds").size());
        assertTrue(json.get("simulatedSeconds").asDouble() > 4);
        assertTrue(json.get("turns").asLong() > 1_000);
        assertTrue(json.get("commits").asLong() > 0);
        for (String name : new String[] {"turnsPerSecond", "faults", "viewChanges", "truncations", "repairs",
            "checkpoints", "stateSyncs"}) {
            assertTrue(json.has(name), name);
        }
    }

    /** Of these nothing is planned: they come of how the world is, and are left out there. */
    @ParameterizedTest
    @EnumSource(value = FaultKind.class, names = {"DELAY", "TORN_WRITE", "CLOCK_SKEW", "CLOCK_DRIFT"})
    void whatIsLeftOutDoesNotStrike(FaultKind kind) {
        long before = 0;
        for (long seed : new long[] {16, 22}) {
            SimulationOptions options = SimulationOptions.of(seed);
            before += Simulation.run(options).faults().count(kind);
            SimulationResult result = Simulation.run(options.withoutFaults(EnumSet.of(kind)));
            assertEquals(0, result.faults().count(kind));
            assertNull(result.violation());
        }
        assertTrue(before > 0, "it does not strike anyway");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--replica-count=7", "--seeds=0", "--ticks=-1", "--without=rain", "--without=reorder",
        "--events=x", "--seeds=2 --minutes=1"})
    void nonsenseIsRefusedInOneLine(String args) {
        UsageError refusal = assertThrows(UsageError.class, () -> run(new StringWriter(), args.split(" ")));
        assertTrue(!refusal.getMessage().contains("\n") && refusal.getMessage().length() > 10, refusal.getMessage());
    }
}
