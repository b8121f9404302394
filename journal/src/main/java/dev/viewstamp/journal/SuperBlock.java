package dev.viewstamp.journal;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Identity, constants and {@link VsrState} of one replica: the root of its data directory. Kept in four
 * copies, written one after another in place; see {@link SuperBlockQuorum} for which of them to believe.
 * One copy, 8 KiB, little-endian:
 *
 * <pre>
 *    0 checksum 16 (of 32 to 8191)    16 copy u32          20 zero to 31
 *   32 magic 8 "VIEWSTMP"             40 formatVersion u32 44 zero 4          48 sequence u64     56 zero 8
 *   64 cluster 16                     80 parent 16         96 fingerprint 16 112 constants 28    140 zero to 255
 *  256 replica u32    260 logView u32    264 view u32    268 viewHeadersCount u32
 *  272 commitMax u64  280 syncOpMin u64  288 syncOpMax u64                                       296 zero to 511
 *  512 checkpoint 384                896 zero to 1023
 * 1024 viewHeaders, 256 each, 28 at most, then zeros
 * </pre>
 *
 * Magic and format version keep their places in every future format. The copy number is outside the
 * checksum, so four equal copies have equal checksums. Immutable. Source: replication spec §6.1, §6.2.
 */
public final class SuperBlock {
    public static final int COPY_COUNT = 4;
    public static final int COPY_SIZE = 2 * WalGeometry.SECTOR_SIZE;
    public static final int FORMAT_VERSION = 1;

    static final long MAGIC = ByteBuffer.wrap("VIEWSTMP".getBytes(java.nio.charset.StandardCharsets.US_ASCII))
            .order(ByteOrder.LITTLE_ENDIAN).getLong();

    private static final int CHECKED_FROM = 32;

    private final long sequence;
    private final Word128 cluster;
    private final Word128 parent;
    private final ClusterConstants constants;
    private final VsrState vsrState;
    private final byte[] bytes;
    private final Word128 checksum;

    private SuperBlock(long sequence, Word128 cluster, Word128 parent, ClusterConstants constants,
            VsrState vsrState) {
        InvariantViolation.check(sequence > 0, "sequence %d", sequence);
        InvariantViolation.check(vsrState.replica() >= 0 && vsrState.replica() < constants.replicaCount(),
                "replica %d of %d", vsrState.replica(), constants.replicaCount());
        this.sequence = sequence;
        this.cluster = cluster;
        this.parent = parent;
        this.constants = constants;
        this.vsrState = vsrState;
        this.bytes = encode();
        this.checksum = Checksums.of(bytes, CHECKED_FROM, COPY_SIZE - CHECKED_FROM);
    }

    /** What {@code format} writes. */
    public static SuperBlock first(Word128 cluster, ClusterConstants constants, VsrState vsrState) {
        return new SuperBlock(1, cluster, Word128.ZERO, constants, vsrState);
    }

    /**
     * The next superblock, not yet written.
     *
     * @throws InvariantViolation if {@code next} takes back something that only grows
     */
    public SuperBlock successor(VsrState next) {
        InvariantViolation.check(vsrState.mayPrecede(next), "superblock would go back from %s to %s", vsrState, next);
        return new SuperBlock(sequence + 1, cluster, checksum, constants, next);
    }

    /** Bytes of copy {@code copy}, 8 KiB. */
    public byte[] toBytes(int copy) {
        byte[] result = bytes.clone();
        ByteBuffer.wrap(result).order(ByteOrder.LITTLE_ENDIAN)
                .putLong(0, checksum.lo()).putLong(8, checksum.hi()).putInt(16, copy);
        return result;
    }

    /** The superblock in {@code copy}, or empty if its checksum, magic, version or any field is wrong. */
    public static Optional<SuperBlock> read(byte[] copy) {
        ByteBuffer source = ByteBuffer.wrap(copy).order(ByteOrder.LITTLE_ENDIAN);
        if (copy.length != COPY_SIZE || source.getLong(32) != MAGIC || source.getInt(40) != FORMAT_VERSION
                || !Word128.read(source.position(0))
                        .equals(Checksums.of(copy, CHECKED_FROM, COPY_SIZE - CHECKED_FROM))) {
            return Optional.empty();
        }
        SuperBlock decoded;
        try {
            decoded = decode(source);
        } catch (IllegalArgumentException | InvariantViolation broken) {
            return Optional.empty();            // a checksum over nonsense: not written by this code
        }
        boolean same = Arrays.equals(decoded.bytes, CHECKED_FROM, COPY_SIZE, copy, CHECKED_FROM, COPY_SIZE);
        return same ? Optional.of(decoded) : Optional.empty();
    }

    /** The number that {@code copy} says it has; outside the checksum, so any value is possible. */
    public static int copyNumber(byte[] copy) {
        return ByteBuffer.wrap(copy).order(ByteOrder.LITTLE_ENDIAN).getInt(16);
    }

    /** The format version that {@code copy} claims, if it is a superblock at all. */
    public static Optional<Integer> claimedVersion(byte[] copy) {
        ByteBuffer source = ByteBuffer.wrap(copy).order(ByteOrder.LITTLE_ENDIAN);
        return source.getLong(32) == MAGIC ? Optional.of(source.getInt(40)) : Optional.empty();
    }

    public long sequence() {
        return sequence;
    }

    public Word128 cluster() {
        return cluster;
    }

    /** Checksum of the superblock before this one; zero for the first. */
    public Word128 parent() {
        return parent;
    }

    public ClusterConstants constants() {
        return constants;
    }

    public VsrState vsrState() {
        return vsrState;
    }

    /** Identity; the same for all copies. */
    public Word128 checksum() {
        return checksum;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SuperBlock superBlock && superBlock.checksum.equals(checksum);
    }

    @Override
    public int hashCode() {
        return checksum.hashCode();
    }

    @Override
    public String toString() {
        return "SuperBlock[sequence=" + sequence + " view=" + vsrState.view() + " logView=" + vsrState.logView()
                + " commitMax=" + vsrState.commitMax() + " checkpoint=" + vsrState.checkpointOp() + "]";
    }

    private byte[] encode() {
        ByteBuffer target = ByteBuffer.allocate(COPY_SIZE).order(ByteOrder.LITTLE_ENDIAN);
        target.position(32).putLong(MAGIC).putInt(FORMAT_VERSION);
        target.position(48).putLong(sequence);
        cluster.writeTo(target.position(64));
        parent.writeTo(target);
        constants.fingerprint().writeTo(target);
        constants.writeTo(target);
        target.position(256).putInt(vsrState.replica()).putInt(vsrState.logView()).putInt(vsrState.view())
                .putInt(vsrState.viewHeaders().size()).putLong(vsrState.commitMax()).putLong(vsrState.syncOpMin())
                .putLong(vsrState.syncOpMax());
        vsrState.checkpoint().writeTo(target.position(512));
        target.position(1024);
        for (EntryHeader header : vsrState.viewHeaders()) {
            header.writeTo(target);
        }
        return target.array();
    }

    private static SuperBlock decode(ByteBuffer source) {
        long sequence = source.getLong(48);
        Word128 cluster = Word128.read(source.position(64));
        Word128 parent = Word128.read(source);
        ClusterConstants constants = ClusterConstants.read(source.position(112));
        int headerCount = source.getInt(268);
        InvariantViolation.check(headerCount > 0 && headerCount <= VsrState.VIEW_HEADERS_MAX, "%d headers",
                headerCount);
        List<EntryHeader> headers = new ArrayList<>();
        source.position(1024);
        for (int i = 0; i < headerCount; i++) {
            headers.add(EntryHeader.read(source));
        }
        VsrState state = new VsrState(CheckpointState.read(source.position(512)), source.getInt(256),
                source.getLong(272), source.getLong(280), source.getLong(288), source.getInt(260),
                source.getInt(264), headers);
        return new SuperBlock(sequence, cluster, parent, constants, state);
    }
}
