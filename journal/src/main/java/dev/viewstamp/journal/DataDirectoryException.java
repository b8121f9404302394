package dev.viewstamp.journal;

import java.io.IOException;

/**
 * A data directory cannot be formatted or opened. The message is one line for an operator: what is wrong,
 * and the mend.
 */
public final class DataDirectoryException extends Exception {
    /** What is wrong. */
    public enum Reason {
        /** There is nothing at this path. */
        MISSING,
        /** Formatting was asked for, but something is there. */
        NOT_EMPTY,
        /** There is something, but not a data directory. */
        FOREIGN,
        /** A format that never finished. */
        UNFINISHED,
        /** Another process has it open. */
        LOCKED,
        /** Another cluster's. */
        OTHER_CLUSTER,
        /** Another replica's. */
        OTHER_REPLICA,
        /** A constant that all replicas share differs. */
        OTHER_CONSTANTS,
        /** Written by another version of the format. */
        OTHER_VERSION,
        /** A file is shorter or longer than format wrote it. */
        SIZE_MISMATCH,
        /** Too many superblock copies are damaged. */
        SUPERBLOCK,
        /** The disk is full. */
        NO_SPACE,
        /** The operating system says no. */
        IO
    }

    private final Reason reason;

    DataDirectoryException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    DataDirectoryException(Reason reason, String message) {
        this(reason, message, null);
    }

    public Reason reason() {
        return reason;
    }

    static boolean isNoSpace(IOException failure) {
        String message = failure.getMessage();
        return message != null && (message.contains("No space left") || message.contains("Disk quota exceeded"));
    }
}
