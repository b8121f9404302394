package dev.viewstamp.actors.cli.repl;

import dev.viewstamp.actors.cli.ClusterClient;
import dev.viewstamp.actors.cli.Terminals;
import dev.viewstamp.actors.cli.UsageError;
import dev.viewstamp.actors.cli.Verb;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code repl}: statements from a terminal, from stdin or from the command line. */
@Command(name = "repl", description = "Creates and looks up accounts and transfers by typed statements.",
        footer = {"", "Examples:",
            "  viewstamp repl --addresses=3000",
            "  viewstamp repl --addresses=3000 --command=\"lookup_accounts id=1, id=2;\"",
            "  viewstamp repl --addresses=db1:3000,db2:3000,db3:3000 < statements.txt"})
public final class ReplVerb implements Verb {
    @Spec
    private CommandSpec spec;

    @Mixin
    private ClusterClient.Options target;

    @Option(names = "--command", paramLabel = "STATEMENTS", description = "Runs these, separated by ';', and ends.")
    private String command;

    @Option(names = "--json", description = "Prints one JSON document: a list with an object per statement.")
    private boolean json;

    @Option(names = {"-h", "--help"}, usageHelp = true, description = "Prints this text.")
    private boolean help;

    @Override
    public int order() {
        return 40;
    }

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        boolean interactive = command == null && Terminals.STDIN.isTerminal() && Terminals.STDOUT.isTerminal();
        if (interactive && json) {
            throw new UsageError("--json needs --command or statements on stdin");
        }
        try (ClusterClient client = ClusterClient.connect(target)) {
            StatementRunner runner = new StatementRunner(client::submit, out, err, json);
            if (interactive) {
                new TerminalSession(runner, out).run();
            } else {
                try {
                    script(runner);
                } finally {
                    runner.finish();
                }
            }
        }
        return 0;
    }

    private void script(StatementRunner runner) {
        try {
            if (command != null) {
                runner.run(StatementParser.parse(command));
            } else {
                stdin(runner);
            }
        } catch (SyntaxError e) {
            spec.commandLine().getErr().println(e.show());
            throw new UsageError("the statement at line " + e.line() + ", column " + e.column()
                    + " was not run, nor any after it");
        }
    }

    /** Runs each statement when its semicolon has come, so that a program can talk to it line by line. */
    private static void stdin(StatementRunner runner) throws SyntaxError {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            StringBuilder pending = new StringBuilder();
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                pending.append(line).append('\n');
                int end = pending.lastIndexOf(";");
                if (end >= 0) {
                    String complete = pending.substring(0, end + 1);
                    pending.delete(0, end + 1);
                    if (!runner.run(StatementParser.parse(complete))) {
                        return;
                    }
                }
            }
            runner.run(StatementParser.parse(pending.toString()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
