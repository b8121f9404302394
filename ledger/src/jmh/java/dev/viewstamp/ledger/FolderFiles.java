package dev.viewstamp.ledger;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The ledger's files as files of a folder, through the page cache: for measurements. Thread-safe per file. */
final class FolderFiles implements LedgerFiles {
    private static final class Output {
        final FileChannel channel;
        long blocks;

        Output(FileChannel channel) {
            this.channel = channel;
        }
    }

    private final Path folder;
    private final Map<Long, Output> outputs = new ConcurrentHashMap<>();
    private final Map<Long, FileChannel> inputs = new ConcurrentHashMap<>();

    FolderFiles(Path folder) {
        this.folder = folder;
    }

    private Path path(long file) {
        return folder.resolve("data-" + file);
    }

    @Override
    public void create(long file) {
        try {
            outputs.put(file, new Output(FileChannel.open(path(file), StandardOpenOption.CREATE,
                    StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void append(long file, byte[] block) {
        Output output = outputs.get(file);
        try {
            output.channel.write(ByteBuffer.wrap(block), output.blocks++ * BLOCK_SIZE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void seal(long file) {
        try {
            outputs.remove(file).channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public byte[] readBlock(long file, int block) {
        byte[] bytes = new byte[BLOCK_SIZE];
        try {
            FileChannel channel = inputs.get(file);
            if (channel == null) {
                channel = FileChannel.open(path(file), StandardOpenOption.READ);
                inputs.put(file, channel);
            }
            channel.read(ByteBuffer.wrap(bytes), (long) block * BLOCK_SIZE);
            return bytes;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void delete(long file) {
        try {
            FileChannel channel = inputs.remove(file);
            if (channel != null) channel.close();
            Files.deleteIfExists(path(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Deletes what a checkpoint does not need. */
    void keepOnly(Manifest manifest) {
        try (var paths = Files.list(folder)) {
            for (Path path : paths.toList()) {
                String name = path.getFileName().toString();
                if (!name.startsWith("data-")) continue;
                long file = Long.parseLong(name.substring(5));
                if (manifest.isObsolete(file)) delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
