package dev.viewstamp.ledger;

/**
 * What a query asks for, read from any of the three filter records (ledger spec §2.5 to §2.7); fields that
 * a filter does not have stay zero, which means "no condition". One object serves all queries.
 */
final class Filter {
    long accountLo;
    long accountHi;
    boolean debits;
    boolean credits;
    long userData128Lo;
    long userData128Hi;
    long userData64;
    int userData32;
    int ledger;
    int code;
    boolean reversed;
    /** Inclusive; open ends are filled in. */
    long timestampMin;
    long timestampMax;
    /** Rows at most, capped by what a reply can hold. */
    int limit;

    /** False if the filter is invalid, which means an empty result (ledger spec §17.1). */
    boolean readAccountFilter(byte[] body, int at, int resultMax) {
        int flags = LittleEndian.i32(body, at + AccountFilterLayout.FLAGS);
        accountLo = LittleEndian.u64(body, at + AccountFilterLayout.ACCOUNT_ID);
        accountHi = LittleEndian.u64(body, at + AccountFilterLayout.ACCOUNT_ID + Long.BYTES);
        debits = (flags & AccountFilterFlags.DEBITS) != 0;
        credits = (flags & AccountFilterFlags.CREDITS) != 0;
        reversed = (flags & AccountFilterFlags.REVERSED) != 0;
        userData128Lo = LittleEndian.u64(body, at + AccountFilterLayout.USER_DATA_128);
        userData128Hi = LittleEndian.u64(body, at + AccountFilterLayout.USER_DATA_128 + Long.BYTES);
        userData64 = LittleEndian.u64(body, at + AccountFilterLayout.USER_DATA_64);
        userData32 = LittleEndian.i32(body, at + AccountFilterLayout.USER_DATA_32);
        ledger = 0;
        code = LittleEndian.u16(body, at + AccountFilterLayout.CODE);
        if ((flags & AccountFilterFlags.RESERVED) != 0) return false;
        if (!zeros(body, at + AccountFilterLayout.RESERVED, at + AccountFilterLayout.TIMESTAMP_MIN)) return false;
        if ((accountLo | accountHi) == 0 || (accountLo & accountHi) == -1L) return false;
        if (!debits && !credits) return false;
        return readRange(body, at + AccountFilterLayout.TIMESTAMP_MIN, at + AccountFilterLayout.LIMIT, resultMax);
    }

    boolean readQueryFilter(byte[] body, int at, int resultMax) {
        int flags = LittleEndian.i32(body, at + QueryFilterLayout.FLAGS);
        accountLo = 0;
        accountHi = 0;
        debits = false;
        credits = false;
        reversed = (flags & QueryFilterFlags.REVERSED) != 0;
        userData128Lo = LittleEndian.u64(body, at + QueryFilterLayout.USER_DATA_128);
        userData128Hi = LittleEndian.u64(body, at + QueryFilterLayout.USER_DATA_128 + Long.BYTES);
        userData64 = LittleEndian.u64(body, at + QueryFilterLayout.USER_DATA_64);
        userData32 = LittleEndian.i32(body, at + QueryFilterLayout.USER_DATA_32);
        ledger = LittleEndian.i32(body, at + QueryFilterLayout.LEDGER);
        code = LittleEndian.u16(body, at + QueryFilterLayout.CODE);
        if ((flags & QueryFilterFlags.RESERVED) != 0) return false;
        if (!zeros(body, at + QueryFilterLayout.RESERVED, at + QueryFilterLayout.TIMESTAMP_MIN)) return false;
        return readRange(body, at + QueryFilterLayout.TIMESTAMP_MIN, at + QueryFilterLayout.LIMIT, resultMax);
    }

    boolean readChangeEventsFilter(byte[] body, int at, int resultMax) {
        int end = at + ChangeEventsFilterLayout.SIZE;
        int limitAt = at + ChangeEventsFilterLayout.LIMIT;
        if (!zeros(body, at + ChangeEventsFilterLayout.RESERVED, end)) return false;
        reversed = false;
        return readRange(body, at + ChangeEventsFilterLayout.TIMESTAMP_MIN, limitAt, resultMax);
    }

    /** The maximum follows the minimum in every filter. */
    private boolean readRange(byte[] body, int minAt, int limitAt, int resultMax) {
        timestampMin = LittleEndian.u64(body, minAt);
        timestampMax = LittleEndian.u64(body, minAt + Long.BYTES);
        limit = (int) Math.min(LittleEndian.u32(body, limitAt), resultMax);
        if (timestampMin < 0 || timestampMax < 0) return false;              // beyond 2^63 - 1
        if (timestampMax != 0 && timestampMin > timestampMax) return false;
        if (timestampMin == 0) timestampMin = LedgerLimits.TIMESTAMP_MIN;
        if (timestampMax == 0) timestampMax = LedgerLimits.TIMESTAMP_MAX;
        return limit != 0;
    }

    private static boolean zeros(byte[] body, int from, int to) {
        for (int i = from; i < to; i++) {
            if (body[i] != 0) return false;
        }
        return true;
    }
}
