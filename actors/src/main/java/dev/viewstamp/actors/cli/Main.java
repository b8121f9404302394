package dev.viewstamp.actors.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * The command line: finds the verbs, parses, runs one, turns its end into an exit code: 0 success, 1 failure of what
 * was asked, 2 bad usage. Trouble is one line on stderr that says what and the mend; a stack trace only goes to the
 * log (level debug).
 */
@Command(name = "viewstamp", description = "A replicated, strictly serializable double-entry ledger.",
        synopsisSubcommandLabel = "VERB", usageHelpAutoWidth = true,
        footer = {"", "viewstamp VERB --help explains a verb. Start with: viewstamp demo"})
public final class Main implements Runnable {
    static final int SUCCESS = 0;
    static final int FAILURE = 1;
    static final int BAD_USAGE = 2;

    @Spec
    private CommandSpec spec;

    @Option(names = {"-h", "--help"}, usageHelp = true, description = "Prints this text.")
    private boolean help;

    private Main() {
    }

    public static void main(String[] arguments) {
        if (System.getProperty("logback.configurationFile") == null) {
            // conf/logback.xml, as the build packed it: for processes that bin/viewstamp did not start.
            System.setProperty("logback.configurationFile", "dev/viewstamp/actors/cli/logback.xml");
        }
        PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        int code = run(out, err, arguments);
        out.flush();
        err.flush();
        System.exit(code);
    }

    /** Runs one command line within this process; answers its exit code. For tests as well. */
    public static int run(PrintWriter out, PrintWriter err, String... arguments) {
        CommandLine line = commandLine();
        line.setOut(out);
        line.setErr(err);
        return line.execute(arguments);
    }

    /** Without a verb. */
    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a verb is missing; known are " + verbs(spec.commandLine()));
    }

    static CommandLine commandLine() {
        CommandLine line = new CommandLine(new Main());
        List<Verb> verbs = StreamSupport.stream(ServiceLoader.load(Verb.class).spliterator(), false)
                .sorted(Comparator.comparingInt(Verb::order)).toList();
        for (Verb verb : verbs) {
            CommandLine sub = new CommandLine(verb);
            sub.setUsageHelpAutoWidth(true);
            sub.setUsageHelpLongOptionsMaxWidth(34);
            line.addSubcommand(sub);
        }
        line.setParameterExceptionHandler(Main::onBadUsage);
        line.setExecutionExceptionHandler(Main::onFailure);
        return line;
    }

    private static int onBadUsage(ParameterException trouble, String[] arguments) {
        CommandLine line = trouble.getCommandLine();
        report(line, BadUsage.describe(trouble));
        return BAD_USAGE;
    }

    private static int onFailure(Exception trouble, CommandLine line, CommandLine.ParseResult parsed) {
        LoggerFactory.getLogger(Main.class).debug("{} failed", line.getCommandName(), trouble);
        if (trouble instanceof UsageError) {
            report(line, trouble.getMessage());
            return BAD_USAGE;
        }
        if (trouble instanceof VerbFailure) {
            report(line, trouble.getMessage());
        } else {
            report(line, "unexpected " + trouble + "; -Dviewstamp.log=debug in VIEWSTAMP_JAVA_OPTS shows where");
        }
        return FAILURE;
    }

    private static void report(CommandLine line, String message) {
        line.getErr().println(line.getCommandSpec().qualifiedName() + ": " + message.replaceAll("\\s*\\R\\s*", " "));
        line.getErr().flush();
    }

    static String verbs(CommandLine top) {
        return top.getSubcommands().keySet().stream().collect(Collectors.joining(", "));
    }
}
