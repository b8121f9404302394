package dev.viewstamp.actors.cli.backup;

import dev.viewstamp.actors.cli.UsageError;
import dev.viewstamp.actors.cli.VerbFailure;
import dev.viewstamp.journal.CheckpointFiles;
import dev.viewstamp.journal.FolderFiles;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * A directory with a backup, finished or under way.
 *
 * <pre>
 *   DIR/backup.json    what is complete; written last, so a crash leaves the backup before this one, or none
 *   DIR/files/         the checkpoint's files under the names that they have in a data directory
 *   DIR/lock           held by the process that writes
 * </pre>
 */
public final class BackupFolder implements AutoCloseable {
    private static final String DESCRIPTION = "backup.json";
    private static final String FILES = "files";
    private static final String LOCK = "lock";

    private final Path path;
    private final FileChannel lock;                              // null: only read

    private BackupFolder(Path path, FileChannel lock) {
        this.path = path;
        this.lock = lock;
    }

    /** Whether a finished backup is there. */
    public static boolean isBackup(Path path) {
        return Files.isRegularFile(path.resolve(DESCRIPTION));
    }

    /**
     * Opens a finished backup to read it.
     *
     * @throws UsageError if there is none
     */
    public static BackupFolder open(Path path) {
        if (!Files.isDirectory(path)) {
            throw new UsageError(path + " is no directory with a backup in it");
        }
        if (!isBackup(path)) {
            throw new UsageError(path + " holds no finished backup: it has no file " + DESCRIPTION);
        }
        return new BackupFolder(path, null);
    }

    /**
     * Opens a directory to make a backup in it, which may be new, empty, or hold an earlier one.
     *
     * @throws UsageError if it holds something else
     * @throws VerbFailure if it cannot be written, or another process is at work in it
     */
    public static BackupFolder prepare(Path path) {
        try {
            Files.createDirectories(path);
            refuseForeign(path);
            Files.createDirectories(path.resolve(FILES));
            FileChannel channel = FileChannel.open(path.resolve(LOCK), StandardOpenOption.CREATE,
                    StandardOpenOption.WRITE);
            if (!isOurs(channel)) {
                channel.close();
                throw new VerbFailure(path + " is in use: another backup is writing to it");
            }
            return new BackupFolder(path, channel);
        } catch (IOException e) {
            throw new VerbFailure(path + " cannot be written: " + e.getMessage(), e);
        }
    }

    private static boolean isOurs(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            return false;                                        // within this process
        }
    }

    private static void refuseForeign(Path path) throws IOException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(path)) {
            for (Path entry : entries) {
                String name = entry.getFileName().toString();
                if (!name.startsWith(DESCRIPTION) && !name.equals(FILES) && !name.equals(LOCK)) {
                    throw new UsageError(path + " holds something else, such as " + name
                            + "; name a new directory, or that of an earlier backup");
                }
            }
        }
    }

    public Path path() {
        return path;
    }

    /** Buffered: a backup is read back once, by whoever restores it. */
    public CheckpointFiles files() {
        return FolderFiles.of(path.resolve(FILES), false);
    }

    /** Of the finished backup; empty if there is none yet. */
    public Optional<BackupDescription> description() {
        Path file = path.resolve(DESCRIPTION);
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        try {
            return Optional.of(BackupDescription.parse(Files.readString(file), file.toString()));
        } catch (IOException e) {
            throw new VerbFailure(file + " cannot be read: " + e.getMessage(), e);
        }
    }

    /** All files are durable: from now on this is the backup that the directory holds. */
    void finish(BackupDescription description) throws IOException {
        Path draft = path.resolve(DESCRIPTION + ".new");
        try (FileChannel channel = FileChannel.open(draft, StandardOpenOption.CREATE, StandardOpenOption.WRITE,
                StandardOpenOption.TRUNCATE_EXISTING)) {
            channel.write(StandardCharsets.UTF_8.encode(description.text()));
            channel.force(true);
        }
        Files.move(draft, path.resolve(DESCRIPTION), StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
        try (FileChannel folder = FileChannel.open(path, StandardOpenOption.READ)) {
            folder.force(true);
        }
    }

    @Override
    public void close() {
        if (lock != null) {
            try {
                lock.close();
            } catch (IOException e) {
                throw new VerbFailure(path + " cannot be closed: " + e.getMessage(), e);
            }
        }
    }
}
