package dev.viewstamp.ledger;

import java.util.Arrays;

/**
 * Runs one batch of create_accounts or create_transfers: slots, chains, the import mode, and the checks
 * that both kinds share (ledger spec §7). Keeps the results of the latest batch. Not thread-safe.
 *
 * <p>A chain is a maximal run "linked, …, linked, not linked". It is applied event by event within a scope;
 * the first event that is not created undoes the scope and breaks the chain, and the rest of it is not
 * looked at any more.
 */
final class CreateBatch {
    private static final int NO_CHAIN = -1;
    private static final int EVENT = AccountLayout.SIZE;                     // both kinds: 128 bytes, flags and
    private static final int FLAGS = AccountLayout.FLAGS;                    // timestamp in the same place
    private static final int TIMESTAMP = AccountLayout.TIMESTAMP;
    private static final int LINKED = AccountFlags.LINKED;

    private final LedgerState state;
    private long[] timestamps = new long[64];
    private int[] statuses = new int[64];
    private int count;

    private Creation creation;
    private byte[] body;
    private boolean importedBatch;
    private long batchTimestamp;
    private int chainStart;
    private boolean broken;

    CreateBatch(LedgerState state) {
        this.state = state;
    }

    /** @param lastSlot the batch's timestamp T_b, which is the slot of its last event */
    void run(Creation kind, byte[] events, int at, int eventCount, long lastSlot) {
        creation = kind;
        body = events;
        count = eventCount;
        batchTimestamp = lastSlot;
        ensureResults();
        importedBatch = count > 0 && (flags(at) & kind.importedFlag()) != 0;
        chainStart = NO_CHAIN;
        broken = false;
        kind.reserve(count);
        for (int i = 0; i < count; i++) {
            int eventAt = at + i * EVENT;
            if (i % Creation.WINDOW == 0) kind.lookAhead(events, eventAt, Math.min(Creation.WINDOW, count - i));
            run(i, eventAt, lastSlot - count + i + 1);
        }
    }

    int count() {
        return count;
    }

    long timestamp(int index) {
        return timestamps[index];
    }

    int status(int index) {
        return statuses[index];
    }

    private void run(int i, int at, long slot) {
        boolean linked = (flags(at) & LINKED) != 0;
        if (linked && chainStart == NO_CHAIN) {
            chainStart = i;
            state.openScope();
        }
        boolean open = linked && i == count - 1;
        int status = open ? Creation.LINKED_EVENT_CHAIN_OPEN : broken ? Creation.LINKED_EVENT_FAILED : check(at, slot);
        timestamps[i] = creation.hasTimestamp(status) ? creation.timestamp() : slot;
        statuses[i] = status;
        if (status != Creation.CREATED) {
            if (chainStart != NO_CHAIN && !broken) breakChain(i);
            creation.failed(body, at, status);
        }
        if (chainStart != NO_CHAIN && (!linked || open)) {
            if (!broken) state.keepScope();
            chainStart = NO_CHAIN;
            broken = false;
        }
    }

    /** The steps P3 to P7. */
    private int check(int at, long slot) {
        boolean imported = (flags(at) & creation.importedFlag()) != 0;
        long timestamp = LittleEndian.u64(body, at + TIMESTAMP);
        if (importedBatch && !imported) return creation.importedEventExpected();
        if (!importedBatch && imported) return creation.importedEventNotExpected();
        if (imported && !LedgerLimits.isTimestamp(timestamp)) return creation.importedEventTimestampOutOfRange();
        if (imported && timestamp >= batchTimestamp) return creation.importedEventTimestampMustNotAdvance();
        if (!imported && timestamp != 0) return Creation.TIMESTAMP_MUST_BE_ZERO;
        return creation.create(body, at, slot);
    }

    /** Those already applied keep the timestamps they were answered with (ledger spec §5.4). */
    private void breakChain(int failed) {
        broken = true;
        state.rollbackScope();
        Arrays.fill(statuses, chainStart, failed, Creation.LINKED_EVENT_FAILED);
    }

    private int flags(int at) {
        return LittleEndian.u16(body, at + FLAGS);
    }

    private void ensureResults() {
        if (count <= statuses.length) return;
        int capacity = Math.max(count, statuses.length * 2);
        timestamps = new long[capacity];
        statuses = new int[capacity];
    }
}
