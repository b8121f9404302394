package dev.viewstamp.testkit.check;

import dev.viewstamp.journal.CheckpointFile;
import dev.viewstamp.journal.Checksums;
import dev.viewstamp.journal.Word128;
import java.util.Map;
import java.util.TreeMap;

/**
 * Files of one name are equal on all replicas, byte for byte, whether a replica made one itself or fetched it
 * (replication spec §12.1.19). As manifests name every file and its checksums, equal manifests mean equal checkpoints.
 */
public final class EqualFiles {
    private record First(int replica, Word128 checksum, int size) {
    }

    private final Map<CheckpointFile, First> first = new TreeMap<>();

    /** A replica has completed a file. */
    public void onPublished(int replica, CheckpointFile file, byte[] bytes) {
        Word128 checksum = Checksums.of(bytes);
        First known = first.putIfAbsent(file, new First(replica, checksum, bytes.length));
        if (known != null && (!known.checksum().equals(checksum) || known.size() != bytes.length)) {
            throw new Violation("equal-files", "R" + replica + " has a " + file + " of " + bytes.length + " bytes, "
                    + checksum + ", R" + known.replica() + " had one of " + known.size() + ", " + known.checksum());
        }
    }

    /** Files seen so far. */
    public int count() {
        return first.size();
    }
}
