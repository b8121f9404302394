package dev.viewstamp.ledger;

import java.util.Arrays;
import java.util.Objects;

/**
 * One change of two accounts' balances, as {@code get_change_events} reports it (ledger spec §2.8, §18):
 * a transfer that was created, or a pending one that expired.
 *
 * @param timestamp of the event; for an expiry later than the transfer's own
 * @param transfer as stored; for an expiry the pending transfer
 * @param debitAccount balances and flags as they were right after the event
 * @param creditAccount likewise
 */
public record ChangeEvent(
        long timestamp, Type type, Transfer transfer, Account debitAccount, Account creditAccount) {

    /** What happened. The order is that of the codes. */
    public enum Type {
        SINGLE_PHASE, TWO_PHASE_PENDING, TWO_PHASE_POSTED, TWO_PHASE_VOIDED, TWO_PHASE_EXPIRED;

        private static final Type[] BY_CODE = values();

        /** The u8 on the wire. */
        public int code() {
            return ordinal();
        }

        /** @throws IllegalArgumentException if no type has this code */
        public static Type byCode(int code) {
            if (code < 0 || code >= BY_CODE.length) {
                throw new IllegalArgumentException("no type of change event has code " + code);
            }
            return BY_CODE[code];
        }
    }

    public ChangeEvent {
        Objects.requireNonNull(type, "type");
        requireAccount("debit", transfer.debitAccountId(), transfer.ledger(), debitAccount);
        requireAccount("credit", transfer.creditAccountId(), transfer.ledger(), creditAccount);
    }

    /** Writes the record of {@link ChangeEventLayout}; reserved bytes become zero. */
    public void writeTo(byte[] target, int offset) {
        Arrays.fill(target, offset, offset + ChangeEventLayout.SIZE, (byte) 0);
        LittleEndian.putU128(target, offset + ChangeEventLayout.TRANSFER_ID, transfer.id());
        LittleEndian.putU128(target, offset + ChangeEventLayout.TRANSFER_AMOUNT, transfer.amount());
        LittleEndian.putU128(target, offset + ChangeEventLayout.TRANSFER_PENDING_ID, transfer.pendingId());
        LittleEndian.putU128(target, offset + ChangeEventLayout.TRANSFER_USER_DATA_128, transfer.userData128());
        LittleEndian.putU64(target, offset + ChangeEventLayout.TRANSFER_USER_DATA_64, transfer.userData64());
        LittleEndian.putU32(target, offset + ChangeEventLayout.TRANSFER_USER_DATA_32, transfer.userData32());
        LittleEndian.putU32(target, offset + ChangeEventLayout.TRANSFER_TIMEOUT, transfer.timeout());
        LittleEndian.putU16(target, offset + ChangeEventLayout.TRANSFER_CODE, transfer.code());
        LittleEndian.putU16(target, offset + ChangeEventLayout.TRANSFER_FLAGS, transfer.flags());
        LittleEndian.putU32(target, offset + ChangeEventLayout.LEDGER, transfer.ledger());
        target[offset + ChangeEventLayout.TYPE] = (byte) type.code();
        writeAccount(debitAccount, target, offset + ChangeEventLayout.DEBIT_ACCOUNT_ID);
        writeAccount(creditAccount, target, offset + ChangeEventLayout.CREDIT_ACCOUNT_ID);
        LittleEndian.putU64(target, offset + ChangeEventLayout.TIMESTAMP, timestamp);
        LittleEndian.putU64(target, offset + ChangeEventLayout.TRANSFER_TIMESTAMP, transfer.timestamp());
        LittleEndian.putU64(target, offset + ChangeEventLayout.DEBIT_ACCOUNT_TIMESTAMP, debitAccount.timestamp());
        LittleEndian.putU64(target, offset + ChangeEventLayout.CREDIT_ACCOUNT_TIMESTAMP, creditAccount.timestamp());
    }

    /**
     * Reads the record of {@link ChangeEventLayout}; reserved bytes are not looked at.
     *
     * @throws IllegalArgumentException if the type is unknown
     */
    public static ChangeEvent read(byte[] source, int offset) {
        Transfer transfer = new Transfer(
                LittleEndian.u128(source, offset + ChangeEventLayout.TRANSFER_ID),
                LittleEndian.u128(source, offset + ChangeEventLayout.DEBIT_ACCOUNT_ID),
                LittleEndian.u128(source, offset + ChangeEventLayout.CREDIT_ACCOUNT_ID),
                LittleEndian.u128(source, offset + ChangeEventLayout.TRANSFER_AMOUNT),
                LittleEndian.u128(source, offset + ChangeEventLayout.TRANSFER_PENDING_ID),
                LittleEndian.u128(source, offset + ChangeEventLayout.TRANSFER_USER_DATA_128),
                LittleEndian.u64(source, offset + ChangeEventLayout.TRANSFER_USER_DATA_64),
                LittleEndian.u32(source, offset + ChangeEventLayout.TRANSFER_USER_DATA_32),
                LittleEndian.u32(source, offset + ChangeEventLayout.TRANSFER_TIMEOUT),
                LittleEndian.u32(source, offset + ChangeEventLayout.LEDGER),
                LittleEndian.u16(source, offset + ChangeEventLayout.TRANSFER_CODE),
                LittleEndian.u16(source, offset + ChangeEventLayout.TRANSFER_FLAGS),
                LittleEndian.u64(source, offset + ChangeEventLayout.TRANSFER_TIMESTAMP));
        return new ChangeEvent(
                LittleEndian.u64(source, offset + ChangeEventLayout.TIMESTAMP),
                Type.byCode(source[offset + ChangeEventLayout.TYPE] & 0xFF),
                transfer,
                readAccount(source, offset + ChangeEventLayout.DEBIT_ACCOUNT_ID, transfer.ledger(),
                        LittleEndian.u64(source, offset + ChangeEventLayout.DEBIT_ACCOUNT_TIMESTAMP)),
                readAccount(source, offset + ChangeEventLayout.CREDIT_ACCOUNT_ID, transfer.ledger(),
                        LittleEndian.u64(source, offset + ChangeEventLayout.CREDIT_ACCOUNT_TIMESTAMP)));
    }

    // Both sides have the same shape: id, four balances and user_data_128 as in AccountLayout, then
    // user_data_64 u64, user_data_32 u32, code u16, flags u16; the timestamp stands apart.
    private static final int SIDE_USER_DATA_64 = 96;
    private static final int SIDE_USER_DATA_32 = 104;
    private static final int SIDE_CODE = 108;
    private static final int SIDE_FLAGS = 110;

    private static void writeAccount(Account account, byte[] target, int side) {
        LittleEndian.putU128(target, side + AccountLayout.ID, account.id());
        LittleEndian.putU128(target, side + AccountLayout.DEBITS_PENDING, account.debitsPending());
        LittleEndian.putU128(target, side + AccountLayout.DEBITS_POSTED, account.debitsPosted());
        LittleEndian.putU128(target, side + AccountLayout.CREDITS_PENDING, account.creditsPending());
        LittleEndian.putU128(target, side + AccountLayout.CREDITS_POSTED, account.creditsPosted());
        LittleEndian.putU128(target, side + AccountLayout.USER_DATA_128, account.userData128());
        LittleEndian.putU64(target, side + SIDE_USER_DATA_64, account.userData64());
        LittleEndian.putU32(target, side + SIDE_USER_DATA_32, account.userData32());
        LittleEndian.putU16(target, side + SIDE_CODE, account.code());
        LittleEndian.putU16(target, side + SIDE_FLAGS, account.flags());
    }

    private static Account readAccount(byte[] source, int side, long ledger, long timestamp) {
        return new Account(
                LittleEndian.u128(source, side + AccountLayout.ID),
                LittleEndian.u128(source, side + AccountLayout.DEBITS_PENDING),
                LittleEndian.u128(source, side + AccountLayout.DEBITS_POSTED),
                LittleEndian.u128(source, side + AccountLayout.CREDITS_PENDING),
                LittleEndian.u128(source, side + AccountLayout.CREDITS_POSTED),
                LittleEndian.u128(source, side + AccountLayout.USER_DATA_128),
                LittleEndian.u64(source, side + SIDE_USER_DATA_64),
                LittleEndian.u32(source, side + SIDE_USER_DATA_32),
                ledger,
                LittleEndian.u16(source, side + SIDE_CODE),
                LittleEndian.u16(source, side + SIDE_FLAGS),
                timestamp);
    }

    private static void requireAccount(String side, Uint128 id, long ledger, Account account) {
        if (!account.id().equals(id) || account.ledger() != ledger) {
            throw new IllegalArgumentException(side + " account " + account.id() + " of ledger "
                    + account.ledger() + " is not that of the transfer: " + id + " of ledger " + ledger);
        }
    }
}
