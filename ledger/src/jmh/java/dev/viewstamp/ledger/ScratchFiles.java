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

/**
 * Real files in a temporary folder, buffered by the operating system and never forced: what a benchmark needs to leave
 * records where they are in production, outside the heap. Several threads may use it, a file by one of them at a time.
 */
final class ScratchFiles implements LedgerFiles, AutoCloseable {
    private static final class File {
        final FileChannel channel;
        long blocks;

        File(FileChannel channel) {
            this.channel = channel;
        }
    }

    private final Path folder;
    private final Map<Long, File> files = new ConcurrentHashMap<>();

    ScratchFiles() {
        try {
            folder = Files.createTempDirectory("viewstamp-benchmark-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void create(long file) {
        try {
            files.put(file, new File(FileChannel.open(folder.resolve(Long.toString(file)),
                    StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void append(long file, byte[] block) {
        File target = files.get(file);
        try {
            target.channel.write(ByteBuffer.wrap(block), target.blocks++ * BLOCK_SIZE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void seal(long file) {
        // The operating system writes it when it likes.
    }

    @Override
    public byte[] readBlock(long file, int block) {
        byte[] bytes = new byte[BLOCK_SIZE];
        try {
            files.get(file).channel.read(ByteBuffer.wrap(bytes), (long) block * BLOCK_SIZE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes;
    }

    @Override
    public void delete(long file) {
        throw new UnsupportedOperationException("only files in memory are deleted by the ledger");
    }

    /** Bytes in all files. */
    long size() {
        try {
            long size = 0;
            for (File file : files.values()) size += file.channel.size();
            return size;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            for (Map.Entry<Long, File> entry : files.entrySet()) {
                entry.getValue().channel.close();
                Files.delete(folder.resolve(Long.toString(entry.getKey())));
            }
            Files.delete(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
