package dev.viewstamp.actors.replica;

import static dev.viewstamp.actors.replica.Invariant.check;

import dev.viewstamp.journal.ClusterConstants;

/**
 * What may differ between the replicas of a cluster, and between two runs of one; all else is in the superblock.
 *
 * @param timeouts      periods of the timers
 * @param walReadsMax   reads of the prepare ring in flight, at least 1
 * @param walWritesMax  writes of the prepare ring in flight, at least 1; no more than the recovery of torn
 *     appends assumes
 * @param requestQueueMax requests waiting for a place in the pipeline, at least 0
 */
public record ReplicaOptions(TimeoutSettings timeouts, int walReadsMax, int walWritesMax, int requestQueueMax) {
    public ReplicaOptions {
        check(walReadsMax >= 1 && walWritesMax >= 1, "walReadsMax %d, walWritesMax %d", walReadsMax, walWritesMax);
        check(requestQueueMax >= 0, "requestQueueMax %d", requestQueueMax);
    }

    /** The same with another pause between two reads of the scrubber, ticks of 10 ms. */
    public ReplicaOptions withScrubPause(int ticks) {
        return new ReplicaOptions(timeouts.with(TimeoutName.SCRUB, ticks), walReadsMax, walWritesMax, requestQueueMax);
    }

    /** How many reads it takes to scrub log, replies and superblock once. */
    public static int scrubPieces(ClusterConstants constants) {
        return ZoneScrub.pieceCount(constants.slotCount(), constants.walGeometry().sectorCount(),
                constants.clientsMax());
    }

    /** 8 reads, 32 writes, and room for one request of each of 64 clients. */
    public static ReplicaOptions defaults() {
        return new ReplicaOptions(TimeoutSettings.defaults(), 8, 32, 57);
    }
}
