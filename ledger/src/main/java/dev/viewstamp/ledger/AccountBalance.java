package dev.viewstamp.ledger;

import java.util.Arrays;
import java.util.Objects;

/**
 * What an account's balances were right after one of its transfers (ledger spec §2.4).
 *
 * <p>Immutable. A u16 or u32 outside its range is refused with an {@link IllegalArgumentException} that
 * names the field; u64 fields are taken as 64 bits, so that numbers above 2^63 - 1 are negative.
 *
 * @param timestamp that of the transfer
 */
public record AccountBalance(
        Uint128 debitsPending,
        Uint128 debitsPosted,
        Uint128 creditsPending,
        Uint128 creditsPosted,
        long timestamp) {

    public AccountBalance {
        Objects.requireNonNull(debitsPending, "debits_pending");
        Objects.requireNonNull(debitsPosted, "debits_posted");
        Objects.requireNonNull(creditsPending, "credits_pending");
        Objects.requireNonNull(creditsPosted, "credits_posted");
    }

    public static Builder builder() {
        return new Builder();
    }

    /** A builder that starts with this value's fields. */
    public Builder toBuilder() {
        return new Builder(this);
    }

    /** Writes the record of {@link AccountBalanceLayout}; reserved bytes become zero. */
    public void writeTo(byte[] target, int offset) {
        Arrays.fill(target, offset, offset + AccountBalanceLayout.SIZE, (byte) 0);
        LittleEndian.putU128(target, offset + AccountBalanceLayout.DEBITS_PENDING, debitsPending);
        LittleEndian.putU128(target, offset + AccountBalanceLayout.DEBITS_POSTED, debitsPosted);
        LittleEndian.putU128(target, offset + AccountBalanceLayout.CREDITS_PENDING, creditsPending);
        LittleEndian.putU128(target, offset + AccountBalanceLayout.CREDITS_POSTED, creditsPosted);
        LittleEndian.putU64(target, offset + AccountBalanceLayout.TIMESTAMP, timestamp);
    }

    /** Reads the record of {@link AccountBalanceLayout}; reserved bytes are not looked at. */
    public static AccountBalance read(byte[] source, int offset) {
        return new AccountBalance(
                LittleEndian.u128(source, offset + AccountBalanceLayout.DEBITS_PENDING),
                LittleEndian.u128(source, offset + AccountBalanceLayout.DEBITS_POSTED),
                LittleEndian.u128(source, offset + AccountBalanceLayout.CREDITS_PENDING),
                LittleEndian.u128(source, offset + AccountBalanceLayout.CREDITS_POSTED),
                LittleEndian.u64(source, offset + AccountBalanceLayout.TIMESTAMP));
    }

    /** Fields that are not set are zero. */
    public static final class Builder {
        private Uint128 debitsPending = Uint128.ZERO;
        private Uint128 debitsPosted = Uint128.ZERO;
        private Uint128 creditsPending = Uint128.ZERO;
        private Uint128 creditsPosted = Uint128.ZERO;
        private long timestamp;

        private Builder() {}

        private Builder(AccountBalance from) {
            debitsPending = from.debitsPending;
            debitsPosted = from.debitsPosted;
            creditsPending = from.creditsPending;
            creditsPosted = from.creditsPosted;
            timestamp = from.timestamp;
        }

        public Builder debitsPending(Uint128 debitsPending) {
            this.debitsPending = debitsPending;
            return this;
        }

        public Builder debitsPending(long debitsPending) {
            return debitsPending(FieldRange.u128("debits_pending", debitsPending));
        }

        public Builder debitsPosted(Uint128 debitsPosted) {
            this.debitsPosted = debitsPosted;
            return this;
        }

        public Builder debitsPosted(long debitsPosted) {
            return debitsPosted(FieldRange.u128("debits_posted", debitsPosted));
        }

        public Builder creditsPending(Uint128 creditsPending) {
            this.creditsPending = creditsPending;
            return this;
        }

        public Builder creditsPending(long creditsPending) {
            return creditsPending(FieldRange.u128("credits_pending", creditsPending));
        }

        public Builder creditsPosted(Uint128 creditsPosted) {
            this.creditsPosted = creditsPosted;
            return this;
        }

        public Builder creditsPosted(long creditsPosted) {
            return creditsPosted(FieldRange.u128("credits_posted", creditsPosted));
        }

        public Builder timestamp(long timestamp) {
            this.timestamp = timestamp;
            return this;
        }

        /** @throws IllegalArgumentException naming the field that does not fit its width */
        public AccountBalance build() {
            return new AccountBalance(
                    debitsPending, debitsPosted, creditsPending, creditsPosted, timestamp);
        }
    }
}
