package dev.viewstamp.actors.replica;

/**
 * How far the replicas have executed, as far as their acknowledgements in this view tell. The primary slows down
 * only for want of a replication quorum that keeps up: one slow member never delays the others (design page,
 * "Back-pressure").
 */
final class BackupProgress {
    private static final int STALL_MAX_TICKS = 4;

    private final ReplicaState state;
    private final long[] commitMins;                            // by replica; -1: not heard in this view

    BackupProgress(ReplicaState state) {
        this.state = state;
        this.commitMins = new long[state.replicaCount()];
        java.util.Arrays.fill(commitMins, -1);
    }

    void heard(int replica, long commitMin) {
        commitMins[replica] = Math.max(commitMins[replica], commitMin);
    }

    /**
     * Ticks to wait before the next commit: 0 while a replication quorum, ourselves included, is within one
     * pipeline of commitMax; who was not heard yet is believed to be. Else 1 to 4, the more the quorum lags.
     */
    int stallTicks() {
        int close = 0;
        long lagMin = Long.MAX_VALUE;                           // of those that lag
        for (int replica = 0; replica < commitMins.length; replica++) {
            long lag = replica == state.replica() || commitMins[replica] < 0 ? 0
                    : state.commitMax() - commitMins[replica] - state.pipelineMax();
            if (lag <= 0) {
                close++;
            } else {
                lagMin = Math.min(lagMin, lag);
            }
        }
        if (close >= state.quorums().replication()) {
            return 0;
        }
        return (int) Math.min(STALL_MAX_TICKS, 1 + lagMin / state.pipelineMax());
    }
}
