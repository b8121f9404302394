package dev.viewstamp.ledger.audit;

import dev.viewstamp.ledger.CreateResultLayout;
import dev.viewstamp.ledger.LittleEndian;
import dev.viewstamp.ledger.MultiBatch;
import dev.viewstamp.ledger.Operation;
import dev.viewstamp.ledger.SparseResultLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * An entry of the log and what it was answered with.
 *
 * @param operation code of ledger spec §6.1; 128 is the pulse
 * @param timestamp T
 * @param body  of the request, a valid one
 * @param reply body of the reply
 */
public record ExecutedEntry(int operation, long timestamp, byte[] body, byte[] reply) {
    /**
     * One batch of creates within an entry.
     *
     * @param lastSlot T_b of ledger spec §5.2
     * @param statuses one per event, as on the wire: -1 is created
     * @param timestamps one per event, empty if the reply is sparse
     */
    record Creates(Operation operation, long lastSlot, byte[] events, int[] statuses, long[] timestamps) {
        int size() {
            return statuses.length;
        }

        /** The 128 bytes of one event. */
        byte[] event(int index) {
            return Arrays.copyOfRange(events, index * operation.eventSize(), (index + 1) * operation.eventSize());
        }

        int at(int index) {
            return index * operation.eventSize();
        }

        long slot(int index) {
            return lastSlot - size() + index + 1;
        }
    }

    Operation kind() {
        return Operation.byCode(operation);
    }

    /** The batches of an entry that creates, in order; none of any other. */
    List<Creates> creates() {
        Operation kind = kind();
        if (!kind.isCreate()) return List.of();
        List<byte[]> batches = kind.isFramed() ? MultiBatch.decode(kind.eventSize(), body) : List.of(body);
        List<byte[]> replies = kind.isFramed() ? MultiBatch.decode(kind.resultSize(), reply) : List.of(reply);
        long lastSlot = timestamp;
        for (int i = 1; i < batches.size(); i++) lastSlot -= batches.get(i).length / kind.eventSize();
        List<Creates> creates = new ArrayList<>();
        for (int i = 0; i < batches.size(); i++) {
            int events = batches.get(i).length / kind.eventSize();
            if (i > 0) lastSlot += events;
            creates.add(creates(kind, lastSlot, batches.get(i), replies.get(i), events));
        }
        return creates;
    }

    private static Creates creates(Operation kind, long lastSlot, byte[] events, byte[] results, int count) {
        int[] statuses = new int[count];
        Arrays.fill(statuses, -1);
        long[] timestamps = new long[kind.isSparse() ? 0 : count];
        for (int at = 0; at < results.length; at += kind.resultSize()) {
            if (kind.isSparse()) {
                int index = LittleEndian.i32(results, at + SparseResultLayout.INDEX);
                statuses[index] = LittleEndian.i32(results, at + SparseResultLayout.STATUS);
            } else {
                int index = at / kind.resultSize();
                statuses[index] = LittleEndian.i32(results, at + CreateResultLayout.STATUS);
                timestamps[index] = LittleEndian.u64(results, at + CreateResultLayout.TIMESTAMP);
            }
        }
        return new Creates(kind.current(), lastSlot, events, statuses, timestamps);
    }
}
