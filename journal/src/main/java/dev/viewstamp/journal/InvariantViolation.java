package dev.viewstamp.journal;

/**
 * Something that cannot happen did: memory or logic is broken, and going on could corrupt what is still
 * whole. Whoever catches it stops the process (replication spec §0.8). Never thrown for bad bytes on disk
 * or bad input: those are answers.
 */
public final class InvariantViolation extends IllegalStateException {
    public InvariantViolation(String message) {
        super(message);
    }

    /** Throws unless {@code holds}; {@code format} as in {@link String#format}, rendered only on failure. */
    public static void check(boolean holds, String format, Object... arguments) {
        if (!holds) {
            throw new InvariantViolation(String.format(format, arguments));
        }
    }
}
