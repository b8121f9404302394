package dev.viewstamp.ledger;

/**
 * Where the fields of a {@link ChangeEvent} lie (ledger spec §2.8). Little-endian, unsigned, no
 * padding.
 *
 * <pre>
 *    0  u128 transfer_id
 *   16  u128 transfer_amount
 *   32  u128 transfer_pending_id
 *   48  u128 transfer_user_data_128
 *   64  u64  transfer_user_data_64
 *   72  u32  transfer_user_data_32
 *   76  u32  transfer_timeout
 *   80  u16  transfer_code
 *   82  u16  transfer_flags
 *   84  u32  ledger
 *   88  u8   type
 *   89  39B  reserved (zeros)
 *  128  u128 debit_account_id
 *  144  u128 debit_account_debits_pending
 *  160  u128 debit_account_debits_posted
 *  176  u128 debit_account_credits_pending
 *  192  u128 debit_account_credits_posted
 *  208  u128 debit_account_user_data_128
 *  224  u64  debit_account_user_data_64
 *  232  u32  debit_account_user_data_32
 *  236  u16  debit_account_code
 *  238  u16  debit_account_flags
 *  240  u128 credit_account_id
 *  256  u128 credit_account_debits_pending
 *  272  u128 credit_account_debits_posted
 *  288  u128 credit_account_credits_pending
 *  304  u128 credit_account_credits_posted
 *  320  u128 credit_account_user_data_128
 *  336  u64  credit_account_user_data_64
 *  344  u32  credit_account_user_data_32
 *  348  u16  credit_account_code
 *  350  u16  credit_account_flags
 *  352  u64  timestamp (of the event)
 *  360  u64  transfer_timestamp
 *  368  u64  debit_account_timestamp
 *  376  u64  credit_account_timestamp
 *  384
 * </pre>
 */
public final class ChangeEventLayout {
    public static final int SIZE = 384;

    public static final int TRANSFER_ID = 0;
    public static final int TRANSFER_AMOUNT = 16;
    public static final int TRANSFER_PENDING_ID = 32;
    public static final int TRANSFER_USER_DATA_128 = 48;
    public static final int TRANSFER_USER_DATA_64 = 64;
    public static final int TRANSFER_USER_DATA_32 = 72;
    public static final int TRANSFER_TIMEOUT = 76;
    public static final int TRANSFER_CODE = 80;
    public static final int TRANSFER_FLAGS = 82;
    public static final int LEDGER = 84;
    public static final int TYPE = 88;
    public static final int RESERVED = 89;
    public static final int DEBIT_ACCOUNT_ID = 128;
    public static final int DEBIT_ACCOUNT_DEBITS_PENDING = 144;
    public static final int DEBIT_ACCOUNT_DEBITS_POSTED = 160;
    public static final int DEBIT_ACCOUNT_CREDITS_PENDING = 176;
    public static final int DEBIT_ACCOUNT_CREDITS_POSTED = 192;
    public static final int DEBIT_ACCOUNT_USER_DATA_128 = 208;
    public static final int DEBIT_ACCOUNT_USER_DATA_64 = 224;
    public static final int DEBIT_ACCOUNT_USER_DATA_32 = 232;
    public static final int DEBIT_ACCOUNT_CODE = 236;
    public static final int DEBIT_ACCOUNT_FLAGS = 238;
    public static final int CREDIT_ACCOUNT_ID = 240;
    public static final int CREDIT_ACCOUNT_DEBITS_PENDING = 256;
    public static final int CREDIT_ACCOUNT_DEBITS_POSTED = 272;
    public static final int CREDIT_ACCOUNT_CREDITS_PENDING = 288;
    public static final int CREDIT_ACCOUNT_CREDITS_POSTED = 304;
    public static final int CREDIT_ACCOUNT_USER_DATA_128 = 320;
    public static final int CREDIT_ACCOUNT_USER_DATA_64 = 336;
    public static final int CREDIT_ACCOUNT_USER_DATA_32 = 344;
    public static final int CREDIT_ACCOUNT_CODE = 348;
    public static final int CREDIT_ACCOUNT_FLAGS = 350;
    public static final int TIMESTAMP = 352;
    public static final int TRANSFER_TIMESTAMP = 360;
    public static final int DEBIT_ACCOUNT_TIMESTAMP = 368;
    public static final int CREDIT_ACCOUNT_TIMESTAMP = 376;

    private ChangeEventLayout() {}
}
