package dev.viewstamp.actors.cli;

import dev.viewstamp.journal.DataDirectoryException;

/**
 * Which exit code a data directory's refusal deserves: a wrong path or identity is bad usage, a disk's trouble is a
 * failure.
 */
public final class DataDirectoryTrouble {
    private DataDirectoryTrouble() {
    }

    /** Ready to be thrown. */
    public static RuntimeException of(DataDirectoryException trouble) {
        return switch (trouble.reason()) {
            case MISSING, NOT_EMPTY, FOREIGN, UNFINISHED, OTHER_CLUSTER, OTHER_REPLICA, OTHER_CONSTANTS,
                    OTHER_VERSION -> new UsageError(trouble.getMessage());
            case LOCKED, SIZE_MISMATCH, SUPERBLOCK, NO_SPACE, IO -> new VerbFailure(trouble.getMessage(), trouble);
        };
    }
}
