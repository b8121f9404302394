package dev.viewstamp.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class SlotsTest {
    /** Against a set: across the borders of words and of words of words. */
    @Test
    void takesTheSmallestThatIsFree() {
        Slots slots = new Slots();
        SplittableRandom random = new SplittableRandom(3);
        TreeSet<Integer> free = new TreeSet<>();
        int end = 0;                                         // all below are used or in the set
        for (int step = 0; step < 60_000; step++) {
            boolean growing = step / 10_000 % 2 == 0;
            if (random.nextInt(10) < (growing ? 9 : 4) || end == free.size()) {
                int expected = free.isEmpty() ? end++ : free.pollFirst();
                assertEquals(expected, slots.take());
            } else {
                int slot = random.nextInt(end);
                if (free.add(slot)) slots.free(slot);
            }
        }
    }

    @Test
    void aSlotIsUsedOnceAndFreedOnce() {
        Slots slots = new Slots();
        slots.use(4_097);
        assertThrows(IllegalStateException.class, () -> slots.use(4_097));
        assertEquals(0, slots.take());
        slots.free(4_097);
        assertThrows(IllegalStateException.class, () -> slots.free(4_097));
        assertThrows(IllegalStateException.class, () -> slots.free(1 << 20));
    }
}
