package dev.viewstamp.actors.gateway;

import java.util.HexFormat;

/** Wire spec §8: F1, F3, F5 were sent by the stock 0.17.9 client, the others were sent to it and accepted. */
final class FrameVectors {
    static final String F1 = """
            0    0b7c52327db451829657208b5769f86a
            32   651b82f3ddd4fcbf2deb8496e8ff613c
            80   88776655443322110000000000000000
            96   00020000000000000000000009110000
            112  00000500000000000000000000000000
            160  3c1b06636ba70411c3b245cf81d60877
            192  00000000020000000000000000000000
            """;
    static final String F2 = """
            0    6ddbf2bd61bca299405a4da182de4dd8
            32   b5d20e04fd672c08f88ed62b32da1c19
            80   88776655443322110000000000000000
            96   40010000000000000000000009110000
            112  00000800000000000000000000000000
            128  0b7c52327db451829657208b5769f86a
            160  e2b000bf36f9be5aab7a6e90b330a0b8
            192  3c1b06636ba70411c3b245cf81d60877
            208  02000000000000000200000000000000
            224  57001ee8de86ea180000000002000000
            b 0  00ff0f00000000000000000000000000
            """;
    static final String F3 = """
            0    e818ae74085d8c4c0575991130d7ad04
            32   ae873a63ab8bee559b6f48278b02acf5
            80   88776655443322110000000000000000
            96   00020000000000000000000009110000
            112  00000500000000000000000000000000
            128  e2b000bf36f9be5aab7a6e90b330a0b8
            160  3c1b06636ba70411c3b245cf81d60877
            176  02000000000000000000000000000000
            192  01000000920000008810090000000000
            b 0    01000000000000000000000000000000
            b 112  01000000010000000000000000000000
            b 128 x7 ffffffffffffffffffffffffffffffff
            b 240  ffffffffffffffffffffffff01000100
            """;
    static final String F4 = """
            0    86711c0299bdd1fb0ca818bedef6a415
            32   0c1315e8ff1f5ba3cadd3cdd0bfe9f44
            80   88776655443322110000000000000000
            96   20010000000000000000000009110000
            112  00000800000000000000000000000000
            128  e818ae74085d8c4c0575991130d7ad04
            160  e9699f33caa747bb5921a46599871ab6
            192  3c1b06636ba70411c3b245cf81d60877
            208  03000000000000000300000000000000
            224  853e22e8de86ea180100000092000000
            b 0   853e22e8de86ea18ffffffff00000000
            b 16  ffffffffffffffffffffffff01000100
            """;
    static final String F5 = """
            0    da30d92a7d12e8fcf95c630e7f72c2a6
            32   83cc600dc4e3e7e62d4055826174f149
            80   88776655443322110000000000000000
            96   00010000000000000000000009110000
            112  00000300000000000000000000000000
            128  3c1b06636ba70411c3b245cf81d60877
            144  a6f446742f0300000200000000000000
            """;
    static final String F6 = """
            0    76853ccf16b1aa95f94e820c4fcec67a
            32   83cc600dc4e3e7e62d4055826174f149
            80   88776655443322110000000000000000
            96   00010000000000000000000009110000
            112  00000400000000000000000000000000
            128  a6f446742f0300000000000000000000
            """;
    static final String F7 = """
            0    1d855a96f0c0e80efd1022ce0ae3df7b
            32   83cc600dc4e3e7e62d4055826174f149
            96   00010000000000000300000009110000
            112  00001200000000000000000000000000
            128  100f0e0d0c0b0a090807060504030201
            240  00000000000000000000000000000001
            """;

    private FrameVectors() {
    }

    /** Header and body of a vector. */
    static byte[] bytes(String vector) {
        byte[] sized = new byte[FrameLayout.MESSAGE_MAX];
        for (String line : vector.lines().toList()) {
            String[] words = line.strip().replaceFirst("^b +", "b").split(" +");
            boolean isBody = words[0].startsWith("b");
            int offset = Integer.parseInt(isBody ? words[0].substring(1) : words[0]) + (isBody ? 256 : 0);
            int times = words.length == 3 ? Integer.parseInt(words[1].substring(1)) : 1;
            byte[] row = HexFormat.of().parseHex(words[words.length - 1]);
            for (int i = 0; i < times; i++) {
                System.arraycopy(row, 0, sized, offset + 16 * i, 16);
            }
        }
        return java.util.Arrays.copyOf(sized, dev.viewstamp.ledger.LittleEndian.i32(sized, FrameLayout.SIZE));
    }
}
