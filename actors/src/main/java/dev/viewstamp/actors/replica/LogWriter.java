package dev.viewstamp.actors.replica;

import static dev.viewstamp.actors.replica.Invariant.check;

import dev.viewstamp.journal.EntryHeader;
import dev.viewstamp.journal.Journal;
import dev.viewstamp.journal.LogEntry;
import dev.viewstamp.journal.Word128;
import java.util.ArrayDeque;

/**
 * Takes entries through the write protocol of the log: prepare, then redundant header, then clean (replication
 * spec §5.2). Bounds the writes in flight; entries beyond that wait here in order, and repair retries what found
 * no room.
 *
 * <p>A replica on its own writes one entry at a time: with nobody to repair it, it must never find a gap after a crash.
 */
final class LogWriter {
    private final Journal journal;
    private final Outbox outbox;
    private final int inFlightMax;
    private final int waitingMax;
    private final EntryHeader[] inFlight;                       // by slot
    private final ArrayDeque<LogEntry> waiting = new ArrayDeque<>();
    private int inFlightCount;

    LogWriter(Journal journal, Outbox outbox, int inFlightMax, int waitingMax) {
        this.journal = journal;
        this.outbox = outbox;
        this.inFlightMax = inFlightMax;
        this.waitingMax = waitingMax;
        this.inFlight = new EntryHeader[journal.slotCount()];
    }

    /** Whether one more write could start or wait. */
    boolean hasRoom() {
        return inFlightCount < inFlightMax || waiting.size() < waitingMax;
    }

    /** How many more repaired entries could be taken without waiting. */
    int freeSlots() {
        return Math.max(0, inFlightMax - inFlightCount - waiting.size());
    }

    /** Whether this very entry is being written or waits for it. */
    boolean isWriting(EntryHeader header) {
        return journal.writing(header) == Journal.WriteState.EXACT || isWaiting(header);
    }

    /** Whether a write of this entry could begin or wait: neither it nor another one is on its way into its slot. */
    boolean isFree(EntryHeader header) {
        return journal.writing(header) == Journal.WriteState.NONE && !isWaiting(header);
    }

    /**
     * Writes an entry whose header the journal holds as dirty; does nothing if that is under way, or if there is
     * no room.
     */
    void write(LogEntry entry) {
        EntryHeader header = entry.header();
        check(journal.hasDirty(header), "not dirty: %s", header);
        if (!isFree(header)) {
            return;                                             // another entry in this slot: repair comes back to it
        }
        if (inFlightCount < inFlightMax) {
            start(entry);
        } else if (waiting.size() < waitingMax) {
            waiting.add(entry);
        }
    }

    /** The prepare is on disk: on to its header, unless the slot has another owner by now. */
    void onPrepareWritten(int slot, Word128 checksum) {
        EntryHeader header = expected(slot, checksum);
        if (journal.prepareWritten(header)) {
            int sector = journal.geometry().sectorOf(slot);
            outbox.emit(new Effect.WriteHeaderSector(sector, journal.headerSector(sector), slot, checksum));
        } else {
            finish(slot);
        }
    }

    /** The header sector is on disk. Answers the header that is clean now, or null if its slot has another owner. */
    EntryHeader onHeaderWritten(int slot, Word128 checksum) {
        EntryHeader header = expected(slot, checksum);
        boolean isClean = journal.headerWritten(header);
        finish(slot);
        return isClean ? header : null;
    }

    private boolean isWaiting(EntryHeader header) {
        for (LogEntry entry : waiting) {
            if (entry.header().equals(header)) {
                return true;
            }
        }
        return false;
    }

    private void start(LogEntry entry) {
        journal.startWrite(entry.header());
        int slot = journal.slotOf(entry.op());
        inFlight[slot] = entry.header();
        inFlightCount++;
        outbox.emit(new Effect.WritePrepare(slot, entry));
    }

    private EntryHeader expected(int slot, Word128 checksum) {
        EntryHeader header = inFlight[slot];
        check(header != null && header.checksum().equals(checksum), "slot %s: %s was written, %s is in flight", slot,
                checksum, header);
        return header;
    }

    private void finish(int slot) {
        inFlight[slot] = null;
        inFlightCount--;
        while (inFlightCount < inFlightMax && !waiting.isEmpty()) {
            LogEntry next = waiting.poll();
            // Truncated or replaced while it waited, or its slot is taken: repair knows what is still wanted.
            if (journal.hasDirty(next.header()) && journal.writing(next.header()) == Journal.WriteState.NONE) {
                start(next);
            }
        }
    }

    void checkInvariants() {
        check(0 <= inFlightCount && inFlightCount <= inFlightMax, "%d of %d writes in flight", inFlightCount,
                inFlightMax);
        check(waiting.size() <= waitingMax, "%d of %d writes waiting", waiting.size(), waitingMax);
    }
}
