package dev.viewstamp.testkit.sim;

import dev.viewstamp.actors.replica.Quorums;
import dev.viewstamp.journal.Storage;
import dev.viewstamp.journal.CheckpointFile;
import dev.viewstamp.journal.SuperBlock;
import dev.viewstamp.journal.WalGeometry;

/**
 * Which replica's copy of which object a simulation may damage. An object is what replicas repair from each other: the
 * slots of one header sector in both rings of the log, a stored reply, a block of a file. For each object at most
 * {@code replicationQuorum - 1} replicas are ever damaged, so that a committed entry keeps an intact copy somewhere;
 * no replica may lose all of its header sectors; a superblock, which peers cannot repair, loses at most one of its four
 * copies. Source: replication spec §12.3.
 *
 * <p>A <em>confined</em> atlas damages the logs of only so many replicas as a view change can do without: then
 * enough heads stay certain, and the cluster must come back whatever happens (replication spec §12.2).
 */
public final class FaultAtlas {
    private final long salt;
    private final int replicaCount;
    private int faultyMax;
    private final WalGeometry geometry;
    private final int replySlotSize;
    private final int wornReplicas;                              // how many replicas' logs may be damaged at all

    /**
     * @param replySlotSize bytes
     */
    public FaultAtlas(SimRandom random, Quorums quorums, WalGeometry geometry,
                      int replySlotSize, boolean confined) {
        this.salt = random.nextLong();
        this.replicaCount = quorums.replicaCount();
        this.faultyMax = quorums.replication() - 1;
        this.wornReplicas = confined ? quorums.replicaCount() - quorums.viewChange() : replicaCount;
        this.geometry = geometry;
        this.replySlotSize = replySlotSize;
    }

    /**
     * Whole disks may be lost, one at a time: then nothing else may be damaged, or an entry could lose its last copy
     * (a superblock's copies apart, which its replica alone needs).
     */
    FaultAtlas ofLostDisks() {
        faultyMax = 0;
        return this;
    }

    /** Whether every object that the bytes of this range belong to may be damaged on that replica. */
    public boolean mayFail(int replica, Storage.Zone zone, long offset, int length) {
        int chunkSize = chunkSize(zone);
        for (long chunk = offset / chunkSize; chunk * chunkSize < offset + length; chunk++) {
            if (!mayFail(replica, zone, chunk)) {
                return false;
            }
        }
        return true;
    }

    /**
     * Whether this block of an immutable file may be damaged on that replica. With two replicas or one never: there a
     * file may exist on one of them alone (replication spec §12.3).
     */
    public boolean mayFail(int replica, CheckpointFile file, int block) {
        return replicaCount > 2 && faultyMax > 0
                && isAmongChosen("file " + file.kind() + " " + file.number(), block, replica);
    }

    /** Whether this replica's log may be damaged anywhere; in a confined atlas a view change can do without these. */
    boolean isWorn(int replica) {
        return Math.floorMod(replica - (int) (draw("worn", 0, 0) % replicaCount), replicaCount) < wornReplicas;
    }

    private int chunkSize(Storage.Zone zone) {
        return switch (zone) {
            case SUPERBLOCK -> SuperBlock.COPY_SIZE;
            case WAL_HEADERS -> WalGeometry.SECTOR_SIZE;
            case WAL_PREPARES -> WalGeometry.HEADERS_PER_SECTOR * geometry.prepareSizeMax();
            case REPLIES -> replySlotSize;
        };
    }

    private boolean mayFail(int replica, Storage.Zone zone, long chunk) {
        if (zone == Storage.Zone.SUPERBLOCK) {
            return draw("copy", replica, 0) % SuperBlock.COPY_COUNT == chunk;
        }
        if (faultyMax == 0) {
            return false;
        }
        if (zone == Storage.Zone.REPLIES) {
            return isAmongChosen("reply", chunk, replica);
        }
        boolean spared = draw("spared", replica, 0) % geometry.sectorCount() == chunk;
        return isWorn(replica) && !spared && isAmongChosen("wal", chunk, replica);
    }

    /** Walks the replicas from a drawn one on with a drawn step; the first {@code faultyMax} are chosen. */
    private boolean isAmongChosen(String kind, long chunk, int replica) {
        long drawn = draw(kind, chunk, 1);
        int start = (int) (drawn % replicaCount);
        boolean upwards = (drawn / replicaCount) % 2 == 0;
        int distance = Math.floorMod(upwards ? replica - start : start - replica, replicaCount);
        return distance < faultyMax;
    }

    private long draw(String kind, long number, long more) {
        return new SimRandom(salt).fork(kind, number).fork("more", more).nextLong() >>> 1;
    }
}
