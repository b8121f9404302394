package dev.viewstamp.journal;

/**
 * What {@link DataDirectory#format} writes.
 *
 * @param cluster   the cluster's id, for ever
 * @param constants what all its replicas agree on
 * @param initial   the first state; {@link #fresh} for a new cluster. A replacement for a lost replica
 *                  starts with a higher view and logView 0 (replication spec §7.5), a restored one with its
 *                  checkpoint
 * @param ioMode    how to write
 */
public record FormatOptions(Word128 cluster, ClusterConstants constants, VsrState initial,
        FileStorage.IoMode ioMode) {
    public FormatOptions {
        if (initial.replica() < 0 || initial.replica() >= constants.replicaCount()) {
            throw new IllegalArgumentException("replica is " + initial.replica() + ": it must be 0 to "
                    + (constants.replicaCount() - 1) + ", as there are " + constants.replicaCount() + " replicas");
        }
    }

    /** A member of a new cluster. */
    public static FormatOptions fresh(Word128 cluster, int replica, ClusterConstants constants) {
        return new FormatOptions(cluster, constants, VsrState.root(cluster, replica), FileStorage.IoMode.AUTO);
    }

    public FormatOptions withIoMode(FileStorage.IoMode mode) {
        return new FormatOptions(cluster, constants, initial, mode);
    }

    public FormatOptions withInitial(VsrState state) {
        return new FormatOptions(cluster, constants, state, ioMode);
    }
}
