package dev.viewstamp.testkit.process;

import dev.viewstamp.actors.cli.Json;
import dev.viewstamp.actors.cli.UsageError;
import dev.viewstamp.actors.cli.VerbFailure;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What the stories of {@code torture} share: progress on stderr, figures on stdout, and missed targets fail. */
abstract class TortureStory implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(names = "--json", description = "Prints one JSON document.")
    private boolean json;

    @Option(names = {"-h", "--help"}, usageHelp = true, description = "Prints this text.")
    private boolean help;

    /** Does it. */
    abstract Figures tell() throws InterruptedException;

    @Override
    public final Integer call() {
        try {
            Figures figures = tell();
            print(figures.fields());
            figures.missed().forEach(this::say);
            return figures.missed().isEmpty() ? 0 : 1;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new VerbFailure("interrupted", e);
        }
    }

    private void print(Map<String, Object> fields) {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(Json.object(fields));
        } else {
            int width = fields.keySet().stream().mapToInt(String::length).max().orElse(1);
            fields.forEach((name, value) -> out.printf("%-" + width + "s  %s%n", name, value));
        }
        out.flush();
    }

    /** Progress: one line on stderr. */
    final void say(String what) {
        spec.commandLine().getErr().println(what);
        spec.commandLine().getErr().flush();
    }

    static void positive(String option, long value) {
        if (value < 1) {
            throw new UsageError(option + " is " + value + "; give 1 or more");
        }
    }

    /** {@code KILL_ALL}: {@code kill-all}. */
    static String text(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
