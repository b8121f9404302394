package dev.viewstamp.testkit.official;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/**
 * TigerBeetle's own Node client, as npm serves it, in a temporary folder. Where Node or npm's registry is absent the
 * tests that need it are skipped, and say so.
 */
final class NodeClient {
    static final String RELEASE = "0.17.9";
    private static final int INSTALL_SECONDS_MAX = 60;
    /** Releases before this one run on an older Node only; what is tested here needs no more. */
    private static final int NODE_MIN = 18;

    /** What a run of a program ended with. */
    record Run(int exit, List<String> lines) {
        long passed() {
            return lines.stream().filter(line -> line.endsWith("PASSED")).count();
        }
    }

    private final Path folder;

    private NodeClient(Path folder) {
        this.folder = folder;
    }

    /** Installs it, or skips the test with the reason. */
    static NodeClient install(Path folder) throws Exception {
        String node = firstLine(List.of("node", "--version"), folder);
        skipUnless(node.startsWith("v") && Integer.parseInt(node.substring(1, node.indexOf('.'))) >= NODE_MIN,
                "there is no Node " + NODE_MIN + " or newer: " + node);
        Run npm = run(folder, INSTALL_SECONDS_MAX, Map.of(), List.of("npm", "install", "--no-audit", "--no-fund",
                "--prefix", folder.toString(), "tigerbeetle-node@" + RELEASE));
        skipUnless(npm.exit() == 0, "npm cannot install tigerbeetle-node@" + RELEASE + ": " + npm.lines());
        return new NodeClient(folder);
    }

    /**
     * Runs one of the client's own programs, unmodified.
     *
     * @param program such as "test" or "benchmark"
     * @param addresses the replicas' client doors
     */
    Run run(String program, String addresses, int secondsMax) throws Exception {
        return run(folder, secondsMax, Map.of("TB_ADDRESS", addresses),
                List.of("node", "node_modules/tigerbeetle-node/dist/" + program + ".js"));
    }

    /** Runs a program of these tests' resources that uses the client. */
    Run script(String name, String addresses, int secondsMax, List<String> arguments) throws Exception {
        Path script = folder.resolve(name);
        try (InputStream in = NodeClient.class.getResourceAsStream(name)) {
            Files.write(script, in.readAllBytes());
        }
        List<String> command = new ArrayList<>(List.of("node", script.toString()));
        command.addAll(arguments);
        return run(folder, secondsMax, Map.of("TB_ADDRESS", addresses), command);
    }

    private static void skipUnless(boolean holds, String reason) {
        if (!holds) {
            System.out.println("skipped: official client tests, " + reason);
        }
        Assumptions.assumeTrue(holds, reason);
    }

    private static String firstLine(List<String> command, Path folder) throws Exception {
        Run run = run(folder, 10, Map.of(), command);
        return run.exit() != 0 || run.lines().isEmpty() ? run.lines().toString() : run.lines().get(0);
    }

    private static Run run(Path folder, int secondsMax, Map<String, String> environment, List<String> command)
            throws Exception {
        Path output = Files.createTempFile(folder, "run", ".log");
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().putAll(environment);
        try {
            Process process = builder.start();
            boolean ended = process.waitFor(secondsMax, TimeUnit.SECONDS);
            if (!ended) {
                process.destroyForcibly().waitFor();
            }
            List<String> lines = new ArrayList<>(Files.readAllLines(output));
            if (!ended) {
                lines.add("did not end within " + secondsMax + " s");
            }
            return new Run(ended ? process.exitValue() : -1, lines);
        } catch (IOException e) {
            return new Run(-1, List.of(e.getMessage()));
        }
    }
}
