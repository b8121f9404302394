package dev.viewstamp.journal;

import com.sun.nio.file.ExtendedOpenOption;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * {@link Storage} on a data directory's files: direct I/O with synchronous writes, or, where the file
 * system refuses direct I/O (tmpfs does), ordinary writes each followed by a force. Never extends a file.
 * Thread-safe as the port says.
 *
 * <p>Do not interrupt a thread inside a call: Java closes the file then. After a failed write or force
 * every further call fails, since the page cache can no longer be trusted (replication spec §0.9).
 */
public final class FileStorage implements Storage {
    /** How to open the files. */
    public enum IoMode {
        /** Direct if the file system can, else buffered. */
        AUTO,
        /** Direct, or fail to open. */
        DIRECT,
        /** Through the page cache, with a force after every write: an order of magnitude slower. */
        BUFFERED
    }

    private final DataDirectoryLayout layout;
    private final boolean isDirect;
    private final Map<Zone, FileChannel> channels = new EnumMap<>(Zone.class);
    private final SectorReader reader = new SectorReader();
    private volatile IOException failure;

    private FileStorage(DataDirectoryLayout layout, boolean isDirect) {
        this.layout = layout;
        this.isDirect = isDirect;
    }

    /**
     * Opens the fixed files of a formatted directory.
     *
     * @throws IOException if a file is missing or cannot be opened in this mode
     */
    public static FileStorage open(Path directory, DataDirectoryLayout layout, IoMode mode) throws IOException {
        return open(directory, layout, mode, List.of());
    }

    /** Opens files that do not exist yet; they grow while {@link ZoneFormat} writes them from front to back. */
    static FileStorage create(Path directory, DataDirectoryLayout layout, IoMode mode) throws IOException {
        return open(directory, layout, mode, List.of(StandardOpenOption.CREATE));
    }

    /**
     * Whether the file system of {@code directory} can do direct I/O. Tried on the superblock where there is one, else
     * on a file that is deleted at once.
     */
    static boolean canDirect(Path directory) throws IOException {
        Path formatted = directory.resolve(DataDirectoryLayout.SUPERBLOCK_FILE);
        return Files.exists(formatted) ? canReadDirect(formatted) : canWriteDirect(directory);
    }

    /** A replica starts on a full disk, too: nothing is written to find out. */
    private static boolean canReadDirect(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE,
                StandardOpenOption.DSYNC, ExtendedOpenOption.DIRECT)) {
            return channel.read(Storage.allocate(WalGeometry.SECTOR_SIZE), 0) == WalGeometry.SECTOR_SIZE;
        } catch (UnsupportedOperationException | IOException refused) {
            return false;
        }
    }

    private static boolean canWriteDirect(Path directory) throws IOException {
        Path probe = Files.createTempFile(directory, ".direct", null);
        ByteBuffer sector = Storage.allocate(WalGeometry.SECTOR_SIZE);
        try (FileChannel channel = FileChannel.open(probe, StandardOpenOption.WRITE, StandardOpenOption.DSYNC,
                ExtendedOpenOption.DIRECT)) {
            return channel.write(sector, 0) == WalGeometry.SECTOR_SIZE;
        } catch (UnsupportedOperationException refused) {
            return false;
        } catch (IOException refused) {
            if (DataDirectoryException.isNoSpace(refused)) {
                throw refused;
            }
            return false;
        } finally {
            Files.deleteIfExists(probe);
        }
    }

    private static FileStorage open(Path directory, DataDirectoryLayout layout, IoMode mode, List<OpenOption> more)
            throws IOException {
        boolean direct = mode == IoMode.DIRECT || mode == IoMode.AUTO && canDirect(directory);
        List<OpenOption> options = new ArrayList<>(more);
        options.addAll(List.of(StandardOpenOption.READ, StandardOpenOption.WRITE));
        if (direct) {
            options.addAll(List.of(ExtendedOpenOption.DIRECT, StandardOpenOption.DSYNC));
        }
        FileStorage storage = new FileStorage(layout, direct);
        try {
            for (Zone zone : Zone.values()) {
                Path file = directory.resolve(layout.file(zone));
                storage.channels.put(zone, FileChannel.open(file, options.toArray(OpenOption[]::new)));
            }
        } catch (UnsupportedOperationException refused) {
            storage.close();
            throw new IOException("the file system of " + directory + " refuses direct I/O", refused);
        } catch (IOException failed) {
            storage.close();
            throw failed;
        }
        return storage;
    }

    /** Whether writes bypass the page cache. */
    public boolean isDirect() {
        return isDirect;
    }

    /** Sectors that the disk could not read since open; they were handed out as zeros. */
    public long unreadableSectors() {
        return reader.unreadableSectors();
    }

    @Override
    public void read(Zone zone, long offset, ByteBuffer into) throws IOException {
        long position = place(zone, offset, into);
        FileChannel channel = channels.get(zone);
        reader.read(channel::read, position, into);
    }

    @Override
    public void write(Zone zone, long offset, ByteBuffer from) throws IOException {
        long position = place(zone, offset, from);
        FileChannel channel = channels.get(zone);
        try {
            while (from.hasRemaining()) {
                position += channel.write(from, position);
            }
            if (!isDirect) {
                channel.force(false);
            }
        } catch (IOException failed) {
            failure = failed;
            throw failed;
        }
    }

    @Override
    public void close() throws IOException {
        IOException first = null;
        for (FileChannel channel : channels.values()) {
            try {
                channel.close();
            } catch (IOException failed) {
                first = first == null ? failed : first;
            }
        }
        if (first != null) {
            throw first;
        }
    }

    /** Position in the file, after everything that a caller can get wrong was checked. */
    private long place(Zone zone, long offset, ByteBuffer buffer) throws IOException {
        if (failure != null) {
            throw new IOException("an earlier write to this data directory failed", failure);
        }
        int length = buffer.remaining();
        InvariantViolation.check(offset >= 0 && offset + length <= layout.size(zone),
                "%s: %d bytes at %d of %d", zone, length, offset, layout.size(zone));
        InvariantViolation.check(offset % WalGeometry.SECTOR_SIZE == 0 && length % WalGeometry.SECTOR_SIZE == 0
                && buffer.alignmentOffset(buffer.position(), WalGeometry.SECTOR_SIZE) == 0,
                "%s: %d bytes at %d, or their buffer, not aligned", zone, length, offset);
        return layout.start(zone) + offset;
    }
}
