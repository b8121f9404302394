package dev.viewstamp.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class IdIndexTest {
    private static final class Ids implements IdIndex.Records {
        long[] lo = new long[16];
        long[] hi = new long[16];
        int size;
        long confirmations;

        void add(long idLo, long idHi) {
            if (size == lo.length) {
                lo = Arrays.copyOf(lo, size * 2);
                hi = Arrays.copyOf(hi, size * 2);
            }
            lo[size] = idLo;
            hi[size++] = idHi;
        }

        @Override
        public boolean hasId(long position, long idLo, long idHi) {
            confirmations++;
            return lo[(int) position] == idLo && hi[(int) position] == idHi;
        }
    }

    private final Ids ids = new Ids();

    private void add(IdIndex index, long lo, long hi) {
        index.reserve(1);
        index.add(index.hash(lo, hi), ids.size);
        ids.add(lo, hi);
    }

    private long find(IdIndex index, long lo, long hi) {
        return index.find(index.hash(lo, hi), lo, hi, ids);
    }

    /** Through every split from one group to hundreds; no entry forgets what it knew of its hash. */
    @Test
    void findsEverythingWhileItGrows() {
        IdIndex index = new IdIndex(7, 0);
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 600_000; i++) {
            long lo = i % 2 == 0 ? i : random.nextLong();
            long hi = i % 3 == 0 ? 0 : random.nextLong();
            add(index, lo, hi);
            if (i % 9973 == 0) {
                for (int j = 0; j <= i; j += 1 + i / 500) assertEquals(j, find(index, ids.lo[j], ids.hi[j]));
            }
        }
        for (int j = 0; j < ids.size; j++) assertEquals(j, find(index, ids.lo[j], ids.hi[j]));
        assertEquals(600_000, index.size());
        long chunk = 1 << 20;
        assertTrue(index.footprint() <= 600_000L * 26 + chunk, "25.6 bytes an entry: " + index.footprint());
    }

    @Test
    void absentIdsAreRarelyConfirmedInVain() {
        IdIndex index = new IdIndex(3, 100_000);
        for (int i = 0; i < 200_000; i++) add(index, i, 0);
        ids.confirmations = 0;
        for (int i = 0; i < 200_000; i++) assertEquals(IdIndex.ABSENT, find(index, i, 1));
        assertTrue(ids.confirmations < 40, "confirmed in vain: " + ids.confirmations);
    }

    /** Old entries, too: a table that has split often tells apart as well as one that was large from the start. */
    @Test
    void growthDoesNotWearOutFingerprints() {
        IdIndex grown = new IdIndex(3, 0);
        IdIndex roomy = new IdIndex(3, 400_000);
        for (int i = 0; i < 400_000; i++) {
            roomy.reserve(1);
            roomy.add(roomy.hash(i, 0), i);
            add(grown, i, 0);
        }
        for (IdIndex index : new IdIndex[] {grown, roomy}) {
            ids.confirmations = 0;
            for (int i = 0; i < 400_000; i++) assertEquals(i, find(index, i, 0));
            assertTrue(ids.confirmations < 400_010, "confirmed in vain: " + (ids.confirmations - 400_000));
        }
    }

    @Test
    void theLatestAdditionsCanBeUndone() {
        IdIndex index = new IdIndex(11, 0);
        for (int i = 0; i < 5_000; i++) add(index, i * 31L, i);
        index.reserve(2_000);
        for (int i = 5_000; i < 7_000; i++) {
            index.add(index.hash(i * 31L, i), i);
            ids.add(i * 31L, i);
        }
        for (int i = 6_999; i >= 5_000; i--) index.removeLast(index.hash(i * 31L, i));
        for (int i = 0; i < 5_000; i++) assertEquals(i, find(index, i * 31L, i));
        for (int i = 5_000; i < 7_000; i++) assertEquals(IdIndex.ABSENT, find(index, i * 31L, i));
        ids.size = 5_000;
        for (int i = 0; i < 3_000; i++) add(index, i, -1);
        for (int i = 0; i < 3_000; i++) assertEquals(5_000 + i, find(index, i, -1));
    }

    @Test
    void additionsWithoutRoomOrOrderAreRefused() {
        IdIndex index = new IdIndex(0, 0);
        assertThrows(IllegalStateException.class, () -> index.add(1, 1));
        for (int i = 0; i < IdIndex.GROUP_MEAN; i++) index.add(index.hash(i, 0), i);
        assertThrows(IllegalStateException.class, () -> index.add(1, IdIndex.GROUP_MEAN));
    }
}
