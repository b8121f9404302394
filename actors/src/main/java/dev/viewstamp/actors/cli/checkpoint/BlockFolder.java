package dev.viewstamp.actors.cli.checkpoint;

import dev.viewstamp.journal.CheckpointFile;
import dev.viewstamp.journal.CheckpointFiles;
import dev.viewstamp.journal.Storage;
import dev.viewstamp.ledger.LedgerFiles;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Reads checkpoint files block by block, 1 MiB at a time where it goes on. One thread uses it. */
public final class BlockFolder {
    /** Bytes of a block. */
    public static final int BLOCK_SIZE = LedgerFiles.BLOCK_SIZE;

    private static final int AT_ONCE = 16;

    private final CheckpointFiles files;
    private final ByteBuffer buffer = Storage.allocate(AT_ONCE * BLOCK_SIZE);

    public BlockFolder(CheckpointFiles files) {
        this.files = files;
    }

    public CheckpointFiles files() {
        return files;
    }

    /** Gets one block after another; the array is its own, shorter at the file's end. */
    @FunctionalInterface
    public interface BlockSink {
        void accept(int block, byte[] bytes) throws IOException;
    }

    /** A block with what follows it up to 64 KiB; fewer bytes at the file's end, none behind it or without a file. */
    public byte[] block(CheckpointFile file, int block) throws IOException {
        int length = files.read(file, (long) block * BLOCK_SIZE, buffer.clear().limit(BLOCK_SIZE));
        return copy(0, Math.max(0, length));
    }

    /** Blocks 0 to {@code count - 1}, in order. */
    public void forEachBlock(CheckpointFile file, int count, BlockSink sink) throws IOException {
        for (int first = 0; first < count; first += AT_ONCE) {
            int blocks = Math.min(AT_ONCE, count - first);
            int length = files.read(file, (long) first * BLOCK_SIZE, buffer.clear().limit(blocks * BLOCK_SIZE));
            byte[] all = copy(0, Math.max(0, length));
            for (int i = 0; i < blocks; i++) {
                int from = Math.min(all.length, i * BLOCK_SIZE);
                byte[] bytes = new byte[Math.min(BLOCK_SIZE, all.length - from)];
                System.arraycopy(all, from, bytes, 0, bytes.length);
                sink.accept(first + i, bytes);
            }
        }
    }

    /** A file of known size that fits into memory. */
    public byte[] readWhole(CheckpointFile file, int size) throws IOException {
        byte[] whole = new byte[size];
        for (int at = 0; at < size; at += buffer.capacity()) {
            int portion = Math.min(buffer.capacity(), size - at);
            int length = files.read(file, at, buffer.clear().limit(portion));
            buffer.get(0, whole, at, Math.max(0, Math.min(portion, length)));
        }
        return whole;
    }

    private byte[] copy(int from, int length) {
        byte[] bytes = new byte[length];
        buffer.get(from, bytes);
        return bytes;
    }
}
