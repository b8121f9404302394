package dev.viewstamp.ledger;

import static dev.viewstamp.ledger.RequestRules.Verdict.BODY_TOO_LARGE;
import static dev.viewstamp.ledger.RequestRules.Verdict.INVALID_BODY;
import static dev.viewstamp.ledger.RequestRules.Verdict.UNKNOWN_OPERATION;
import static dev.viewstamp.ledger.RequestRules.Verdict.VALID;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which bodies may enter the log, and what time they take (ledger spec §5.1, §6.3). */
class RequestRulesTest {
    private static final int L = LedgerLimits.BODY_MAX;

    @Test
    void knowsTheOperationsOfClients() {
        for (int code = 0; code < 256; code++) {
            RequestRules.Verdict verdict = RequestRules.check(code, new byte[1], L);
            boolean known = 129 <= code && code <= 147;
            assertEquals(known ? INVALID_BODY : UNKNOWN_OPERATION, verdict, "code " + code);
        }
        assertEquals(UNKNOWN_OPERATION, RequestRules.check(128, new byte[0], L), "D7: nobody sends a pulse");
    }

    @Test
    void unframedBodiesAreWholeEvents() {
        assertEquals(VALID, RequestRules.check(130, new byte[0], L));
        assertEquals(VALID, RequestRules.check(130, new byte[128 * 8190], L));
        assertEquals(INVALID_BODY, RequestRules.check(130, new byte[127], L));
        assertEquals(BODY_TOO_LARGE, RequestRules.check(130, new byte[128 * 8191], L));
        assertEquals(BODY_TOO_LARGE, RequestRules.check(130, new byte[3968], 3840));
        assertEquals(VALID, RequestRules.check(131, new byte[16 * 8190], L));
        assertEquals(INVALID_BODY, RequestRules.check(131, new byte[16 * 8191], L), "the reply would not fit");
        assertEquals(VALID, RequestRules.check(137, new byte[64], L));
        assertEquals(INVALID_BODY, RequestRules.check(137, new byte[0], L));
        assertEquals(INVALID_BODY, RequestRules.check(137, new byte[128], L));
    }

    @Test
    void framedBodiesDecodeAndFit() {
        assertEquals(INVALID_BODY, RequestRules.check(147, new byte[0], L), "no trailer");
        assertEquals(VALID, RequestRules.check(147, MultiBatch.encode(128, new byte[128 * 8189]), L));
        assertEquals(INVALID_BODY, RequestRules.check(140, MultiBatch.encode(16, new byte[16 * 8190]), L));
        assertEquals(VALID, RequestRules.check(140, MultiBatch.encode(16, new byte[16 * 8189]), L));
        byte[] half = new byte[16 * 4095];
        byte[] lessThanHalf = new byte[16 * 4094];
        byte[] together = MultiBatch.encode(16, List.of(half, half));
        assertEquals(INVALID_BODY, RequestRules.check(140, together, L), "each would fit alone");
        assertEquals(VALID, RequestRules.check(140, MultiBatch.encode(16, List.of(half, lessThanHalf)), L));
    }

    @Test
    void filtersFitOneReplyTogether() {
        assertEquals(VALID, RequestRules.check(145, MultiBatch.encode(64, queryFilter(-1)), L), "a lone one is capped");
        assertEquals(INVALID_BODY, RequestRules.check(145, filters(2, -1), L));
        assertEquals(VALID, RequestRules.check(145, filters(2, 4094), L));
        assertEquals(INVALID_BODY, RequestRules.check(145, filters(2, 4095), L));
        byte[] twoInABatch = MultiBatch.encode(64, new byte[128]);
        assertEquals(INVALID_BODY, RequestRules.check(145, twoInABatch, L));
        assertEquals(INVALID_BODY, RequestRules.check(145, MultiBatch.encode(64, new byte[0]), L), "none in a batch");
        assertEquals(INVALID_BODY, RequestRules.check(145, filters(15_000, -1), L), "D6: beyond 32 bits");
    }

    @Test
    void createsTakeATimestampPerEvent() {
        assertEquals(8190, RequestRules.timestampDelta(128, new byte[0]));
        byte[] twoAndOne = MultiBatch.encode(128, List.of(new byte[256], new byte[128]));
        assertEquals(3, RequestRules.timestampDelta(147, twoAndOne));
        assertEquals(0, RequestRules.timestampDelta(146, MultiBatch.encode(128, new byte[0])));
        assertEquals(2, RequestRules.timestampDelta(129, new byte[256]));
        assertEquals(2, RequestRules.timestampDelta(139, MultiBatch.encode(128, new byte[256])));
        assertEquals(0, RequestRules.timestampDelta(141, MultiBatch.encode(16, new byte[160])));
        assertEquals(0, RequestRules.timestampDelta(2, new byte[256]), "of the protocol");
    }

    private static byte[] filters(int count, int limit) {
        return MultiBatch.encode(64, Collections.nCopies(count, queryFilter(limit)));
    }

    private static byte[] queryFilter(int limit) {
        byte[] filter = new byte[64];
        LittleEndian.putU32(filter, QueryFilterLayout.LIMIT, limit);
        return filter;
    }
}
