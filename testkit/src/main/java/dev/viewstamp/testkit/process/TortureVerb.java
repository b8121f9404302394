package dev.viewstamp.testkit.process;

import dev.viewstamp.actors.cli.Verb;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code torture}: real replica processes on this machine, to which bad things are done. */
@Command(name = "torture",
        description = "Starts replica processes in a temporary folder, loads them, and does bad things to them. "
                + "Ends with 1 if a target is missed.",
        synopsisSubcommandLabel = "STORY",
        subcommands = {StormStory.class, FailOverStory.class, SlowBackupStory.class, SmallRequestsStory.class,
            BigStory.class, RepairStory.class, LagStory.class, BackupStory.class, DiskFullStory.class},
        footer = {"", "Examples:", "  viewstamp torture storm --seconds=600 --seed=7",
            "  viewstamp torture fail-over --tries=20", "  viewstamp torture fail-over --json",
            "  viewstamp torture small-requests --requests=1000000"})
public final class TortureVerb implements Verb {
    @Spec
    private CommandSpec spec;

    @Option(names = {"-h", "--help"}, usageHelp = true, description = "Prints this text.")
    private boolean help;

    @Override
    public int order() {
        return 65;
    }

    /** Without a story. */
    @Override
    public Integer call() {
        throw new ParameterException(spec.commandLine(), "what to do is missing; there are "
                + spec.subcommands().keySet().stream().collect(Collectors.joining(", ")));
    }
}
