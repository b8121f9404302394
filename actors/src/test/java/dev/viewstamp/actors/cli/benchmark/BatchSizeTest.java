package dev.viewstamp.actors.cli.benchmark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.BitSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BatchSizeTest {
    /** The closed forms against counting. */
    @ParameterizedTest
    @CsvSource({"1,1", "1,2", "1,10", "3,3", "3,7", "8189,8189", "5,64"})
    void everyBatchBeginsWhereTheOneBeforeItEnds(int min, int max) {
        BatchSize size = new BatchSize(min, max);
        long before = 0;
        for (long batch = 0; batch < 500; batch++) {
            assertEquals(before, size.first(batch), "batch " + batch);
            if (before > 0) {
                assertEquals(batch, size.batches(before));
                assertEquals(batch + 1, size.batches(before + 1));
            }
            before += size.of(batch);
        }
        assertEquals(0, size.batches(0));
    }

    @Test
    void aRoundHasEachSizeOnce() {
        BatchSize size = new BatchSize(1, 10);
        for (int round = 0; round < 20; round++) {
            BitSet sizes = new BitSet();
            for (int i = 0; i < 10; i++) {
                sizes.set(size.of(round * 10L + i));
            }
            assertEquals("{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}", sizes.toString());
        }
    }

    @Test
    void isReadAsWritten() {
        assertEquals(new BatchSize(8189, 8189), BatchSize.parse("8189"));
        assertEquals(new BatchSize(1, 10), BatchSize.parse("1-10"));
        assertEquals("1-10", BatchSize.parse("1-10").toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "-1", "10-1", "1-", "a", "1-b", "0-3"})
    void nonsenseIsRefused(String text) {
        assertThrows(IllegalArgumentException.class, () -> BatchSize.parse(text));
    }
}
