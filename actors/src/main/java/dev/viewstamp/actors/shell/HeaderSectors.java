package dev.viewstamp.actors.shell;

import dev.viewstamp.journal.Word128;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Writes of header sectors, one at a time per sector. What waits for a sector is merged: the newest content holds
 * all earlier ones, so one write answers for all of them (replication spec §5.2).
 *
 * <p>Invariant: something waits for a sector only while a write of it is in flight.
 */
final class HeaderSectors {
    /** One entry whose header should become durable. */
    record Wish(int slot, Word128 checksum) {
    }

    private static final class Sector {
        private List<Wish> inFlight = List.of();
        private final Deque<Wish> waiting = new ArrayDeque<>();
        private byte[] newest;
    }

    private final Sector[] sectors;

    HeaderSectors(int sectorCount) {
        sectors = new Sector[sectorCount];
        for (int i = 0; i < sectorCount; i++) {
            sectors[i] = new Sector();
        }
    }

    /** The bytes to write now, or null if a write of this sector is in flight and this one will follow it. */
    byte[] wish(int sector, byte[] content, Wish wish) {
        Sector state = sectors[sector];
        if (state.inFlight.isEmpty()) {
            state.inFlight = List.of(wish);
            return content;
        }
        state.waiting.add(wish);
        state.newest = content;
        return null;
    }

    /** The wishes that the completed write answers. */
    List<Wish> written(int sector) {
        List<Wish> answered = sectors[sector].inFlight;
        sectors[sector].inFlight = List.of();
        return answered;
    }

    /** The bytes to write next, or null if nothing waits. */
    byte[] next(int sector) {
        Sector state = sectors[sector];
        if (state.waiting.isEmpty()) {
            return null;
        }
        state.inFlight = new ArrayList<>(state.waiting);
        state.waiting.clear();
        byte[] content = state.newest;
        state.newest = null;
        return content;
    }
}
