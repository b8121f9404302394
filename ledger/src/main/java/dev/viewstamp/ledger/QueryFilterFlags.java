package dev.viewstamp.ledger;

import java.util.List;

/** What the 32-bit {@code flags} of a {@link QueryFilter} mean (ledger spec §2.6). */
public final class QueryFilterFlags {
    public static final int NONE = 0;
    /** Newest first. */
    public static final int REVERSED = 0x1;
    /** Bits that must be zero. */
    public static final int RESERVED = 0xfffffffe;

    private static final FlagNames NAMES = new FlagNames("query filter",
            "reversed");

    private QueryFilterFlags() {}

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
