package dev.viewstamp.actors.cli.checkpoint;

import dev.viewstamp.journal.CheckpointFile;
import dev.viewstamp.journal.CheckpointFiles;
import dev.viewstamp.ledger.BlockId;
import dev.viewstamp.ledger.LedgerFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;

/**
 * The files of a ledger that is opened to be looked at: those of its checkpoint stay where they are and as they are;
 * what replaying the log adds goes to a temporary file that vanishes with this object. One thread uses it.
 */
public final class ScratchFiles implements LedgerFiles, AutoCloseable {
    private record Place(long offset, int length) {
    }

    private final BlockFolder folder;
    private final FileChannel scratch;
    private final Map<BlockId, Place> places = new HashMap<>();  // never iterated
    private final Map<Long, Integer> blocks = new HashMap<>();   // of files made here
    private long end;

    /** @param files of the checkpoint; only read */
    public ScratchFiles(CheckpointFiles files) {
        folder = new BlockFolder(files);
        try {
            Path file = Files.createTempFile("viewstamp-inspect-", ".tmp");
            scratch = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE,
                    StandardOpenOption.DELETE_ON_CLOSE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void create(long file) {
        blocks.put(file, 0);
    }

    @Override
    public void append(long file, byte[] block) {
        places.put(new BlockId(file, blocks.merge(file, 1, Integer::sum) - 1), new Place(end, block.length));
        try {
            ByteBuffer from = ByteBuffer.wrap(block);
            while (from.hasRemaining()) {
                end += scratch.write(from, end);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void seal(long file) {
        // Nothing here outlives this process.
    }

    @Override
    public byte[] readBlock(long file, int block) {
        try {
            if (!blocks.containsKey(file)) {
                return folder.block(CheckpointFile.data(file), block);
            }
            Place place = places.get(new BlockId(file, block));
            ByteBuffer into = ByteBuffer.allocate(place.length());
            while (into.hasRemaining() && scratch.read(into, place.offset() + into.position()) >= 0) {
                continue;
            }
            return into.array();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void delete(long file) {
        // The checkpoint's are not ours, and ours take room until the end.
    }

    @Override
    public void close() {
        try {
            scratch.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
