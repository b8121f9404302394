package dev.viewstamp.ledger;

/**
 * Where the fields of a row of {@code get_account_balances} lie (ledger spec §2.4). Little-endian,
 * unsigned, no padding.
 *
 * <pre>
 *    0  u128 debits_pending
 *   16  u128 debits_posted
 *   32  u128 credits_pending
 *   48  u128 credits_posted
 *   64  u64  timestamp
 *   72  56B  reserved (zeros)
 *  128
 * </pre>
 */
public final class AccountBalanceLayout {
    public static final int SIZE = 128;

    public static final int DEBITS_PENDING = 0;
    public static final int DEBITS_POSTED = 16;
    public static final int CREDITS_PENDING = 32;
    public static final int CREDITS_POSTED = 48;
    public static final int TIMESTAMP = 64;
    public static final int RESERVED = 72;

    private AccountBalanceLayout() {}
}
