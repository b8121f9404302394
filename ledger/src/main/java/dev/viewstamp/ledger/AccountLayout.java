package dev.viewstamp.ledger;

/**
 * Where the fields of an account, event of {@code create_accounts} and row of the account reads,
 * lie (ledger spec §2.1). Little-endian, unsigned, no padding.
 *
 * <pre>
 *    0  u128 id
 *   16  u128 debits_pending
 *   32  u128 debits_posted
 *   48  u128 credits_pending
 *   64  u128 credits_posted
 *   80  u128 user_data_128
 *   96  u64  user_data_64
 *  104  u32  user_data_32
 *  108  u32  reserved (zero)
 *  112  u32  ledger
 *  116  u16  code
 *  118  u16  flags
 *  120  u64  timestamp
 *  128
 * </pre>
 */
public final class AccountLayout {
    public static final int SIZE = 128;

    public static final int ID = 0;
    public static final int DEBITS_PENDING = 16;
    public static final int DEBITS_POSTED = 32;
    public static final int CREDITS_PENDING = 48;
    public static final int CREDITS_POSTED = 64;
    public static final int USER_DATA_128 = 80;
    public static final int USER_DATA_64 = 96;
    public static final int USER_DATA_32 = 104;
    public static final int RESERVED = 108;
    public static final int LEDGER = 112;
    public static final int CODE = 116;
    public static final int FLAGS = 118;
    public static final int TIMESTAMP = 120;

    private AccountLayout() {}
}
