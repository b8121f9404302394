package dev.viewstamp.actors.cli.inspect;

import dev.viewstamp.actors.cli.Json;
import dev.viewstamp.actors.cli.ProgressBar;
import java.io.PrintWriter;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What the parts of {@code inspect} share: they look, write nothing, and print what they found in one of two ways. */
abstract class Inspection implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(names = "--json", description = "Prints one JSON document.")
    private boolean json;

    @Option(names = {"-h", "--help"}, usageHelp = true, description = "Prints this text.")
    private boolean help;

    /**
     * Looks.
     *
     * @return fields in the order in which they are printed; see {@link FieldText#of}
     */
    abstract Map<String, Object> look();

    /** What a finding means for the exit code. */
    int exitCode(Map<String, Object> found) {
        return 0;
    }

    @Override
    public final Integer call() {
        Map<String, Object> found = look();
        print(found);
        return exitCode(found);
    }

    final void print(Map<String, Object> found) {
        PrintWriter out = spec.commandLine().getOut();
        out.print(json ? Json.object(found) + System.lineSeparator() : FieldText.of(found));
        out.flush();
    }

    final ProgressBar progress(String label) {
        return ProgressBar.onTerminal(spec.commandLine().getErr(), label);
    }

    final boolean isJson() {
        return json;
    }
}
