package dev.viewstamp.actors.shell;

import java.time.Duration;

/**
 * Sizes and paces of what happens to immutable files, from the configuration.
 *
 * @param readers file workers that fetch blocks for the ledger: how many reads the disk gets at once
 * @param workers file workers of the tasks in the background
 * @param reserveBytes below so much free space new requests are refused
 * @param scrubCycle how long reading everything once shall take
 */
public record CheckpointOptions(int readers, int workers, long reserveBytes, Duration scrubCycle) {
    private static final long TICK_MILLIS = 10;
    /** Bounds of the pause between two reads of fixed zones (replication spec §9.6), ticks. */
    private static final long PAUSE_MIN_TICKS = 5;
    private static final long PAUSE_MAX_TICKS = 1_000;

    /**
     * How long to pause between two reads of log, replies and superblock, so that all pieces of them are read once in
     * the cycle; 50 ms to 10 s. A piece is 1 MiB at most, so that the disk is asked for 20 MiB/s at most.
     *
     * @return ticks of 10 ms
     */
    int scrubPauseTicks(int pieces) {
        long ticks = scrubCycle.toMillis() / TICK_MILLIS / Math.max(1, pieces);
        return (int) Math.max(PAUSE_MIN_TICKS, Math.min(ticks, PAUSE_MAX_TICKS));
    }
}
