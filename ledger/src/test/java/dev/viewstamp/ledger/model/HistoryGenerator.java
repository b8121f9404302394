package dev.viewstamp.ledger.model;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Draws one log entry after the other, looking at the model's state for what would be interesting next.
 * Timestamps follow ledger spec §5.1, with a wall clock that now stands still and now jumps to the next
 * expiry.
 */
final class HistoryGenerator {
    /** A request that may be invalid; its timestamp only counts if it is valid. */
    record Request(int operation, long timestamp, byte[] body) {}

    /** Nanoseconds; far timeouts are not waited for. */
    private static final long JUMP_MAX = 200_000_000_000L;

    private final Draw draw;
    private final HistoryShape shape;
    private final ModelLedger model;
    private final ModelState state;
    private final EventDraws events;
    private final FilterDraws filters;
    private long previous;
    private long base;

    HistoryGenerator(Draw draw, HistoryShape shape, ModelLedger model) {
        this.draw = draw;
        this.shape = shape;
        this.model = model;
        this.state = model.state();
        this.events = new EventDraws(draw, shape, state);
        this.filters = new FilterDraws(draw, shape, state, events);
        this.previous = shape.start();
    }

    Request next() {
        base = Math.max(previous + 1, wall());
        int operation = operation();
        byte[] body = operation == 128 ? new byte[0] : body(operation);
        if (draw.percent(2)) {
            body = damage(body);
            if (draw.percent(20)) operation = draw.ofInts(127, 148, 0, 4, 255, 130, 147, 137, 143);
        }
        boolean valid = model.isValid(operation, body);
        long timestamp = valid ? base + model.timestampDelta(operation, body) : base;
        if (valid) previous = timestamp;
        return new Request(operation, timestamp, body);
    }

    /** Stands still, creeps, or jumps: ahead a little, far, or to where something falls due. */
    private long wall() {
        if (draw.percent(60)) return 0;
        if (draw.percent(40)) return previous + draw.below(20);
        long due = model.nextExpiry();
        if (due > previous && due - previous < JUMP_MAX && draw.percent(50)) return due - draw.below(20) + 4;
        return previous + (draw.percent(70) ? draw.below(1_000_000) : draw.below(2_000_000_000));
    }

    private int operation() {
        if (model.nextExpiry() <= base && draw.percent(40)) return 128;
        if (draw.percent(1)) return 128;
        int operation;
        double reads = state.transfers.size() < shape.quiet() ? 0 : shape.reads();
        if (draw.percent(reads)) operation = draw.ofInts(137, 140, 141, 142, 142, 143, 143, 144, 145, 145);
        else operation = draw.percent(state.accounts.size() < shape.accountIds() / 2 ? 40 : 8) ? 146 : 147;
        return draw.percent(10) ? legacy(operation) : operation;
    }

    private int legacy(int operation) {
        return switch (operation) {
            case 146 -> draw.ofInts(129, 138);
            case 147 -> draw.ofInts(130, 139);
            case 137 -> 137;
            default -> operation - 9;
        };
    }

    private byte[] body(int operation) {
        if (operation == 137) return filters.changeEventsFilter();
        if (!ModelRequests.framed(operation)) {
            return ModelRequests.meaning(operation) >= 146
                    ? create(operation, draw.size(shape.batchMax()), 0) : read(operation, 0xFFFF_FFFFL);
        }
        int batches = draw.percent(60) ? 1 : draw.percent(90) ? 1 + draw.below(6) : 1 + draw.below(70);
        return ModelRequests.frame(ModelRequests.eventSize(operation),
                ModelRequests.meaning(operation) >= 146 ? creates(operation, batches) : reads(operation, batches));
    }

    private List<byte[]> reads(int operation, int batches) {
        List<byte[]> result = new ArrayList<>();
        long limitMax = batches == 1 ? 0xFFFF_FFFFL : draw.percent(5) ? 8_189 : 8_000 / batches;
        for (int i = 0; i < batches; i++) result.add(read(operation, limitMax));
        return result;
    }

    private byte[] read(int operation, long limitMax) {
        int lookups = Math.min(draw.size(300), shape.requestBodyMax() / 16 - 1);
        return switch (ModelRequests.meaning(operation)) {
            case 140 -> filters.accountIds(lookups);
            case 141 -> filters.transferIds(lookups);
            case 142, 143 -> filters.accountFilter(limitMax);
            case 144 -> filters.queryFilter(true, limitMax);
            default -> filters.queryFilter(false, limitMax);
        };
    }

    /** The sizes come first, because the events' timestamps depend on them. */
    private List<byte[]> creates(int operation, int batches) {
        int[] sizes = new int[batches];
        for (int i = 0; i < batches; i++) {
            int max = batches == 1 ? shape.batchMax() : Math.max(1, shape.batchMax() / batches);
            sizes[i] = draw.size(max);
        }
        List<byte[]> result = new ArrayList<>();
        int before = 0;
        for (int size : sizes) {
            result.add(create(operation, size, before));
            before += size;
        }
        return result;
    }

    /** @param before events in earlier batches of the same request */
    private byte[] create(int operation, int size, int before) {
        boolean imported = draw.percent(shape.imports());
        double linked = draw.ofInts(0, 0, 0, 10, 30, 70, 97);
        long batchStart = base + before + 1;
        long batchTimestamp = base + before + size;
        events.beginBatch();
        ByteBuffer batch = Wire.of(new byte[size * 128]);
        for (int i = 0; i < size; i++) {
            double chained = i == size - 1 && draw.percent(80) ? 0 : linked;
            if (ModelRequests.meaning(operation) == 146) {
                events.account(imported, chained, batchStart, batchTimestamp).write(batch);
            } else {
                events.transfer(imported, chained, batchStart, batchTimestamp).write(batch);
            }
        }
        return batch.array();
    }

    private byte[] damage(byte[] body) {
        byte[] result = switch (draw.below(4)) {
            case 0 -> Arrays.copyOf(body, Math.max(0, body.length + draw.ofInts(-128, -16, -1, 1, 16, 64, 128)));
            case 1 -> Arrays.copyOfRange(body, Math.min(body.length, draw.ofInts(1, 16, 64, 128)), body.length);
            default -> body.clone();
        };
        if (result.length > 0 && draw.percent(70)) {
            int at = draw.percent(70) ? result.length - 1 - draw.below(Math.min(8, result.length))
                    : draw.below(result.length);
            result[at] = (byte) draw.ofInts(0, 1, 2, 0x7F, 0xFF);
        }
        return result;
    }
}
