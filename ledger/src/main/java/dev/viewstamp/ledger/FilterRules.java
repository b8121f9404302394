package dev.viewstamp.ledger;

import java.util.Locale;

/**
 * Whether a filter can be answered, and if not, why (ledger spec §17.1). The ledger answers one that cannot
 * with no rows, as the wire protocol wants it, and that looks as if there were nothing to find; doors for
 * people and applications therefore ask here first. Pure functions, for any thread.
 */
public final class FilterRules {
    private FilterRules() {}

    /**
     * Why this filter finds nothing whatever the ledger holds: field and mend in one sentence; null if it can be
     * answered.
     *
     * @param query one of the operations that take a filter
     * @param body holds the filter's record at {@code at}
     */
    public static String flaw(Operation query, byte[] body, int at) {
        return switch (query.current()) {
            case GET_ACCOUNT_TRANSFERS, GET_ACCOUNT_BALANCES -> flawOfAccountFilter(body, at);
            case QUERY_ACCOUNTS, QUERY_TRANSFERS -> flawOfQueryFilter(body, at);
            case GET_CHANGE_EVENTS -> flawOfChangeEventsFilter(body, at);
            default -> throw new IllegalArgumentException(query.wireName() + " takes no filter");
        };
    }

    static String flawOfAccountFilter(byte[] body, int at) {
        int flags = LittleEndian.i32(body, at + AccountFilterLayout.FLAGS);
        long lo = LittleEndian.u64(body, at + AccountFilterLayout.ACCOUNT_ID);
        long hi = LittleEndian.u64(body, at + AccountFilterLayout.ACCOUNT_ID + Long.BYTES);
        if ((lo | hi) == 0) return "account_id is 0, which no account has; name the account";
        if ((lo & hi) == -1L) return "account_id is 2^128 - 1, which no account has; name the account";
        if ((flags & (AccountFilterFlags.DEBITS | AccountFilterFlags.CREDITS)) == 0) {
            return "flags ask for neither debits nor credits; set one or both";
        }
        String reserved = flawOfReserved(flags & AccountFilterFlags.RESERVED, body,
                at + AccountFilterLayout.RESERVED, at + AccountFilterLayout.TIMESTAMP_MIN);
        return reserved != null ? reserved
                : flawOfRange(body, at + AccountFilterLayout.TIMESTAMP_MIN, at + AccountFilterLayout.LIMIT);
    }

    static String flawOfQueryFilter(byte[] body, int at) {
        int flags = LittleEndian.i32(body, at + QueryFilterLayout.FLAGS);
        String reserved = flawOfReserved(flags & QueryFilterFlags.RESERVED, body,
                at + QueryFilterLayout.RESERVED, at + QueryFilterLayout.TIMESTAMP_MIN);
        return reserved != null ? reserved
                : flawOfRange(body, at + QueryFilterLayout.TIMESTAMP_MIN, at + QueryFilterLayout.LIMIT);
    }

    static String flawOfChangeEventsFilter(byte[] body, int at) {
        String reserved = flawOfReserved(0, body,
                at + ChangeEventsFilterLayout.RESERVED, at + ChangeEventsFilterLayout.SIZE);
        return reserved != null ? reserved
                : flawOfRange(body, at + ChangeEventsFilterLayout.TIMESTAMP_MIN, at + ChangeEventsFilterLayout.LIMIT);
    }

    private static String flawOfReserved(int reservedFlags, byte[] body, int from, int to) {
        if (reservedFlags != 0) {
            return "flags have the reserved bits 0x" + Integer.toHexString(reservedFlags) + "; leave them out";
        }
        for (int i = from; i < to; i++) {
            if (body[i] != 0) return "reserved bytes are not zero; leave them zero";
        }
        return null;
    }

    /** The maximum follows the minimum in every filter. */
    private static String flawOfRange(byte[] body, int minAt, int limitAt) {
        long min = LittleEndian.u64(body, minAt);
        long max = LittleEndian.u64(body, minAt + Long.BYTES);
        if (min < 0) return beyond("timestamp_min", min);
        if (max < 0) return beyond("timestamp_max", max);
        if (max != 0 && min > max) {
            return "timestamp_min " + min + " is after timestamp_max " + max + "; exchange them";
        }
        return LittleEndian.i32(body, limitAt) == 0 ? "limit is 0; ask for one row or more" : null;
    }

    private static String beyond(String field, long timestamp) {
        return String.format(Locale.ROOT, "%s is %s, beyond the last timestamp, 2^63 - 1; 0 leaves it open", field,
                Long.toUnsignedString(timestamp));
    }
}
