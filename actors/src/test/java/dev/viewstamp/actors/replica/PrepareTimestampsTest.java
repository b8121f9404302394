package dev.viewstamp.actors.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Ledger spec §5.1; scenario S90 at this room. */
class PrepareTimestampsTest {
    @Test
    void theNextIsBaseAndDelta() {
        PrepareTimestamps times = new PrepareTimestamps();
        assertEquals(1_003, times.next(1_000, 3));
        assertEquals(1_004, times.next(500, 0), "a clock that went back");
        assertEquals(9_195, times.next(0, 8_190), "an entry of the cluster's own");
        times.commit(1_003);
        times.commit(20_000);
        assertEquals(20_001, times.next(0, 0));
        times.checkInvariants();
    }

    @Test
    void executionGoesForward() {
        PrepareTimestamps times = new PrepareTimestamps();
        times.commit(5);
        assertThrows(BrokenInvariant.class, () -> times.commit(5));
        assertThrows(ArithmeticException.class, () -> times.next(Long.MAX_VALUE, 1));
    }

    /** Each new primary has a clock of its own; it learns all heads, also those thrown away. */
    @Test
    void timestampsRiseAcrossPrimariesWithSkewedClocks() {
        SplittableRandom random = new SplittableRandom(90);
        PrepareTimestamps[] primaries = new PrepareTimestamps[3];
        long[] skew = new long[3];
        for (int i = 0; i < 3; i++) {
            primaries[i] = new PrepareTimestamps();
            skew[i] = random.nextLong(1_000_000);
        }
        long newest = 0;
        int primary = 0;
        for (int step = 1; step < 10_000; step++) {
            if (random.nextInt(20) == 0) {
                primary = (primary + 1 + random.nextInt(2)) % 3;
                primaries[primary].raise(newest);
            }
            long next = primaries[primary].next(step * 100L + skew[primary], random.nextInt(50));
            assertTrue(next > newest);
            newest = next;
        }
    }
}
