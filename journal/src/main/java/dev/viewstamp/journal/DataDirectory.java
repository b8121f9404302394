package dev.viewstamp.journal;

import dev.viewstamp.journal.DataDirectoryException.Reason;
import dev.viewstamp.journal.FileStorage.IoMode;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;

/**
 * A replica's data directory, open and locked. Opening trusts nothing: identity, constants, file sizes and
 * the superblock's copies are compared, and every refusal is one line that says what is wrong and what to
 * do.
 *
 * <p>Formatting is all or nothing: as long as the file {@code formatting} is there, the directory is
 * refused. It is the first thing written and the last thing removed, each time with a force of the
 * directory.
 */
public final class DataDirectory implements AutoCloseable {
    private static final String UNFINISHED_MARK = "formatting";

    private final Path path;
    private final DirectoryLock lock;
    private final FileStorage storage;
    private final SuperBlock superBlock;

    private DataDirectory(Path path, DirectoryLock lock, FileStorage storage, SuperBlock superBlock) {
        this.path = path;
        this.lock = lock;
        this.storage = storage;
        this.superBlock = superBlock;
    }

    /**
     * Makes a data directory at {@code path}, which must not exist or be empty. On failure whatever was
     * written is removed.
     *
     * @param progress told after every WAL slot; 1 GiB is written with the production constants
     */
    public static void format(Path path, FormatOptions options, ZoneFormat.Progress progress)
            throws DataDirectoryException {
        format(path, options, progress, 0, files -> { });
    }

    /** Puts the first checkpoint's files where they belong. */
    @FunctionalInterface
    public interface FirstFiles {
        void write(CheckpointFiles files) throws IOException;
    }

    /**
     * As {@link #format(Path, FormatOptions, ZoneFormat.Progress)}, for a replica that begins with a checkpoint.
     *
     * @param filesBytes how much {@code files} will write
     * @param files      writes the checkpoint's files; what it throws ends the formatting, and nothing is left
     */
    public static void format(Path path, FormatOptions options, ZoneFormat.Progress progress, long filesBytes,
            FirstFiles files) throws DataDirectoryException {
        refuseNonEmpty(path);
        boolean isNew = !Files.exists(path);
        try {
            Files.createDirectories(path);
            try {
                formatInto(path, options, progress, filesBytes, files);
            } catch (IOException | DataDirectoryException failed) {
                removePartial(path, isNew);
                throw failed;
            }
            forceDirectory(path.toAbsolutePath().getParent());
        } catch (FilesRefused refused) {
            throw refused.why;
        } catch (IOException failed) {
            throw failure(path, "cannot be formatted", failed);
        }
    }

    /**
     * Opens a formatted directory for a running replica, after the superblock's bad copies were written anew.
     *
     * @throws DataDirectoryException if anything is not as it must be; nothing stays open then
     */
    public static DataDirectory open(Path path, ExpectedIdentity expected, IoMode ioMode)
            throws DataDirectoryException {
        return open(path, expected, ioMode, true);
    }

    /** As {@link #open}, but writes nothing: for looking at a stopped replica. */
    public static DataDirectory inspect(Path path) throws DataDirectoryException {
        return open(path, ExpectedIdentity.anything(), IoMode.BUFFERED, false);
    }

    /**
     * The four places of the superblock as they lie there, unverified: for looking at a directory that may not open.
     *
     * @throws DataDirectoryException if this is no data directory, is in use, or cannot be read
     */
    public static List<byte[]> inspectSuperBlock(Path path) throws DataDirectoryException {
        refuseUnformatted(path);
        try (DirectoryLock held = lock(path); FileStorage storage = superBlockAlone(path)) {
            return new SuperBlockZone(storage).readCopies();
        } catch (IOException failed) {
            throw failure(path, "cannot be read", failed);
        }
    }

    public Path path() {
        return path;
    }

    /** As it was when the directory was opened. */
    public SuperBlock superBlock() {
        return superBlock;
    }

    public FileStorage storage() {
        return storage;
    }

    /** Folder of the immutable checkpoint files. */
    public Path checkpointFolder() {
        return path.resolve(DataDirectoryLayout.CHECKPOINT_FOLDER);
    }

    /** The immutable files in {@link #checkpointFolder}; direct I/O as the fixed files have it. */
    public FolderFiles checkpointFiles() {
        return FolderFiles.of(checkpointFolder(), storage.isDirect());
    }

    /** See {@link OpenedLog#open}; blocking, reads the whole WAL. */
    public OpenedLog openLog(int walWritesMax) throws IOException {
        return OpenedLog.open(storage, superBlock, walWritesMax);
    }

    @Override
    public void close() throws IOException {
        try (lock) {
            storage.close();
        }
    }

    private static void formatInto(Path path, FormatOptions options, ZoneFormat.Progress progress, long filesBytes,
            FirstFiles files) throws IOException, DataDirectoryException {
        DataDirectoryLayout layout = DataDirectoryLayout.of(options.constants());
        long free = Files.getFileStore(path).getUsableSpace();
        if (free < layout.totalSize() + filesBytes) {
            throw new DataDirectoryException(Reason.NO_SPACE, path + " needs " + (layout.totalSize() + filesBytes)
                    + " bytes, but only " + free + " are free; use a smaller WAL (--wal-slots) or another disk");
        }
        try (DirectoryLock held = lock(path)) {
            Files.createFile(path.resolve(UNFINISHED_MARK));
            forceDirectory(path);
            Files.createDirectory(path.resolve(DataDirectoryLayout.CHECKPOINT_FOLDER));
            try (FileStorage storage = FileStorage.create(path, layout, options.ioMode())) {
                ZoneFormat.write(storage, SuperBlock.first(options.cluster(), options.constants(), options.initial()),
                        progress);
                write(files, FolderFiles.of(path.resolve(DataDirectoryLayout.CHECKPOINT_FOLDER), storage.isDirect()));
            }
            for (String file : DataDirectoryLayout.FIXED_FILES) {
                force(path.resolve(file));              // the lengths, which synchronous data writes need not cover
            }
            forceDirectory(path);
            Files.delete(path.resolve(UNFINISHED_MARK));
            forceDirectory(path);
        }
    }

    private static void write(FirstFiles files, CheckpointFiles target) throws IOException {
        try {
            files.write(target);
        } catch (RuntimeException why) {
            throw new FilesRefused(why);
        }
    }

    /** Whoever was to write the first files could not. */
    private static final class FilesRefused extends IOException {
        private static final long serialVersionUID = 1;

        private final RuntimeException why;

        FilesRefused(RuntimeException why) {
            super(why);
            this.why = why;
        }
    }

    private static DataDirectory open(Path path, ExpectedIdentity expected, IoMode ioMode, boolean repair)
            throws DataDirectoryException {
        refuseUnformatted(path);
        DirectoryLock lock = null;
        FileStorage storage = null;
        boolean opened = false;
        try {
            lock = lock(path);
            SuperBlock found = findSuperBlock(path);
            expected.check(path.toString(), found);
            DataDirectoryLayout layout = DataDirectoryLayout.of(found.constants());
            checkSizes(path, layout);
            storage = FileStorage.open(path, layout, ioMode);
            SuperBlockZone zone = new SuperBlockZone(storage);
            DataDirectory directory = new DataDirectory(path, lock, storage, repair ? zone.open() : zone.inspect());
            opened = true;
            return directory;
        } catch (SuperBlockException broken) {
            throw superBlockFailure(path, broken);
        } catch (IOException failed) {
            throw failure(path, "cannot be opened", failed);
        } finally {
            if (!opened) {
                closeQuietly(storage);
                closeQuietly(lock);
            }
        }
    }

    private static SuperBlock findSuperBlock(Path path) throws IOException, SuperBlockException,
            DataDirectoryException {
        try (FileStorage storage = superBlockAlone(path)) {
            return new SuperBlockZone(storage).inspect();
        }
    }

    /** The superblock tells the layout, so it is read first, with a layout that needs nothing but its own zone. */
    private static FileStorage superBlockAlone(Path path) throws IOException, DataDirectoryException {
        DataDirectoryLayout smallest = new DataDirectoryLayout(
                new WalGeometry(WalGeometry.SLOT_COUNT_MIN, WalGeometry.SECTOR_SIZE), 1);
        checkSize(path, smallest, DataDirectoryLayout.SUPERBLOCK_FILE);
        return FileStorage.open(path, smallest, IoMode.BUFFERED);
    }

    private static DirectoryLock lock(Path path) throws IOException, DataDirectoryException {
        Optional<DirectoryLock> lock = DirectoryLock.tryLock(path);
        if (lock.isEmpty()) {
            throw new DataDirectoryException(Reason.LOCKED, path
                    + " is in use by another process; stop that one first");
        }
        return lock.get();
    }

    private static void refuseNonEmpty(Path path) throws DataDirectoryException {
        if (!Files.exists(path)) {
            return;
        }
        if (!Files.isDirectory(path)) {
            throw new DataDirectoryException(Reason.NOT_EMPTY, path
                    + " is a file; name a directory that does not exist yet");
        }
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(path)) {
            if (entries.iterator().hasNext()) {
                throw new DataDirectoryException(Reason.NOT_EMPTY,
                        path + " is not empty; format never overwrites, so name another directory or remove this one");
            }
        } catch (IOException failed) {
            throw failure(path, "cannot be listed", failed);
        }
    }

    private static void refuseUnformatted(Path path) throws DataDirectoryException {
        if (!Files.exists(path)) {
            throw new DataDirectoryException(Reason.MISSING, path + " does not exist; create it with format");
        }
        if (!Files.isDirectory(path)) {
            throw new DataDirectoryException(Reason.FOREIGN, path + " is a file, not a data directory");
        }
        if (Files.exists(path.resolve(UNFINISHED_MARK))) {
            throw new DataDirectoryException(Reason.UNFINISHED,
                    path + " was never completely formatted; remove it and format again");
        }
        for (String file : DataDirectoryLayout.FIXED_FILES) {
            if (!Files.isRegularFile(path.resolve(file))) {
                throw new DataDirectoryException(Reason.FOREIGN, path
                        + " is not a data directory: it has no file " + file);
            }
        }
    }

    private static void checkSizes(Path path, DataDirectoryLayout layout) throws IOException, DataDirectoryException {
        for (String file : DataDirectoryLayout.FIXED_FILES) {
            checkSize(path, layout, file);
        }
    }

    private static void checkSize(Path path, DataDirectoryLayout layout, String file)
            throws IOException, DataDirectoryException {
        long size = Files.size(path.resolve(file));
        if (size != layout.fileSize(file)) {
            throw new DataDirectoryException(Reason.SIZE_MISMATCH, path.resolve(file) + " has " + size
                    + " bytes instead of " + layout.fileSize(file)
                    + "; it was cut or copied incompletely: recover this replica from its peers");
        }
    }

    private static DataDirectoryException superBlockFailure(Path path, SuperBlockException broken) {
        return switch (broken.reason()) {
            case OTHER_VERSION -> new DataDirectoryException(Reason.OTHER_VERSION, path + ": " + broken.getMessage()
                    + "; use the matching program version", broken);
            default -> new DataDirectoryException(Reason.SUPERBLOCK, path + ": " + broken.getMessage()
                    + "; recover this replica from its peers or restore a backup", broken);
        };
    }

    private static DataDirectoryException failure(Path path, String what, IOException failed) {
        Reason reason = DataDirectoryException.isNoSpace(failed) ? Reason.NO_SPACE : Reason.IO;
        return new DataDirectoryException(reason, path + " " + what + ": "
                + (reason == Reason.NO_SPACE ? "the disk is full" : failed.toString()), failed);
    }

    private static void removePartial(Path path, boolean withDirectory) throws IOException {
        Path checkpoint = path.resolve(DataDirectoryLayout.CHECKPOINT_FOLDER);
        if (Files.isDirectory(checkpoint)) {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(checkpoint)) {
                for (Path file : files) {
                    Files.delete(file);
                }
            }
        }
        List<String> files = List.of(DataDirectoryLayout.WAL_FILE, DataDirectoryLayout.REPLIES_FILE,
                DataDirectoryLayout.SUPERBLOCK_FILE, DataDirectoryLayout.CHECKPOINT_FOLDER,
                DataDirectoryLayout.LOCK_FILE, UNFINISHED_MARK);
        for (String file : files) {
            Files.deleteIfExists(path.resolve(file));
        }
        if (withDirectory) {
            Files.deleteIfExists(path);
        }
    }

    private static void force(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
    }

    private static void forceDirectory(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** While another failure is on its way to the caller: that one is the news. */
    private static void closeQuietly(AutoCloseable open) {
        if (open != null) {
            try {
                open.close();
            } catch (Exception second) {
                // the directory is given up either way
            }
        }
    }
}
