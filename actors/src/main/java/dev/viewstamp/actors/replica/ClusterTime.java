package dev.viewstamp.actors.replica;

import java.util.OptionalLong;

/**
 * The time that the primary stamps requests with: the wall clock, held within what the cluster agreed on
 * (replication spec §10).
 */
final class ClusterTime {
    private final ReplicaState state;
    private EpochBounds bounds;                                 // null: never agreed, or no longer

    ClusterTime(ReplicaState state) {
        this.state = state;
    }

    /** @param next null if there is no agreement any more */
    void learn(EpochBounds next) {
        bounds = next;
    }

    /** Nanoseconds since 1970; empty while the cluster does not agree. Alone, our own clock is the cluster's. */
    OptionalLong nanos() {
        Now now = state.now();
        if (state.isSolo()) {
            return OptionalLong.of(now.wallNanos());
        }
        if (bounds == null || !bounds.isValidAt(now.monotonicNanos())) {
            return OptionalLong.empty();
        }
        return OptionalLong.of(bounds.clusterTime(now.monotonicNanos(), now.wallNanos()));
    }
}
