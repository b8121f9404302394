package dev.viewstamp.actors;

/**
 * A node that could not start, or had to stop. The message is one line for an operator: what, and the mend if there
 * is one.
 */
public final class NodeFailure extends RuntimeException {
    private static final long serialVersionUID = 1;

    public NodeFailure(String message, Throwable cause) {
        super(message, cause);
    }
}
