package dev.viewstamp.actors.shell;

/**
 * The disk refused a read or write, or did not keep what it was given. What is on it is unknown from here on, so
 * the node stops (replication spec §0.9, §0.10); its log is repaired from the others when it starts again.
 */
public final class DiskFailure extends RuntimeException {
    private static final long serialVersionUID = 1;

    public DiskFailure(String message) {
        super(message);
    }
}
