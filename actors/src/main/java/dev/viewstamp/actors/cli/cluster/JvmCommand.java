package dev.viewstamp.actors.cli.cluster;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * How to run the command line in another JVM of this kind.
 *
 * @param classPath what holds Viewstamp and its libraries
 * @param heapMiB its heap, MiB
 * @param directMiB its direct memory, MiB
 */
public record JvmCommand(String classPath, int heapMiB, int directMiB) {
    /** System property of this process: more JVM options for those it starts, with blanks between them. */
    public static final String OPTIONS = "viewstamp.child.jvm-options";

    private static final String MAIN = "dev.viewstamp.actors.cli.Main";

    /** With the class path of this process. */
    public static JvmCommand ofThisProcess(int heapMiB, int directMiB) {
        return new JvmCommand(System.getProperty("java.class.path"), heapMiB, directMiB);
    }

    /** The words that run a verb as a server would: G1 with regions that hold bodies of 1 MiB. */
    public List<String> server(List<String> verb) {
        return words(List.of("-XX:+UseG1GC", "-XX:G1HeapRegionSize=8m"), verb);
    }

    /** The words that run a verb that ends soon. */
    public List<String> shortLived(List<String> verb) {
        return words(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"), verb);
    }

    private List<String> words(List<String> options, List<String> verb) {
        List<String> words = new ArrayList<>();
        words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        words.add("-Xmx" + heapMiB + "m");
        words.add("-XX:MaxDirectMemorySize=" + directMiB + "m");
        words.addAll(options);
        for (String option : System.getProperty(OPTIONS, "").split(" ")) {
            if (!option.isEmpty()) {
                words.add(option);
            }
        }
        words.add("-XX:+ExitOnOutOfMemoryError");
        words.add("-XX:-UsePerfData");
        if (Runtime.version().feature() >= 24) {
            words.add("--sun-misc-unsafe-memory-access=allow");
            words.add("--enable-native-access=ALL-UNNAMED");
        }
        for (String property : List.of("logback.configurationFile", "viewstamp.log.akka")) {
            if (System.getProperty(property) != null) {
                words.add("-D" + property + "=" + System.getProperty(property));
            }
        }
        words.add("-cp");
        words.add(classPath);
        words.add(MAIN);
        words.addAll(verb);
        return words;
    }
}
