package dev.viewstamp.actors.cli.checkpoint;

import dev.viewstamp.actors.cli.VerbFailure;
import dev.viewstamp.journal.CheckpointFile;
import dev.viewstamp.journal.CheckpointFiles;
import dev.viewstamp.journal.CheckpointFiles.Origin;
import dev.viewstamp.journal.CheckpointState;
import dev.viewstamp.journal.Checksums;
import dev.viewstamp.journal.Storage;
import dev.viewstamp.journal.Word128;
import dev.viewstamp.ledger.BlockId;
import dev.viewstamp.ledger.BlockTable;
import dev.viewstamp.ledger.Manifest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;

/**
 * The files of one checkpoint as they lie in a folder, verified from its record downwards: record → manifest and
 * session table → table of a file → blocks. One thread uses it.
 */
public final class StoredCheckpoint {
    private final BlockFolder folder;
    private final CheckpointState state;
    private final byte[] manifestBytes;
    private final Manifest manifest;

    private StoredCheckpoint(BlockFolder folder, CheckpointState state, byte[] manifestBytes) {
        this.folder = folder;
        this.state = state;
        this.manifestBytes = manifestBytes;
        this.manifest = Manifest.read(manifestBytes);
    }

    /**
     * Opens; reads the manifest and nothing else.
     *
     * @param state of a checkpoint after the root, from the superblock or from a backup's description
     * @return empty if the manifest is missing or damaged
     */
    public static Optional<StoredCheckpoint> open(CheckpointFiles files, CheckpointState state) throws IOException {
        BlockFolder folder = new BlockFolder(files);
        Optional<byte[]> manifest = head(folder, CheckpointFile.manifest(state.op()), state.manifestSize(),
                state.manifestChecksum());
        return manifest.map(bytes -> new StoredCheckpoint(folder, state, bytes));
    }

    /**
     * As {@link #open}.
     *
     * @throws VerbFailure if the manifest is missing or damaged
     */
    public static StoredCheckpoint require(CheckpointFiles files, CheckpointState state, String mend)
            throws IOException {
        return open(files, state).orElseThrow(() -> new VerbFailure(CheckpointFile.manifest(state.op())
                + " is missing or damaged; " + mend));
    }

    public CheckpointState state() {
        return state;
    }

    public Manifest manifest() {
        return manifest;
    }

    public byte[] manifestBytes() {
        return manifestBytes;
    }

    /** The session table's bytes; empty if it is missing or damaged. */
    public static Optional<byte[]> sessions(CheckpointFiles files, CheckpointState state) throws IOException {
        return head(new BlockFolder(files), CheckpointFile.sessions(state.op()), state.sessionsSize(),
                state.sessionsChecksum());
    }

    private static Optional<byte[]> head(BlockFolder folder, CheckpointFile file, long size, Word128 checksum)
            throws IOException {
        if (folder.files().size(file) != size) {
            return Optional.empty();
        }
        byte[] bytes = folder.readWhole(file, Math.toIntExact(size));
        return Checksums.of(bytes).equals(checksum) ? Optional.of(bytes) : Optional.empty();
    }

    /** All of them together: data files, manifest and session table. */
    public long bytes() {
        return manifest.diskBytes() + state.manifestSize() + state.sessionsSize();
    }

    /**
     * Reads a data file from front to back and compares every byte with what its table says; the gap behind a short
     * block must be zeros.
     *
     * @param read told after each portion how many bytes it had
     */
    public List<Damage> verify(Manifest.File file, LongConsumer read) throws IOException {
        CheckpointFile name = CheckpointFile.data(file.number());
        List<Damage> damages = new ArrayList<>();
        long size = folder.files().size(name);
        if (size != file.length()) {
            damages.add(new Damage(name, size < 0 ? "is missing" : "has " + size + " bytes instead of "
                    + file.length()));
            read.accept(file.length());
            return damages;
        }
        BlockTable.Reading reading = file.readTable();
        while (!reading.isDone()) {
            for (BlockId id : reading.needed()) {
                if (!reading.supply(id.block(), folder.block(name, id.block()))) {
                    damages.add(new Damage(name, "block " + id.block() + " of " + file.blocksInAll()
                            + ", of its table, is damaged: the other blocks cannot be judged"));
                    read.accept(file.length());
                    return damages;
                }
            }
        }
        BlockTable table = reading.table();
        folder.forEachBlock(name, file.blocks(), (block, bytes) -> {
            String flaw = flaw(table, block, bytes);
            if (flaw != null) {
                damages.add(new Damage(name, "block " + block + " of " + file.blocksInAll() + " " + flaw));
            }
            read.accept(BlockFolder.BLOCK_SIZE);
        });
        read.accept(file.length() - (long) file.blocks() * BlockFolder.BLOCK_SIZE);
        return damages;
    }

    /**
     * Copies manifest and data files into another folder, each verified on the way; durable on return.
     *
     * @param copied told after each portion how many bytes it had
     * @throws VerbFailure naming what is damaged
     */
    public void copyTo(CheckpointFiles target, LongConsumer copied) throws IOException {
        for (Manifest.File file : manifest.files()) {
            List<Damage> damages = verify(file, read -> { });
            if (!damages.isEmpty()) {
                throw new VerbFailure(damages.get(0).toString());
            }
            CheckpointFile name = CheckpointFile.data(file.number());
            ByteBuffer buffer = Storage.allocate(BlockFolder.BLOCK_SIZE);
            folder.forEachBlock(name, file.blocksInAll(), (block, bytes) -> {
                target.write(name, Origin.OWN, (long) block * BlockFolder.BLOCK_SIZE, buffer.clear().put(bytes).flip());
                copied.accept(bytes.length);
            });
            target.publish(name, Origin.OWN, file.length());
        }
        writeHead(target, CheckpointFile.manifest(state.op()), manifestBytes);
        copied.accept(manifestBytes.length);
    }

    /** Writes a manifest or a session table; durable on return. */
    public static void writeHead(CheckpointFiles target, CheckpointFile file, byte[] bytes) throws IOException {
        ByteBuffer buffer = Storage.allocate(BlockFolder.BLOCK_SIZE);
        for (int at = 0; at == 0 || at < bytes.length; at += buffer.capacity()) {
            int portion = Math.min(buffer.capacity(), bytes.length - at);
            target.write(file, Origin.OWN, at, buffer.clear().put(bytes, at, portion).flip());
        }
        target.publish(file, Origin.OWN, bytes.length);
    }

    private static String flaw(BlockTable table, int block, byte[] bytes) {
        if (!table.isIntact(block, bytes)) {
            return "is damaged";
        }
        for (int i = table.length(block); i < bytes.length; i++) {
            if (bytes[i] != 0) {
                return "is followed by bytes that are not zero";
            }
        }
        return null;
    }
}
