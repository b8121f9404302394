package dev.viewstamp.ledger;

import java.util.Arrays;

/**
 * Selects change events by time for {@code get_change_events} (ledger spec §2.7, §18). To go on after a
 * page, ask again from the last row's timestamp plus one.
 *
 * <p>Immutable. A u16 or u32 outside its range is refused with an {@link IllegalArgumentException} that
 * names the field; u64 fields are taken as 64 bits, so that numbers above 2^63 - 1 are negative.
 *
 * @param timestampMin inclusive, 0 for open
 * @param timestampMax inclusive, 0 for open
 * @param limit u32, not 0
 */
public record ChangeEventsFilter(
        long timestampMin,
        long timestampMax,
        long limit) {

    public ChangeEventsFilter {
        FieldRange.u32("limit", limit);
    }

    public static Builder builder() {
        return new Builder();
    }

    /** A builder that starts with this value's fields. */
    public Builder toBuilder() {
        return new Builder(this);
    }

    /** Rows that a request is answered with at most; larger limits are lowered to it. */
    public static final int DEFAULT_LIMIT = 2730;

    /** Writes the record of {@link ChangeEventsFilterLayout}; reserved bytes become zero. */
    public void writeTo(byte[] target, int offset) {
        Arrays.fill(target, offset, offset + ChangeEventsFilterLayout.SIZE, (byte) 0);
        LittleEndian.putU64(target, offset + ChangeEventsFilterLayout.TIMESTAMP_MIN, timestampMin);
        LittleEndian.putU64(target, offset + ChangeEventsFilterLayout.TIMESTAMP_MAX, timestampMax);
        LittleEndian.putU32(target, offset + ChangeEventsFilterLayout.LIMIT, limit);
    }

    /** Reads the record of {@link ChangeEventsFilterLayout}; reserved bytes are not looked at. */
    public static ChangeEventsFilter read(byte[] source, int offset) {
        return new ChangeEventsFilter(
                LittleEndian.u64(source, offset + ChangeEventsFilterLayout.TIMESTAMP_MIN),
                LittleEndian.u64(source, offset + ChangeEventsFilterLayout.TIMESTAMP_MAX),
                LittleEndian.u32(source, offset + ChangeEventsFilterLayout.LIMIT));
    }

    /**
     * Fields that are not set are zero, but for the limit ({@value
     * ChangeEventsFilter#DEFAULT_LIMIT}).
     */
    public static final class Builder {
        private long timestampMin;
        private long timestampMax;
        private long limit = DEFAULT_LIMIT;

        private Builder() {}

        private Builder(ChangeEventsFilter from) {
            timestampMin = from.timestampMin;
            timestampMax = from.timestampMax;
            limit = from.limit;
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

        /** @throws IllegalArgumentException naming the field that does not fit its width */
        public ChangeEventsFilter build() {
            return new ChangeEventsFilter(
                    timestampMin, timestampMax, limit);
        }
    }
}
