package dev.viewstamp.testkit.process;

import dev.viewstamp.actors.cli.VerbFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A file system of its own, in memory, so small that it can be filled up: a tmpfs. Mounting one takes root, or a
 * namespace in which one is root ({@code unshare -rm}). It goes away with {@link #close}, and with this process.
 */
final class SmallDisk implements AutoCloseable {
    private static final String BALLAST = "ballast";
    private static final int PORTION = 1 << 16;

    private final Path folder;
    private final Thread hook = new Thread(this::unmount, "unmount");

    private SmallDisk(Path folder) {
        this.folder = folder;
    }

    /**
     * Mounts one of {@code mebibytes}.
     *
     * @throws VerbFailure if this process may not
     */
    static SmallDisk mount(int mebibytes) {
        try {
            SmallDisk disk = new SmallDisk(Files.createTempDirectory("viewstamp-disk-"));
            String trouble = run("mount", "-t", "tmpfs", "-o", "size=" + mebibytes + "m", "viewstamp",
                    disk.folder.toString());
            if (trouble != null) {
                Files.delete(disk.folder);
                throw new VerbFailure("cannot mount a small file system (" + trouble + "); run this as root, or as "
                        + "'unshare -rm bin/viewstamp torture disk-full'");
            }
            Runtime.getRuntime().addShutdownHook(disk.hook);
            return disk;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether {@link #mount} works here. */
    static boolean isPossible() {
        try (SmallDisk disk = mount(1)) {
            return true;
        } catch (VerbFailure e) {
            return false;
        }
    }

    Path folder() {
        return folder;
    }

    long free() {
        try {
            return Files.getFileStore(folder).getUsableSpace();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes a file beside whatever is there until no more than {@code bytes} are free. Answers how much it wrote. */
    long fillUpTo(long bytes) {
        long written = 0;
        try (FileChannel ballast = FileChannel.open(folder.resolve(BALLAST), StandardOpenOption.CREATE,
                StandardOpenOption.APPEND)) {
            while (free() > bytes) {
                written += ballast.write(ByteBuffer.allocate((int) Math.min(PORTION, free() - bytes)));
            }
        } catch (IOException e) {
            return written;                                      // somebody else took the last of it
        }
        return written;
    }

    /** Takes that file away. */
    void makeRoom() {
        try {
            Files.deleteIfExists(folder.resolve(BALLAST));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        Runtime.getRuntime().removeShutdownHook(hook);
        unmount();
    }

    private void unmount() {
        try {
            run("umount", "-l", folder.toString());
            Files.deleteIfExists(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Null if it went well, else what it said. */
    private static String run(String... command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        try {
            return process.waitFor() == 0 ? null : said;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "interrupted";
        }
    }
}
