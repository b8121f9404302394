package dev.viewstamp.ledger;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Finds out which blocks an entry needs that are not in memory (DESIGN, "One node"). Reads are carried out
 * as far as memory goes. What creates need is a question of which old records they name: one
 * with the same id (or, rarely, the same fingerprint), a pending transfer that is not open any more, the neighbours of
 * an imported timestamp. Pulses need none.
 *
 * <p>An entry that needs more blocks at once than the cache holds would drive out what it asked for first, for ever. So
 * creates that have asked for more than the cache holds go on from event to event instead of from the first one. Every
 * block has then been read, verified and if need be repaired a moment ago; what has been driven out since is read again
 * while the entry executes. Who has asked for twice the cache without getting any further gives up, too.
 */
final class Prefetch {
    private static final int AT_ONCE = 64;

    private final LedgerState state;
    private final Reading reading;
    private final Set<BlockId> missing = new LinkedHashSet<>();
    private final long[] hashes = new long[Creation.WINDOW]; // of the ids of the events looked at ahead
    private long touched;                                    // keeps the loads alive
    private long entry;                                      // timestamp of the one being prepared
    private int asked;                                       // blocks, since it last made progress
    private int askedInAll;
    private long progress;                                   // of creates: events before it have been looked at
    private int windowStart;                                 // the event whose hash comes first

    Prefetch(LedgerState state, Reading reading) {
        this.state = state;
        this.reading = reading;
    }

    List<BlockId> missing(Operation kind, long timestamp, byte[] body) {
        if (state.files.inMemory() || kind == Operation.PULSE) return List.of();
        if (timestamp != entry) {
            entry = timestamp;
            asked = 0;
            askedInAll = 0;
            progress = 0;
        }
        missing.clear();
        state.files.collect(missing);
        try {
            if (kind.isCreate()) touchEvents(kind, body);
            else read(kind, timestamp, body);
        } finally {
            state.files.collect(null);
        }
        asked += missing.size();
        askedInAll += missing.size();
        return asked > 2 * state.files.cacheBlocks() ? List.of() : List.copyOf(missing);
    }

    private void read(Operation kind, long timestamp, byte[] body) {
        if (!reading.isOpen(timestamp)) reading.open(kind, timestamp, body);
        try {
            reading.run();
        } catch (SealedFiles.Missing noted) {
            reading.lookAhead(atOnce());
        }
        progressed(reading.progress());
    }

    private void progressed(long now) {
        if (now != progress) asked = 0;
        progress = now;
    }

    private void touchEvents(Operation kind, byte[] body) {
        int end = body.length;
        if (kind.isFramed()) end -= MultiBatch.trailerSize(kind.eventSize(), MultiBatch.count(body, kind.eventSize()));
        boolean accounts = kind.current() == Operation.CREATE_ACCOUNTS;
        int first = askedInAll > state.files.cacheBlocks() ? (int) progress : 0;
        int complete = first;                                // so many events miss nothing
        for (int i = first, at = first * kind.eventSize(); at < end && missing.size() < atOnce();
                i++, at += kind.eventSize()) {
            if (!accounts && (i - first) % Creation.WINDOW == 0) lookAhead(body, i, at, end);
            try {
                if (accounts) touchAccount(body, at);
                else touchTransfer(body, at, hashes[i - windowStart]);
            } catch (SealedFiles.Missing noted) {
                // The next event may miss another one.
            }
            if (missing.isEmpty()) complete = i + 1;
        }
        progressed(complete);
    }

    /** So that waiting for one place of the id index overlaps with waiting for others. */
    private void lookAhead(byte[] body, int event, int from, int end) {
        windowStart = event;
        int count = Math.min(Creation.WINDOW, (end - from) / TransferLayout.SIZE);
        for (int i = 0; i < count; i++) {
            int id = from + i * TransferLayout.SIZE;
            hashes[i] = state.transfers.hash(LittleEndian.u64(body, id), LittleEndian.u64(body, id + Long.BYTES));
        }
        long loads = 0;
        for (int i = 0; i < count; i++) loads ^= state.transfers.touch(hashes[i]);
        touched = loads;
    }

    private void touchAccount(byte[] body, int at) {
        boolean imported = (LittleEndian.u16(body, at + AccountLayout.FLAGS) & AccountFlags.IMPORTED) != 0;
        if (imported) state.transfers.existsAt(LittleEndian.u64(body, at + AccountLayout.TIMESTAMP));
    }

    private void touchTransfer(byte[] body, int at, long hash) {
        long existing = find(hash, body, at + TransferLayout.ID);
        if (existing != TransferStore.ABSENT) state.transfers.isInMemory(existing); // it will be compared
        int flags = LittleEndian.u16(body, at + TransferLayout.FLAGS);
        int resolving = TransferFlags.POST_PENDING_TRANSFER | TransferFlags.VOID_PENDING_TRANSFER;
        if ((flags & resolving) == 0) return;
        int id = at + TransferLayout.PENDING_ID;
        find(state.transfers.hash(LittleEndian.u64(body, id), LittleEndian.u64(body, id + Long.BYTES)), body, id);
    }

    /** Confirming an id reads the block that its record lies in, unless it is pending and open. */
    private long find(long hash, byte[] body, int id) {
        return state.transfers.find(hash, LittleEndian.u64(body, id), LittleEndian.u64(body, id + Long.BYTES));
    }

    private int atOnce() {
        return Math.max(1, Math.min(AT_ONCE, state.files.cacheBlocks() / 4));
    }
}
