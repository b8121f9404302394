package dev.viewstamp.actors.replica;

import dev.viewstamp.journal.CheckpointState;
import dev.viewstamp.journal.Checksums;
import dev.viewstamp.journal.Word128;
import java.util.TreeMap;

/** The checkpoint files of one replica of the test cluster: two per checkpoint. They survive crashes. */
final class CheckpointShelf {
    private final TreeMap<Long, byte[]> manifests = new TreeMap<>();
    private final TreeMap<Long, byte[]> sessions = new TreeMap<>();

    void put(long op, byte[] manifest, byte[] sessionTable) {
        manifests.put(op, manifest.clone());
        sessions.put(op, sessionTable.clone());
    }

    byte[] manifest(long op) {
        return manifests.get(op);
    }

    byte[] sessions(long op) {
        return sessions.get(op);
    }

    boolean holds(CheckpointState checkpoint) {
        return holdsManifest(checkpoint) && holdsSessions(checkpoint);
    }

    private boolean holdsManifest(CheckpointState checkpoint) {
        return is(manifests.get(checkpoint.op()), checkpoint.manifestChecksum());
    }

    private boolean holdsSessions(CheckpointState checkpoint) {
        return is(sessions.get(checkpoint.op()), checkpoint.sessionsChecksum());
    }

    private static boolean is(byte[] file, Word128 checksum) {
        return file != null && Checksums.of(file).equals(checksum);
    }

    /** Copies one file that is lacking here, if it is intact there. */
    void fetchFrom(CheckpointShelf other, CheckpointState checkpoint) {
        if (!holdsManifest(checkpoint)) {
            if (other.holdsManifest(checkpoint)) {
                manifests.put(checkpoint.op(), other.manifests.get(checkpoint.op()).clone());
            }
        } else if (other.holdsSessions(checkpoint)) {
            sessions.put(checkpoint.op(), other.sessions.get(checkpoint.op()).clone());
        }
    }

    void releaseBefore(long op) {
        manifests.headMap(op).clear();
        sessions.headMap(op).clear();
    }

    /** Damages one of the newest checkpoint's files. */
    void corrupt(boolean isManifest) {
        TreeMap<Long, byte[]> files = isManifest ? manifests : sessions;
        if (!files.isEmpty()) {
            files.lastEntry().getValue()[5] ^= 0x55;
        }
    }

    void clear() {
        manifests.clear();
        sessions.clear();
    }

    int count() {
        return manifests.size();
    }
}
