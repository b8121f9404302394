package dev.viewstamp.journal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * The 256-byte header of a log entry, on disk, in messages and in memory. Immutable: what it is, is its checksum.
 *
 * <pre>
 *   0 checksum 16          16 zero 16          32 bodyChecksum 16      48 zero 32
 *  80 cluster 16           96 size u32        100 zero u32            104 view u32       108 release u32
 * 112 protocol u16        114 command u8      115 replica u8          116 zero 12
 * 128 parent 16           144 requestChecksum 16                      160 checkpointId 16
 * 176 client 16           192 op u64          200 commit u64          208 timestamp u64
 * 216 request u32         220 operation u8    221 door u8             222 zero to 255
 * </pre>
 *
 * All little-endian. {@code checksum} covers bytes 16 to 255, so it covers the body's checksum and thereby
 * the body. {@code replica} is the author (the primary that prepared the entry), never a forwarder. Source:
 * replication spec §2, design "Messages, headers, buffers".
 */
public final class EntryHeader {
    public static final int SIZE = 256;

    /** Operations of the protocol itself; codes from 128 on belong to the state machine and are opaque here. */
    public static final int OPERATION_RESERVED = 0;
    public static final int OPERATION_ROOT = 1;
    public static final int OPERATION_REGISTER = 2;
    public static final int OPERATION_NOOP = 6;

    /** {@code command} of a log entry: the number of Prepare on the wire. */
    public static final int COMMAND_PREPARE = 6;

    /** Who brought the request in: the cluster itself (pulse), an Akka client, or the wire gateway. */
    public static final int DOOR_INTERNAL = 0;
    public static final int DOOR_AKKA = 1;
    public static final int DOOR_WIRE = 2;

    private static final Word128 EMPTY_BODY = Checksums.of(new byte[0]);

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private final byte[] bytes;
    private final Word128 checksum;

    private EntryHeader(byte[] bytes) {
        this.bytes = bytes;
        this.checksum = word(0);
    }

    /**
     * Reads a header without judging it; call {@link #isValid()} before trusting a field.
     *
     * @throws IndexOutOfBoundsException if fewer than 256 bytes remain at {@code offset}
     */
    public static EntryHeader read(byte[] source, int offset) {
        return new EntryHeader(Arrays.copyOfRange(source, offset, offset + SIZE));
    }

    /** Reads 256 bytes at the buffer's position and advances it. */
    public static EntryHeader read(ByteBuffer source) {
        byte[] bytes = new byte[SIZE];
        source.get(bytes);
        return new EntryHeader(bytes);
    }

    public static Builder builder() {
        return new Builder();
    }

    /** The entry at op 0: a pure function of the cluster id, so it can always be rebuilt (replication spec §2.4). */
    public static EntryHeader root(Word128 cluster) {
        return builder().cluster(cluster).operation(OPERATION_ROOT).body(0, EMPTY_BODY).build();
    }

    /** What stands in a slot that never held an entry. The slot number in {@code op} exposes a misdirected write. */
    public static EntryHeader reserved(Word128 cluster, int slot) {
        return builder().cluster(cluster).operation(OPERATION_RESERVED).op(slot).body(0, EMPTY_BODY).build();
    }

    /**
     * Stands in a DoViewChange for "I do not know the header of this op". All zero but the op, so it is never
     * {@linkplain #isValid() valid} and never equal to a real header (replication spec §2.4).
     */
    public static EntryHeader blank(long op) {
        byte[] bytes = new byte[SIZE];
        LONG.set(bytes, 192, op);
        return new EntryHeader(bytes);
    }

    /** Whether this is exactly {@code blank(op())}. */
    public boolean isBlank() {
        return checksum.isZero() && zero(16, 192) && zero(200, SIZE) && op() >= 0;
    }

    /** Whether the checksum holds and every reserved byte is zero. Says nothing of the body. */
    public boolean isValid() {
        return checksum.equals(Checksums.of(bytes, 16, SIZE - 16))
                && zero(16, 32) && zero(48, 80) && zero(100, 104) && zero(116, 128) && zero(222, SIZE)
                && size() >= SIZE && command() == COMMAND_PREPARE && op() >= 0 && commit() >= 0 && timestamp() >= 0;
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

    /** The client's release as its door numbers it; opaque. */
    public int release() {
        return (int) INT.get(bytes, 108);
    }

    public int command() {
        return bytes[114] & 0xFF;
    }

    /** The primary that prepared this entry. */
    public int replica() {
        return bytes[115] & 0xFF;
    }

    /** Checksum of the entry at op - 1. */
    public Word128 parent() {
        return word(128);
    }

    /** The request's identity as its door chose it; opaque. */
    public Word128 requestChecksum() {
        return word(144);
    }

    public Word128 checkpointId() {
        return word(160);
    }

    /** Zero for entries that the cluster made itself. */
    public Word128 client() {
        return word(176);
    }

    public long op() {
        return (long) LONG.get(bytes, 192);
    }

    /** The primary's commitMax when it prepared this entry. */
    public long commit() {
        return (long) LONG.get(bytes, 200);
    }

    /** T of ledger spec §5, nanoseconds. */
    public long timestamp() {
        return (long) LONG.get(bytes, 208);
    }

    public int request() {
        return (int) INT.get(bytes, 216);
    }

    public int operation() {
        return bytes[220] & 0xFF;
    }

    public int door() {
        return bytes[221] & 0xFF;
    }

    public boolean isReserved() {
        return operation() == OPERATION_RESERVED;
    }

    /** Whether this valid header is exactly {@code reserved(cluster, slot)}; hashes nothing. */
    boolean isReservedFor(Word128 cluster, int slot) {
        return isReserved() && op() == slot && size() == SIZE && bodyChecksum().equals(EMPTY_BODY)
                && cluster().equals(cluster) && zero(104, 114) && replica() == 0 && zero(128, 192) && zero(200, SIZE);
    }

    /** A copy of the 256 bytes. */
    public byte[] toBytes() {
        return bytes.clone();
    }

    public void writeTo(byte[] target, int offset) {
        System.arraycopy(bytes, 0, target, offset, SIZE);
    }

    public void writeTo(ByteBuffer target) {
        target.put(bytes);
    }

    /** Equal checksums are equal headers; blanks, which have none, are equal if they stand for the same op. */
    @Override
    public boolean equals(Object other) {
        return this == other || other instanceof EntryHeader header && header.checksum.equals(checksum)
                && (!checksum.isZero() || Arrays.equals(header.bytes, bytes));
    }

    @Override
    public int hashCode() {
        return (int) checksum.lo();
    }

    @Override
    public String toString() {
        return "op=" + op() + " view=" + view() + " operation=" + operation() + " checksum="
                + checksum.toString().substring(0, 8);
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

    /** Fills a header field by field; {@link #build()} computes the checksum and ends the builder's life. */
    public static final class Builder {
        private final byte[] bytes = new byte[SIZE];

        private Builder() {
            bytes[114] = COMMAND_PREPARE;
        }

        public Builder cluster(Word128 cluster) {
            return word(80, cluster);
        }

        /** Sets size and bodyChecksum from the body. */
        public Builder body(byte[] body) {
            return body(body.length, Checksums.of(body));
        }

        /** As {@link #body(byte[])}, when the checksum is known already: a body is hashed once. */
        public Builder body(int length, Word128 bodyChecksum) {
            INT.set(bytes, 96, SIZE + length);
            return word(32, bodyChecksum);
        }

        public Builder view(int view) {
            INT.set(bytes, 104, view);
            return this;
        }

        public Builder release(int release) {
            INT.set(bytes, 108, release);
            return this;
        }

        public Builder replica(int replica) {
            bytes[115] = (byte) replica;
            return this;
        }

        public Builder parent(Word128 parent) {
            return word(128, parent);
        }

        public Builder requestChecksum(Word128 checksum) {
            return word(144, checksum);
        }

        public Builder checkpointId(Word128 id) {
            return word(160, id);
        }

        public Builder client(Word128 client) {
            return word(176, client);
        }

        public Builder op(long op) {
            LONG.set(bytes, 192, op);
            return this;
        }

        public Builder commit(long commit) {
            LONG.set(bytes, 200, commit);
            return this;
        }

        public Builder timestamp(long timestamp) {
            LONG.set(bytes, 208, timestamp);
            return this;
        }

        public Builder request(int request) {
            INT.set(bytes, 216, request);
            return this;
        }

        public Builder operation(int operation) {
            bytes[220] = (byte) operation;
            return this;
        }

        public Builder door(int door) {
            bytes[221] = (byte) door;
            return this;
        }

        public EntryHeader build() {
            word(0, Checksums.of(bytes, 16, SIZE - 16));
            return new EntryHeader(bytes);
        }

        private Builder word(int offset, Word128 word) {
            LONG.set(bytes, offset, word.lo());
            LONG.set(bytes, offset + 8, word.hi());
            return this;
        }
    }
}
