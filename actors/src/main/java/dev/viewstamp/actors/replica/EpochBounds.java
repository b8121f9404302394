package dev.viewstamp.actors.replica;

/**
 * What the cluster agreed on about the time, good for a while: how far the true wall time may be from this
 * replica's own, as of one moment (replication spec §10). All values are nanoseconds. Immutable.
 *
 * @param monotonicAt     own monotonic clock at that moment
 * @param wallAt          own wall clock at that moment
 * @param offsetLow       true time minus own wall time is at least this
 * @param offsetHigh      and at most this
 * @param expiresAt       own monotonic clock from which the bounds no longer hold
 * @param roundTripMedian median round trip to the other replicas, for timeouts; 0 if alone
 */
public record EpochBounds(long monotonicAt, long wallAt, long offsetLow, long offsetHigh, long expiresAt,
        long roundTripMedian) {

    public boolean isValidAt(long monotonic) {
        return monotonic < expiresAt;
    }

    /**
     * The cluster's time: {@code wall} where the epoch leaves room for it, else the nearest end. Call only while
     * {@link #isValidAt valid}.
     *
     * @param wall own wall clock now; it may have jumped, the bounds move with the monotonic clock
     */
    public long clusterTime(long monotonic, long wall) {
        long unjumped = wallAt + (monotonic - monotonicAt);
        return Math.max(unjumped + offsetLow, Math.min(wall, unjumped + offsetHigh));
    }
}
