package dev.viewstamp.ledger.model;

import java.math.BigInteger;
import java.nio.ByteBuffer;

/** The record of one event (ledger spec §2.9, §15); the accounts are as they were right after it. */
record ModelRecord(
        ModelAccount debit, ModelAccount credit, long timestamp, int transferFlags, int pendingFlags,
        BigInteger pendingId, BigInteger amountRequested, BigInteger amount, int pendingStatus) {

    static final int SIZE = 256;

    void write(ByteBuffer to) {
        for (ModelAccount account : new ModelAccount[] {debit, credit}) {
            Wire.putU128(to, account.id());
            Wire.putU128(to, account.debitsPending());
            Wire.putU128(to, account.debitsPosted());
            Wire.putU128(to, account.creditsPending());
            Wire.putU128(to, account.creditsPosted());
        }
        to.putLong(timestamp).putLong(debit.timestamp()).putLong(credit.timestamp());
        to.putShort((short) debit.flags()).putShort((short) credit.flags());
        to.putShort((short) transferFlags).putShort((short) pendingFlags);
        Wire.putU128(to, pendingId);
        Wire.putU128(to, amountRequested);
        Wire.putU128(to, amount);
        to.putInt((int) debit.ledger()).put((byte) pendingStatus).put(new byte[11]);
    }
}
