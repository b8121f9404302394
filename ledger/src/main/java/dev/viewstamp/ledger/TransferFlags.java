package dev.viewstamp.ledger;

import java.util.List;

/** What a transfer's 16-bit {@code flags} mean (ledger spec §2.2). Combine them with {@code |}. */
public final class TransferFlags {
    public static final int NONE = 0;
    /** Succeeds or fails together with the next event of the batch. */
    public static final int LINKED = 0x1;
    /** Reserves the amount until it is posted, voided or expires. */
    public static final int PENDING = 0x2;
    /** Posts the pending transfer named by {@code pending_id}, wholly or in part. */
    public static final int POST_PENDING_TRANSFER = 0x4;
    /** Releases the reservation of the pending transfer named by {@code pending_id}. */
    public static final int VOID_PENDING_TRANSFER = 0x8;
    /** Lowers the amount to what the debit account's credits leave. */
    public static final int BALANCING_DEBIT = 0x10;
    /** Lowers the amount to what the credit account's debits leave. */
    public static final int BALANCING_CREDIT = 0x20;
    /** Closes the debit account until this pending transfer is voided or expires. */
    public static final int CLOSING_DEBIT = 0x40;
    /** Closes the credit account until this pending transfer is voided or expires. */
    public static final int CLOSING_CREDIT = 0x80;
    /** The timestamp is the application's own, from before the import. */
    public static final int IMPORTED = 0x100;
    /** Bits that must be zero. */
    public static final int RESERVED = 0xfe00;

    private static final FlagNames NAMES = new FlagNames("transfer",
            "linked",
            "pending",
            "post_pending_transfer",
            "void_pending_transfer",
            "balancing_debit",
            "balancing_credit",
            "closing_debit",
            "closing_credit",
            "imported");

    private TransferFlags() {}

    /** The names of the flags that are set, lowest bit first; a reserved bit is shown as hexadecimal. */
    public static List<String> names(int flags) {
        return NAMES.of(flags);
    }

    /** For people: the names joined by {@code |}, empty for no flags. {@link #parse} reads it back. */
    public static String describe(int flags) {
        return String.join("|", names(flags));
    }

    /**
     * Reads names joined by {@code |}; blanks around them do not matter.
     *
     * @throws IllegalArgumentException naming the flag that does not exist
     */
    public static int parse(String text) {
        return NAMES.parse(text);
    }
}
