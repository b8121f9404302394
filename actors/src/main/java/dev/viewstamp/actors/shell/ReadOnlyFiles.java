package dev.viewstamp.actors.shell;

import dev.viewstamp.journal.CheckpointFile;
import dev.viewstamp.journal.CheckpointFiles;
import dev.viewstamp.journal.Storage;
import dev.viewstamp.ledger.LedgerFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;

/**
 * What the ledger itself sees of the files: it may read a block at once, blocking its thread, which it does only for
 * an entry that needs more blocks than its cache holds and for a dump. It writes through {@link TaskRunner}, never
 * here. One thread at a time.
 */
final class ReadOnlyFiles implements LedgerFiles {
    private final CheckpointFiles files;
    private final ByteBuffer buffer = Storage.allocate(BLOCK_SIZE);

    ReadOnlyFiles(CheckpointFiles files) {
        this.files = files;
    }

    @Override
    public void create(long file) {
        throw new UnsupportedOperationException("files are written by tasks");
    }

    @Override
    public void append(long file, byte[] block) {
        throw new UnsupportedOperationException("files are written by tasks");
    }

    @Override
    public void seal(long file) {
        throw new UnsupportedOperationException("files are written by tasks");
    }

    @Override
    public byte[] readBlock(long file, int block) {
        try {
            int length = files.read(CheckpointFile.data(file), (long) block * BLOCK_SIZE, buffer.clear());
            byte[] bytes = new byte[Math.max(0, length)];
            buffer.get(0, bytes);
            return bytes;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Files go when no checkpoint needs them: {@link Checkpoints}. */
    @Override
    public void delete(long file) {
        throw new UnsupportedOperationException("files are deleted with the checkpoints that needed them");
    }
}
