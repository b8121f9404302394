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
        readRange(body, at + AccountFilterLayout.TIMESTAMP_MIN, at + AccountFilterLayout.LIMIT, resultMax);
        return FilterRules.flawOfAccountFilter(body, at) == null;
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
        readRange(body, at + QueryFilterLayout.TIMESTAMP_MIN, at + QueryFilterLayout.LIMIT, resultMax);
        return FilterRules.flawOfQueryFilter(body, at) == null;
    }

    boolean readChangeEventsFilter(byte[] body, int at, int resultMax) {
        reversed = false;
        readRange(body, at + ChangeEventsFilterLayout.TIMESTAMP_MIN, at + ChangeEventsFilterLayout.LIMIT, resultMax);
        return FilterRules.flawOfChangeEventsFilter(body, at) == null;
    }

    /** The maximum follows the minimum in every filter. */
    private void readRange(byte[] body, int minAt, int limitAt, int resultMax) {
        timestampMin = LittleEndian.u64(body, minAt);
        timestampMax = LittleEndian.u64(body, minAt + Long.BYTES);
        limit = (int) Math.min(LittleEndian.u32(body, limitAt), resultMax);
        if (timestampMin == 0) timestampMin = LedgerLimits.TIMESTAMP_MIN;
        if (timestampMax == 0) timestampMax = LedgerLimits.TIMESTAMP_MAX;
    }
}
