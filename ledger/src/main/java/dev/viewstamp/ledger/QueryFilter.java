package dev.viewstamp.ledger;

import java.util.Arrays;
import java.util.Objects;

/**
 * Selects accounts or transfers for {@code query_accounts} and {@code query_transfers} (ledger spec
 * §2.6, §17). All conditions must hold; a zero means no condition. The ledger answers an invalid filter
 * with no rows.
 *
 * <pre>{@code
 * QueryFilter.builder().ledger(700).userData64(42).limit(100).flags(QueryFilterFlags.REVERSED).build()
 * }</pre>
 *
 * <p>Immutable. A u16 or u32 outside its range is refused with an {@link IllegalArgumentException} that
 * names the field; u64 fields are taken as 64 bits, so that numbers above 2^63 - 1 are negative.
 *
 * @param timestampMin inclusive, 0 for open
 * @param timestampMax inclusive, 0 for open
 * @param limit u32, not 0
 * @param flags 32 bits, see {@link QueryFilterFlags}
 */
public record QueryFilter(
        Uint128 userData128,
        long userData64,
        long userData32,
        long ledger,
        int code,
        long timestampMin,
        long timestampMax,
        long limit,
        int flags) {

    public QueryFilter {
        Objects.requireNonNull(userData128, "user_data_128");
        FieldRange.u32("user_data_32", userData32);
        FieldRange.u32("ledger", ledger);
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

    /** Writes the record of {@link QueryFilterLayout}; reserved bytes become zero. */
    public void writeTo(byte[] target, int offset) {
        Arrays.fill(target, offset, offset + QueryFilterLayout.SIZE, (byte) 0);
        LittleEndian.putU128(target, offset + QueryFilterLayout.USER_DATA_128, userData128);
        LittleEndian.putU64(target, offset + QueryFilterLayout.USER_DATA_64, userData64);
        LittleEndian.putU32(target, offset + QueryFilterLayout.USER_DATA_32, userData32);
        LittleEndian.putU32(target, offset + QueryFilterLayout.LEDGER, ledger);
        LittleEndian.putU16(target, offset + QueryFilterLayout.CODE, code);
        LittleEndian.putU64(target, offset + QueryFilterLayout.TIMESTAMP_MIN, timestampMin);
        LittleEndian.putU64(target, offset + QueryFilterLayout.TIMESTAMP_MAX, timestampMax);
        LittleEndian.putU32(target, offset + QueryFilterLayout.LIMIT, limit);
        LittleEndian.putU32(target, offset + QueryFilterLayout.FLAGS, flags);
    }

    /** Reads the record of {@link QueryFilterLayout}; reserved bytes are not looked at. */
    public static QueryFilter read(byte[] source, int offset) {
        return new QueryFilter(
                LittleEndian.u128(source, offset + QueryFilterLayout.USER_DATA_128),
                LittleEndian.u64(source, offset + QueryFilterLayout.USER_DATA_64),
                LittleEndian.u32(source, offset + QueryFilterLayout.USER_DATA_32),
                LittleEndian.u32(source, offset + QueryFilterLayout.LEDGER),
                LittleEndian.u16(source, offset + QueryFilterLayout.CODE),
                LittleEndian.u64(source, offset + QueryFilterLayout.TIMESTAMP_MIN),
                LittleEndian.u64(source, offset + QueryFilterLayout.TIMESTAMP_MAX),
                LittleEndian.u32(source, offset + QueryFilterLayout.LIMIT),
                LittleEndian.i32(source, offset + QueryFilterLayout.FLAGS));
    }

    /**
     * Fields that are not set are zero, but for the limit ({@value
     * AccountFilter#DEFAULT_LIMIT}).
     */
    public static final class Builder {
        private Uint128 userData128 = Uint128.ZERO;
        private long userData64;
        private long userData32;
        private long ledger;
        private int code;
        private long timestampMin;
        private long timestampMax;
        private long limit = AccountFilter.DEFAULT_LIMIT;
        private int flags;

        private Builder() {}

        private Builder(QueryFilter from) {
            userData128 = from.userData128;
            userData64 = from.userData64;
            userData32 = from.userData32;
            ledger = from.ledger;
            code = from.code;
            timestampMin = from.timestampMin;
            timestampMax = from.timestampMax;
            limit = from.limit;
            flags = from.flags;
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

        public Builder ledger(long ledger) {
            this.ledger = ledger;
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

        /** A combination of {@link QueryFilterFlags}. */
        public Builder flags(int flags) {
            this.flags = flags;
            return this;
        }

        /** @throws IllegalArgumentException naming the field that does not fit its width */
        public QueryFilter build() {
            return new QueryFilter(
                    userData128, userData64, userData32, ledger, code, timestampMin, timestampMax,
                    limit, flags);
        }
    }
}
