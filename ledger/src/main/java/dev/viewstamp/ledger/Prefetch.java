package dev.viewstamp.ledger;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Finds out which blocks an entry needs that are not in memory (DESIGN, "One node"). Reads are carried out
 * as far as memory goes. What creates and pulses need is a question of which old records they name: one
 * with the same id (or, rarely, the same fingerprint), the pending transfer, the neighbours of an imported
 * timestamp.
 *
 * <p>An entry that needs more blocks at once than the cache holds would drive out what it asked for first, for ever. So
 * who has asked for twice the cache without getting any further gives up, and the rest is read while it executes.
 */
final class Prefetch {
    private static final int AT_ONCE = 64;

    private final LedgerState state;
    private final Reading reading;
    private final int requestBodyMax;
    private final Set<BlockId> missing = new LinkedHashSet<>();
    private long entry;                                      // timestamp of the one being prepared
    private int asked;                                       // blocks, since it last made progress
    private long progress;

    Prefetch(LedgerState state, Reading reading, int requestBodyMax) {
        this.state = state;
        this.reading = reading;
        this.requestBodyMax = requestBodyMax;
    }

    List<BlockId> missing(Operation kind, long timestamp, byte[] body) {
        if (state.files.inMemory()) return List.of();
        if (timestamp != entry) {
            entry = timestamp;
            asked = 0;
            progress = 0;
        }
        missing.clear();
        state.files.collect(missing);
        try {
            if (kind == Operation.PULSE) touchDue(timestamp);
            else if (kind.isCreate()) touchEvents(kind, body);
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
        find(body, at + TransferLayout.ID);
        int flags = LittleEndian.u16(body, at + TransferLayout.FLAGS);
        int resolving = TransferFlags.POST_PENDING_TRANSFER | TransferFlags.VOID_PENDING_TRANSFER;
        if ((flags & resolving) != 0) find(body, at + TransferLayout.PENDING_ID);
    }

    /** Confirming an id reads the block that its record lies in. */
    private void find(byte[] body, int id) {
        state.transfers.find(LittleEndian.u64(body, id), LittleEndian.u64(body, id + Long.BYTES));
    }

    private void touchDue(long timestamp) {
        int due = state.expiries.countDue(timestamp, LedgerLimits.pulseMax(requestBodyMax));
        for (int i = 0; i < due && missing.size() < atOnce(); i++) {
            state.transfers.isInMemory(state.expiries.position(i));
        }
    }

    private int atOnce() {
        return Math.max(1, Math.min(AT_ONCE, state.files.cacheBlocks() / 4));
    }
}
