package dev.viewstamp.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class FlagsTest {
    /** Ledger spec §2.1, §2.2, §2.5, §2.6: the bits in order. */
    @Test
    void bitsHaveTheirNames() {
        assertEquals(List.of("linked", "debits_must_not_exceed_credits", "credits_must_not_exceed_debits",
                "history", "imported", "closed"), AccountFlags.names(0x3F));
        assertEquals(List.of("linked", "pending", "post_pending_transfer", "void_pending_transfer",
                "balancing_debit", "balancing_credit", "closing_debit", "closing_credit", "imported"),
                TransferFlags.names(0x1FF));
        assertEquals(List.of("debits", "credits", "reversed"), AccountFilterFlags.names(7));
        assertEquals(List.of("reversed"), QueryFilterFlags.names(1));
    }

    @Test
    void reservedBitsAreAllOthers() {
        assertEquals(0xFFFF, 0x3F ^ AccountFlags.RESERVED);
        assertEquals(0xFFFF, 0x1FF ^ TransferFlags.RESERVED);
        assertEquals(-1, 7 ^ AccountFilterFlags.RESERVED);
        assertEquals(-1, 1 ^ QueryFilterFlags.RESERVED);
    }

    @Test
    void describeAndParseAreInverse() {
        for (int flags = 0; flags < 0x200; flags++) {
            assertEquals(flags, TransferFlags.parse(TransferFlags.describe(flags)));
        }
        assertEquals(AccountFlags.LINKED | AccountFlags.CLOSED, AccountFlags.parse(" closed | linked "));
        assertEquals(List.of("linked", "0x8000"), AccountFlags.names(0x8001));
    }

    @Test
    void unknownNameIsRefusedAndTheKnownOnesAreListed() {
        var refusal = assertThrows(IllegalArgumentException.class, () -> AccountFlags.parse("linked|hystory"));
        assertTrue(refusal.getMessage().contains("hystory"));
        assertTrue(refusal.getMessage().contains("history"));
    }
}
