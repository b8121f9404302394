package dev.viewstamp.actors.gateway;

import dev.viewstamp.client.protocol.ClientMessage.Request;
import dev.viewstamp.ledger.AccountFilterLayout;
import dev.viewstamp.ledger.LittleEndian;
import dev.viewstamp.ledger.MultiBatch;
import dev.viewstamp.ledger.Operation;
import dev.viewstamp.ledger.QueryFilterLayout;
import dev.viewstamp.ledger.Uint128;

/**
 * What a client asked for last, as far as an answer must fit it.
 *
 * @param number  of the request; unsigned
 * @param rowsMax results that each batch may have, for framed operations; null for others and for bodies that do not
 *     decode, which the cluster does not execute
 */
record AskedRequest(Uint128 checksum, int number, int operation, int[] rowsMax) {

    static AskedRequest of(Request request) {
        return new AskedRequest(request.requestChecksum(), request.request(), request.operation(),
                rowsMax(Operation.byCode(request.operation()), request.body()));
    }

    private static int[] rowsMax(Operation operation, byte[] body) {
        if (operation == null || !operation.isFramed()) {
            return null;
        }
        int batches = MultiBatch.count(body, operation.eventSize());
        if (batches == MultiBatch.MALFORMED) {
            return null;
        }
        int[] rows = new int[batches];
        int at = 0;
        for (int batch = 0; batch < batches; batch++) {
            int events = MultiBatch.elements(body, batch);
            rows[batch] = operation.isBatchable() || events == 0 ? events : limit(operation, body, at);
            at += events * operation.eventSize();
        }
        return rows;
    }

    private static int limit(Operation operation, byte[] body, int filterAt) {
        int field = operation.eventSize() == AccountFilterLayout.SIZE
                ? AccountFilterLayout.LIMIT : QueryFilterLayout.LIMIT;
        return (int) Math.min(LittleEndian.u32(body, filterAt + field), MultiBatch.ELEMENTS_MAX);
    }
}
