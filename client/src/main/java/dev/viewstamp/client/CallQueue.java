package dev.viewstamp.client;

import dev.viewstamp.ledger.LedgerLimits;
import dev.viewstamp.ledger.MultiBatch;
import dev.viewstamp.ledger.Operation;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Calls that wait while a request is in flight, and which of them go together into the next one. Plain; not
 * thread-safe.
 *
 * <p>Calls of one operation join the first one's request as batches of their own, as long as request and
 * worst-case reply fit (ledger spec §6.2, §6.3). A call never overtakes a create, and a read never overtakes
 * anything but reads: so who submits a create and then a read without waiting in between reads what it created.
 *
 * <p>Invariant: bytes = sum of the waiting calls' bytes.
 */
final class CallQueue {
    private final Map<Long, Call> waiting = new LinkedHashMap<>();
    private final boolean merge;
    private final int eventsMax;
    private long bytes;

    CallQueue(boolean merge, int eventsMax) {
        this.merge = merge;
        this.eventsMax = eventsMax;
    }

    int size() {
        return waiting.size();
    }

    long bytes() {
        return bytes;
    }

    void add(Call call) {
        waiting.put(call.number, call);
        bytes += call.bytes.length;
    }

    /** Forgets the call if it still waits. */
    boolean remove(Call call) {
        boolean removed = waiting.remove(call.number) != null;
        bytes -= removed ? call.bytes.length : 0;
        return removed;
    }

    /** Empties the queue, in order. */
    List<Call> removeAll() {
        List<Call> all = List.copyOf(waiting.values());
        waiting.clear();
        bytes = 0;
        return all;
    }

    /** Takes the calls of the next request, at least one; empty if none waits. All have the same operation. */
    List<Call> take(int requestBodyMax) {
        Iterator<Call> calls = waiting.values().iterator();
        if (!calls.hasNext()) {
            return List.of();
        }
        List<Call> taken = new ArrayList<>();
        Call first = calls.next();
        Load load = new Load(first.operation);
        load.add(first);
        taken.add(first);
        calls.remove();
        boolean mayJoin = merge && !first.whole && first.operation.isFramed();
        while (mayJoin && calls.hasNext()) {
            Call call = calls.next();
            if (call.operation == first.operation && !call.whole) {
                if (!load.fits(call, requestBodyMax)) {
                    break;                                // its like shall not overtake it
                }
                load.add(call);
                taken.add(call);
                calls.remove();
            } else if (!call.isRead()) {
                break;
            }
        }
        taken.forEach(call -> bytes -= call.bytes.length);
        return taken;
    }

    /** What a request would hold and could be answered with. */
    private final class Load {
        private final Operation operation;
        private int batches;
        private long payload;
        private long results;

        Load(Operation operation) {
            this.operation = operation;
        }

        boolean fits(Call call, int requestBodyMax) {
            long events = payload + call.bytes.length;
            long answers = results + expected(call);
            return batches < MultiBatch.BATCHES_MAX && events / operation.eventSize() <= eventsMax
                    && events + MultiBatch.trailerSize(operation.eventSize(), batches + 1) <= requestBodyMax
                    && answers * operation.resultSize()
                            + MultiBatch.trailerSize(operation.resultSize(), batches + 1) <= LedgerLimits.BODY_MAX;
        }

        void add(Call call) {
            batches++;
            payload += call.bytes.length;
            results += expected(call);
        }

        private long expected(Call call) {
            return RequestBody.expectedResults(operation, call.bytes, 0, call.bytes.length / operation.eventSize());
        }
    }
}
