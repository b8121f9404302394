package dev.viewstamp.ledger;

import java.util.List;

/** What the 32-bit {@code flags} of an {@link AccountFilter} mean (ledger spec §2.5). Combine them with {@code |}. */
public final class AccountFilterFlags {
    public static final int NONE = 0;
    /** Transfers that debit the account. */
    public static final int DEBITS = 0x1;
    /** Transfers that credit the account. */
    public static final int CREDITS = 0x2;
    /** Newest first. */
    public static final int REVERSED = 0x4;
    /** Bits that must be zero. */
    public static final int RESERVED = 0xfffffff8;

    private static final FlagNames NAMES = new FlagNames("account filter",
            "debits",
            "credits",
            "reversed");

    private AccountFilterFlags() {}

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
