package dev.viewstamp.ledger.model;

import java.math.BigInteger;
import java.nio.ByteBuffer;

/** An account (ledger spec §2.1), submitted or stored. */
record ModelAccount(
        BigInteger id, BigInteger debitsPending, BigInteger debitsPosted, BigInteger creditsPending,
        BigInteger creditsPosted, BigInteger userData128, long userData64, long userData32, long reserved,
        long ledger, int code, int flags, long timestamp) implements ModelEvent {

    static final int SIZE = 128;
    static final int DEBITS_MUST_NOT_EXCEED_CREDITS = 0x2;
    static final int CREDITS_MUST_NOT_EXCEED_DEBITS = 0x4;
    static final int HISTORY = 0x8;
    static final int CLOSED = 0x20;

    static ModelAccount read(ByteBuffer from) {
        return new ModelAccount(Wire.u128(from), Wire.u128(from), Wire.u128(from), Wire.u128(from), Wire.u128(from),
                Wire.u128(from), from.getLong(), Wire.u32(from), Wire.u32(from), Wire.u32(from), Wire.u16(from),
                Wire.u16(from), from.getLong());
    }

    void write(ByteBuffer to) {
        Wire.putU128(to, id);
        Wire.putU128(to, debitsPending);
        Wire.putU128(to, debitsPosted);
        Wire.putU128(to, creditsPending);
        Wire.putU128(to, creditsPosted);
        Wire.putU128(to, userData128);
        to.putLong(userData64).putInt((int) userData32).putInt((int) reserved).putInt((int) ledger)
                .putShort((short) code).putShort((short) flags).putLong(timestamp);
    }

    @Override
    public boolean linked() {
        return (flags & 0x1) != 0;
    }

    @Override
    public boolean imported() {
        return (flags & 0x10) != 0;
    }

    boolean closed() {
        return (flags & CLOSED) != 0;
    }

    boolean has(int flag) {
        return (flags & flag) != 0;
    }

    ModelAccount at(long newTimestamp) {
        return new ModelAccount(id, debitsPending, debitsPosted, creditsPending, creditsPosted, userData128, userData64,
                userData32, reserved, ledger, code, flags, newTimestamp);
    }

    ModelAccount debited(BigInteger pending, BigInteger posted) {
        return new ModelAccount(id, debitsPending.add(pending), debitsPosted.add(posted), creditsPending, creditsPosted,
                userData128, userData64, userData32, reserved, ledger, code, flags, timestamp);
    }

    ModelAccount credited(BigInteger pending, BigInteger posted) {
        return new ModelAccount(id, debitsPending, debitsPosted, creditsPending.add(pending), creditsPosted.add(posted),
                userData128, userData64, userData32, reserved, ledger, code, flags, timestamp);
    }

    ModelAccount closed(boolean closed) {
        return new ModelAccount(id, debitsPending, debitsPosted, creditsPending, creditsPosted, userData128, userData64,
                userData32, reserved, ledger, code, closed ? flags | CLOSED : flags & ~CLOSED, timestamp);
    }
}
