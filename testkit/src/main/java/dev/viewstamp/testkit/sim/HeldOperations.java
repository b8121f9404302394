package dev.viewstamp.testkit.sim;

import dev.viewstamp.journal.Storage;
import java.util.ArrayList;
import java.util.List;

/** Operations of one disk that have begun and do not end before a story says so. */
public final class HeldOperations {
    private final List<Runnable> reads = new ArrayList<>();
    private final List<Runnable> onFiles = new ArrayList<>();
    private Storage.Zone zone;                                   // the next read there is held; null: none
    private long offset;
    private boolean holdsFiles;

    /** The next read that begins at this place is held. */
    public void holdNextRead(Storage.Zone nextZone, long nextOffset) {
        zone = nextZone;
        offset = nextOffset;
    }

    /** From now on nothing that is written to files, published or deleted is done. */
    public void holdFiles() {
        holdsFiles = true;
    }

    /** Whether a read that begins now is held; then {@code end} runs on {@link #releaseReads}. */
    boolean takesRead(Storage.Zone readZone, long readOffset, Runnable end) {
        if (readZone != zone || readOffset != offset) {
            return false;
        }
        zone = null;
        return reads.add(end);
    }

    /** The same for an operation on files, which ends on {@link #releaseFiles}. */
    boolean takesOnFiles(boolean isRead, Runnable end) {
        return holdsFiles && !isRead && onFiles.add(end);
    }

    /** What was read and held ends, now; how many reads that are. */
    public int releaseReads() {
        return end(reads);
    }

    /** What was held of files ends, now; nothing more is held. */
    public void releaseFiles() {
        holdsFiles = false;
        end(onFiles);
    }

    private static int end(List<Runnable> held) {
        List<Runnable> ended = List.copyOf(held);
        held.clear();
        ended.forEach(Runnable::run);
        return ended.size();
    }
}
