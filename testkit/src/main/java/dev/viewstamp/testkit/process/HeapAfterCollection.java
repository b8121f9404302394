package dev.viewstamp.testkit.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Asks another JVM of this user to collect its garbage, with {@code jcmd}, and how much of its heap is left in use.
 *
 * @param committedMiB what the heap takes of the machine; a collection that is asked for gives much of it back
 */
record HeapAfterCollection(double usedMiB, double committedMiB) {
    static final HeapAfterCollection UNKNOWN = new HeapAfterCollection(Double.NaN, Double.NaN);

    private static final Pattern USED = Pattern.compile("garbage-first heap\\s+total (\\d+)K, used (\\d+)K");

    /** {@link #UNKNOWN} where there is no {@code jcmd}, or the process does not answer it. */
    static HeapAfterCollection of(long pid) throws InterruptedException {
        Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        if (!Files.isExecutable(jcmd)) {
            return UNKNOWN;
        }
        run(jcmd, pid, "GC.run");
        Matcher used = USED.matcher(run(jcmd, pid, "GC.heap_info"));
        return used.find() ? new HeapAfterCollection(Long.parseLong(used.group(2)) / 1024.0,
                Long.parseLong(used.group(1)) / 1024.0) : UNKNOWN;
    }

    private static String run(Path jcmd, long pid, String command) throws InterruptedException {
        try {
            Process process = new ProcessBuilder(jcmd.toString(), Long.toString(pid), command)
                    .redirectErrorStream(true).start();
            process.getOutputStream().close();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            process.waitFor();
            return said;
        } catch (IOException e) {
            return "";
        }
    }
}
