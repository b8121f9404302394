package dev.viewstamp.journal;

/** No superblock of this data directory can be trusted: refuse to open. The message is one line for an operator. */
public final class SuperBlockException extends Exception {
    /** Why (replication spec §6.2). */
    public enum Reason {
        /** No copy is valid. */
        NOT_FOUND,
        /** Copies are valid, but no superblock has two of them. */
        QUORUM_LOST,
        /** Two different superblocks have the best sequence. */
        FORK,
        /** A copy is newer than the best by more than the one update that may have been in flight. */
        PARENT_SKIPPED,
        /** The best one was not made from the one that came before it. */
        PARENT_NOT_CONNECTED,
        /** The best one takes back something that only grows. */
        NOT_MONOTONE,
        /** Written by another version of the format. */
        OTHER_VERSION
    }

    private final Reason reason;

    SuperBlockException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
