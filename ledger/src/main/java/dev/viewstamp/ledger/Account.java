package dev.viewstamp.ledger;

import java.util.Objects;

/**
 * An account as an application writes and reads it (ledger spec §2.1).
 *
 * <pre>{@code
 * Account.builder().id(1).ledger(700).code(10).flags(AccountFlags.HISTORY).build()
 * }</pre>
 *
 * <p>Immutable. A u16 or u32 outside its range is refused with an {@link IllegalArgumentException} that
 * names the field; u64 fields are taken as 64 bits, so that numbers above 2^63 - 1 are negative.
 *
 * @param id not 0 and not 2^128 - 1
 * @param debitsPending reserved by pending transfers; 0 on create, like the other balances
 * @param userData32 u32
 * @param ledger u32, not 0: accounts of different ledgers never meet in a transfer
 * @param code u16, not 0: the kind of account
 * @param flags u16, see {@link AccountFlags}
 * @param timestamp nanoseconds since the Unix epoch; 0 on create unless imported
 */
public record Account(
        Uint128 id,
        Uint128 debitsPending,
        Uint128 debitsPosted,
        Uint128 creditsPending,
        Uint128 creditsPosted,
        Uint128 userData128,
        long userData64,
        long userData32,
        long ledger,
        int code,
        int flags,
        long timestamp) {

    public Account {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(debitsPending, "debits_pending");
        Objects.requireNonNull(debitsPosted, "debits_posted");
        Objects.requireNonNull(creditsPending, "credits_pending");
        Objects.requireNonNull(creditsPosted, "credits_posted");
        Objects.requireNonNull(userData128, "user_data_128");
        FieldRange.u32("user_data_32", userData32);
        FieldRange.u32("ledger", ledger);
        FieldRange.u16("code", code);
        FieldRange.u16("flags", flags);
    }

    public static Builder builder() {
        return new Builder();
    }

    /** A builder that starts with this value's fields. */
    public Builder toBuilder() {
        return new Builder(this);
    }

    /** Whether all of these {@link AccountFlags} are set. */
    public boolean has(int accountFlags) {
        return (flags & accountFlags) == accountFlags;
    }

    /** Writes the record of {@link AccountLayout}; reserved bytes become zero. */
    public void writeTo(byte[] target, int offset) {
        LittleEndian.putU128(target, offset + AccountLayout.ID, id);
        LittleEndian.putU128(target, offset + AccountLayout.DEBITS_PENDING, debitsPending);
        LittleEndian.putU128(target, offset + AccountLayout.DEBITS_POSTED, debitsPosted);
        LittleEndian.putU128(target, offset + AccountLayout.CREDITS_PENDING, creditsPending);
        LittleEndian.putU128(target, offset + AccountLayout.CREDITS_POSTED, creditsPosted);
        LittleEndian.putU128(target, offset + AccountLayout.USER_DATA_128, userData128);
        LittleEndian.putU64(target, offset + AccountLayout.USER_DATA_64, userData64);
        LittleEndian.putU32(target, offset + AccountLayout.USER_DATA_32, userData32);
        LittleEndian.putU32(target, offset + AccountLayout.LEDGER, ledger);
        LittleEndian.putU16(target, offset + AccountLayout.CODE, code);
        LittleEndian.putU16(target, offset + AccountLayout.FLAGS, flags);
        LittleEndian.putU64(target, offset + AccountLayout.TIMESTAMP, timestamp);
        LittleEndian.putU32(target, offset + AccountLayout.RESERVED, 0);
    }

    /** Reads the record of {@link AccountLayout}; reserved bytes are not looked at. */
    public static Account read(byte[] source, int offset) {
        return new Account(
                LittleEndian.u128(source, offset + AccountLayout.ID),
                LittleEndian.u128(source, offset + AccountLayout.DEBITS_PENDING),
                LittleEndian.u128(source, offset + AccountLayout.DEBITS_POSTED),
                LittleEndian.u128(source, offset + AccountLayout.CREDITS_PENDING),
                LittleEndian.u128(source, offset + AccountLayout.CREDITS_POSTED),
                LittleEndian.u128(source, offset + AccountLayout.USER_DATA_128),
                LittleEndian.u64(source, offset + AccountLayout.USER_DATA_64),
                LittleEndian.u32(source, offset + AccountLayout.USER_DATA_32),
                LittleEndian.u32(source, offset + AccountLayout.LEDGER),
                LittleEndian.u16(source, offset + AccountLayout.CODE),
                LittleEndian.u16(source, offset + AccountLayout.FLAGS),
                LittleEndian.u64(source, offset + AccountLayout.TIMESTAMP));
    }

    /** Fields that are not set are zero. */
    public static final class Builder {
        private Uint128 id = Uint128.ZERO;
        private Uint128 debitsPending = Uint128.ZERO;
        private Uint128 debitsPosted = Uint128.ZERO;
        private Uint128 creditsPending = Uint128.ZERO;
        private Uint128 creditsPosted = Uint128.ZERO;
        private Uint128 userData128 = Uint128.ZERO;
        private long userData64;
        private long userData32;
        private long ledger;
        private int code;
        private int flags;
        private long timestamp;

        private Builder() {}

        private Builder(Account from) {
            id = from.id;
            debitsPending = from.debitsPending;
            debitsPosted = from.debitsPosted;
            creditsPending = from.creditsPending;
            creditsPosted = from.creditsPosted;
            userData128 = from.userData128;
            userData64 = from.userData64;
            userData32 = from.userData32;
            ledger = from.ledger;
            code = from.code;
            flags = from.flags;
            timestamp = from.timestamp;
        }

        public Builder id(Uint128 id) {
            this.id = id;
            return this;
        }

        public Builder id(long id) {
            return id(FieldRange.u128("id", id));
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

        /** A combination of {@link AccountFlags}. */
        public Builder flags(int flags) {
            this.flags = flags;
            return this;
        }

        /** Only for imported accounts; the ledger assigns all others. */
        public Builder timestamp(long timestamp) {
            this.timestamp = timestamp;
            return this;
        }

        /** @throws IllegalArgumentException naming the field that does not fit its width */
        public Account build() {
            return new Account(
                    id, debitsPending, debitsPosted, creditsPending, creditsPosted, userData128,
                    userData64, userData32, ledger, code, flags, timestamp);
        }
    }
}
