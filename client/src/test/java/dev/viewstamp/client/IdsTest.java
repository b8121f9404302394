package dev.viewstamp.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.viewstamp.ledger.Uint128;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class IdsTest {

    @Test
    void idsGrowWithTheClockWithinAMillisecondAndWhenItRunsBackwards() {
        AtomicLong clock = new AtomicLong(1_700_000_000_000L);
        Ids ids = new Ids(clock::get, new SplittableRandom(1));
        SplittableRandom steps = new SplittableRandom(2);
        Uint128 last = Uint128.ZERO;
        for (int i = 0; i < 100_000; i++) {
            clock.addAndGet(steps.nextInt(-3, 5));
            Uint128 id = ids.draw();
            assertTrue(id.compareTo(last) > 0, id + " after " + last);
            last = id;
        }
    }

    @Test
    void anIdTellsItsMillisecond() {
        Ids ids = new Ids(() -> 1_700_000_000_123L, new SplittableRandom(1));
        assertEquals(1_700_000_000_123L, Ids.millisOf(ids.draw()));
        assertEquals(1_700_000_000_123L, Ids.millisOf(ids.draw()));
    }

    /** The worst the generator can draw: counting on carries into the upper 16 bits and stays below the time. */
    @Test
    void countingOnCarries() {
        RandomGenerator ones = () -> -1L;
        Ids ids = new Ids(() -> 5, ones);
        assertEquals(new Uint128(5L << 16 | 0x7FFF, -1L), ids.draw());
        assertEquals(new Uint128(5L << 16 | 0x8000, 0), ids.draw());
        assertEquals(new Uint128(5L << 16 | 0x8000, 1), ids.draw());
    }

    @Test
    void aClockBeyondItsBitsDoesNotMakeAForbiddenId() {
        Ids ids = new Ids(() -> Long.MAX_VALUE, () -> -1L);
        assertTrue(ids.draw().compareTo(Uint128.MAX) < 0);
        Ids zero = new Ids(() -> 0, () -> 0L);
        assertTrue(!zero.draw().isZero());
    }

    @Test
    void threadsNeverDrawTheSame() throws InterruptedException {
        Set<Uint128> drawn = ConcurrentHashMap.newKeySet();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            threads.add(new Thread(() -> {
                for (int n = 0; n < 20_000; n++) {
                    drawn.add(Ids.next());
                }
            }));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
        assertEquals(80_000, drawn.size());
    }
}
