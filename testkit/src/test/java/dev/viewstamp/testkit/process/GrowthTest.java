package dev.viewstamp.testkit.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.viewstamp.testkit.process.Growth.Sample;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Slopes and parts of samples, and what figures say of missed targets. */
class GrowthTest {
    private static final Growth SAW = new Growth(IntStream.rangeClosed(1, 40).mapToObj(i ->
            new Sample(i, 1000L * i, i <= 20 ? 10 * i : 200, HeapAfterCollection.UNKNOWN,
                    170_000L * i + (i % 2) * 5_000)).toList());

    @Test
    void theSlopeIsThatOfTheLineNotOfTheTeeth() {
        assertEquals(170, SAW.perTransfer(Sample::filesBytes), 0.5);
        assertEquals(170, SAW.part(0.5, 1).perTransfer(Sample::filesBytes), 1);
    }

    @Test
    void partsAreByTransfers() {
        assertEquals(20, SAW.part(0, 0.5).samples().size());
        assertEquals(200, SAW.part(0.75, 1).mean(Sample::rssMiB));
        assertEquals(0, SAW.part(0.5, 1).perTransfer(Sample::rssMiB), 1e-12);
        assertTrue(SAW.part(0, 0.5).perTransfer(Sample::rssMiB) > 0.009);
        assertTrue(SAW.isEnough());
        assertFalse(SAW.part(0, 0.25).isEnough());
    }

    @Test
    void whatIsMissedIsNamed() {
        Figures figures = new Figures();
        figures.atMost("a", 3, 3);
        figures.atLeast("b", 0.8, 0.8);
        figures.holds("c", true);
        assertEquals(List.of(), figures.missed());
        figures.atMost("d", Double.NaN, 3);
        figures.atLeast("e", 0.79, 0.8);
        figures.holds("f", false);
        assertEquals(List.of("d is NaN: more than 3.000", "e is 0.790: less than 0.800", "f does not hold"),
                figures.missed());
        assertEquals(List.of("a", "b", "c", "d", "e", "f"), List.copyOf(figures.fields().keySet()));
    }
}
