package dev.viewstamp.actors.cli.backup;

import dev.viewstamp.actors.cli.ProgressBar;
import dev.viewstamp.actors.cli.UsageError;
import dev.viewstamp.actors.cli.VerbFailure;
import dev.viewstamp.actors.cli.checkpoint.StoredCheckpoint;
import dev.viewstamp.actors.message.BackupMessage.GetStanding;
import dev.viewstamp.actors.message.BackupMessage.Pieces;
import dev.viewstamp.actors.message.BackupMessage.Standing;
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
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Copies one checkpoint of one running replica into a folder:
 *
 * <ol>
 * <li>the replica holds its newest checkpoint, so that the files stay while we copy;</li>
 * <li>manifest and session table, verified against the checkpoint's record;</li>
 * <li>every data file that is not here already, whole: its table first, verified against the manifest, then its blocks,
 *     verified against the table;</li>
 * <li>the description, which makes it the folder's backup; then what only the backup before it needed is deleted.</li>
 * </ol>
 *
 * A crash leaves files that the next run keeps, and the backup before this one. If the replica lets go of the
 * checkpoint (it was restarted, or its disk is full), the copy goes on with a newer one. One thread uses it.
 */
final class BackupRun {
    private static final int ATTEMPTS_MAX = 10;
    private static final long HOLD_NANOS = 5_000_000_000L;

    private final NodeDoors doors;
    private final int replica;
    private final BackupFolder folder;
    private final CheckpointFiles files;
    private final Duration patience;
    private final ProgressBar bar;
    private final PieceFetch fetch;
    private final ByteBuffer buffer = Storage.allocate(Pieces.COUNT_MAX * Pieces.SIZE);
    private final Set<Manifest.File> verified = new HashSet<>();  // in this run: an attempt may follow another
    private long heldAt;
    private long done;
    private long total;
    private int copiedFiles;
    private long copiedBytes;

    /** @param replica which to copy from */
    BackupRun(NodeDoors doors, int replica, BackupFolder folder, Duration patience, ProgressBar bar) {
        this.doors = doors;
        this.replica = replica;
        this.folder = folder;
        this.files = folder.files();
        this.patience = patience;
        this.bar = bar;
        this.fetch = new PieceFetch(doors, replica, patience);
    }

    /** Data files that were not here before. */
    int copiedFiles() {
        return copiedFiles;
    }

    /** Their bytes. */
    long copiedBytes() {
        return copiedBytes;
    }

    /** @throws VerbFailure if it cannot be done; what was copied stays for the next run */
    BackupDescription run() {
        try {
            files.discardDrafts();
            for (int attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
                Standing standing = doors.hold(replica, patience);
                heldAt = System.nanoTime();
                try {
                    return copy(standing);
                } catch (PieceFetch.Gone e) {
                    bar.clear();                                 // a newer one is there
                }
            }
            throw new VerbFailure("replica " + replica + " let its checkpoint go " + ATTEMPTS_MAX
                    + " times while it was copied; look at its log, and run it again");
        } catch (IOException e) {
            throw new VerbFailure(folder.path() + " cannot be written: " + e.getMessage()
                    + "; what was copied stays, so run it again", e);
        } finally {
            bar.clear();
            doors.endHold(replica);
        }
    }

    private BackupDescription copy(Standing standing) throws IOException, PieceFetch.Gone {
        CheckpointState state = standing.checkpoint();
        if (state.op() == 0) {
            throw new VerbFailure("the cluster has no checkpoint yet, so there is nothing to copy; without --as-is "
                    + "one is brought about");
        }
        Optional<StoredCheckpoint> before = before(state);
        head(CheckpointFile.manifest(state.op()), state.manifestSize(), state.manifestChecksum());
        head(CheckpointFile.sessions(state.op()), state.sessionsSize(), state.sessionsChecksum());
        StoredCheckpoint checkpoint = StoredCheckpoint.require(files, state, "run it again");
        Manifest manifest = checkpoint.manifest();
        done = 0;
        total = manifest.diskBytes();
        for (Manifest.File file : manifest.files()) {
            refuseOtherHistory(before, file);
            if (!verified.contains(file) && !isHere(checkpoint, file)) {
                data(file);
                copiedFiles++;
                copiedBytes += file.length();
            }
            verified.add(file);
            done += file.length();
            bar.show(done, total);
        }
        BackupDescription description = new BackupDescription(standing.constants(), state, manifest.accounts(),
                manifest.transfers(), manifest.files().size(), checkpoint.bytes(),
                Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        folder.finish(description);
        prune(checkpoint);
        return description;
    }

    private boolean isHere(StoredCheckpoint checkpoint, Manifest.File file) throws IOException {
        return files.size(CheckpointFile.data(file.number())) == file.length()
                && checkpoint.verify(file, read -> keepHolding()).isEmpty();
    }

    private Optional<StoredCheckpoint> before(CheckpointState state) throws IOException {
        Optional<BackupDescription> earlier = folder.description();
        if (earlier.isEmpty()) {
            return Optional.empty();
        }
        CheckpointState old = earlier.get().checkpoint();
        if (!old.header().cluster().equals(state.header().cluster())) {
            throw new UsageError(folder.path() + " holds a backup of cluster " + earlier.get().cluster()
                    + "; name another directory");
        }
        if (old.op() > state.op() || old.op() == state.op() && !old.id().equals(state.id())) {
            throw otherHistory();
        }
        return StoredCheckpoint.open(files, old);
    }

    /** A file's number means one content for ever, within one history. */
    private void refuseOtherHistory(Optional<StoredCheckpoint> before, Manifest.File file) {
        Manifest.File old = before.map(backup -> backup.manifest().file(file.number())).orElse(null);
        if (old != null && !old.checksum().equals(file.checksum())) {
            throw otherHistory();
        }
    }

    private UsageError otherHistory() {
        return new UsageError(folder.path() + " holds a backup of another history of this cluster, from before it was "
                + "restored; name another directory");
    }

    /** Reading what is here may take long, and the replica must not think that we are gone. */
    private void keepHolding() {
        if (System.nanoTime() - heldAt > HOLD_NANOS) {
            heldAt = System.nanoTime();
            doors.send(replica, new GetStanding(true));
        }
    }

    private void head(CheckpointFile file, long size, Word128 checksum) throws IOException, PieceFetch.Gone {
        byte[] bytes = new byte[Math.toIntExact(size)];
        fetch.fetch(file, 0, pieces(size), (piece, part) -> {
            int at = piece * Pieces.SIZE;
            if (part.length != Math.min(Pieces.SIZE, bytes.length - at)) {
                return false;
            }
            System.arraycopy(part, 0, bytes, at, part.length);
            return true;
        });
        if (!Checksums.of(bytes).equals(checksum)) {
            throw new VerbFailure(file + " of replica " + replica
                    + " is damaged; start that replica anew so that it is repaired, and run it again");
        }
        StoredCheckpoint.writeHead(files, file, bytes);
    }

    private static int pieces(long size) {
        return Math.toIntExact((size + Pieces.SIZE - 1) / Pieces.SIZE);
    }

    private void data(Manifest.File file) throws IOException, PieceFetch.Gone {
        CheckpointFile name = CheckpointFile.data(file.number());
        BlockTable table = table(name, file);
        fetch.fetch(name, 0, file.blocks(), (block, bytes) -> {
            if (!table.isIntact(block, bytes)) {
                return false;
            }
            int last = file.blocks() - 1;
            int slot = block % Pieces.COUNT_MAX;
            putBlock(slot, bytes, table.length(block));
            if (slot == Pieces.COUNT_MAX - 1 || block == last) {
                buffer.position(0).limit((slot + 1) * Pieces.SIZE);
                files.write(name, Origin.PEER, (long) (block - slot) * Pieces.SIZE, buffer);
            }
            heldAt = System.nanoTime();
            bar.show(done + (long) block * Pieces.SIZE, total);
            return true;
        });
        files.publish(name, Origin.PEER, file.length());
    }

    /** Block and zeros up to the next one's place. */
    private void putBlock(int slot, byte[] bytes, int length) {
        buffer.clear().position(slot * Pieces.SIZE).put(bytes, 0, length);
        while (buffer.position() < (slot + 1) * Pieces.SIZE) {
            buffer.put((byte) 0);
        }
    }

    /** The file's table, whose blocks are written to the draft as they come. */
    private BlockTable table(CheckpointFile name, Manifest.File file) throws IOException, PieceFetch.Gone {
        BlockTable.Reading reading = file.readTable();
        int last = file.blocksInAll() - 1;
        while (!reading.isDone()) {
            for (BlockId id : reading.needed()) {
                fetch.fetch(name, id.block(), id.block() + 1, (block, bytes) -> {
                    if (!reading.supply(block, bytes)) {
                        return false;
                    }
                    int room = block == last ? (int) (file.length() - (long) last * Pieces.SIZE) : Pieces.SIZE;
                    putBlock(0, bytes, Math.min(bytes.length, room));
                    buffer.position(0).limit(room);
                    files.write(name, Origin.PEER, (long) block * Pieces.SIZE, buffer);
                    return true;
                });
            }
        }
        return reading.table();
    }

    /** Deletes what this backup does not consist of. */
    private void prune(StoredCheckpoint checkpoint) throws IOException {
        Set<CheckpointFile> kept = new HashSet<>();
        checkpoint.manifest().files().forEach(file -> kept.add(CheckpointFile.data(file.number())));
        kept.add(CheckpointFile.manifest(checkpoint.state().op()));
        kept.add(CheckpointFile.sessions(checkpoint.state().op()));
        for (CheckpointFile file : files.list()) {
            if (!kept.contains(file)) {
                files.delete(file);
            }
        }
    }
}
