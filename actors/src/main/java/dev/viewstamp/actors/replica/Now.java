package dev.viewstamp.actors.replica;

/**
 * Time, handed in with each event; the core has no other.
 *
 * @param tick count of 10 ms ticks since the node started
 * @param monotonicNanos never goes back within a process; its origin means nothing
 * @param wallNanos nanoseconds since the Unix epoch as the machine believes
 */
public record Now(long tick, long monotonicNanos, long wallNanos) {
}
