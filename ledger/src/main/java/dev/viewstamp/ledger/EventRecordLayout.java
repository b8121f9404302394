package dev.viewstamp.ledger;

/**
 * Where the fields of the ledger's record of one event, a created transfer or an expiry, lie
 * (ledger spec §2.9). Little-endian, unsigned, no padding. Never sent; it is what the canonical
 * dump holds (§26).
 *
 * <pre>
 *    0  u128 debit_account_id
 *   16  u128 debit_debits_pending
 *   32  u128 debit_debits_posted
 *   48  u128 debit_credits_pending
 *   64  u128 debit_credits_posted
 *   80  u128 credit_account_id
 *   96  u128 credit_debits_pending
 *  112  u128 credit_debits_posted
 *  128  u128 credit_credits_pending
 *  144  u128 credit_credits_posted
 *  160  u64  timestamp (of the event)
 *  168  u64  debit_account_timestamp
 *  176  u64  credit_account_timestamp
 *  184  u16  debit_account_flags
 *  186  u16  credit_account_flags
 *  188  u16  transfer_flags
 *  190  u16  pending_flags (of the transfer resolved)
 *  192  u128 pending_id (of the transfer resolved)
 *  208  u128 amount_requested
 *  224  u128 amount
 *  240  u32  ledger
 *  244  u8   pending_status
 *  245  11B  reserved (zeros)
 *  256
 * </pre>
 */
public final class EventRecordLayout {
    public static final int SIZE = 256;

    public static final int DEBIT_ACCOUNT_ID = 0;
    public static final int DEBIT_DEBITS_PENDING = 16;
    public static final int DEBIT_DEBITS_POSTED = 32;
    public static final int DEBIT_CREDITS_PENDING = 48;
    public static final int DEBIT_CREDITS_POSTED = 64;
    public static final int CREDIT_ACCOUNT_ID = 80;
    public static final int CREDIT_DEBITS_PENDING = 96;
    public static final int CREDIT_DEBITS_POSTED = 112;
    public static final int CREDIT_CREDITS_PENDING = 128;
    public static final int CREDIT_CREDITS_POSTED = 144;
    public static final int TIMESTAMP = 160;
    public static final int DEBIT_ACCOUNT_TIMESTAMP = 168;
    public static final int CREDIT_ACCOUNT_TIMESTAMP = 176;
    public static final int DEBIT_ACCOUNT_FLAGS = 184;
    public static final int CREDIT_ACCOUNT_FLAGS = 186;
    public static final int TRANSFER_FLAGS = 188;
    public static final int PENDING_FLAGS = 190;
    public static final int PENDING_ID = 192;
    public static final int AMOUNT_REQUESTED = 208;
    public static final int AMOUNT = 224;
    public static final int LEDGER = 240;
    public static final int PENDING_STATUS = 244;
    public static final int RESERVED = 245;

    private EventRecordLayout() {}
}
