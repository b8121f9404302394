package dev.viewstamp.actors.gateway;

/**
 * Where things stand in the 256-byte header of a frame (wire spec §4, §5). All integers little-endian and unsigned;
 * what is not named here is reserved and zero.
 *
 * <pre>
 *   0 checksum 16          16 zero 16            32 bodyChecksum 16     48 zero 32           80 cluster 16
 *  96 size u32            100 epoch u32 = 0     104 view u32           108 release u32
 * 112 protocol u16 = 0    114 command u8        115 replica u8         116 zero 12
 *
 * request   128 parent 16    144 zero 16        160 client 16          176 session u64      184 timestamp u64 = 0
 *           192 request u32  196 operation u8   197 zero 3             200 latency u32      204 zero to 255
 * reply     128 requestChecksum 16              144 zero 16            160 context 16       176 zero 16
 *           192 client 16    208 op u64         216 commit u64         224 timestamp u64
 *           232 request u32  236 operation u8   237 zero to 255
 * ping      128 client 16    144 timestamp u64  152 session u64        160 zero to 255
 * pong      128 timestamp u64                   136 zero to 255
 * eviction  128 client 16    144 zero           255 reason u8
 * </pre>
 */
final class FrameLayout {
    static final int HEADER = 256;
    static final int MESSAGE_MAX = 1 << 20;
    static final int BODY_MAX = MESSAGE_MAX - HEADER;

    static final int PING_CLIENT = 3;
    static final int PONG_CLIENT = 4;
    static final int REQUEST = 5;
    static final int REPLY = 8;
    static final int EVICTION = 18;

    static final int CHECKSUM = 0;
    /** The checksum covers the header from here on. */
    static final int COVERED = 16;
    static final int BODY_CHECKSUM = 32;
    static final int CLUSTER = 80;
    static final int SIZE = 96;
    static final int EPOCH = 100;
    static final int VIEW = 104;
    static final int RELEASE = 108;
    static final int PROTOCOL = 112;
    static final int COMMAND = 114;
    static final int REPLICA = 115;
    static final int RESERVED_FRAME = 116;
    static final int OF_COMMAND = 128;

    static final int REQUEST_PARENT = 128;
    static final int REQUEST_PARENT_PADDING = 144;
    static final int REQUEST_CLIENT = 160;
    static final int REQUEST_SESSION = 176;
    static final int REQUEST_TIMESTAMP = 184;
    static final int REQUEST_NUMBER = 192;
    static final int REQUEST_OPERATION = 196;
    static final int REQUEST_PADDING = 197;
    static final int REQUEST_LATENCY = 200;
    static final int REQUEST_RESERVED = 204;

    static final int REPLY_REQUEST_CHECKSUM = 128;
    static final int REPLY_CONTEXT = 160;
    static final int REPLY_CLIENT = 192;
    static final int REPLY_OP = 208;
    static final int REPLY_COMMIT = 216;
    static final int REPLY_TIMESTAMP = 224;
    static final int REPLY_NUMBER = 232;
    static final int REPLY_OPERATION = 236;
    static final int REPLY_RESERVED = 237;

    static final int PING_CLIENT_ID = 128;
    static final int PING_TIMESTAMP = 144;
    static final int PING_SESSION = 152;
    static final int PING_RESERVED = 160;

    static final int PONG_TIMESTAMP = 128;
    static final int PONG_RESERVED = 136;

    static final int EVICTION_CLIENT = 128;
    static final int EVICTION_RESERVED = 144;
    static final int EVICTION_REASON = 255;

    private FrameLayout() {
    }

    /** Whether bytes {@code from} to {@code to} (exclusive) are zero. */
    static boolean isZero(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            if (bytes[i] != 0) {
                return false;
            }
        }
        return true;
    }
}
