package dev.viewstamp.ledger;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MultiBatchTest {
    /** The example of ledger spec §19. */
    @Test
    void twoTransfersAndOne() {
        byte[] body = MultiBatch.encode(128, List.of(filled(256, 1), filled(128, 2)));
        assertEquals(512, body.length);
        byte[] expected = new byte[512];
        Arrays.fill(expected, 0, 256, (byte) 1);
        Arrays.fill(expected, 256, 384, (byte) 2);
        Arrays.fill(expected, 384, 506, (byte) 0xFF);
        expected[506] = 1;
        expected[507] = 0;
        expected[508] = 2;
        expected[509] = 0;
        expected[510] = 2;
        expected[511] = 0;
        assertArrayEquals(expected, body);
        assertEquals(2, MultiBatch.count(body, 128));
        assertEquals(2, MultiBatch.elements(body, 0));
        assertEquals(1, MultiBatch.elements(body, 1));
    }

    @ParameterizedTest
    @CsvSource({
        "128, 1, 128", "128, 63, 128", "128, 64, 256", "64, 1, 64", "64, 31, 64", "64, 32, 128",
        "16, 1, 16", "16, 7, 16", "16, 8, 32", "8, 1, 8", "8, 3, 8", "8, 4, 16", "128, 65534, 131072",
    })
    void trailerSizes(int elementSize, int batches, int size) {
        assertEquals(size, MultiBatch.trailerSize(elementSize, batches));
    }

    @Test
    void emptyBatchesSurvive() {
        byte[] body = MultiBatch.encode(16, List.of(new byte[0], filled(32, 3), new byte[0]));
        assertEquals(48, body.length);
        List<byte[]> batches = MultiBatch.decode(16, body);
        assertEquals(List.of(0, 32, 0), batches.stream().map(batch -> batch.length).toList());
    }

    @Test
    void whatWasEncodedIsDecoded() {
        Random random = new Random(19);
        for (int round = 0; round < 500; round++) {
            int elementSize = new int[] {8, 16, 64, 128}[random.nextInt(4)];
            List<byte[]> batches = new ArrayList<>();
            for (int i = random.nextInt(80); i >= 0; i--) {
                byte[] batch = new byte[random.nextInt(4) * elementSize];
                random.nextBytes(batch);
                batches.add(batch);
            }
            List<byte[]> decoded = MultiBatch.decode(elementSize, MultiBatch.encode(elementSize, batches));
            assertEquals(batches.size(), decoded.size());
            for (int i = 0; i < batches.size(); i++) assertArrayEquals(batches.get(i), decoded.get(i));
        }
    }

    @Test
    void malformedBodies() {
        assertMalformed(new byte[0]);
        assertMalformed(new byte[1]);
        assertMalformed(new byte[128]);                                   // k = 0
        assertMalformed(filled(128, 0xFF));                               // k = 65535
        byte[] good = MultiBatch.encode(128, filled(256, 1));
        assertEquals(1, MultiBatch.count(good, 128));
        assertMalformed(Arrays.copyOfRange(good, 128, good.length));      // payload too short
        assertMalformed(Arrays.copyOfRange(good, 300, good.length));      // shorter than the trailer
        assertMalformed(Arrays.copyOf(good, good.length - 128));          // trailer missing
        for (int at : new int[] {256, 300, 379}) {
            byte[] padding = good.clone();
            padding[at] = 0;
            assertMalformed(padding);
        }
        byte[] moreBatches = good.clone();
        moreBatches[good.length - 2] = 2;                                 // the second count would be padding
        assertMalformed(moreBatches);
        byte[] uneven = new byte[good.length + 1];
        System.arraycopy(good, 0, uneven, 1, good.length);
        assertMalformed(uneven);
    }

    @Test
    void impossibleBatchesAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> MultiBatch.encode(128, List.of()));
        assertThrows(IllegalArgumentException.class, () -> MultiBatch.encode(128, new byte[100]));
        assertThrows(IllegalArgumentException.class, () -> MultiBatch.encode(8, new byte[8 * 65_536]));
    }

    private static void assertMalformed(byte[] body) {
        assertEquals(MultiBatch.MALFORMED, MultiBatch.count(body, 128));
        assertThrows(IllegalArgumentException.class, () -> MultiBatch.decode(128, body));
    }

    private static byte[] filled(int size, int value) {
        byte[] bytes = new byte[size];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }
}
