package dev.viewstamp.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Ledger spec §3: the whole lists live in the enums; here are their ends, their gaps and what other clients
 * rely on.
 */
class StatusTest {
    @ParameterizedTest
    @CsvSource({
        "-1, created", "1, linked_event_failed", "4, reserved_field", "8, flags_are_mutually_exclusive",
        "15, exists_with_different_flags", "21, exists", "22, imported_event_expected",
        "26, imported_event_timestamp_must_not_regress",
    })
    void accountStatus(int code, String name) {
        CreateAccountStatus status = CreateAccountStatus.byCode(code);
        assertEquals(code, status.code());
        assertEquals(name, status.wireName());
    }

    @ParameterizedTest
    @CsvSource({
        "-1, created", "1, linked_event_failed", "4, reserved_flag", "17, timeout_reserved_for_pending_transfer",
        "19, ledger_must_not_be_zero", "35, pending_transfer_expired", "46, exists", "54, exceeds_credits",
        "64, closing_transfer_must_be_pending", "67, exists_with_different_ledger", "68, id_already_failed",
    })
    void transferStatus(int code, String name) {
        CreateTransferStatus status = CreateTransferStatus.byCode(code);
        assertEquals(code, status.code());
        assertEquals(name, status.wireName());
    }

    @Test
    void everyStatusIsFoundByItsCode() {
        assertEquals(27, CreateAccountStatus.values().length);
        for (var status : CreateAccountStatus.values()) {
            assertSame(status, CreateAccountStatus.byCode(status.code()));
            assertFalse(status.isTransient());
        }
        assertEquals(68, CreateTransferStatus.values().length);
        for (var status : CreateTransferStatus.values()) {
            assertSame(status, CreateTransferStatus.byCode(status.code()));
        }
    }

    @Test
    void transientOnesAreThoseOfSection13() {
        List<Integer> codes = Arrays.stream(CreateTransferStatus.values())
                .filter(CreateTransferStatus::isTransient).map(CreateTransferStatus::code).toList();
        assertEquals(List.of(21, 22, 25, 54, 55, 65, 66), codes);
    }

    @Test
    void retiredAndUnknownCodesAreRefused() {
        for (int code : new int[] {0, 27, -2}) {
            assertThrows(IllegalArgumentException.class, () -> CreateAccountStatus.byCode(code));
        }
        for (int code : new int[] {0, 18, 69}) {
            var refusal = assertThrows(IllegalArgumentException.class, () -> CreateTransferStatus.byCode(code));
            assertTrue(refusal.getMessage().contains(String.valueOf(code)));
        }
    }
}
