package dev.viewstamp.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class BlockCacheTest {
    /** Whatever is evicted in between: a block that is found is the right one, and no more are kept than fit. */
    @Test
    void neverConfusesBlocks() {
        for (int capacity : new int[] {1, 2, 3, 17, 64, 100}) {
            BlockCache cache = new BlockCache(capacity);
            Map<BlockId, byte[]> all = new HashMap<>();
            SplittableRandom random = new SplittableRandom(capacity);
            for (int step = 0; step < 20_000; step++) {
                BlockId id = new BlockId(random.nextInt(5), random.nextInt(40));
                byte[] expected = all.computeIfAbsent(id, absent -> new byte[1]);
                byte[] block = cache.get(id.file(), id.block());
                if (block == null) cache.put(id.file(), id.block(), expected);
                else assertSame(expected, block);
            }
            int kept = 0;
            for (BlockId id : all.keySet()) kept += cache.get(id.file(), id.block()) == null ? 0 : 1;
            assertEquals(Math.min(capacity, all.size()), kept);
        }
    }

    @Test
    void keepsWhatIsUsed() {
        BlockCache cache = new BlockCache(8);
        cache.put(1, 1, new byte[0]);
        for (int i = 0; i < 1_000; i++) {
            assertNotNull(cache.get(1, 1), "used again and again");
            cache.put(2, i, new byte[0]);
        }
        assertNull(cache.get(2, 0));
        assertThrows(IllegalArgumentException.class, () -> new BlockCache(0));
    }
}
