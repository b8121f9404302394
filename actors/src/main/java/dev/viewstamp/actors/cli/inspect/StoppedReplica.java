package dev.viewstamp.actors.cli.inspect;

import dev.viewstamp.actors.cli.DataDirectoryTrouble;
import dev.viewstamp.actors.cli.ProgressBar;
import dev.viewstamp.actors.cli.VerbFailure;
import dev.viewstamp.journal.DataDirectory;
import dev.viewstamp.journal.DataDirectoryException;
import dev.viewstamp.journal.OpenedLog;
import dev.viewstamp.journal.StoredPrepare;
import dev.viewstamp.journal.SuperBlock;
import dev.viewstamp.journal.WalImage;
import dev.viewstamp.journal.WalReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The data directory of a replica that does not run, locked meanwhile and never written to. Every refusal is one line.
 * One thread uses it.
 */
final class StoppedReplica implements AutoCloseable {
    private static final int SLOTS_AT_ONCE = 16;

    private final DataDirectory directory;
    private final WalReader reader;
    private WalImage image;

    private StoppedReplica(DataDirectory directory) {
        this.directory = directory;
        this.reader = new WalReader(directory.storage(), superBlock().cluster(),
                superBlock().constants().walGeometry());
    }

    /**
     * Opens.
     *
     * @throws dev.viewstamp.actors.cli.UsageError if there is no data directory
     * @throws VerbFailure if it is in use or damaged beyond opening
     */
    static StoppedReplica open(Path path) {
        try {
            return new StoppedReplica(DataDirectory.inspect(path));
        } catch (DataDirectoryException e) {
            throw DataDirectoryTrouble.of(e);
        }
    }

    DataDirectory directory() {
        return directory;
    }

    SuperBlock superBlock() {
        return directory.superBlock();
    }

    boolean isSolo() {
        return superBlock().constants().replicaCount() == 1;
    }

    /** Both rings, without bodies; read once. */
    WalImage image(ProgressBar bar) {
        if (image == null) {
            image = reading(() -> {
                int slotCount = superBlock().constants().slotCount();
                byte[] headerRing = reader.readHeaderRing();
                List<StoredPrepare> prepares = new ArrayList<>(slotCount);
                for (int slot = 0; slot < slotCount; slot += SLOTS_AT_ONCE) {
                    prepares.addAll(reader.readPrepares(slot, Math.min(slotCount, slot + SLOTS_AT_ONCE)));
                    bar.show(prepares.size(), slotCount);
                }
                return new WalImage(headerRing, prepares);
            });
            bar.clear();
        }
        return image;
    }

    /** What {@code start} would conclude from the log. */
    OpenedLog log(ProgressBar bar) {
        return OpenedLog.conclude(superBlock(), image(bar), OpenedLog.WAL_WRITES_MAX);
    }

    /** What a slot of the prepare ring holds, body included. */
    StoredPrepare prepare(int slot) {
        return reading(() -> reader.readPrepare(slot, true));
    }

    /** @throws VerbFailure with the file system's complaint */
    <T> T reading(Reading<T> reading) {
        try {
            return reading.read();
        } catch (IOException e) {
            throw new VerbFailure(directory.path() + " cannot be read: " + e.getMessage(), e);
        }
    }

    /** Something that touches files. */
    @FunctionalInterface
    interface Reading<T> {
        T read() throws IOException;
    }

    @Override
    public void close() {
        reading(() -> {
            directory.close();
            return null;
        });
    }
}
