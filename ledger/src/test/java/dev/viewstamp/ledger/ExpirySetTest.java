package dev.viewstamp.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class ExpirySetTest {
    private record Entry(long expiresAt, long position) implements Comparable<Entry> {
        @Override
        public int compareTo(Entry other) {
            int order = Long.compare(expiresAt, other.expiresAt);
            return order != 0 ? order : Long.compare(position, other.position);
        }
    }

    /** Against a set of the JDK, through growth and decline; few distinct times, so that positions decide. */
    @Test
    void keepsTheOrderOfExpiry() {
        SplittableRandom random = new SplittableRandom(5);
        ExpirySet set = new ExpirySet();
        TreeSet<Entry> expected = new TreeSet<>();
        for (int step = 0; step < 60_000; step++) {
            boolean grow = random.nextInt(100) < (step < 30_000 ? 70 : 35);
            Entry entry = new Entry(random.nextInt(2_000), random.nextInt(50));
            if (grow && expected.add(entry)) {
                set.add(entry.expiresAt, entry.position);
            } else if (!grow && !expected.isEmpty()) {
                Entry gone = random.nextBoolean() ? expected.first() : expected.floor(entry);
                if (gone == null) gone = expected.first();
                expected.remove(gone);
                set.remove(gone.expiresAt, gone.position);
            }
            assertEquals(expected.size(), set.size());
            assertEquals(expected.isEmpty() ? Long.MAX_VALUE : expected.first().expiresAt, set.firstExpiresAt());
            if (!expected.isEmpty()) assertEquals(expected.first().position, set.firstPosition());
            if (step % 500 == 0) {
                int due = expected.headSet(new Entry(1_000, Long.MAX_VALUE), true).size();
                assertEquals(Math.min(due, 700), set.countDue(1_000, 700));
            }
        }
        while (!expected.isEmpty()) {
            Entry first = expected.pollFirst();
            assertEquals(first, new Entry(set.firstExpiresAt(), set.firstPosition()));
            set.remove(first.expiresAt, first.position);
        }
        assertEquals(Long.MAX_VALUE, set.firstExpiresAt());
        assertEquals(0, set.countDue(Long.MAX_VALUE, 10));
    }

    @Test
    void timeoutsOfOneLengthFillBlocks() {
        ExpirySet set = new ExpirySet();
        for (int i = 0; i < 10 * ExpirySet.BLOCK; i++) set.add(i, i);
        assertEquals(10 * ExpirySet.BLOCK, set.countDue(Long.MAX_VALUE, Integer.MAX_VALUE));
        for (int i = 0; i < 10 * ExpirySet.BLOCK; i++) {
            assertEquals(i, set.firstPosition());
            set.remove(i, i);
        }
        assertEquals(0, set.size());
    }

    @Test
    void refusesWhatCannotBe() {
        ExpirySet set = new ExpirySet();
        set.add(5, 1);
        assertThrows(IllegalStateException.class, () -> set.add(5, 1));
        assertThrows(IllegalStateException.class, () -> set.remove(5, 2));
        set.remove(5, 1);
        assertThrows(IllegalStateException.class, () -> set.remove(5, 1));
        assertThrows(IllegalStateException.class, set::firstPosition);
    }
}
