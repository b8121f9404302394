package dev.viewstamp.ledger;

/**
 * Sizes and bounds that every replica shares (ledger spec §1). Sizes are bytes, times are nanoseconds since
 * the Unix epoch.
 *
 * <p>L, called {@code requestBodyMax} wherever a method takes it, is the cluster's limit for request bodies,
 * fixed at {@code format}: {@link #REQUEST_BODY_MIN} to {@link #BODY_MAX}. Replies are bounded by
 * {@link #BODY_MAX} whatever L is.
 */
public final class LedgerLimits {
    public static final int MESSAGE_MAX = 1 << 20;
    public static final int HEADER_SIZE = 256;
    /** The largest body of a request or a reply, and the default of L. */
    public static final int BODY_MAX = MESSAGE_MAX - HEADER_SIZE;
    /** The smallest L that a cluster may be formatted with: a message of 4 KiB without its header. */
    public static final int REQUEST_BODY_MIN = 4096 - HEADER_SIZE;

    /** The first valid timestamp. */
    public static final long TIMESTAMP_MIN = 1;
    /** The last valid timestamp, 2^63 - 1. */
    public static final long TIMESTAMP_MAX = Long.MAX_VALUE;
    public static final long NANOS_PER_SECOND = 1_000_000_000L;

    /** Timestamps that every pulse reserves, whatever L is. */
    public static final int PULSE_SPAN = BODY_MAX / 128;

    private LedgerLimits() {}

    /** Transfers that one pulse expires at most. */
    public static int pulseMax(int requestBodyMax) {
        return requestBodyMax / 128;
    }

    /** Whether an account or a transfer could carry this timestamp; the argument is read as unsigned. */
    public static boolean isTimestamp(long timestamp) {
        return timestamp > 0; // values above 2^63 - 1 have the sign bit set
    }
}
