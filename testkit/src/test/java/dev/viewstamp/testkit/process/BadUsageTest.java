package dev.viewstamp.testkit.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.viewstamp.actors.cli.Main;
import dev.viewstamp.actors.cli.cluster.FreePorts;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What cannot be meant, or cannot be done, ends with one line that says what and the mend, and the exit code that fits.
 */
class BadUsageTest {
    @TempDir
    static Path folder;

    private record Outcome(int code, String out, String err) {
    }

    private static Outcome run(List<String> words) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        String[] arguments = words.stream().map(word -> word.replace("$D", folder.toString())).toArray(String[]::new);
        int code = Main.run(new PrintWriter(out), new PrintWriter(err), arguments);
        return new Outcome(code, out.toString(), err.toString());
    }

    private static Outcome run(String... words) {
        return run(List.of(words));
    }

    @BeforeAll
    static void makeFolders() throws IOException {
        assertEquals(0, run("format", "--cluster=5", "--replica=0", "--replica-count=1", "--wal-slots=32", "$D/one")
                .code);
        Files.createDirectory(folder.resolve("foreign"));
        Files.writeString(folder.resolve("foreign/notes.txt"), "mine");
        Files.writeString(folder.resolve("unbalanced.conf"),
                "viewstamp {\n  addresses = [3000]\n  journal { workers = 4\n");
        Files.writeString(folder.resolve("slip.conf"), "viewstamp {\n  journal.wrokers = 4\n}\n");
        Files.writeString(folder.resolve("type.conf"), "viewstamp {\n  journal.workers = many\n}\n");
    }

    private static Arguments row(int code, String expected, String... words) {
        return Arguments.of(String.join(" ", words), code, expected, List.of(words));
    }

    static Stream<Arguments> mistakes() {
        return Stream.of(
                row(2, "viewstamp: unknown verb 'strat': did you mean start?", "strat"),
                row(2, "viewstamp: a verb is missing; known are format, start"),
                row(2, "unknown option '--adresses': did you mean --addresses?", "start", "--adresses=3000", "$D/one"),
                row(2, "missing --replica-count=COUNT", "format", "--replica=0", "$D/new"),
                row(2, "--replica-count: 'three' is no whole number",
                        "format", "--replica=0", "--replica-count=three", "$D/new"),
                row(2, "--replica is 3: it must be 0 to 2", "format", "--replica=3", "--replica-count=3", "$D/new"),
                row(2, "one is not empty; format never overwrites",
                        "format", "--replica=0", "--replica-count=1", "$D/one"),
                row(2, "$D/unbalanced.conf:4: ", "start", "--config=$D/unbalanced.conf", "$D/one"),
                row(2, "$D/slip.conf:2: unknown key viewstamp.journal.wrokers: did you mean viewstamp.journal.workers?",
                        "start", "--config=$D/slip.conf", "$D/one"),
                row(2, "$D/type.conf:2: viewstamp.journal.workers has type STRING rather than NUMBER",
                        "start", "--config=$D/type.conf", "$D/one"),
                row(2, "--config: there is no file $D/none.conf", "start", "--config=$D/none.conf", "$D/one"),
                row(2, "--set: 'journal.workers' is no KEY=VALUE", "start", "--set=journal.workers", "$D/one"),
                row(2, "viewstamp.addresses has '70000'", "start", "--addresses=70000", "$D/one"),
                row(2, "viewstamp.data-dir is not set", "start", "--addresses=3000"),
                row(2, "$D/none does not exist; create it with format", "start", "--addresses=3000", "$D/none"),
                row(2, "$D/foreign is not a data directory", "start", "--addresses=3000", "$D/foreign"),
                row(2, "$D/one belongs to cluster", "start", "--addresses=3000", "--set=cluster=6", "$D/one"),
                row(2, "lists 2 replicas, but $D/one was formatted for 1", "start", "--addresses=3000,3001", "$D/one"),
                row(2, "--addresses is missing", "repl", "--command=help"),
                row(2, "--transfer-batch-size is 8190: it must be 1 to 8189",
                        "benchmark", "--transfer-batch-size=8190"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("mistakes")
    void aMistakeIsOneLineWithTheMend(String name, int code, String expected, List<String> words) {
        Outcome outcome = run(words);
        assertEquals(code, outcome.code, outcome.err);
        assertEquals("", outcome.out);
        assertEquals(1, outcome.err.lines().count(), outcome.err);
        String wanted = expected.replace("$D", folder.toString());
        assertTrue(outcome.err.contains(wanted), () -> outcome.err + " does not contain " + wanted);
    }

    @Test
    void aPortInUseIsAFailureThatNamesIt() throws IOException {
        int door = FreePorts.doors(1).get(0);
        try (ServerSocket taken = new ServerSocket()) {
            taken.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), door + 1000));
            Outcome outcome = run("start", "--addresses=" + door, "--set=cluster=5", "$D/one");
            assertEquals(1, outcome.code, outcome.err);
            assertEquals(1, outcome.err.lines().count(), outcome.err);
            assertTrue(outcome.err.contains("cannot listen on 127.0.0.1:" + (door + 1000)), outcome.err);
        }
    }

    @Test
    void aDiskWithoutRoomIsAFailureThatLeavesNothingBehind() throws Exception {
        Path disk = Files.createDirectory(folder.resolve("disk"));
        Process mount = new ProcessBuilder("mount", "-t", "tmpfs", "-o", "size=16m", "none", disk.toString()).start();
        assumeTrue(mount.waitFor() == 0, "only root may mount a small file system");
        try {
            Outcome outcome = run("format", "--replica=0", "--replica-count=1", "--wal-slots=32", "$D/disk/new");
            assertEquals(1, outcome.code, outcome.err);
            assertTrue(outcome.err.contains("use a smaller WAL (--wal-slots) or another disk"), outcome.err);
            assertFalse(Files.exists(disk.resolve("new")));
        } finally {
            assertEquals(0, new ProcessBuilder("umount", disk.toString()).start().waitFor());
        }
    }

    /** Every key of the examples exists: what is missing in the end is the data directory alone. */
    @ParameterizedTest
    @ValueSource(strings = {"node.conf", "cluster-of-three.conf"})
    void theOperatorsExamplesAreReadAsTheyAre(String example) {
        Path conf = Path.of("").toAbsolutePath();
        while (!Files.isDirectory(conf.resolve("conf"))) {
            conf = conf.getParent();
        }
        Outcome outcome = run("start", "--config=" + conf.resolve("conf").resolve(example), "$D/none");
        assertEquals(2, outcome.code, outcome.err);
        assertTrue(outcome.err.contains("none does not exist; create it with format"), outcome.err);
    }

    @ParameterizedTest
    @MethodSource("verbs")
    void everyVerbExplainsItselfWithAnExample(String verb) {
        Outcome outcome = run(verb, "--help");
        assertEquals(0, outcome.code);
        assertEquals("", outcome.err);
        assertTrue(outcome.out.contains("Example") && outcome.out.contains("viewstamp " + verb), outcome.out);
    }

    static Stream<String> verbs() {
        Outcome help = run("--help");
        return help.out.lines().filter(line -> line.matches("  [a-z]+ .*")).map(line -> line.strip().split(" ")[0]);
    }

    @Test
    void jsonIsOneDocumentOnStdout() {
        Outcome outcome = run("version", "--json");
        assertEquals(0, outcome.code);
        assertEquals(1, outcome.out.lines().count());
        assertTrue(outcome.out.startsWith("{\"viewstamp\":\"") && outcome.out.strip().endsWith("}"), outcome.out);
    }
}
