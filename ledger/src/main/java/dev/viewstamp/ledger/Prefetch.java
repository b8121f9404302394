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
 * who has asked for twice the cache without getting any further gives up, and the rest is read while it executes.
 */
final class Prefetch {
    private static final int AT_ONCE = 64;

    private final LedgerState state;
    private final Reading reading;
    private final Set<BlockId> missing = new LinkedHashSet<>();
    private long entry;                                      // timestamp of the one being prepared
    private int asked;                                       // blocks, since it last made progress
    private long progress;

    Prefetch(LedgerState state, Reading reading) {
        this.state = state;
        this.reading = reading;
    }

    List<BlockId> missing(Operation kind, long timestamp, byte[] body) {
        if (state.files.inMemory() || kind == Operation.PULSE) return List.of();
        if (timestamp != entry) {
            entry = timestamp;
            asked = 0;
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
        return asked > 2 * state.files.cacheBlocks() ? List.of() : List.copyOf(missing);
    }

    private void read(Operation kind, long timestamp, byte[] body) {
        if (!reading.isOpen(timestamp)) reading.open(kind, timestamp, body);
        try {
            reading.run();
        } catch (SealedFiles.Missing noted) {
            reading.lookAhead(atOnce());
        }
        if (reading.progress() != progress) asked = 0;
        progress = reading.progress();
    }

    private void touchEvents(Operation kind, byte[] body) {
        int end = body.length;
        if (kind.isFramed()) end -= MultiBatch.trailerSize(kind.eventSize(), MultiBatch.count(body, kind.eventSize()));
        boolean accounts = kind.current() == Operation.CREATE_ACCOUNTS;
        for (int at = 0; at < end && missing.size() < atOnce(); at += kind.eventSize()) {
            try {
                if (accounts) touchAccount(body, at);
                else touchTransfer(body, at);
            } catch (SealedFiles.Missing noted) {
                // The next event may miss another one.
            }
        }
    }

    private void touchAccount(byte[] body, int at) {
        boolean imported = (LittleEndian.u16(body, at + AccountLayout.FLAGS) & AccountFlags.IMPORTED) != 0;
        if (imported) state.transfers.existsAt(LittleEndian.u64(body, at + AccountLayout.TIMESTAMP));
    }

    private void touchTransfer(byte[] body, int at) {
        long existing = find(body, at + TransferLayout.ID);
        if (existing != TransferStore.ABSENT) state.transfers.isInMemory(existing); // it will be compared field by field
        int flags = LittleEndian.u16(body, at + TransferLayout.FLAGS);
        int resolving = TransferFlags.POST_PENDING_TRANSFER | TransferFlags.VOID_PENDING_TRANSFER;
        if ((flags & resolving) != 0) find(body, at + TransferLayout.PENDING_ID);
    }

    /** Confirming an id reads the block that its record lies in, unless it is pending and open. */
    private long find(byte[] body, int id) {
        return state.transfers.find(LittleEndian.u64(body, id), LittleEndian.u64(body, id + Long.BYTES));
    }

    private int atOnce() {
        return Math.max(1, Math.min(AT_ONCE, state.files.cacheBlocks() / 4));
    }
}
