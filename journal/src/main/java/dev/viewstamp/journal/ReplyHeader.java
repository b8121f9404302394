package dev.viewstamp.journal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * The 256-byte header of a stored reply. A pure function of the log entry answered and of the reply's body, so
 * it is equal on every replica (wire spec §5.4, §17; our checksum). Immutable.
 *
 * <pre>
 *   0 checksum 16          16 zero 16          32 bodyChecksum 16      48 zero 32
 *  80 cluster 16           96 size u32        100 zero u32            104 view u32       108 release u32
 * 112 protocol u16        114 command u8 = 8  115 replica u8          116 zero 12
 * 128 requestChecksum 16  144 zero 16         160 context 16          176 zero 16
 * 192 client 16           208 op u64          216 commit u64          224 timestamp u64
 * 232 request u32         236 operation u8    237 zero to 255
 * </pre>
 *
 * All little-endian. {@code context} is the checksum of bytes 16 to 255 with itself zero and the view of the
 * entry: the client shows it with its next request to prove that it knows this reply. {@code checksum} covers
 * bytes 16 to 255. Sent again in a newer view, a reply changes its view and checksum, never its context.
 */
public final class ReplyHeader {
    public static final int SIZE = 256;

    /** {@code command} of a reply: its number on the wire. */
    public static final int COMMAND_REPLY = 8;

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private final byte[] bytes;
    private final Word128 checksum;

    private ReplyHeader(byte[] bytes) {
        this.bytes = bytes;
        this.checksum = word(0);
    }

    /** The reply to {@code entry}, which a client asked for: the header that every replica arrives at. */
    public static ReplyHeader of(EntryHeader entry, byte[] body) {
        byte[] bytes = new byte[SIZE];
        put(bytes, 32, Checksums.of(body));
        put(bytes, 80, entry.cluster());
        INT.set(bytes, 96, SIZE + body.length);
        INT.set(bytes, 104, entry.view());
        INT.set(bytes, 108, entry.release());
        bytes[114] = COMMAND_REPLY;
        bytes[115] = (byte) entry.replica();
        put(bytes, 128, entry.requestChecksum());
        put(bytes, 192, entry.client());
        LONG.set(bytes, 208, entry.op());
        LONG.set(bytes, 216, entry.op());
        LONG.set(bytes, 224, entry.timestamp());
        INT.set(bytes, 232, entry.request());
        bytes[236] = (byte) entry.operation();
        put(bytes, 160, Checksums.of(bytes, 16, SIZE - 16));
        put(bytes, 0, Checksums.of(bytes, 16, SIZE - 16));
        return new ReplyHeader(bytes);
    }

    /**
     * Reads a header without judging it; call {@link #isValid()} before trusting a field.
     *
     * @throws IndexOutOfBoundsException if {@code offset} is outside {@code source}
     */
    public static ReplyHeader read(byte[] source, int offset) {
        return new ReplyHeader(Arrays.copyOfRange(source, offset, offset + SIZE));
    }

    /** The same reply as seen from a newer view: view and checksum change, the context stays. */
    public ReplyHeader withView(int view) {
        byte[] copy = bytes.clone();
        INT.set(copy, 104, view);
        put(copy, 0, Checksums.of(copy, 16, SIZE - 16));
        return new ReplyHeader(copy);
    }

    /** Whether the checksum holds and every reserved byte is zero. Says nothing of the body. */
    public boolean isValid() {
        return checksum.equals(Checksums.of(bytes, 16, SIZE - 16))
                && zero(16, 32) && zero(48, 80) && zero(100, 104) && zero(112, 114) && zero(116, 128)
                && zero(144, 160) && zero(176, 192) && zero(237, SIZE)
                && command() == COMMAND_REPLY && size() >= SIZE
                && !client().isZero() && op() > 0 && commit() == op() && timestamp() > 0;
    }

    /** Whether {@code body} is this header's body. */
    public boolean isValidBody(byte[] body) {
        return body.length == bodySize() && Checksums.of(body).equals(bodyChecksum());
    }

    public Word128 checksum() {
        return checksum;
    }

    public Word128 bodyChecksum() {
        return word(32);
    }

    public Word128 cluster() {
        return word(80);
    }

    /** Header and body together, bytes. */
    public int size() {
        return (int) INT.get(bytes, 96);
    }

    public int bodySize() {
        return size() - SIZE;
    }

    public int view() {
        return (int) INT.get(bytes, 104);
    }

    /** The release of the request, as its door numbers it; opaque. */
    public int release() {
        return (int) INT.get(bytes, 108);
    }

    public int command() {
        return bytes[114] & 0xFF;
    }

    /** The primary that prepared the entry. */
    public int replica() {
        return bytes[115] & 0xFF;
    }

    public Word128 requestChecksum() {
        return word(128);
    }

    /** What the client's next request must name as its parent. */
    public Word128 context() {
        return word(160);
    }

    public Word128 client() {
        return word(192);
    }

    public long op() {
        return (long) LONG.get(bytes, 208);
    }

    /** Equals {@link #op()}; in the reply to a register it is the session. */
    public long commit() {
        return (long) LONG.get(bytes, 216);
    }

    /** The entry's T of ledger spec §5, nanoseconds. */
    public long timestamp() {
        return (long) LONG.get(bytes, 224);
    }

    public int request() {
        return (int) INT.get(bytes, 232);
    }

    public int operation() {
        return bytes[236] & 0xFF;
    }

    /** A copy of the 256 bytes. */
    public byte[] toBytes() {
        return bytes.clone();
    }

    public void writeTo(byte[] target, int offset) {
        System.arraycopy(bytes, 0, target, offset, SIZE);
    }

    /** Equal checksums are equal headers. */
    @Override
    public boolean equals(Object other) {
        return other instanceof ReplyHeader header && header.checksum.equals(checksum);
    }

    @Override
    public int hashCode() {
        return (int) checksum.lo();
    }

    @Override
    public String toString() {
        return "reply op=" + op() + " view=" + view() + " client=" + client()
                + " request=" + Integer.toUnsignedString(request())
                + " checksum=" + checksum.toString().substring(0, 8);
    }

    private Word128 word(int offset) {
        return new Word128((long) LONG.get(bytes, offset + 8), (long) LONG.get(bytes, offset));
    }

    private boolean zero(int from, int to) {
        for (int i = from; i < to; i++) {
            if (bytes[i] != 0) {
                return false;
            }
        }
        return true;
    }

    private static void put(byte[] bytes, int offset, Word128 word) {
        LONG.set(bytes, offset, word.lo());
        LONG.set(bytes, offset + 8, word.hi());
    }
}
