package dev.viewstamp.ledger.model;

import java.math.BigInteger;
import java.nio.ByteBuffer;

/** A transfer (ledger spec §2.2), submitted or stored. */
record ModelTransfer(
        BigInteger id, BigInteger debitAccountId, BigInteger creditAccountId, BigInteger amount,
        BigInteger pendingId, BigInteger userData128, long userData64, long userData32, long timeout,
        long ledger, int code, int flags, long timestamp) implements ModelEvent {

    static final int SIZE = 128;
    static final int PENDING = 0x2;
    static final int POST = 0x4;
    static final int VOID = 0x8;
    static final int BALANCING_DEBIT = 0x10;
    static final int BALANCING_CREDIT = 0x20;
    static final int CLOSING_DEBIT = 0x40;
    static final int CLOSING_CREDIT = 0x80;

    static ModelTransfer read(ByteBuffer from) {
        return new ModelTransfer(Wire.u128(from), Wire.u128(from), Wire.u128(from), Wire.u128(from), Wire.u128(from),
                Wire.u128(from), from.getLong(), Wire.u32(from), Wire.u32(from), Wire.u32(from), Wire.u16(from),
                Wire.u16(from), from.getLong());
    }

    void write(ByteBuffer to) {
        Wire.putU128(to, id);
        Wire.putU128(to, debitAccountId);
        Wire.putU128(to, creditAccountId);
        Wire.putU128(to, amount);
        Wire.putU128(to, pendingId);
        Wire.putU128(to, userData128);
        to.putLong(userData64).putInt((int) userData32).putInt((int) timeout).putInt((int) ledger)
                .putShort((short) code).putShort((short) flags).putLong(timestamp);
    }

    @Override
    public boolean linked() {
        return (flags & 0x1) != 0;
    }

    @Override
    public boolean imported() {
        return (flags & 0x100) != 0;
    }

    boolean has(int flag) {
        return (flags & flag) != 0;
    }

    boolean resolves() {
        return has(POST | VOID);
    }

    /** Only meaningful for pending transfers with a timeout that passed the check for overflow. */
    long expiresAt() {
        return timestamp + timeout * 1_000_000_000L;
    }
}
