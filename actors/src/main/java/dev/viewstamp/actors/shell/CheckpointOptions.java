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
}
