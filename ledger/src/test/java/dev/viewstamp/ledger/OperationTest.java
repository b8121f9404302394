package dev.viewstamp.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class OperationTest {
    /** Ledger spec §6.1 and §6.2, at the default request body limit. */
    @ParameterizedTest
    @CsvSource({
        "128, PULSE,                             0,   0, no,  no,     0,    0",
        "129, CREATE_ACCOUNTS_UNFRAMED_SPARSE, 128,   8, yes, no,  8190, 8190",
        "130, CREATE_TRANSFERS_UNFRAMED_SPARSE, 128,  8, yes, no,  8190, 8190",
        "131, LOOKUP_ACCOUNTS_UNFRAMED,         16, 128, yes, no,  8190, 8190",
        "132, LOOKUP_TRANSFERS_UNFRAMED,        16, 128, yes, no,  8190, 8190",
        "133, GET_ACCOUNT_TRANSFERS_UNFRAMED,  128, 128, no,  no,     1, 8190",
        "134, GET_ACCOUNT_BALANCES_UNFRAMED,   128, 128, no,  no,     1, 8190",
        "135, QUERY_ACCOUNTS_UNFRAMED,          64, 128, no,  no,     1, 8190",
        "136, QUERY_TRANSFERS_UNFRAMED,         64, 128, no,  no,     1, 8190",
        "137, GET_CHANGE_EVENTS,                64, 384, no,  no,     1, 2730",
        "138, CREATE_ACCOUNTS_SPARSE,          128,   8, yes, yes, 8189, 8189",
        "139, CREATE_TRANSFERS_SPARSE,         128,   8, yes, yes, 8189, 8189",
        "140, LOOKUP_ACCOUNTS,                  16, 128, yes, yes, 8189, 8189",
        "141, LOOKUP_TRANSFERS,                 16, 128, yes, yes, 8189, 8189",
        "142, GET_ACCOUNT_TRANSFERS,           128, 128, no,  yes,    1, 8189",
        "143, GET_ACCOUNT_BALANCES,            128, 128, no,  yes,    1, 8189",
        "144, QUERY_ACCOUNTS,                   64, 128, no,  yes,    1, 8189",
        "145, QUERY_TRANSFERS,                  64, 128, no,  yes,    1, 8189",
        "146, CREATE_ACCOUNTS,                 128,  16, yes, yes, 8189, 8189",
        "147, CREATE_TRANSFERS,                128,  16, yes, yes, 8189, 8189",
    })
    void isWhatTheSpecificationSays(int code, Operation operation, int eventSize, int resultSize,
            String batchable, String framed, int eventMax, int resultMax) {
        assertSame(operation, Operation.byCode(code));
        assertEquals(code, operation.code());
        assertEquals(eventSize, operation.eventSize());
        assertEquals(resultSize, operation.resultSize());
        assertEquals(batchable.equals("yes"), operation.isBatchable());
        assertEquals(framed.equals("yes"), operation.isFramed());
        assertEquals(eventMax, operation.eventMax(LedgerLimits.BODY_MAX));
        assertEquals(resultMax, operation.resultMax(LedgerLimits.BODY_MAX));
    }

    /** A smaller request limit lowers the events, but of the replies only that of the change events. */
    @ParameterizedTest
    @CsvSource({
        "CREATE_TRANSFERS, 3840, 29, 29",
        "CREATE_TRANSFERS_UNFRAMED_SPARSE, 3840, 30, 30",
        "LOOKUP_ACCOUNTS, 3840, 239, 239",
        "GET_ACCOUNT_TRANSFERS, 3840, 1, 8189",
        "GET_CHANGE_EVENTS, 3840, 1, 120",
        "GET_CHANGE_EVENTS, 32512, 1, 1016",
    })
    void smallerRequestLimit(Operation operation, int requestBodyMax, int eventMax, int resultMax) {
        assertEquals(eventMax, operation.eventMax(requestBodyMax));
        assertEquals(resultMax, operation.resultMax(requestBodyMax));
    }

    @ParameterizedTest
    @EnumSource(Operation.class)
    void legacyOperationsDifferFromTodaysInFormOnly(Operation operation) {
        Operation current = operation.current();
        assertSame(current, current.current());
        assertEquals(operation.eventSize(), current.eventSize());
        assertEquals(operation.isBatchable(), current.isBatchable());
        assertEquals(operation.isLegacy(), operation.name().endsWith("UNFRAMED")
                || operation.name().endsWith("SPARSE"));
        if (operation.isLegacy()) {
            assertEquals(true, operation.name().startsWith(current.name()));
        }
    }

    @Test
    void otherCodesAreNoOperations() {
        for (int code : new int[] {-1, 0, 2, 4, 6, 127, 148, 255, 256}) {
            assertNull(Operation.byCode(code), () -> "code " + code);
        }
    }

    @Test
    void pulse() {
        assertEquals(8190, LedgerLimits.PULSE_SPAN);
        assertEquals(8190, LedgerLimits.pulseMax(LedgerLimits.BODY_MAX));
        assertEquals(30, LedgerLimits.pulseMax(LedgerLimits.REQUEST_BODY_MIN));
    }
}
