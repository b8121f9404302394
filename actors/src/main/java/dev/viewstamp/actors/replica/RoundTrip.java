package dev.viewstamp.actors.replica;

/** How long a peer takes to answer: an average over pings, for the backoffs. A pong that was long under way says nothing. */
final class RoundTrip {
    private static final long TICK_NANOS = 10_000_000;
    private static final long SAMPLE_MAX_NANOS = 10_000_000_000L;

    private long averageNanos = -1;

    void learn(long nanos) {
        if (nanos < 0 || nanos > SAMPLE_MAX_NANOS) {
            return;
        }
        averageNanos = averageNanos < 0 ? nanos : (7 * averageNanos + nanos) / 8;
    }

    /** At least 1; rounded up. */
    long ticks() {
        return Math.max(1, (averageNanos + TICK_NANOS - 1) / TICK_NANOS);
    }
}
