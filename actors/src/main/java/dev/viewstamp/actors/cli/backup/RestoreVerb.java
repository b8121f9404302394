package dev.viewstamp.actors.cli.backup;

import dev.viewstamp.actors.cli.DataDirectoryTrouble;
import dev.viewstamp.actors.cli.FormatVerb;
import dev.viewstamp.actors.cli.Json;
import dev.viewstamp.actors.cli.ProgressBar;
import dev.viewstamp.actors.cli.UsageError;
import dev.viewstamp.actors.cli.Verb;
import dev.viewstamp.actors.cli.VerbFailure;
import dev.viewstamp.actors.cli.checkpoint.StoredCheckpoint;
import dev.viewstamp.actors.replica.ClientTable;
import dev.viewstamp.journal.CheckpointFile;
import dev.viewstamp.journal.CheckpointState;
import dev.viewstamp.journal.Checksums;
import dev.viewstamp.journal.ClusterConstants;
import dev.viewstamp.journal.DataDirectory;
import dev.viewstamp.journal.DataDirectoryException;
import dev.viewstamp.journal.DataDirectoryLayout;
import dev.viewstamp.journal.FileStorage;
import dev.viewstamp.journal.FormatOptions;
import dev.viewstamp.journal.VsrState;
import dev.viewstamp.journal.Word128;
import dev.viewstamp.ledger.Uint128;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code restore}: the data directory of one replica of a new cluster that begins with a backup's state. */
@Command(name = "restore", description = "Creates the data directory of one replica of a new cluster, which begins "
        + "with the state of a backup. Make every replica's from the same backup. Every byte is verified.",
        footer = {"", "Example, for the first of three:",
            "  viewstamp restore --replica=0 --replica-count=3 --from=backups/monday data/0"})
public final class RestoreVerb implements Verb {
    @Spec
    private CommandSpec spec;

    @Option(names = "--from", paramLabel = "DIR", required = true, description = "The backup.")
    private Path from;

    @Option(names = "--replica", paramLabel = "INDEX", required = true,
            description = "This replica's index, from 0; its place in every list of addresses.")
    private int replica;

    @Option(names = "--replica-count", paramLabel = "COUNT", required = true,
            description = "How many replicas the new cluster has, 1 to 6; not necessarily as many as the old one had.")
    private int replicaCount;

    @Option(names = "--cluster", paramLabel = "ID", description = "The new cluster's id (default: the old one's). "
            + "Choose another if anything of the old cluster may still run, or if its clients must not reach this one.")
    private String cluster;

    @Option(names = "--json", description = "Prints one JSON document.")
    private boolean json;

    @Option(names = {"-h", "--help"}, usageHelp = true, description = "Prints this text.")
    private boolean help;

    @Parameters(paramLabel = "NEWDIR", description = "The data directory; must not exist or be empty.")
    private Path directory;

    @Override
    public int order() {
        return 84;
    }

    @Override
    public Integer call() {
        try (BackupFolder folder = BackupFolder.open(from)) {
            BackupDescription backup = folder.description().orElseThrow();
            StoredCheckpoint checkpoint = StoredCheckpoint.require(folder.files(), backup.checkpoint(),
                    "take the backup again");
            ClusterConstants constants = constants(backup.constants());
            // Nobody's sessions: what a client was told after the backup, the new cluster does not know.
            byte[] sessions = new ClientTable(constants.clientsMax()).dump();
            Word128 id = id(backup.checkpoint().header().cluster());
            CheckpointState first = backup.checkpoint().reborn(id, Checksums.of(sessions), sessions.length);
            format(new FormatOptions(id, constants, VsrState.restored(first, replica), FileStorage.IoMode.AUTO),
                    checkpoint, sessions);
            print(backup, id);
        } catch (IOException e) {
            throw new VerbFailure(from + " cannot be read: " + e.getMessage(), e);
        }
        return 0;
    }

    private void format(FormatOptions options, StoredCheckpoint checkpoint, byte[] sessions) {
        ProgressBar bar = ProgressBar.onTerminal(spec.commandLine().getErr(), "restoring " + directory);
        long fixed = DataDirectoryLayout.of(options.constants()).totalSize();
        long total = fixed + checkpoint.bytes();
        AtomicLong copied = new AtomicLong(fixed);
        try {
            DataDirectory.format(directory, options, (written, of) -> bar.show(written, total), checkpoint.bytes(),
                    files -> {
                checkpoint.copyTo(files, bytes -> bar.show(copied.addAndGet(bytes), total));
                StoredCheckpoint.writeHead(files, CheckpointFile.sessions(checkpoint.state().op()), sessions);
            });
        } catch (DataDirectoryException e) {
            throw DataDirectoryTrouble.of(e);
        } finally {
            bar.clear();
        }
    }

    private ClusterConstants constants(ClusterConstants old) {
        try {
            ClusterConstants constants = new ClusterConstants(replicaCount, old.slotCount(), old.prepareSizeMax(),
                    old.bodyLimit(), old.pipelineMax(), old.clientsMax(), old.checkpointBar());
            if (replica < 0 || replica >= replicaCount) {
                throw new UsageError("--replica is " + replica + ": it must be 0 to " + (replicaCount - 1)
                        + ", as there are " + replicaCount + " replicas");
            }
            return constants;
        } catch (IllegalArgumentException e) {
            throw new UsageError("--replica-count is " + replicaCount + ": it must be 1 to "
                    + ClusterConstants.REPLICA_COUNT_MAX);
        }
    }

    private Word128 id(Word128 old) {
        if (cluster == null) {
            return old;
        }
        Uint128 id = FormatVerb.clusterId("--cluster", cluster);
        return new Word128(id.hi(), id.lo());
    }

    private void print(BackupDescription backup, Word128 id) {
        String clusterId = new Uint128(id.hi(), id.lo()).toString();
        if (json) {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("directory", directory.toString());
            fields.put("cluster", clusterId);
            fields.put("replica", replica);
            fields.put("replicaCount", replicaCount);
            fields.put("op", backup.op());
            fields.put("accounts", backup.accounts());
            fields.put("transfers", backup.transfers());
            spec.commandLine().getOut().println(Json.object(fields));
        } else {
            spec.commandLine().getOut().printf("restored %s: replica %d of %d of cluster %s, the state after op %d, "
                    + "%,d accounts, %,d transfers%n", directory, replica, replicaCount, clusterId, backup.op(),
                    backup.accounts(), backup.transfers());
        }
    }
}
