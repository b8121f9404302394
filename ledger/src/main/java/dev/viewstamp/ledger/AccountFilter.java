package dev.viewstamp.ledger;

import java.util.Arrays;
import java.util.Objects;

/**
 * Selects transfers of one account for {@code get_account_transfers} and {@code get_account_balances}
 * (ledger spec §2.5, §17). All conditions must hold; a zero means no condition. The ledger answers an
 * invalid filter with no rows.
 *
 * <pre>{@code
 * AccountFilter.builder().accountId(1).limit(100)
 *         .flags(AccountFilterFlags.DEBITS | AccountFilterFlags.REVERSED).build()
 * }</pre>
 *
 * <p>Immutable. A u16 or u32 outside its range is refused with an {@link IllegalArgumentException} that
 * names the field; u64 fields are taken as 64 bits, so that numbers above 2^63 - 1 are negative.
 *
 * @param timestampMin inclusive, 0 for open
 * @param timestampMax inclusive, 0 for open
 * @param limit u32, not 0
 * @param flags 32 bits, see {@link AccountFilterFlags}; at least one of debits and credits
 */
public record AccountFilter(
        Uint128 accountId,
        Uint128 userData128,
        long userData64,
        long userData32,
        int code,
        long timestampMin,
        long timestampMax,
        long limit,
        int flags) {

    public AccountFilter {
        Objects.requireNonNull(accountId, "account_id");
        Objects.requireNonNull(userData128, "user_data_128");
        FieldRange.u32("user_data_32", userData32);
        FieldRange.u16("code", code);
        FieldRange.u32("limit", limit);
    }

    public static Builder builder() {
        return new Builder();
    }

    /** A builder that starts with this value's fields. */
    public Builder toBuilder() {
        return new Builder(this);
    }

    /** Rows that a framed request is answered with at most; larger limits are lowered to it. */
    public static final int DEFAULT_LIMIT = 8189;

    /** Writes the record of {@link AccountFilterLayout}; reserved bytes become zero. */
    public void writeTo(byte[] target, int offset) {
        Arrays.fill(target, offset, offset + AccountFilterLayout.SIZE, (byte) 0);
        LittleEndian.putU128(target, offset + AccountFilterLayout.ACCOUNT_ID, accountId);
        LittleEndian.putU128(target, offset + AccountFilterLayout.USER_DATA_128, userData128);
        LittleEndian.putU64(target, offset + AccountFilterLayout.USER_DATA_64, userData64);
        LittleEndian.putU32(target, offset + AccountFilterLayout.USER_DATA_32, userData32);
        LittleEndian.putU16(target, offset + AccountFilterLayout.CODE, code);
        LittleEndian.putU64(target, offset + AccountFilterLayout.TIMESTAMP_MIN, timestampMin);
        LittleEndian.putU64(target, offset + AccountFilterLayout.TIMESTAMP_MAX, timestampMax);
        LittleEndian.putU32(target, offset + AccountFilterLayout.LIMIT, limit);
        LittleEndian.putU32(target, offset + AccountFilterLayout.FLAGS, flags);
    }

    /** Reads the record of {@link AccountFilterLayout}; reserved bytes are not looked at. */
    public static AccountFilter read(byte[] source, int offset) {
        return new AccountFilter(
                LittleEndian.u128(source, offset + AccountFilterLayout.ACCOUNT_ID),
                LittleEndian.u128(source, offset + AccountFilterLayout.USER_DATA_128),
                LittleEndian.u64(source, offset + AccountFilterLayout.USER_DATA_64),
                LittleEndian.u32(source, offset + AccountFilterLayout.USER_DATA_32),
                LittleEndian.u16(source, offset + AccountFilterLayout.CODE),
                LittleEndian.u64(source, offset + AccountFilterLayout.TIMESTAMP_MIN),
                LittleEndian.u64(source, offset + AccountFilterLayout.TIMESTAMP_MAX),
                LittleEndian.u32(source, offset + AccountFilterLayout.LIMIT),
                LittleEndian.i32(source, offset + AccountFilterLayout.FLAGS));
    }

    /**
     * Fields that are not set are zero, but for the limit ({@value
     * AccountFilter#DEFAULT_LIMIT}) and the flags (debits and credits).
     */
    public static final class Builder {
        private Uint128 accountId = Uint128.ZERO;
        private Uint128 userData128 = Uint128.ZERO;
        private long userData64;
        private long userData32;
        private int code;
        private long timestampMin;
        private long timestampMax;
        private long limit = DEFAULT_LIMIT;
        private int flags = AccountFilterFlags.DEBITS | AccountFilterFlags.CREDITS;

        private Builder() {}

        private Builder(AccountFilter from) {
            accountId = from.accountId;
            userData128 = from.userData128;
            userData64 = from.userData64;
            userData32 = from.userData32;
            code = from.code;
            timestampMin = from.timestampMin;
            timestampMax = from.timestampMax;
            limit = from.limit;
            flags = from.flags;
        }

        /** The account whose transfers or balances are asked for. */
        public Builder accountId(Uint128 accountId) {
            this.accountId = accountId;
            return this;
        }

        public Builder accountId(long accountId) {
            return accountId(FieldRange.u128("account_id", accountId));
        }

        public Builder userData128(Uint128 userData128) {
            this.userData128 = userData128;
            return this;
        }

        public Builder userData128(long userData128) {
            return userData128(FieldRange.u128("user_data_128", userData128));
        }

        public Builder userData64(long userData64) {
            this.userData64 = userData64;
            return this;
        }

        public Builder userData32(long userData32) {
            this.userData32 = userData32;
            return this;
        }

        public Builder code(int code) {
            this.code = code;
            return this;
        }

        public Builder timestampMin(long timestampMin) {
            this.timestampMin = timestampMin;
            return this;
        }

        public Builder timestampMax(long timestampMax) {
            this.timestampMax = timestampMax;
            return this;
        }

        public Builder limit(long limit) {
            this.limit = limit;
            return this;
        }

        /** A combination of {@link AccountFilterFlags}. */
        public Builder flags(int flags) {
            this.flags = flags;
            return this;
        }

        /** @throws IllegalArgumentException naming the field that does not fit its width */
        public AccountFilter build() {
            return new AccountFilter(
                    accountId, userData128, userData64, userData32, code, timestampMin,
                    timestampMax, limit, flags);
        }
    }
}
