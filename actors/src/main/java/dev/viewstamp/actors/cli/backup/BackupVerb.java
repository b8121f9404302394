package dev.viewstamp.actors.cli.backup;

import dev.viewstamp.actors.cli.ClusterClient;
import dev.viewstamp.actors.cli.Json;
import dev.viewstamp.actors.cli.ProgressBar;
import dev.viewstamp.actors.cli.UsageError;
import dev.viewstamp.actors.cli.Verb;
import dev.viewstamp.actors.cli.VerbFailure;
import dev.viewstamp.actors.message.BackupMessage.Standing;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code backup}: a copy of a running cluster's state, consistent as of one op. */
@Command(name = "backup", description = "Copies the state of a running cluster into a directory, consistent as of one "
        + "op, which is not before the last request that was answered when this began. What an earlier backup in the "
        + "directory has already is kept, the rest comes from one replica; every byte is verified.",
        footer = {"", "Examples:",
            "  viewstamp backup --addresses=3000,3001,3002 backups/monday",
            "  viewstamp backup --addresses=db1:3000,db2:3000,db3:3000 --json backups/nightly"})
public final class BackupVerb implements Verb {
    @Spec
    private CommandSpec spec;

    @Mixin
    private ClusterClient.Options target;

    @Option(names = "--source", paramLabel = "INDEX",
            description = "The replica to copy from (default: one with the newest checkpoint, rather not the primary).")
    private Integer source;

    @Option(names = "--as-is", description = "Takes the newest checkpoint that is there, however old. Without this the "
            + "cluster is given empty requests until a new one is due.")
    private boolean asIs;

    @Option(names = "--json", description = "Prints one JSON document.")
    private boolean json;

    @Option(names = {"-h", "--help"}, usageHelp = true, description = "Prints this text.")
    private boolean help;

    @Parameters(paramLabel = "DIR", description = "Where the backup goes: a new directory, or that of an earlier one.")
    private Path directory;

    @Override
    public int order() {
        return 82;
    }

    @Override
    public Integer call() {
        try (ClusterClient client = ClusterClient.connect(target)) {
            NodeDoors doors = client.nodeDoors();
            if (source != null && (source < 0 || source >= doors.replicaCount())) {
                throw new UsageError("--source is " + source + ": it must be 0 to " + (doors.replicaCount() - 1));
            }
            Duration patience = client.timeout();
            Map<Integer, Standing> standings = doors.standings(patience);
            if (standings.isEmpty()) {
                throw new VerbFailure("no replica answered within " + patience.toSeconds() + " s");
            }
            if (source != null && !standings.containsKey(source)) {
                throw new VerbFailure("replica " + source + " did not answer within " + patience.toSeconds() + " s");
            }
            try (BackupFolder folder = BackupFolder.prepare(directory)) {
                if (!asIs) {
                    standings = new FreshCheckpoint(client, doors, bar("waiting for a checkpoint"))
                            .bringAbout(standings, source);
                }
                BackupRun run = new BackupRun(doors, source(standings), folder, patience, bar("copying"));
                print(run.run(), run);
            }
        }
        return 0;
    }

    private int source(Map<Integer, Standing> standings) {
        if (source != null) {
            return source;
        }
        int view = standings.values().stream().mapToInt(Standing::view).max().orElseThrow();
        int primary = view % standings.values().iterator().next().constants().replicaCount();
        return standings.values().stream()
                .max(Comparator.comparingLong((Standing standing) -> standing.checkpoint().op())
                        .thenComparing(standing -> standing.replica() != primary))
                .orElseThrow().replica();
    }

    private ProgressBar bar(String label) {
        return ProgressBar.onTerminal(spec.commandLine().getErr(), label);
    }

    private void print(BackupDescription description, BackupRun run) {
        if (json) {
            Map<String, Object> fields = new LinkedHashMap<>(description.fields());
            fields.keySet().removeAll(java.util.List.of("format", "constants", "checkpoint"));
            fields.put("copiedFiles", run.copiedFiles());
            fields.put("copiedBytes", run.copiedBytes());
            fields.put("directory", directory.toString());
            spec.commandLine().getOut().println(Json.object(fields));
        } else {
            spec.commandLine().getOut().printf("%s: the state after op %d, %,d accounts, %,d transfers, %,d MiB; "
                    + "copied %,d MiB in %,d of %,d files%n", directory, description.op(), description.accounts(),
                    description.transfers(), description.bytes() >> 20, run.copiedBytes() >> 20, run.copiedFiles(),
                    description.files());
        }
    }
}
