package dev.viewstamp.actors.shell;

/** The node's two clocks: the only place that reads them. The simulator puts its own here. Thread-safe. */
public interface TimeSource {
    /** Never goes back within a process; its origin means nothing. */
    long monotonicNanos();

    /** Nanoseconds since the Unix epoch, as this machine believes. */
    long wallNanos();

    /** The machine's clocks. */
    static TimeSource system() {
        return new TimeSource() {
            @Override
            public long monotonicNanos() {
                return System.nanoTime();
            }

            @Override
            public long wallNanos() {
                var now = java.time.Instant.now();
                return Math.addExact(Math.multiplyExact(now.getEpochSecond(), 1_000_000_000L), now.getNano());
            }
        };
    }
}
