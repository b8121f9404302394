package dev.viewstamp.actors.shell;

import dev.viewstamp.actors.replica.EntryRules;
import dev.viewstamp.actors.replica.ReplicaOptions;
import dev.viewstamp.journal.ClusterConstants;
import dev.viewstamp.journal.Word128;

/**
 * What a node's actors must know before they start: identity and constants from the data directory, sizes from the
 * configuration.
 *
 * @param journalWorkers disk workers of the log: how many writes the disk gets at once
 * @param routesMax clients that this node's door remembers the way to
 * @param checkpoints immutable files
 */
public record NodeOptions(Word128 cluster, int replicaIndex, ClusterConstants constants, ReplicaOptions replica,
                          EntryRules rules, int journalWorkers, int routesMax,
                          CheckpointOptions checkpoints) {
    /** The pace at which fixed zones are scrubbed follows from the cycle in {@code checkpoints}. */
    public NodeOptions {
        replica = replica.withScrubPause(checkpoints.scrubPauseTicks(ReplicaOptions.scrubPieces(constants)));
    }
}
