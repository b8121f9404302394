package dev.viewstamp.actors.shell;

import dev.viewstamp.journal.CheckpointFile;
import dev.viewstamp.journal.CheckpointFiles.Origin;
import java.util.Arrays;
import java.util.function.IntConsumer;
import org.slf4j.Logger;

/**
 * Manifest and session table of the newest checkpoint. They are kept in memory, since they are small and the whole
 * checkpoint hangs on them: so what rots on the disk can be written again without any other replica.
 *
 * @param sessions empty for a table that was never written
 */
record Heads(long op, byte[] manifest, byte[] sessions) {

    /** @param then gets the number of files that were damaged and are written again by then */
    void scrub(FolderDesk desk, Logger log, IntConsumer then) {
        scrub(CheckpointFile.manifest(op), manifest, desk, log, first ->
                scrub(CheckpointFile.sessions(op), sessions, desk, log, second -> then.accept(first + second)));
    }

    private static void scrub(CheckpointFile file, byte[] content, FolderDesk desk, Logger log, IntConsumer then) {
        desk.read(file, content.length, found -> {
            if (Arrays.equals(found, content)) {
                then.accept(0);
            } else {
                log.warn("Damage on disk: {}; written again", file.fileName());
                desk.write(file, Origin.OWN, content, () -> then.accept(1));
            }
        });
    }
}
