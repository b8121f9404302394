package dev.viewstamp.ledger;

/**
 * Where the fields of a {@link ChangeEventsFilter} lie (ledger spec §2.7). Little-endian,
 * unsigned, no padding.
 *
 * <pre>
 *    0  u64  timestamp_min
 *    8  u64  timestamp_max
 *   16  u32  limit
 *   20  44B  reserved (zeros)
 *   64
 * </pre>
 */
public final class ChangeEventsFilterLayout {
    public static final int SIZE = 64;

    public static final int TIMESTAMP_MIN = 0;
    public static final int TIMESTAMP_MAX = 8;
    public static final int LIMIT = 16;
    public static final int RESERVED = 20;

    private ChangeEventsFilterLayout() {}
}
