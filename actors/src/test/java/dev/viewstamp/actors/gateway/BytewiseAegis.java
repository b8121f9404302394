package dev.viewstamp.actors.gateway;

import java.util.Arrays;
import java.util.HexFormat;

/** Wire spec §6 read aloud, a byte at a time: slow, and with nothing in common with the product's tables. */
final class BytewiseAegis {
    private static final byte[] C0 = HexFormat.of().parseHex("000101020305080d1522375990e97962");
    private static final byte[] C1 = HexFormat.of().parseHex("db3d18556dc22ff12011314273b528dd");
    private static final int[] MIX = {2, 3, 1, 1};

    private BytewiseAegis() {
    }

    static byte[] digest(byte[] input) {
        byte[] zero = new byte[16];
        byte[][] s = {zero, C1, C0, C1, zero, C0, C1, C0};
        for (int i = 0; i < 10; i++) {
            s = step(s, zero, zero);
        }
        for (int at = 0; at < input.length; at += 32) {
            byte[] chunk = Arrays.copyOf(Arrays.copyOfRange(input, at, Math.min(at + 32, input.length)), 32);
            s = step(s, Arrays.copyOf(chunk, 16), Arrays.copyOfRange(chunk, 16, 32));
        }
        byte[] x = new byte[16];
        for (int i = 0; i < 8; i++) {
            x[i] = (byte) (8L * input.length >>> 8 * i);
        }
        x = xor(x, s[2]);
        for (int i = 0; i < 7; i++) {
            s = step(s, x, x);
        }
        byte[] tag = new byte[16];
        for (int i = 0; i < 7; i++) {
            tag = xor(tag, s[i]);
        }
        return tag;
    }

    private static byte[][] step(byte[][] s, byte[] m0, byte[] m1) {
        byte[][] next = new byte[8][];
        for (int i = 0; i < 8; i++) {
            next[i] = xor(round(s[(i + 7) % 8]), s[i]);
        }
        next[0] = xor(next[0], m0);
        next[4] = xor(next[4], m1);
        return next;
    }

    private static byte[] round(byte[] a) {
        byte[] out = new byte[16];
        for (int column = 0; column < 4; column++) {
            for (int row = 0; row < 4; row++) {
                int sum = 0;
                for (int k = 0; k < 4; k++) {                    // ShiftRows: row k comes from k columns further on
                    int shifted = a[4 * ((column + k) % 4) + k] & 0xFF;
                    sum ^= times(MIX[(k - row + 4) % 4], substitute(shifted));
                }
                out[4 * column + row] = (byte) sum;
            }
        }
        return out;
    }

    private static int substitute(int x) {
        int inverse = 0;
        for (int y = 1; y < 256 && x != 0; y++) {
            inverse = times(x, y) == 1 ? y : inverse;
        }
        int result = 0x63;
        for (int bit = 0; bit < 8; bit++) {
            for (int k : new int[] {0, 4, 5, 6, 7}) {
                result ^= (inverse >> (bit + k) % 8 & 1) << bit;
            }
        }
        return result;
    }

    private static int times(int a, int b) {
        int product = 0;
        for (int i = 0; i < 8; i++) {
            product ^= (b >> i & 1) * (a << i);
        }
        for (int i = 15; i >= 8; i--) {
            product ^= (product >> i & 1) * (0x11B << i - 8);
        }
        return product;
    }

    private static byte[] xor(byte[] a, byte[] b) {
        byte[] out = new byte[16];
        for (int i = 0; i < 16; i++) {
            out[i] = (byte) (a[i] ^ b[i]);
        }
        return out;
    }
}
