package dev.viewstamp.ledger;

/**
 * Where the fields of a {@link QueryFilter} lie (ledger spec §2.6). Little-endian, unsigned, no
 * padding.
 *
 * <pre>
 *    0  u128 user_data_128
 *   16  u64  user_data_64
 *   24  u32  user_data_32
 *   28  u32  ledger
 *   32  u16  code
 *   34  6B   reserved (zeros)
 *   40  u64  timestamp_min
 *   48  u64  timestamp_max
 *   56  u32  limit
 *   60  u32  flags
 *   64
 * </pre>
 */
public final class QueryFilterLayout {
    public static final int SIZE = 64;

    public static final int USER_DATA_128 = 0;
    public static final int USER_DATA_64 = 16;
    public static final int USER_DATA_32 = 24;
    public static final int LEDGER = 28;
    public static final int CODE = 32;
    public static final int RESERVED = 34;
    public static final int TIMESTAMP_MIN = 40;
    public static final int TIMESTAMP_MAX = 48;
    public static final int LIMIT = 56;
    public static final int FLAGS = 60;

    private QueryFilterLayout() {}
}
