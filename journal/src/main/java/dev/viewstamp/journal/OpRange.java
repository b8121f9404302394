package dev.viewstamp.journal;

/** Consecutive ops, both ends included. Invariant: opMin &lt;= opMax. */
public record OpRange(long opMin, long opMax) {
    public OpRange {
        InvariantViolation.check(0 <= opMin && opMin <= opMax, "op range %d..%d", opMin, opMax);
    }

    public long count() {
        return opMax - opMin + 1;
    }
}
