package dev.viewstamp.journal;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/**
 * What all replicas of a cluster must agree on for ever. Fixed by {@code format}, stored in the superblock
 * field by field and as a hash, compared at every open (replication spec §1.2).
 *
 * @param replicaCount   voting replicas, 1 to 6
 * @param slotCount      WAL slots, see {@link WalGeometry}
 * @param prepareSizeMax bytes of a WAL slot, header included, see {@link WalGeometry}
 * @param bodyLimit      the largest request body, bytes; at most prepareSizeMax - 256
 * @param pipelineMax    prepares in flight, P
 * @param clientsMax     sessions
 * @param checkpointBar  ops from a checkpoint to its trigger, B
 */
public record ClusterConstants(int replicaCount, int slotCount, int prepareSizeMax, int bodyLimit, int pipelineMax,
        int clientsMax, int checkpointBar) {
    public static final int REPLICA_COUNT_MAX = 6;
    public static final int PREPARE_SIZE_MAX = 1 << 20;
    /** Place of a stored reply, bytes: a whole message. A reply may be larger than any request. */
    public static final int REPLY_SIZE_MAX = 1 << 20;
    /** Bytes of {@link #writeTo}. */
    public static final int SIZE = 28;

    private static final String[] NAMES = {"replicaCount", "slotCount", "prepareSizeMax", "bodyLimit", "pipelineMax",
        "clientsMax", "checkpointBar"};

    /** @throws IllegalArgumentException naming the field that is out of range and what it may be */
    public ClusterConstants {
        require(replicaCount >= 1 && replicaCount <= REPLICA_COUNT_MAX, "replicaCount", replicaCount, "1 to 6");
        new WalGeometry(slotCount, prepareSizeMax);
        require(prepareSizeMax <= PREPARE_SIZE_MAX, "prepareSizeMax", prepareSizeMax, "at most " + PREPARE_SIZE_MAX);
        require(bodyLimit >= 1 && bodyLimit <= prepareSizeMax - EntryHeader.SIZE, "bodyLimit", bodyLimit,
                "1 to prepareSizeMax - 256 = " + (prepareSizeMax - EntryHeader.SIZE));
        require(pipelineMax >= 1 && pipelineMax <= VsrState.PIPELINE_MAX, "pipelineMax", pipelineMax,
                "1 to " + VsrState.PIPELINE_MAX);
        require(slotCount >= 2 * pipelineMax && slotCount > pipelineMax, "pipelineMax", pipelineMax,
                "at most slotCount / 2");
        require(clientsMax >= 1 && pipelineMax <= clientsMax + 1, "clientsMax", clientsMax,
                "at least 1 and at least pipelineMax - 1");
        new CheckpointCadence(slotCount, checkpointBar, pipelineMax);
    }

    /** 1024 slots of 1 MiB, 8 prepares in flight, 64 sessions. */
    public static ClusterConstants production(int replicaCount) {
        return of(replicaCount, 1024, PREPARE_SIZE_MAX);
    }

    /** 32 slots of 4 KiB, 4 prepares in flight, 7 sessions: every bound is met within a few dozen ops. */
    public static ClusterConstants smallTest(int replicaCount) {
        return new ClusterConstants(replicaCount, 32, 4096, 4096 - EntryHeader.SIZE, 4, 7, 4);
    }

    /**
     * Production defaults with another WAL: 8 in flight (4 below 64 slots), bar an eighth of the slots, at
     * most 128.
     */
    public static ClusterConstants of(int replicaCount, int slotCount, int prepareSizeMax) {
        return new ClusterConstants(replicaCount, slotCount, prepareSizeMax, prepareSizeMax - EntryHeader.SIZE,
                slotCount < 64 ? 4 : 8, 64, Math.min(128, slotCount / 8));
    }

    public ClusterConstants withBodyLimit(int limit) {
        return new ClusterConstants(replicaCount, slotCount, prepareSizeMax, limit, pipelineMax, clientsMax,
                checkpointBar);
    }

    public WalGeometry walGeometry() {
        return new WalGeometry(slotCount, prepareSizeMax);
    }

    public CheckpointCadence cadence() {
        return new CheckpointCadence(slotCount, checkpointBar, pipelineMax);
    }

    /** Equal on all replicas of a cluster; covers the format version too. */
    public Word128 fingerprint() {
        ByteBuffer bytes = ByteBuffer.allocate(SIZE + 4).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putInt(SuperBlock.FORMAT_VERSION);
        writeTo(bytes);
        return Checksums.of(bytes.array());
    }

    /** Names the first field that differs and both values; empty if none does. */
    public Optional<String> differenceFrom(ClusterConstants other) {
        int[] mine = values();
        int[] theirs = other.values();
        for (int i = 0; i < mine.length; i++) {
            if (mine[i] != theirs[i]) {
                return Optional.of(NAMES[i] + " is " + mine[i] + ", not " + theirs[i]);
            }
        }
        return Optional.empty();
    }

    /** Writes 28 bytes, a u32 each, in the order of the components; {@code target} must be little-endian. */
    public void writeTo(ByteBuffer target) {
        for (int value : values()) {
            target.putInt(value);
        }
    }

    /**
     * Reads 28 bytes; {@code source} must be little-endian.
     *
     * @throws IllegalArgumentException if they cannot be a cluster's
     */
    public static ClusterConstants read(ByteBuffer source) {
        return new ClusterConstants(source.getInt(), source.getInt(), source.getInt(), source.getInt(),
                source.getInt(), source.getInt(), source.getInt());
    }

    private int[] values() {
        return new int[] {replicaCount, slotCount, prepareSizeMax, bodyLimit, pipelineMax, clientsMax, checkpointBar};
    }

    private static void require(boolean holds, String field, long value, String range) {
        if (!holds) {
            throw new IllegalArgumentException(field + " is " + value + ": it must be " + range);
        }
    }
}
