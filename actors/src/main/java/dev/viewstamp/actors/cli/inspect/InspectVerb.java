package dev.viewstamp.actors.cli.inspect;

import dev.viewstamp.actors.cli.Verb;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code inspect}: looks at the files of a stopped replica and changes none of them. */
@Command(name = "inspect", description = "Looks at the files of a stopped replica; changes nothing.",
        synopsisSubcommandLabel = "PART",
        subcommands = {InspectSuperBlock.class, InspectWal.class, InspectOp.class, InspectSessions.class,
            InspectCheckpoint.class, InspectDigest.class, InspectIntegrity.class},
        footer = {"", "Examples:",
            "  viewstamp inspect superblock data/0",
            "  viewstamp inspect digest --json data/0",
            "  viewstamp inspect op 1234 data/0"})
public final class InspectVerb implements Verb {
    @Spec
    private CommandSpec spec;

    @Option(names = {"-h", "--help"}, usageHelp = true, description = "Prints this text.")
    private boolean help;

    @Override
    public int order() {
        return 70;
    }

    /** Without a part. */
    @Override
    public Integer call() {
        throw new ParameterException(spec.commandLine(), "what to look at is missing; there are "
                + spec.subcommands().keySet().stream().collect(Collectors.joining(", ")));
    }
}
