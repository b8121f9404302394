package dev.viewstamp.actors.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.viewstamp.actors.replica.PresentNackBits.InMemory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The table of replication spec §4.4, every possible row. */
class PresentNackBitsTest {
    @ParameterizedTest
    @CsvSource({
            // blank, in memory, dirty, faulty, readable -> nack, present
            "false, NONE,  false, false, false, true,  false",
            "false, NONE,  false, false, true,  true,  true",
            "false, NONE,  true,  false, false, true,  false",
            "false, NONE,  true,  false, true,  true,  true",
            "false, NONE,  true,  true,  false, false, false",
            "false, NONE,  true,  true,  true,  false, true",
            "false, OTHER, false, false, false, true,  false",
            "false, OTHER, false, false, true,  true,  true",
            "false, OTHER, true,  false, false, true,  false",
            "false, OTHER, true,  false, true,  true,  true",
            "false, OTHER, true,  true,  false, true,  false",
            "false, OTHER, true,  true,  true,  true,  true",
            "false, SAME,  false, false, false, false, true",
            "false, SAME,  false, false, true,  false, true",
            "false, SAME,  true,  false, false, true,  false",
            "false, SAME,  true,  false, true,  true,  true",
            "false, SAME,  true,  true,  false, false, false",
            "false, SAME,  true,  true,  true,  false, true",
            "true,  NONE,  false, false, false, true,  false",
            "true,  NONE,  true,  false, false, true,  false",
            "true,  NONE,  true,  true,  false, false, false",
            "true,  OTHER, false, false, false, false, false",
            "true,  OTHER, true,  false, false, false, false",
            "true,  OTHER, true,  true,  false, false, false"})
    void bitsFollowTheTable(boolean blank, InMemory inMemory, boolean dirty, boolean faulty, boolean readable,
            boolean nack,
            boolean present) {
        assertEquals(new PresentNackBits(nack, present), PresentNackBits.of(blank, inMemory, dirty, faulty, readable));
    }

    @Test
    void impossibleSlotsStop() {
        assertThrows(BrokenInvariant.class, () -> PresentNackBits.of(false, InMemory.SAME, false, true, false));
        assertThrows(BrokenInvariant.class, () -> PresentNackBits.of(true, InMemory.SAME, false, false, false));
    }
}
