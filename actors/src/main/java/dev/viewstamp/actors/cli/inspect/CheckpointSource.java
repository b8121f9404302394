package dev.viewstamp.actors.cli.inspect;

import dev.viewstamp.actors.cli.backup.BackupDescription;
import dev.viewstamp.actors.cli.backup.BackupFolder;
import dev.viewstamp.journal.CheckpointFiles;
import dev.viewstamp.journal.CheckpointState;
import dev.viewstamp.journal.ClusterConstants;
import java.nio.file.Path;

/**
 * Where a checkpoint lies: in the data directory of a stopped replica, or in a backup.
 *
 * @param state its record; the root's if there is none yet
 * @param constants of its cluster
 * @param mend what an operator does if a file of it is damaged
 * @param replica whose it is, open; null for a backup
 */
record CheckpointSource(CheckpointState state, CheckpointFiles files, ClusterConstants constants, String mend,
                        StoppedReplica replica) implements AutoCloseable {
    /**
     * Opens.
     *
     * @throws dev.viewstamp.actors.cli.UsageError if it is neither
     */
    static CheckpointSource open(Path directory) {
        if (BackupFolder.isBackup(directory)) {
            try (BackupFolder folder = BackupFolder.open(directory)) {
                BackupDescription backup = folder.description().orElseThrow();
                return new CheckpointSource(backup.checkpoint(), folder.files(), backup.constants(),
                        "take the backup again", null);
            }
        }
        StoppedReplica replica = StoppedReplica.open(directory);
        return new CheckpointSource(replica.superBlock().vsrState().checkpoint(),
                replica.directory().checkpointFiles(), replica.superBlock().constants(), replica.isSolo()
                ? "a cluster of one has no other copy: restore a backup"
                : "start the replica so that it is fetched from its peers", replica);
    }

    /** Whether there is anything but the root. */
    boolean hasFiles() {
        return state.op() > 0;
    }

    @Override
    public void close() {
        if (replica != null) {
            replica.close();
        }
    }
}
