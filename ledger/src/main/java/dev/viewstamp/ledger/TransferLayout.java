package dev.viewstamp.ledger;

/**
 * Where the fields of a transfer, event of {@code create_transfers} and row of the transfer reads,
 * lie (ledger spec §2.2). Little-endian, unsigned, no padding.
 *
 * <pre>
 *    0  u128 id
 *   16  u128 debit_account_id
 *   32  u128 credit_account_id
 *   48  u128 amount
 *   64  u128 pending_id
 *   80  u128 user_data_128
 *   96  u64  user_data_64
 *  104  u32  user_data_32
 *  108  u32  timeout (seconds)
 *  112  u32  ledger
 *  116  u16  code
 *  118  u16  flags
 *  120  u64  timestamp
 *  128
 * </pre>
 */
public final class TransferLayout {
    public static final int SIZE = 128;

    public static final int ID = 0;
    public static final int DEBIT_ACCOUNT_ID = 16;
    public static final int CREDIT_ACCOUNT_ID = 32;
    public static final int AMOUNT = 48;
    public static final int PENDING_ID = 64;
    public static final int USER_DATA_128 = 80;
    public static final int USER_DATA_64 = 96;
    public static final int USER_DATA_32 = 104;
    public static final int TIMEOUT = 108;
    public static final int LEDGER = 112;
    public static final int CODE = 116;
    public static final int FLAGS = 118;
    public static final int TIMESTAMP = 120;

    private TransferLayout() {}
}
