package dev.viewstamp.ledger;

import java.util.List;

/** What an account's 16-bit {@code flags} mean (ledger spec §2.1). Combine them with {@code |}. */
public final class AccountFlags {
    public static final int NONE = 0;
    /** Succeeds or fails together with the next event of the batch. */
    public static final int LINKED = 0x1;
    /** Refuses transfers that would make pending plus posted debits exceed posted credits. */
    public static final int DEBITS_MUST_NOT_EXCEED_CREDITS = 0x2;
    /** Refuses transfers that would make pending plus posted credits exceed posted debits. */
    public static final int CREDITS_MUST_NOT_EXCEED_DEBITS = 0x4;
    /** Permits {@code get_account_balances}; it cannot be added later. */
    public static final int HISTORY = 0x8;
    /** The timestamp is the application's own, from before the import. */
    public static final int IMPORTED = 0x10;
    /** Refuses all transfers but voids. The only flag that changes after creation. */
    public static final int CLOSED = 0x20;
    /** Bits that must be zero. */
    public static final int RESERVED = 0xffc0;

    private static final FlagNames NAMES = new FlagNames("account",
            "linked",
            "debits_must_not_exceed_credits",
            "credits_must_not_exceed_debits",
            "history",
            "imported",
            "closed");

    private AccountFlags() {}

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
