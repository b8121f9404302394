package dev.viewstamp.ledger;

/**
 * Whether a request may enter the log, and how many timestamps it takes (ledger spec §5.1, §6.3). Pure
 * functions of the request, needing no ledger; any thread may call them.
 */
public final class RequestRules {
    /** What is said about a request; anything but {@link #VALID} costs the client its session. */
    public enum Verdict {
        VALID,
        /** No operation of the ledger, or one that clients may not send: the pulse (D7). */
        UNKNOWN_OPERATION,
        BODY_TOO_LARGE,
        /**
         * No whole number of events, too many of them, broken framing, or filters whose results do not fit
         * one reply.
         */
        INVALID_BODY
    }

    private RequestRules() {}

    /** @param bodyLimit L of ledger spec §1, in bytes */
    public static Verdict check(int operation, byte[] body, int bodyLimit) {
        Operation kind = Operation.byCode(operation);
        if (kind == null || kind == Operation.PULSE) return Verdict.UNKNOWN_OPERATION;
        if (body.length > bodyLimit) return Verdict.BODY_TOO_LARGE;
        boolean valid = kind.isFramed() ? isValidFramed(kind, body, bodyLimit) : isValidUnframed(kind, body, bodyLimit);
        return valid ? Verdict.VALID : Verdict.INVALID_BODY;
    }

    /**
     * The timestamps that an entry takes beyond the one every entry takes: one per event created, a fixed
     * span per pulse.
     */
    public static long timestampDelta(int operation, byte[] body) {
        Operation kind = Operation.byCode(operation);
        if (kind == Operation.PULSE) return LedgerLimits.PULSE_SPAN;
        if (kind == null || !kind.isCreate()) return 0;
        if (!kind.isFramed()) return body.length / kind.eventSize();
        int batches = MultiBatch.count(body, kind.eventSize());
        if (batches == MultiBatch.MALFORMED) throw new IllegalArgumentException("body has no well-formed trailer");
        return (body.length - MultiBatch.trailerSize(kind.eventSize(), batches)) / kind.eventSize();
    }

    private static boolean isValidUnframed(Operation kind, byte[] body, int bodyLimit) {
        if (!kind.isBatchable()) return body.length == kind.eventSize();
        return body.length % kind.eventSize() == 0 && body.length / kind.eventSize() <= kind.eventMax(bodyLimit);
    }

    private static boolean isValidFramed(Operation kind, byte[] body, int bodyLimit) {
        int batches = MultiBatch.count(body, kind.eventSize());
        if (batches == MultiBatch.MALFORMED) return false;
        int eventMax = kind.eventMax(bodyLimit);
        int resultMax = kind.resultMax(bodyLimit);
        long results = 0;                                                    // 64 bits: D6
        int at = 0;
        for (int batch = 0; batch < batches; batch++) {
            int events = MultiBatch.elements(body, batch);
            if (kind.isBatchable() ? events > eventMax : events != 1) return false;
            results += kind.isBatchable() ? events : Math.min(limit(kind, body, at), resultMax);
            at += events * kind.eventSize();
        }
        int trailer = MultiBatch.trailerSize(kind.resultSize(), batches);
        return results * kind.resultSize() + trailer <= LedgerLimits.BODY_MAX;
    }

    private static long limit(Operation kind, byte[] body, int filterAt) {
        int field = kind.eventSize() == AccountFilterLayout.SIZE ? AccountFilterLayout.LIMIT : QueryFilterLayout.LIMIT;
        return LittleEndian.u32(body, filterAt + field);
    }
}
