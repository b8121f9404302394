package dev.viewstamp.ledger;

import java.util.Objects;

/**
 * A transfer as an application writes and reads it (ledger spec §2.2).
 *
 * <pre>{@code
 * Transfer.builder().id(7).debit(1).credit(2).amount(100).ledger(700).code(10).build()
 * Transfer.builder().id(8).pendingId(7).amount(Uint128.MAX).flags(TransferFlags.POST_PENDING_TRANSFER).build()
 * }</pre>
 *
 * <p>Immutable. A u16 or u32 outside its range is refused with an {@link IllegalArgumentException} that
 * names the field; u64 fields are taken as 64 bits, so that numbers above 2^63 - 1 are negative.
 *
 * @param id not 0 and not 2^128 - 1
 * @param amount what moved; on create of a balancing transfer the cap, of a post with 2^128 - 1
 *     all that is pending, of a void with 0 likewise
 * @param pendingId the transfer that a post or void resolves, else 0
 * @param userData32 u32
 * @param timeout u32, seconds; only for pending transfers, 0 for never
 * @param ledger u32, that of both accounts; a post or void may leave it 0
 * @param code u16, not 0 but for posts and voids: the reason for the transfer
 * @param flags u16, see {@link TransferFlags}
 * @param timestamp nanoseconds since the Unix epoch; 0 on create unless imported
 */
public record Transfer(
        Uint128 id,
        Uint128 debitAccountId,
        Uint128 creditAccountId,
        Uint128 amount,
        Uint128 pendingId,
        Uint128 userData128,
        long userData64,
        long userData32,
        long timeout,
        long ledger,
        int code,
        int flags,
        long timestamp) {

    public Transfer {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(debitAccountId, "debit_account_id");
        Objects.requireNonNull(creditAccountId, "credit_account_id");
        Objects.requireNonNull(amount, "amount");
        Objects.requireNonNull(pendingId, "pending_id");
        Objects.requireNonNull(userData128, "user_data_128");
        FieldRange.u32("user_data_32", userData32);
        FieldRange.u32("timeout", timeout);
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

    /** Whether all of these {@link TransferFlags} are set. */
    public boolean has(int transferFlags) {
        return (flags & transferFlags) == transferFlags;
    }

    /** Writes the record of {@link TransferLayout}; reserved bytes become zero. */
    public void writeTo(byte[] target, int offset) {
        LittleEndian.putU128(target, offset + TransferLayout.ID, id);
        LittleEndian.putU128(target, offset + TransferLayout.DEBIT_ACCOUNT_ID, debitAccountId);
        LittleEndian.putU128(target, offset + TransferLayout.CREDIT_ACCOUNT_ID, creditAccountId);
        LittleEndian.putU128(target, offset + TransferLayout.AMOUNT, amount);
        LittleEndian.putU128(target, offset + TransferLayout.PENDING_ID, pendingId);
        LittleEndian.putU128(target, offset + TransferLayout.USER_DATA_128, userData128);
        LittleEndian.putU64(target, offset + TransferLayout.USER_DATA_64, userData64);
        LittleEndian.putU32(target, offset + TransferLayout.USER_DATA_32, userData32);
        LittleEndian.putU32(target, offset + TransferLayout.TIMEOUT, timeout);
        LittleEndian.putU32(target, offset + TransferLayout.LEDGER, ledger);
        LittleEndian.putU16(target, offset + TransferLayout.CODE, code);
        LittleEndian.putU16(target, offset + TransferLayout.FLAGS, flags);
        LittleEndian.putU64(target, offset + TransferLayout.TIMESTAMP, timestamp);
    }

    /** Reads the record of {@link TransferLayout}; reserved bytes are not looked at. */
    public static Transfer read(byte[] source, int offset) {
        return new Transfer(
                LittleEndian.u128(source, offset + TransferLayout.ID),
                LittleEndian.u128(source, offset + TransferLayout.DEBIT_ACCOUNT_ID),
                LittleEndian.u128(source, offset + TransferLayout.CREDIT_ACCOUNT_ID),
                LittleEndian.u128(source, offset + TransferLayout.AMOUNT),
                LittleEndian.u128(source, offset + TransferLayout.PENDING_ID),
                LittleEndian.u128(source, offset + TransferLayout.USER_DATA_128),
                LittleEndian.u64(source, offset + TransferLayout.USER_DATA_64),
                LittleEndian.u32(source, offset + TransferLayout.USER_DATA_32),
                LittleEndian.u32(source, offset + TransferLayout.TIMEOUT),
                LittleEndian.u32(source, offset + TransferLayout.LEDGER),
                LittleEndian.u16(source, offset + TransferLayout.CODE),
                LittleEndian.u16(source, offset + TransferLayout.FLAGS),
                LittleEndian.u64(source, offset + TransferLayout.TIMESTAMP));
    }

    /** Fields that are not set are zero. */
    public static final class Builder {
        private Uint128 id = Uint128.ZERO;
        private Uint128 debitAccountId = Uint128.ZERO;
        private Uint128 creditAccountId = Uint128.ZERO;
        private Uint128 amount = Uint128.ZERO;
        private Uint128 pendingId = Uint128.ZERO;
        private Uint128 userData128 = Uint128.ZERO;
        private long userData64;
        private long userData32;
        private long timeout;
        private long ledger;
        private int code;
        private int flags;
        private long timestamp;

        private Builder() {}

        private Builder(Transfer from) {
            id = from.id;
            debitAccountId = from.debitAccountId;
            creditAccountId = from.creditAccountId;
            amount = from.amount;
            pendingId = from.pendingId;
            userData128 = from.userData128;
            userData64 = from.userData64;
            userData32 = from.userData32;
            timeout = from.timeout;
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

        /** The account whose debits grow. */
        public Builder debit(Uint128 debitAccountId) {
            this.debitAccountId = debitAccountId;
            return this;
        }

        public Builder debit(long debitAccountId) {
            return debit(FieldRange.u128("debit_account_id", debitAccountId));
        }

        /** The account whose credits grow. */
        public Builder credit(Uint128 creditAccountId) {
            this.creditAccountId = creditAccountId;
            return this;
        }

        public Builder credit(long creditAccountId) {
            return credit(FieldRange.u128("credit_account_id", creditAccountId));
        }

        public Builder amount(Uint128 amount) {
            this.amount = amount;
            return this;
        }

        public Builder amount(long amount) {
            return amount(FieldRange.u128("amount", amount));
        }

        public Builder pendingId(Uint128 pendingId) {
            this.pendingId = pendingId;
            return this;
        }

        public Builder pendingId(long pendingId) {
            return pendingId(FieldRange.u128("pending_id", pendingId));
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

        /** Seconds after which a pending transfer expires; 0 for never. */
        public Builder timeout(long timeout) {
            this.timeout = timeout;
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

        /** A combination of {@link TransferFlags}. */
        public Builder flags(int flags) {
            this.flags = flags;
            return this;
        }

        /** Only for imported transfers; the ledger assigns all others. */
        public Builder timestamp(long timestamp) {
            this.timestamp = timestamp;
            return this;
        }

        /** @throws IllegalArgumentException naming the field that does not fit its width */
        public Transfer build() {
            return new Transfer(
                    id, debitAccountId, creditAccountId, amount, pendingId, userData128,
                    userData64, userData32, timeout, ledger, code, flags, timestamp);
        }
    }
}
