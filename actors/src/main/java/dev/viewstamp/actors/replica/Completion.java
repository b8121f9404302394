package dev.viewstamp.actors.replica;

import dev.viewstamp.journal.LogEntry;
import dev.viewstamp.journal.StoredReply;
import dev.viewstamp.journal.Word128;

/**
 * The world's answer to an {@link Effect}. It may come at any later time and in any order, and everything may
 * have changed meanwhile: the core re-validates by checksum (replication spec §0.2). A failed write never comes
 * back: it stops the process.
 */
public sealed interface Completion {

    /** The prepare is durable in its slot; its redundant header is not yet. */
    record PrepareWritten(int slot, Word128 checksum) implements Completion {
    }

    /** The header sector that was written for this entry is durable. */
    record HeaderSectorWritten(int sector, int slot, Word128 checksum) implements Completion {
    }

    /** @param entry null if the slot did not hold that entry intact */
    record PrepareRead(long token, int slot, long op, Word128 checksum, LogEntry entry) implements Completion {
    }

    /** At least three of four copies are durable and verified. */
    record SuperBlockWritten(long sequence) implements Completion {
    }

    /**
     * @param reply the reply body; empty for entries without one
     * @param nextExpiryNanos smallest expiry time in the ledger, {@code Long.MAX_VALUE} if none
     */
    record Executed(long op, byte[] reply, long nextExpiryNanos) implements Completion {
    }

    /**
     * The state machine is at this checkpoint.
     *
     * @param sessions        the session table as frozen; empty for the root
     * @param commitTimestamp of the last entry in it, 0 for the root
     * @param nextExpiryNanos as in {@link Executed}
     */
    record CheckpointOpened(Word128 checkpointId, byte[] sessions, long commitTimestamp, long nextExpiryNanos)
            implements Completion {
    }

    /** All files of the state frozen after {@code op} are durable. Sizes in bytes. */
    record CheckpointWritten(long op, Word128 manifestChecksum, long manifestSize, Word128 sessionsChecksum,
            long sessionsSize) implements Completion {
    }

    /** All files of the checkpoint that was asked for are here, durable and verified. */
    record CheckpointFetched(Word128 checkpointId) implements Completion {
    }

    /** @param checksum of the reply's header */
    record ReplyWritten(int slot, Word128 checksum) implements Completion {
    }

    /** @param reply null if the slot did not hold that reply intact */
    record ReplyRead(long token, int slot, StoredReply reply) implements Completion {
    }

    /** @param content 4096 bytes, as they are on disk */
    record HeaderSectorRead(long token, int sector, byte[] content) implements Completion {
    }

    /** @param mended copies that were damaged and written again */
    record SuperBlockChecked(int mended) implements Completion {
    }

    /** Not asked for: whether the disk has hardly any room left. While it has not, new requests are refused. */
    record DiskSpace(boolean low) implements Completion {
    }
}
