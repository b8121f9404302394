package dev.viewstamp.ledger.model;

import dev.viewstamp.ledger.CreateAccountStatus;
import dev.viewstamp.ledger.CreateTransferStatus;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What happened in the histories so far: a comparison is only worth something where both sides were put to
 * the test.
 */
final class Coverage {
    private final Map<String, Long> seen = new TreeMap<>();

    Coverage() {
        for (CreateAccountStatus status : CreateAccountStatus.values()) seen.put("account " + status.wireName(), 0L);
        for (CreateTransferStatus status : CreateTransferStatus.values()) seen.put("transfer " + status.wireName(), 0L);
        for (int operation = 128; operation <= 147; operation++) {
            seen.put("valid " + operation, 0L);
            if (operation >= 140) seen.put("invalid " + operation, 0L);
            if (!ModelRequests.batchable(operation) && operation != 128) seen.put("rows of " + operation, 0L);
        }
        seen.put("expiries", 0L);
        seen.put("expiry record replaced by an import (D5)", 0L);
    }

    void request(int operation, boolean valid) {
        if (operation >= 128 && operation <= 147) add((valid ? "valid " : "invalid ") + operation, 1);
    }

    /** Counts the statuses of dense create replies, and the rows of queries. */
    void reply(int operation, byte[] reply) {
        int size = ModelRequests.resultSize(operation);
        if (size == 8) return;
        if (operation == 128) return;
        List<byte[]> batches = ModelRequests.framed(operation) ? ModelRequests.unframe(size, reply) : List.of(reply);
        for (byte[] batch : batches) {
            int rows = batch.length / size;
            for (int i = 0; i < rows && size == 16; i++) status(operation, Wire.of(batch).getInt(i * 16 + 8));
            if (size != 16) add("rows of " + operation, rows);
        }
    }

    void state(ModelState state) {
        long expired = state.pendingStatus.values().stream().filter(status -> status == ModelState.EXPIRED).count();
        add("expiries", expired);
        add("expiry record replaced by an import (D5)", state.transfers.size() + expired - state.records.size());
    }

    private void status(int operation, int code) {
        add(operation == 146 ? "account " + CreateAccountStatus.byCode(code).wireName()
                : "transfer " + CreateTransferStatus.byCode(code).wireName(), 1);
    }

    private void add(String what, long count) {
        seen.merge(what, count, Long::sum);
    }

    /** What ought to happen and did not. */
    Map<String, Long> unseen() {
        Map<String, Long> result = new TreeMap<>(seen);
        result.values().removeIf(count -> count > 0);
        return result;
    }

    @Override
    public String toString() {
        return seen.toString();
    }
}
