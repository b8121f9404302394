package dev.viewstamp.actors.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The checksum against the vectors of wire spec §7, and against a bytewise one that follows the text of §6. */
class Aegis128LTest {
    private static final int BODY_MAX = 1_048_320;

    private final Aegis128L aegis = new Aegis128L();

    @ParameterizedTest
    @CsvSource({
        "  0, count, 83cc600dc4e3e7e62d4055826174f149",
        "  1, zero,  6e12b8774264fed574e418fe77b706bc",
        " 16, zero,  f72ad48dd05dd1656133101cd4be3a26",
        " 15, count, 977666ded767116cd35c3d7ff44d9d60",
        " 16, count, e8e0378638d7e8c7d35abf3499963d99",
        " 17, count, 609980034346bfc65f32a853e05fa70c",
        " 31, count, 419e43b0a730e59ecedf48700b4d97ba",
        " 32, count, 2a7ca5353eba9161dc6c83c36d2e6adb",
        " 33, count, 205dbc4d693090b206092b05c26870c4",
        " 64, count, b4e8e46cee04a401ec67bad73df4aa60",
        " 64, zero,  c6da54821a9fd0f2b34c06ffc17a5cd2",
        "240, zero,  4596626538a66e8fa71479f4e53c2925",
        "240, count, cf36208392381922c05b21f99ce8fff6",
        "256, count, d6ba1c495ca4c976f5d0993644aa9acd",
        "256, zero,  651b82f3ddd4fcbf2deb8496e8ff613c",
        "1048320, count, dd420e7c144c1900b6ec89976497c3fd",
    })
    void equalsTheVectors(int length, String kind, String expected) {
        byte[] input = new byte[length];
        for (int i = 0; i < length && kind.equals("count"); i++) {
            input[i] = (byte) i;
        }
        assertEquals(expected, digest(input));
    }

    @Test
    void equalsTheVectorsOfOtherBytes() {
        assertEquals("cc87830f614bd3f689335b1a281245d2", digest(new byte[] {0x61}));
        byte[] full = new byte[BODY_MAX];
        java.util.Arrays.fill(full, (byte) 0x5a);
        assertEquals("d5b7f0889843946e7dfd14ce2875af32", digest(full));
    }

    @Test
    void equalsTheTextOfTheSpecOnAnyLengthAtAnyOffset() {
        Random random = new Random(6);
        for (int length = 0; length < 200; length++) {
            byte[] input = new byte[length + 40];
            random.nextBytes(input);
            int offset = random.nextInt(40);
            byte[] target = new byte[50];
            int targetOffset = random.nextInt(34);
            aegis.digest(input, offset, length, target, targetOffset);
            byte[] plain = BytewiseAegis.digest(java.util.Arrays.copyOfRange(input, offset, offset + length));
            assertEquals(hex(plain), hex(java.util.Arrays.copyOfRange(target, targetOffset, targetOffset + 16)));
        }
    }

    @Test
    void comparesWithADigestAnywhereInAnArray() {
        byte[] header = new byte[256];
        aegis.digest(header, 16, 240, header, 0);
        assertTrue(aegis.matches(header, 16, 240, header, 0));
        header[255] = 1;
        assertFalse(aegis.matches(header, 16, 240, header, 0));
    }

    private String digest(byte[] input) {
        byte[] digest = new byte[Aegis128L.SIZE];
        aegis.digest(input, 0, input.length, digest, 0);
        return hex(digest);
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
