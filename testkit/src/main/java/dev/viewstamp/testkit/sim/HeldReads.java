package dev.viewstamp.testkit.sim;

import dev.viewstamp.journal.Storage;
import java.util.ArrayList;
import java.util.List;

/** Reads of one disk that have begun and do not end before a story says so. */
public final class HeldReads {
    private final List<Runnable> ends = new ArrayList<>();
    private Storage.Zone zone;                                   // the next read there is held; null: none
    private long offset;

    /** The next read that begins at this place is held. */
    public void holdNext(Storage.Zone nextZone, long nextOffset) {
        zone = nextZone;
        offset = nextOffset;
    }

    /** Whether a read that begins now is held; then {@code end} runs on {@link #release}. */
    boolean takes(Storage.Zone readZone, long readOffset, Runnable end) {
        if (readZone != zone || readOffset != offset) {
            return false;
        }
        zone = null;
        return ends.add(end);
    }

    /** What was held ends, now; how many reads that are. */
    public int release() {
        List<Runnable> ended = List.copyOf(ends);
        ends.clear();
        ended.forEach(Runnable::run);
        return ended.size();
    }
}
