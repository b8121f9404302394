package dev.viewstamp.actors.replica;

import dev.viewstamp.journal.LogEntry;
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
}
