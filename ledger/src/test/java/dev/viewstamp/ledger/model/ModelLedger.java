package dev.viewstamp.ledger.model;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * The ledger's specification made executable, slowly and plainly, from its text alone. What the real ledger
 * answers and holds is compared with this.
 */
public final class ModelLedger {
    private final int requestBodyMax;
    private final ModelRequests requests;
    private final ModelState state = new ModelState();
    private final ModelReads reads = new ModelReads(state);

    public ModelLedger(int requestBodyMax) {
        this.requestBodyMax = requestBodyMax;
        this.requests = new ModelRequests(requestBodyMax);
    }

    /** Whether the request may enter the log at all (ledger spec §6.3). */
    public boolean isValid(int operation, byte[] body) {
        return requests.isValid(operation, body);
    }

    /** The timestamps that a valid request takes beyond the first (ledger spec §5.1). */
    public long timestampDelta(int operation, byte[] body) {
        return ModelRequests.delta(operation, body);
    }

    /** Executes one valid log entry and answers the reply's body. */
    public byte[] execute(int operation, long timestamp, byte[] body) {
        byte[] reply = switch (operation) {
            case 128 -> pulse(timestamp);
            case 137 -> join(reads.changeEvents(body, requests.resultMax(operation)));
            default -> framedOrNot(operation, timestamp, body);
        };
        state.commitTimestamp = timestamp;
        return reply;
    }

    /** When the first pending transfer falls due; 2^63 - 1 if none ever does. */
    public long nextExpiry() {
        return state.expiry.isEmpty() ? Long.MAX_VALUE : state.expiry.firstKey().expiresAt();
    }

    ModelState state() {
        return state;
    }

    private byte[] framedOrNot(int operation, long timestamp, byte[] body) {
        if (!ModelRequests.framed(operation)) return join(batch(operation, timestamp, body));
        List<byte[]> batches = ModelRequests.unframe(ModelRequests.eventSize(operation), body);
        List<byte[]> replies = new ArrayList<>();
        long batchTimestamp = timestamp - ModelRequests.delta(operation, body);
        for (byte[] batch : batches) {
            if (ModelRequests.meaning(operation) >= 146) batchTimestamp += batch.length / 128;
            replies.add(join(batch(operation, batchTimestamp, batch)));
        }
        return ModelRequests.frame(ModelRequests.resultSize(operation), replies);
    }

    private List<byte[]> batch(int operation, long batchTimestamp, byte[] batch) {
        int rowMax = requests.resultMax(operation);
        return switch (ModelRequests.meaning(operation)) {
            case 140 -> reads.lookupAccounts(batch);
            case 141 -> reads.lookupTransfers(batch);
            case 142 -> reads.accountTransfers(batch, rowMax);
            case 143 -> reads.accountBalances(batch, rowMax);
            case 144 -> reads.queryAccounts(batch, rowMax);
            case 145 -> reads.queryTransfers(batch, rowMax);
            case 146 -> create(operation, batchTimestamp, batch, ModelAccount::read, new ModelAccountRules(state));
            case 147 -> create(operation, batchTimestamp, batch, ModelTransfer::read, new ModelTransferRules(state));
            default -> throw new IllegalArgumentException("operation " + operation);
        };
    }

    private <E extends ModelEvent> List<byte[]> create(int operation, long batchTimestamp, byte[] batch,
            Function<ByteBuffer, E> read, ModelBatch.Rules<E> rules) {
        List<E> events = new ArrayList<>();
        for (int i = 0; i < batch.length / 128; i++) events.add(read.apply(Wire.record(batch, i, 128)));
        List<ModelBatch.Result> results = new ModelBatch<>(state, rules, events, batchTimestamp).execute();
        List<byte[]> rows = new ArrayList<>();
        for (int i = 0; i < results.size(); i++) {
            ModelBatch.Result result = results.get(i);
            if (!ModelRequests.sparse(operation)) {
                rows.add(Wire.of(new byte[16]).putLong(result.timestamp()).putInt(result.status()).array());
            } else if (result.status() != ModelBatch.CREATED) {
                rows.add(Wire.of(new byte[8]).putInt(i).putInt(result.status()).array());
            }
        }
        return rows;
    }

    /** Ledger spec §14.2. */
    private byte[] pulse(long timestamp) {
        List<BigInteger> due = state.expiry.entrySet().stream()
                .filter(entry -> entry.getKey().expiresAt() <= timestamp)
                .limit(requestBodyMax / 128).map(entry -> entry.getValue()).toList();
        ModelEffects effects = new ModelEffects(state);
        for (int i = 0; i < due.size(); i++) {
            effects.expire(state.transfers.get(due.get(i)), timestamp - due.size() + i + 1);
        }
        return new byte[0];
    }

    /** The canonical dump of ledger spec §26. */
    public byte[] dump() {
        List<byte[]> accounts = new ArrayList<>();
        for (BigInteger id : state.accountTimes.values()) accounts.add(write(128, state.accounts.get(id)::write));
        List<byte[]> transfers = new ArrayList<>();
        for (BigInteger id : state.transferTimes.values()) transfers.add(write(128, state.transfers.get(id)::write));
        List<byte[]> failedIds = new ArrayList<>();
        for (BigInteger id : state.failedIds) failedIds.add(write(16, to -> Wire.putU128(to, id)));
        List<byte[]> statuses = new ArrayList<>();
        new TreeMap<>(state.pendingStatus).forEach((timestamp, status) ->
                statuses.add(write(16, to -> to.putLong(timestamp).put(status.byteValue()))));
        List<byte[]> records = new ArrayList<>();
        for (ModelRecord record : state.records.values()) records.add(write(ModelRecord.SIZE, record::write));
        List<byte[]> sections = new ArrayList<>();
        for (List<byte[]> section : List.of(accounts, transfers, failedIds, statuses, records)) {
            sections.add(write(8, to -> to.putLong(section.size())));
            sections.addAll(section);
        }
        sections.add(write(8, to -> to.putLong(state.commitTimestamp)));
        return join(sections);
    }

    private static byte[] write(int size, java.util.function.Consumer<ByteBuffer> writer) {
        ByteBuffer buffer = Wire.of(new byte[size]);
        writer.accept(buffer);
        return buffer.array();
    }

    private static byte[] join(List<byte[]> rows) {
        ByteArrayOutputStream result = new ByteArrayOutputStream();
        rows.forEach(result::writeBytes);
        return result.toByteArray();
    }
}
