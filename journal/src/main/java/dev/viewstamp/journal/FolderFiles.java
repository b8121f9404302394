package dev.viewstamp.journal;

import com.sun.nio.file.ExtendedOpenOption;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * {@link CheckpointFiles} in the folder {@code files/} of a data directory. Direct I/O where the file system has it:
 * the page cache would hold every byte a second time and write it back when it likes. Publishing is: cut to size,
 * force, rename, force the folder. Drafts have the ending {@code .own} or {@code .peer}. Thread-safe as the port says.
 */
public final class FolderFiles implements CheckpointFiles {
    private final Path folder;
    private final boolean isDirect;
    private final SectorReader reader = new SectorReader();

    private FolderFiles(Path folder, boolean isDirect) {
        this.folder = folder;
        this.isDirect = isDirect;
    }

    /** @param direct whether reads and writes bypass the page cache; the file system must be able to */
    public static FolderFiles of(Path folder, boolean direct) {
        return new FolderFiles(folder, direct);
    }

    /** Sectors that the disk could not read so far; they were handed out as zeros. */
    public long unreadableSectors() {
        return reader.unreadableSectors();
    }

    @Override
    public List<CheckpointFile> list() throws IOException {
        List<CheckpointFile> files = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            for (Path entry : entries) {
                CheckpointFile.ofName(entry.getFileName().toString()).ifPresent(files::add);
            }
        }
        Collections.sort(files);
        return files;
    }

    @Override
    public long size(CheckpointFile file) throws IOException {
        try {
            return Files.size(path(file));
        } catch (NoSuchFileException missing) {
            return -1;
        }
    }

    @Override
    public int read(CheckpointFile file, long offset, ByteBuffer into) throws IOException {
        checkAligned(file, offset, into);
        try (FileChannel channel = open(path(file), StandardOpenOption.READ)) {
            int length = (int) Math.max(0, Math.min(into.remaining(), channel.size() - offset));
            int start = into.position();
            // Direct I/O wants whole sectors even at the file's end; the channel stops where the file does.
            into.limit(start + length);
            reader.read((buffer, position) -> readSectors(channel, buffer, position), offset, into);
            return length;
        } catch (NoSuchFileException missing) {
            return -1;
        }
    }

    /** One read of whole sectors; a buffer that ends within one is lent the rest of it. */
    private int readSectors(FileChannel channel, ByteBuffer into, long position) throws IOException {
        int limit = into.limit();
        int whole = into.position() + WalGeometry.sectorCeil(into.remaining());
        into.limit(Math.min(whole, into.capacity()));
        try {
            return channel.read(into, position);
        } finally {
            into.position(Math.min(into.position(), limit)).limit(limit);
        }
    }

    @Override
    public void write(CheckpointFile file, Origin origin, long offset, ByteBuffer from) throws IOException {
        checkAligned(file, offset, from);
        fillSector(from);
        try (FileChannel channel = open(draft(file, origin), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            writeFully(channel, offset, from);
        } catch (IOException failed) {
            throw noSpaceOr(failed, file);
        }
    }

    @Override
    public void publish(CheckpointFile file, Origin origin, long size) throws IOException {
        Path draft = draft(file, origin);
        try {
            // Without direct I/O: cutting to an odd length is no write, but some file systems see it as one.
            try (FileChannel channel = FileChannel.open(draft, StandardOpenOption.WRITE)) {
                channel.truncate(size);
                channel.force(true);
            }
            Files.move(draft, path(file), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            forceFolder();
        } catch (IOException failed) {
            throw noSpaceOr(failed, file);
        }
    }

    @Override
    public void patch(CheckpointFile file, long offset, ByteBuffer from) throws IOException {
        checkAligned(file, offset, from);
        int length = from.remaining();
        fillSector(from);
        try (FileChannel channel = open(path(file), StandardOpenOption.WRITE)) {
            long size = channel.size();
            InvariantViolation.check(offset + length == size
                    || offset + length < size && length % WalGeometry.SECTOR_SIZE == 0,
                    "%s: patch of %d bytes at %d of %d", file, length, offset, size);
            writeFully(channel, offset, from);
            if (channel.size() > size) {
                channel.truncate(size);
            }
            channel.force(true);
        } catch (NoSuchFileException gone) {
            return;                                     // released meanwhile
        }
    }

    @Override
    public void delete(CheckpointFile file) throws IOException {
        Files.deleteIfExists(path(file));
    }

    @Override
    public void discardDrafts() throws IOException {
        List<Path> drafts = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            for (Path entry : entries) {
                if (isDraft(entry.getFileName().toString())) {
                    drafts.add(entry);
                }
            }
        }
        for (Path draft : drafts) {
            Files.delete(draft);
        }
    }

    @Override
    public long usableSpace() throws IOException {
        return Files.getFileStore(folder).getUsableSpace();
    }

    private static boolean isDraft(String name) {
        for (Origin origin : Origin.values()) {
            String ending = ending(origin);
            if (name.endsWith(ending)) {
                Optional<CheckpointFile> file = CheckpointFile.ofName(name.substring(0,
                        name.length() - ending.length()));
                return file.isPresent();
            }
        }
        return false;
    }

    private Path path(CheckpointFile file) {
        return folder.resolve(file.fileName());
    }

    private Path draft(CheckpointFile file, Origin origin) {
        return folder.resolve(file.fileName() + ending(origin));
    }

    private static String ending(Origin origin) {
        return origin == Origin.OWN ? ".own" : ".peer";
    }

    private FileChannel open(Path path, OpenOption... options) throws IOException {
        if (!isDirect) {
            return FileChannel.open(path, options);
        }
        List<OpenOption> more = new ArrayList<>(List.of(options));
        more.add(ExtendedOpenOption.DIRECT);
        return FileChannel.open(path, more.toArray(OpenOption[]::new));
    }

    /** Behind a short block others follow: the gap between them is zeros, not what the buffer was used for before. */
    private static void fillSector(ByteBuffer from) {
        int end = from.limit();
        from.limit(from.position() + WalGeometry.sectorCeil(from.remaining()));
        for (int at = end; at < from.limit(); at++) {
            from.put(at, (byte) 0);
        }
    }

    private static void writeFully(FileChannel channel, long offset, ByteBuffer from) throws IOException {
        long position = offset;
        while (from.hasRemaining()) {
            position += channel.write(from, position);
        }
    }

    private void forceFolder() throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** A full disk is no broken one. */
    private static IOException noSpaceOr(IOException failed, CheckpointFile file) {
        return DataDirectoryException.isNoSpace(failed)
                ? new NoSpaceException("the disk is full: " + file + " cannot be written", failed) : failed;
    }

    private static void checkAligned(CheckpointFile file, long offset, ByteBuffer buffer) {
        InvariantViolation.check(offset >= 0 && offset % WalGeometry.SECTOR_SIZE == 0
                && buffer.alignmentOffset(buffer.position(), WalGeometry.SECTOR_SIZE) == 0,
                "%s: offset %d, or its buffer, not aligned", file, offset);
    }
}
