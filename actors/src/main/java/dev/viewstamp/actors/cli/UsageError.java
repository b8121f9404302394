package dev.viewstamp.actors.cli;

/** What was asked for cannot be meant: the message says what is wrong and the mend, in one line. Exit code 2. */
public final class UsageError extends RuntimeException {
    private static final long serialVersionUID = 1;

    public UsageError(String message) {
        super(message);
    }
}
