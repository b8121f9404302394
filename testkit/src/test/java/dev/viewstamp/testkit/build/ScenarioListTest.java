package dev.viewstamp.testkit.build;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** {@code docs/scenarios.md} is complete, and every test that it names is there. */
class ScenarioListTest {
    private static final int SCENARIOS = 95;
    private static final int PITFALLS = 86;
    private static final Pattern ROW = Pattern.compile("\\| ([SP]\\d\\d) \\| (.+) \\| (.+) \\|");
    private static final Pattern TEST = Pattern.compile("(\\w+Test)\\.(\\w+)");
    private static final Pattern PLANTED = Pattern.compile("planted: ([\\w-]+)");
    /** What no code is there for: standbys and rolling upgrade. */
    private static final Set<String> NOT_BUILT = Set.of("S08", "S88");

    private static final Map<String, String> tests = new TreeMap<>();      // by number
    private static final Map<String, String> sources = new HashMap<>();    // by simple name
    private static String plantedBugs;

    @BeforeAll
    static void read() throws IOException {
        Path root = Path.of("").toAbsolutePath();
        while (!Files.exists(root.resolve("docs/scenarios.md"))) {
            root = root.getParent();
        }
        for (String line : Files.readAllLines(root.resolve("docs/scenarios.md"))) {
            Matcher row = ROW.matcher(line);
            if (row.matches()) {
                assertEquals(null, tests.put(row.group(1), row.group(3)), "two rows of " + row.group(1));
            }
        }
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.filter(path -> path.toString().matches(".*/src/test/java/.*Test\\.java")).toList()) {
                sources.put(file.getFileName().toString().replace(".java", ""), Files.readString(file));
            }
        }
        plantedBugs = Files.readString(root.resolve("testkit/src/test/resources/planted-bugs.txt"));
    }

    @Test
    void everyScenarioAndEveryPitfallHasItsRow() {
        Set<String> expected = Stream.concat(numbers("S", SCENARIOS), numbers("P", PITFALLS))
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(expected, new TreeSet<>(tests.keySet()));
    }

    @Test
    void everyRowNamesATestOrSaysWhyNot() {
        Set<String> without = new TreeSet<>();
        tests.forEach((number, text) -> {
            if (!TEST.matcher(text).find() && !PLANTED.matcher(text).find()) {
                without.add(number);
            }
        });
        assertEquals(new TreeSet<>(NOT_BUILT), without);
    }

    @Test
    void everyTestNamedIsThere() {
        List<String> missing = new ArrayList<>();
        tests.forEach((number, text) -> {
            Matcher test = TEST.matcher(text);
            while (test.find()) {
                String source = sources.getOrDefault(test.group(1), "");
                String method = "    (void|(List|Stream)<DynamicTest>) " + test.group(2) + "\\(";
                if (!Pattern.compile(method).matcher(source).find()) {
                    missing.add(number + ": " + test.group());
                }
            }
            Matcher planted = PLANTED.matcher(text);
            while (planted.find()) {
                if (!plantedBugs.contains("== " + planted.group(1) + " (")) {
                    missing.add(number + ": " + planted.group());
                }
            }
        });
        assertTrue(missing.isEmpty(), "no such tests: " + missing);
    }

    private static Stream<String> numbers(String kind, int count) {
        return IntStream.rangeClosed(1, count).mapToObj(number -> String.format("%s%02d", kind, number));
    }
}
