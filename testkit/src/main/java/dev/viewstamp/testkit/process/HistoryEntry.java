package dev.viewstamp.testkit.process;

import dev.viewstamp.ledger.CreateResultLayout;
import dev.viewstamp.ledger.LittleEndian;
import dev.viewstamp.ledger.MultiBatch;
import dev.viewstamp.ledger.Operation;

/**
 * A request as its client saw it. The first event of every request that creates something has an id of its own and
 * cannot fail: found again, it proves that the request was executed, and when.
 *
 * <p>Or a pulse of the cluster's own, which expires pending transfers: no client asked for it, but change events tell
 * of it.
 *
 * @param client who asked; {@link #NOBODY}
 * @param body as sent, with its trailer; of a pulse, the ids of what expired
 * @param invokedNanos when it was submitted, {@link System#nanoTime}
 * @param answeredNanos when its reply came; {@link Long#MAX_VALUE} if none did
 * @param reply as received, or null
 * @param timestamp of its last event, which is its entry's; 0 for reads, and while it is unknown
 */
record HistoryEntry(int client, Operation operation, byte[] body, long invokedNanos, long answeredNanos, byte[] reply,
                    long timestamp) {
    static final int NOBODY = -1;
    private static final int ID = 16;

    static HistoryEntry answered(int client, Operation operation, byte[] body, long invokedNanos, long answeredNanos,
                                 byte[] reply) {
        long timestamp = operation.isCreate() ? lastTimestamp(body,
                LittleEndian.u64(reply, CreateResultLayout.TIMESTAMP)) : 0;
        return new HistoryEntry(client, operation, body, invokedNanos, answeredNanos, reply, timestamp);
    }

    static HistoryEntry unanswered(int client, Operation operation, byte[] body, long invokedNanos) {
        return new HistoryEntry(client, operation, body, invokedNanos, Long.MAX_VALUE, null, 0);
    }

    /** The same, now that a later look has found its first event with this timestamp. */
    HistoryEntry settled(long firstTimestamp) {
        return new HistoryEntry(client, operation, body, invokedNanos, answeredNanos, reply,
                lastTimestamp(body, firstTimestamp));
    }

    /** Pending transfers that expired one after the other, the last of them at this time. */
    static HistoryEntry pulse(byte[] ids, long timestamp) {
        return new HistoryEntry(NOBODY, Operation.PULSE, ids, Long.MIN_VALUE, Long.MAX_VALUE, null, timestamp);
    }

    boolean isPulse() {
        return operation == Operation.PULSE;
    }

    boolean isCreate() {
        return operation.isCreate();
    }

    boolean isAnswered() {
        return reply != null;
    }

    /** Whether it surely was over before the other began. */
    boolean precedes(HistoryEntry other) {
        return answeredNanos < other.invokedNanos;
    }

    /** Of its first event, given that of its last. */
    long firstTimestamp() {
        return timestamp - (isPulse() ? body.length / ID : MultiBatch.elements(body, 0)) + 1;
    }

    private static long lastTimestamp(byte[] body, long first) {
        return first + MultiBatch.elements(body, 0) - 1;
    }

    @Override
    public String toString() {
        return operation + (isPulse() ? "" : " of client " + client) + " at timestamp " + timestamp;
    }
}
