package dev.viewstamp.actors.replica;

import dev.viewstamp.journal.Word128;
import java.util.LinkedHashMap;
import java.util.Map;

/** Reads of the prepare ring in flight, and what each is for. Bounded; who finds no room gives up and comes back. */
final class PrepareReads {
    /** What becomes of the entry. */
    enum Purpose { COMMIT, PIPELINE, PEER, SCRUB }

    /** @param peer who asked, for {@link Purpose#PEER} */
    record Read(Purpose purpose, long op, Word128 checksum, int peer) {
    }

    private final int inFlightMax;
    private final Map<Long, Read> inFlight = new LinkedHashMap<>();
    private long tokenLast;

    PrepareReads(int inFlightMax) {
        this.inFlightMax = inFlightMax;
    }

    /** Whether a peer's wish may be read; one place is kept for ourselves. */
    boolean hasRoomForPeer() {
        return inFlight.size() < Math.max(1, inFlightMax - 1);
    }

    boolean hasRoom() {
        return inFlight.size() < inFlightMax;
    }

    boolean contains(Read read) {
        return inFlight.containsValue(read);
    }

    /** The token of a new read. */
    long start(Read read) {
        tokenLast++;
        inFlight.put(tokenLast, read);
        return tokenLast;
    }

    /** What the read was for. */
    Read finish(long token) {
        Read read = inFlight.remove(token);
        Invariant.check(read != null, "read %d was never started, or ended before", token);
        return read;
    }
}
