package dev.viewstamp.client;

import dev.viewstamp.ledger.AccountFilterLayout;
import dev.viewstamp.ledger.FilterRules;
import dev.viewstamp.ledger.LedgerLimits;
import dev.viewstamp.ledger.LittleEndian;
import dev.viewstamp.ledger.MultiBatch;
import dev.viewstamp.ledger.Operation;
import dev.viewstamp.ledger.QueryFilterLayout;
import java.util.List;

/**
 * What the cluster would refuse, found before anything is sent (ledger spec §6.3), with a message that says what
 * and the mend. Pure functions.
 */
final class RequestBody {
    private RequestBody() {
    }

    /**
     * Why these events cannot be one batch of a request, or null.
     *
     * @param requestBodyMax the cluster's limit L, bytes
     */
    static String flawOfBatch(Operation operation, byte[] events, int requestBodyMax) {
        String flaw = flawOfForm(operation, events, requestBodyMax);
        return flaw == null && operation.isQuery() ? flawOfFilter(operation, events) : flaw;
    }

    private static String flawOfForm(Operation operation, byte[] events, int requestBodyMax) {
        int size = operation.eventSize();
        String name = operation.wireName();
        if (!operation.isBatchable()) {
            return events.length == size ? null : name + " takes exactly one filter of " + size + " bytes, not "
                    + events.length + " bytes";
        }
        if (events.length % size != 0) {
            return name + ": " + events.length + " bytes are no whole number of events; each has " + size + " bytes";
        }
        return flawOfCount(operation, events.length / size, operation.eventMax(requestBodyMax));
    }

    /**
     * Why no ledger answers this filter, or null. Sent, it would come back as an empty result, as if there were
     * nothing to find (ledger spec §17.1).
     */
    private static String flawOfFilter(Operation operation, byte[] filter) {
        String flaw = FilterRules.flaw(operation, filter, 0);
        return flaw == null ? null : operation.wireName() + ": " + flaw;
    }

    /** Why so many events cannot be one batch whatever the cluster's limit, or null. */
    static String flawOfCount(Operation operation, int count) {
        return flawOfCount(operation, count, operation.eventMax(LedgerLimits.BODY_MAX));
    }

    private static String flawOfCount(Operation operation, int count, int max) {
        return count <= max ? null : operation.wireName() + ": " + count + " events where " + max
                + " fit in a request; split them";
    }

    /** Why this cannot be the body of a request, or null. What its filters say is between the caller and the ledger. */
    static String flawOfBody(Operation operation, byte[] body, int requestBodyMax) {
        if (body.length > requestBodyMax) {
            return operation.wireName() + ": a body of " + body.length + " bytes where " + requestBodyMax + " fit";
        }
        if (!operation.isFramed()) {
            return flawOfForm(operation, body, requestBodyMax);
        }
        int size = operation.eventSize();
        int batches = MultiBatch.count(body, size);
        if (batches == MultiBatch.MALFORMED) {
            return operation.wireName() + ": a body of " + body.length + " bytes without a well-formed trailer;"
                    + " hand over the bare events to have them framed";
        }
        long results = 0;
        int offset = 0;
        for (int batch = 0; batch < batches; batch++) {
            int elements = MultiBatch.elements(body, batch);
            if (!operation.isBatchable() && elements != 1) {
                return operation.wireName() + ": batch " + batch + " of " + elements + " filters; each holds one";
            }
            if (elements > operation.eventMax(requestBodyMax)) {
                return operation.wireName() + ": batch " + batch + " of " + elements + " events where "
                        + operation.eventMax(requestBodyMax) + " fit";
            }
            results += expectedResults(operation, body, offset, elements);
            offset += elements * size;
        }
        long reply = results * operation.resultSize() + MultiBatch.trailerSize(operation.resultSize(), batches);
        return reply <= LedgerLimits.BODY_MAX ? null : operation.wireName() + ": up to " + results + " results in "
                + batches + " batches do not fit in one reply; lower the limits or split the request";
    }

    /** Creates per call under the limit that stands in these bytes, u32. */
    static int eventsMax(byte[] limit, int offset) {
        return Operation.CREATE_TRANSFERS.eventMax(LittleEndian.i32(limit, offset));
    }

    /** Most results that this batch can be answered with. */
    static long expectedResults(Operation operation, byte[] source, int offset, int events) {
        if (operation.isBatchable()) {
            return events;
        }
        int limitAt = switch (operation.current()) {
            case GET_ACCOUNT_TRANSFERS, GET_ACCOUNT_BALANCES -> AccountFilterLayout.LIMIT;
            case QUERY_ACCOUNTS, QUERY_TRANSFERS -> QueryFilterLayout.LIMIT;
            default -> -1;
        };
        int max = operation.resultMax(LedgerLimits.BODY_MAX);
        return limitAt < 0 ? max : Math.min(LittleEndian.u32(source, offset + limitAt), max);
    }

    /** The body for these batches: framed if the operation is, else the only batch itself. */
    static byte[] of(Operation operation, List<Call> calls) {
        if (calls.get(0).whole || !operation.isFramed()) {
            return calls.get(0).bytes;
        }
        return MultiBatch.encode(operation.eventSize(), calls.stream().map(call -> call.bytes).toList());
    }
}
