package dev.viewstamp.testkit.build;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.LineMap;
import com.sun.source.tree.MethodTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The house's habits, read from the sources: no plugin, no argument. A file or a method that has good reason to be
 * longer says so in a comment within the file's first 40 lines that contains the words "Long because".
 */
class TidyTest {
    private static final int COLUMNS_MAX = 120;
    private static final int FILE_LINES_MAX = 600;
    private static final int METHOD_LINES_MAX = 60;
    private static final String EXCUSE = "Long because";
    /** This file must name what it forbids. */
    private static final String SELF = "TidyTest.java";

    private record Source(Path path, List<String> lines) {
        boolean isMain() {
            return path.toString().contains("src/main/");
        }

        boolean isJava() {
            return path.toString().endsWith(".java");
        }

        boolean isExcused() {
            return lines.stream().limit(40).anyMatch(line -> line.contains(EXCUSE));
        }
    }

    private static Path root;
    private static List<Source> sources;

    @BeforeAll
    static void read() throws IOException {
        root = Path.of("").toAbsolutePath();
        while (!Files.exists(root.resolve("LICENSE"))) {
            root = root.getParent();
        }
        try (Stream<Path> files = Files.walk(root)) {
            sources = new ArrayList<>();
            for (Path file : files.filter(TidyTest::isOurs).sorted().toList()) {
                sources.add(new Source(root.relativize(file), Files.readAllLines(file)));
            }
        }
        assertTrue(sources.size() > 50, "too few files found under " + root);
    }

    private static boolean isOurs(Path file) {
        String path = root.relativize(file).toString();
        return Files.isRegularFile(file)
                && !path.contains("target/") && !path.startsWith(".git") && !path.contains("/.")
                && path.matches(".*\\.(java|xml|conf|md|sh)|bin/.*|\\.ci/.*") && !path.endsWith(SELF);
    }

    @Test
    void linesFitTheScreen() {
        // Markdown wraps by itself, and its tables cannot.
        none(linesWhere(source -> !source.path.toString().endsWith(".md"), line -> line.length() > COLUMNS_MAX),
                "lines over " + COLUMNS_MAX + " columns");
    }

    @Test
    void filesHaveOneSubject() {
        none(sources.stream().filter(Source::isJava).filter(source -> source.lines.size() > FILE_LINES_MAX)
                .filter(source -> !source.isExcused()).map(source -> source.path + " " + source.lines.size()).toList(),
                "files over " + FILE_LINES_MAX + " lines; split by noun, or write at the top: " + EXCUSE + " …");
    }

    @Test
    void methodsFitAScreen() throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        List<String> found = new ArrayList<>();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            List<Path> paths = sources.stream().filter(Source::isJava).filter(source -> !source.isExcused())
                    .map(source -> root.resolve(source.path)).toList();
            JavacTask task = (JavacTask) compiler.getTask(null, files, null, List.of("-proc:none"), null,
                    files.getJavaFileObjectsFromPaths(paths));
            SourcePositions positions = Trees.instance(task).getSourcePositions();
            for (CompilationUnitTree unit : task.parse()) {
                new MethodLengths(unit, positions, found).scan(unit, null);
            }
        }
        none(found, "methods over " + METHOD_LINES_MAX + " lines; split, or write at the file's top: " + EXCUSE + " …");
    }

    @Test
    void resultsAreTheCommandLinesBusiness() {
        none(linesWhere(source -> source.isJava() && source.isMain() && !source.path.toString().contains("actors/cli/"),
                matching("System\\.(out|err)\\b")), "uses of System.out or System.err outside the command line");
    }

    @Test
    void troubleIsNotSwallowed() {
        none(linesWhere(Source::isJava, matching("catch \\((final )?Throwable\\b|\\.printStackTrace\\(\\)"
                + "|catch \\([A-Za-z.| ]+\\) *\\{ *\\}")), "swallowed or printed throwables");
    }

    @Test
    void invariantsStayOn() {
        none(linesWhere(source -> source.isJava() && source.isMain(), matching("^\\s*assert\\b")),
                "Java asserts, which are off in production");
    }

    @Test
    void testsDoNotSleepAndHope() {
        none(linesWhere(source -> source.isJava() && !source.isMain(),
                matching("Thread\\.sleep|TimeUnit\\.\\w+\\.sleep|@Disabled|assumeTrue\\(false")),
                "sleeps and disabled tests");
    }

    @Test
    void nothingIsLeftForLater() {
        none(linesWhere(Source::isJava, matching("\\b(FIXME|XXX)\\b|\\bTODO(?!\\()")), "marks of unfinished work");
    }

    @Test
    void noFileNamesAMachinesPaths() {
        none(linesWhere(source -> true, matching("(^|[\\s\"'=(:`])/(work|home|root|Users|mnt)/\\w")),
                "paths of one machine");
    }

    private static Predicate<String> matching(String regex) {
        return Pattern.compile(regex).asPredicate();
    }

    private static List<String> linesWhere(Predicate<Source> which, Predicate<String> bad) {
        List<String> found = new ArrayList<>();
        for (Source source : sources) {
            for (int i = 0; which.test(source) && i < source.lines.size(); i++) {
                if (bad.test(source.lines.get(i))) {
                    found.add(source.path + ":" + (i + 1) + ": " + source.lines.get(i).strip());
                }
            }
        }
        return found;
    }

    private static void none(List<String> found, String what) {
        assertEquals("", String.join("\n", found), what);
    }

    private static final class MethodLengths extends TreeScanner<Void, Void> {
        private final CompilationUnitTree unit;
        private final SourcePositions positions;
        private final List<String> found;

        MethodLengths(CompilationUnitTree unit, SourcePositions positions, List<String> found) {
            this.unit = unit;
            this.positions = positions;
            this.found = found;
        }

        @Override
        public Void visitMethod(MethodTree method, Void nothing) {
            LineMap lines = unit.getLineMap();
            long end = positions.getEndPosition(unit, method);
            if (method.getBody() != null && end >= 0) {
                long first = lines.getLineNumber(positions.getStartPosition(unit, method.getBody()));
                long length = lines.getLineNumber(end) - first + 1;
                if (length > METHOD_LINES_MAX) {
                    found.add(root.relativize(Path.of(unit.getSourceFile().toUri())) + ":" + first + ": "
                            + method.getName() + " " + length);
                }
            }
            return super.visitMethod(method, nothing);
        }
    }
}
