package dev.viewstamp.ledger;

/**
 * Where the fields of an {@link AccountFilter} lie (ledger spec §2.5). Little-endian, unsigned, no
 * padding.
 *
 * <pre>
 *    0  u128 account_id
 *   16  u128 user_data_128
 *   32  u64  user_data_64
 *   40  u32  user_data_32
 *   44  u16  code
 *   46  58B  reserved (zeros)
 *  104  u64  timestamp_min
 *  112  u64  timestamp_max
 *  120  u32  limit
 *  124  u32  flags
 *  128
 * </pre>
 */
public final class AccountFilterLayout {
    public static final int SIZE = 128;

    public static final int ACCOUNT_ID = 0;
    public static final int USER_DATA_128 = 16;
    public static final int USER_DATA_64 = 32;
    public static final int USER_DATA_32 = 40;
    public static final int CODE = 44;
    public static final int RESERVED = 46;
    public static final int TIMESTAMP_MIN = 104;
    public static final int TIMESTAMP_MAX = 112;
    public static final int LIMIT = 120;
    public static final int FLAGS = 124;

    private AccountFilterLayout() {}
}
