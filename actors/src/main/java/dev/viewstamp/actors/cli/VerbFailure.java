package dev.viewstamp.actors.cli;

/** What was asked for was understood and failed: the message says why, in one line. Exit code 1. */
public final class VerbFailure extends RuntimeException {
    private static final long serialVersionUID = 1;

    public VerbFailure(String message) {
        super(message);
    }

    public VerbFailure(String message, Throwable cause) {
        super(message, cause);
    }
}
