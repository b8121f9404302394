package dev.viewstamp.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The figures of replication spec §6.5, and what must follow from them whatever they are. */
class CheckpointCadenceTest {
    @Test
    void theSmallTestConfiguration() {
        CheckpointCadence cadence = new CheckpointCadence(32, 4, 4);
        assertEquals(20, cadence.interval());
        assertEquals(19, cadence.next(0));
        assertEquals(39, cadence.next(19));
        assertEquals(23, cadence.trigger(19));
        assertEquals(27, cadence.prepareOkMax(0));
        assertEquals(31, cadence.prepareMax(0));
        assertFalse(cadence.isDurable(19, 27));
        assertTrue(cadence.isDurable(19, 28));
    }

    @ParameterizedTest
    @CsvSource({"32, 4, 4", "64, 4, 4", "64, 8, 4", "1024, 128, 8", "1024, 0, 8", "96, 12, 8"})
    void aSlotIsReusedOnlyForWhatTheCheckpointContains(int slots, int bar, int pipeline) {
        CheckpointCadence cadence = new CheckpointCadence(slots, bar, pipeline);
        long checkpoint = 0;
        for (int i = 0; i < 5; i++) {
            long next = cadence.next(checkpoint);
            assertEquals(checkpoint, cadence.previous(next));
            assertTrue(cadence.isCheckpoint(next));
            assertFalse(cadence.isCheckpoint(next - 1));
            assertTrue(cadence.prepareMax(checkpoint) - slots <= checkpoint, "its old entry is in it");
            // Who commits beyond the bound of one checkpoint proves that a quorum has the next.
            assertFalse(cadence.isDurable(next, cadence.prepareOkMax(checkpoint)));
            assertTrue(cadence.isDurable(next, cadence.prepareOkMax(checkpoint) + 1));
            assertTrue(cadence.trigger(next) < cadence.next(next), "one at a time");
            checkpoint = next;
        }
        assertEquals(-1, cadence.previous(0));
    }

    /** An interval so short that the next checkpoint would be due before this one is durable. */
    @ParameterizedTest
    @CsvSource({"32, 12, 4", "32, 4, 16", "48, 30, 4"})
    void tooFewSlotsAreRefused(int slots, int bar, int pipeline) {
        String message = assertThrows(IllegalArgumentException.class,
                () -> new CheckpointCadence(slots, bar, pipeline)).getMessage();
        assertTrue(message.contains("slotCount " + slots), message);
    }
}
