package dev.viewstamp.actors.replica;

import dev.viewstamp.journal.Checksums;
import dev.viewstamp.journal.LogEntry;
import dev.viewstamp.journal.Word128;
import java.nio.ByteBuffer;

/**
 * A state machine whose state is a hash of its history, and whose replies tell it: equal replies, equal
 * histories. Entries of {@link #OPERATION_TIMED} leave something to expire, which a pulse takes away.
 */
final class StubLedger {
    static final int OPERATION_PLAIN = 146;
    static final int OPERATION_TIMED = 147;
    static final long EXPIRY_NANOS = 300_000_000;

    /** What the core asks about operations: bodies of one byte 0xFF are invalid, each byte of a body is an event. */
    static final EntryRules RULES = new EntryRules() {
        @Override
        public Verdict check(int operation, byte[] body) {
            if (operation != OPERATION_PLAIN && operation != OPERATION_TIMED) {
                return Verdict.UNKNOWN_OPERATION;
            }
            return body.length == 1 && body[0] == -1 ? Verdict.INVALID_BODY : Verdict.ACCEPTED;
        }

        @Override
        public long timestampDelta(int operation, byte[] body) {
            return operation == NormalPrimary.OPERATION_PULSE ? 8190 : body.length;
        }
    };

    private Word128 state = Word128.ZERO;
    private long op;
    private long timestamp;
    private long nextExpiry = Long.MAX_VALUE;

    /** The state as a file: equal on all replicas at equal op. */
    byte[] freeze() {
        return ByteBuffer.allocate(40).putLong(state.hi()).putLong(state.lo()).putLong(op).putLong(timestamp)
                .putLong(nextExpiry).array();
    }

    /** The state that {@link #freeze} wrote. */
    static StubLedger open(byte[] frozen) {
        ByteBuffer bytes = ByteBuffer.wrap(frozen);
        StubLedger ledger = new StubLedger();
        ledger.state = new Word128(bytes.getLong(), bytes.getLong());
        ledger.op = bytes.getLong();
        ledger.timestamp = bytes.getLong();
        ledger.nextExpiry = bytes.getLong();
        return ledger;
    }

    long timestamp() {
        return timestamp;
    }

    long nextExpiry() {
        return nextExpiry;
    }

    /** A bit flips in memory: from now on this state is another. */
    void diverge() {
        state = new Word128(~state.hi(), state.lo());
    }

    Completion.Executed execute(LogEntry entry) {
        Invariant.check(entry.op() == op + 1, "executed op %d after %d", entry.op(), op);
        Invariant.check(entry.header().timestamp() > timestamp, "T %d after %d", entry.header().timestamp(), timestamp);
        op = entry.op();
        timestamp = entry.header().timestamp();
        ByteBuffer bytes = ByteBuffer.allocate(32).putLong(state.hi()).putLong(state.lo())
                .putLong(entry.checksum().hi()).putLong(entry.checksum().lo());
        state = Checksums.of(bytes.array());
        if (entry.header().operation() == OPERATION_TIMED) {
            nextExpiry = Math.min(nextExpiry, timestamp + EXPIRY_NANOS);
        }
        if (entry.header().operation() == NormalPrimary.OPERATION_PULSE && nextExpiry <= timestamp) {
            nextExpiry = Long.MAX_VALUE;
        }
        byte[] reply = ByteBuffer.allocate(16).putLong(state.hi()).putLong(state.lo()).array();
        return new Completion.Executed(op, reply, nextExpiry);
    }
}
