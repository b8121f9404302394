package dev.viewstamp.actors.gateway;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HexFormat;

// Long because the 32 words of the state must stand in local variables: that is what makes it fast.

/**
 * The checksum of TigerBeetle's client protocol: a 128-bit digest made of AEGIS-128L with key and nonce zero, the data
 * as associated data, no message (wire spec §6). Plain Java: one AES round is sixteen look-ups in four tables.
 *
 * <p>An instance holds the 128 bytes of state that a digest is worked out in, so that nothing is allocated; it is
 * for one thread at a time and keeps nothing from one digest to the next.
 *
 * <pre>
 *   state      S0 … S7, a block of 16 bytes each, as 4 little-endian ints: column c of an AES block is int c
 *   step(M)    S[i]' = round(S[i-1], S[i]);  S0' ^= first half of M;  S4' ^= second half
 * </pre>
 */
final class Aegis128L {
    /** Bytes of a digest. */
    static final int SIZE = 16;

    private static final int BLOCKS = 8;
    private static final int WORDS = 4 * BLOCKS;
    private static final int CHUNK = 32;
    private static final int FINAL_STEPS = 7;
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    // What a byte in row 0, 1, 2, 3 of a column adds to the column that it lands in: MixColumns of SubBytes.
    private static final int[] ROW_0 = new int[256];
    private static final int[] ROW_1 = new int[256];
    private static final int[] ROW_2 = new int[256];
    private static final int[] ROW_3 = new int[256];

    /** The state after step 2 of wire spec §6: the same for every digest. */
    private static final int[] START;

    static {
        int[] sbox = sbox();
        for (int x = 0; x < 256; x++) {
            int s = sbox[x];
            int twice = times2(s);
            ROW_0[x] = twice | s << 8 | s << 16 | (twice ^ s) << 24;
            ROW_1[x] = Integer.rotateLeft(ROW_0[x], 8);
            ROW_2[x] = Integer.rotateLeft(ROW_0[x], 16);
            ROW_3[x] = Integer.rotateLeft(ROW_0[x], 24);
        }
        START = start();
    }

    private final int[] state = new int[WORDS];
    private final byte[] lastChunk = new byte[CHUNK];
    private final byte[] digest = new byte[SIZE];

    /**
     * Writes the digest of {@code length} bytes from {@code offset} on to {@code target}.
     *
     * @throws IndexOutOfBoundsException if either range does not lie within its array
     */
    void digest(byte[] source, int offset, int length, byte[] target, int targetOffset) {
        System.arraycopy(START, 0, state, 0, WORDS);
        int end = offset + length;
        int at = absorb(state, source, offset, end);
        if (at < end) {
            Arrays.fill(lastChunk, (byte) 0);
            System.arraycopy(source, at, lastChunk, 0, end - at);
            absorb(state, lastChunk, 0, CHUNK);
        }
        finish(8L * length);
        for (int word = 0; word < 4; word++) {
            int tag = 0;
            for (int block = 0; block < BLOCKS - 1; block++) {
                tag ^= state[4 * block + word];
            }
            INT.set(target, targetOffset + 4 * word, tag);
        }
    }

    /** Whether these bytes have this digest. */
    boolean matches(byte[] source, int offset, int length, byte[] expected, int expectedOffset) {
        digest(source, offset, length, digest, 0);
        return Arrays.equals(digest, 0, SIZE, expected, expectedOffset, expectedOffset + SIZE);
    }

    private void finish(long bits) {
        int low = (int) bits ^ state[8];
        int high = (int) (bits >>> 32) ^ state[9];
        byte[] x = lastChunk;
        for (int half = 0; half < CHUNK; half += SIZE) {
            INT.set(x, half, low);
            INT.set(x, half + 4, high);
            INT.set(x, half + 8, state[10]);
            INT.set(x, half + 12, state[11]);
        }
        for (int i = 0; i < FINAL_STEPS; i++) {
            absorb(state, x, 0, CHUNK);
        }
    }

    /** Takes in the whole chunks of 32 bytes; says where the first one begins that is not whole. */
    private static int absorb(int[] s, byte[] source, int offset, int end) {
        int s00 = s[0], s01 = s[1], s02 = s[2], s03 = s[3];
        int s10 = s[4], s11 = s[5], s12 = s[6], s13 = s[7];
        int s20 = s[8], s21 = s[9], s22 = s[10], s23 = s[11];
        int s30 = s[12], s31 = s[13], s32 = s[14], s33 = s[15];
        int s40 = s[16], s41 = s[17], s42 = s[18], s43 = s[19];
        int s50 = s[20], s51 = s[21], s52 = s[22], s53 = s[23];
        int s60 = s[24], s61 = s[25], s62 = s[26], s63 = s[27];
        int s70 = s[28], s71 = s[29], s72 = s[30], s73 = s[31];
        int at = offset;
        for (; at + CHUNK <= end; at += CHUNK) {
            int t0 = s70, t1 = s71, t2 = s72, t3 = s73;
            s70 ^= column(s60, s61, s62, s63);
            s71 ^= column(s61, s62, s63, s60);
            s72 ^= column(s62, s63, s60, s61);
            s73 ^= column(s63, s60, s61, s62);
            s60 ^= column(s50, s51, s52, s53);
            s61 ^= column(s51, s52, s53, s50);
            s62 ^= column(s52, s53, s50, s51);
            s63 ^= column(s53, s50, s51, s52);
            s50 ^= column(s40, s41, s42, s43);
            s51 ^= column(s41, s42, s43, s40);
            s52 ^= column(s42, s43, s40, s41);
            s53 ^= column(s43, s40, s41, s42);
            s40 ^= column(s30, s31, s32, s33) ^ (int) INT.get(source, at + 16);
            s41 ^= column(s31, s32, s33, s30) ^ (int) INT.get(source, at + 20);
            s42 ^= column(s32, s33, s30, s31) ^ (int) INT.get(source, at + 24);
            s43 ^= column(s33, s30, s31, s32) ^ (int) INT.get(source, at + 28);
            s30 ^= column(s20, s21, s22, s23);
            s31 ^= column(s21, s22, s23, s20);
            s32 ^= column(s22, s23, s20, s21);
            s33 ^= column(s23, s20, s21, s22);
            s20 ^= column(s10, s11, s12, s13);
            s21 ^= column(s11, s12, s13, s10);
            s22 ^= column(s12, s13, s10, s11);
            s23 ^= column(s13, s10, s11, s12);
            s10 ^= column(s00, s01, s02, s03);
            s11 ^= column(s01, s02, s03, s00);
            s12 ^= column(s02, s03, s00, s01);
            s13 ^= column(s03, s00, s01, s02);
            s00 ^= column(t0, t1, t2, t3) ^ (int) INT.get(source, at);
            s01 ^= column(t1, t2, t3, t0) ^ (int) INT.get(source, at + 4);
            s02 ^= column(t2, t3, t0, t1) ^ (int) INT.get(source, at + 8);
            s03 ^= column(t3, t0, t1, t2) ^ (int) INT.get(source, at + 12);
        }
        s[0] = s00;
        s[1] = s01;
        s[2] = s02;
        s[3] = s03;
        s[4] = s10;
        s[5] = s11;
        s[6] = s12;
        s[7] = s13;
        s[8] = s20;
        s[9] = s21;
        s[10] = s22;
        s[11] = s23;
        s[12] = s30;
        s[13] = s31;
        s[14] = s32;
        s[15] = s33;
        s[16] = s40;
        s[17] = s41;
        s[18] = s42;
        s[19] = s43;
        s[20] = s50;
        s[21] = s51;
        s[22] = s52;
        s[23] = s53;
        s[24] = s60;
        s[25] = s61;
        s[26] = s62;
        s[27] = s63;
        s[28] = s70;
        s[29] = s71;
        s[30] = s72;
        s[31] = s73;
        return at;
    }

    /** One column after SubBytes, ShiftRows and MixColumns: its bytes come from four columns, one row each. */
    private static int column(int row0, int row1, int row2, int row3) {
        return ROW_0[row0 & 0xFF] ^ ROW_1[row1 >>> 8 & 0xFF] ^ ROW_2[row2 >>> 16 & 0xFF] ^ ROW_3[row3 >>> 24];
    }

    private static int[] start() {
        byte[] c0 = new byte[SIZE];                              // Fibonacci's numbers, modulo 256
        for (int i = 0, next = 1; i < SIZE; i++) {
            c0[i] = (byte) (i == 0 ? 0 : next);
            if (i >= 1) {
                next = (c0[i] & 0xFF) + (c0[i - 1] & 0xFF);
            }
        }
        byte[] c1 = HexFormat.of().parseHex("db3d18556dc22ff12011314273b528dd");
        int[] s = new int[WORDS];
        for (int word = 0; word < 4; word++) {
            int fibonacci = (int) INT.get(c0, 4 * word);
            int other = (int) INT.get(c1, 4 * word);
            s[4 + word] = other;
            s[8 + word] = fibonacci;
            s[12 + word] = other;
            s[20 + word] = fibonacci;
            s[24 + word] = other;
            s[28 + word] = fibonacci;
        }
        absorb(s, new byte[10 * CHUNK], 0, 10 * CHUNK);
        return s;
    }

    /** AES's S-box: the inverse in GF(2^8), then an affine map. */
    private static int[] sbox() {
        int[] sbox = new int[256];
        int p = 1;
        int q = 1;                                               // always the inverse of p: 3 and 0xF6 are generators
        do {
            p = p ^ times2(p);
            q ^= q << 1;
            q ^= q << 2;
            q ^= q << 4;
            q &= 0xFF;
            q ^= (q & 0x80) != 0 ? 0x09 : 0;
            int mapped = q ^ rotate8(q, 1) ^ rotate8(q, 2) ^ rotate8(q, 3) ^ rotate8(q, 4);
            sbox[p] = mapped ^ 0x63;
        } while (p != 1);
        sbox[0] = 0x63;
        return sbox;
    }

    private static int rotate8(int x, int by) {
        return (x << by | x >>> 8 - by) & 0xFF;
    }

    /** Doubles in GF(2^8) modulo x^8 + x^4 + x^3 + x + 1. */
    private static int times2(int x) {
        return (x << 1 ^ (x & 0x80) / 0x80 * 0x11B) & 0xFF;
    }
}
