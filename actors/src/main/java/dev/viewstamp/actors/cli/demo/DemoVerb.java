package dev.viewstamp.actors.cli.demo;

import dev.viewstamp.actors.cli.Verb;
import dev.viewstamp.actors.cli.cluster.ClusterProcesses;
import dev.viewstamp.actors.cli.cluster.JvmCommand;
import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code demo}: shows in a minute what this is, with real processes, files and a real crash. */
@Command(name = "demo", description = "Runs three replicas in a temporary folder, moves money, kills the primary, "
        + "and checks that nothing acknowledged was lost. Ends by itself and cleans up.",
        footer = {"", "Example: viewstamp demo"})
public final class DemoVerb implements Verb {
    private static final int REPLICA_COUNT = 3;
    private static final int WAL_SLOTS = 256;
    private static final int HEAP_MIB = 512;
    private static final int DIRECT_MIB = 256;

    @Spec
    private CommandSpec spec;

    @Option(names = {"-h", "--help"}, usageHelp = true, description = "Prints this text.")
    private boolean help;

    @Override
    public int order() {
        return 30;
    }

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        Narrator narrator = new Narrator(out);
        narrator.chapter("Three replicas, each a process with its own data directory");
        JvmCommand jvm = JvmCommand.ofThisProcess(HEAP_MIB, DIRECT_MIB);
        try (ClusterProcesses cluster = ClusterProcesses.format(REPLICA_COUNT, WAL_SLOTS, jvm, List.of())) {
            narrator.say("formatted %d data directories in %s", REPLICA_COUNT, cluster.folder());
            cluster.startAll();
            narrator.say("started; their clients' addresses are %s", cluster.addresses());
            try (DemoStory story = new DemoStory(cluster, narrator)) {
                story.tell();
            }
        }
        narrator.chapter("The replicas are stopped and their folder is gone");
        return 0;
    }
}
