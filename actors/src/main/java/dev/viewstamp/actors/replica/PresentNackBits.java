package dev.viewstamp.actors.replica;

import static dev.viewstamp.actors.replica.Invariant.check;

/**
 * What a DoViewChange says of one op besides its header (replication spec §4.4). Both may be true: the entry
 * was never persisted here, so it was never acknowledged, yet it is in memory and can be supplied.
 *
 * @param nack    this replica certainly did not durably prepare that header
 * @param present this replica can supply the entry
 */
public record PresentNackBits(boolean nack, boolean present) {
    /** What the slot of an op holds in memory for that op. */
    public enum InMemory {
        /** No header of this op: reserved, or an entry of another lap. */
        NONE,
        /** A header of this op, not the listed one. */
        OTHER,
        /** The listed header. */
        SAME
    }

    /**
     * Computes the bits at the moment of sending; the headers themselves stay as persisted.
     *
     * @param blank    the list has no header for the op
     * @param inMemory how the journal's header for the op compares; {@code SAME} is impossible for a blank
     * @param dirty    of the slot: its header may not be durable
     * @param faulty   of the slot: something prepared there may have been lost; implies dirty
     * @param readable the listed entry is readable on disk, or being written, or in pipeline or cache
     */
    static PresentNackBits of(boolean blank, InMemory inMemory, boolean dirty, boolean faulty, boolean readable) {
        check(dirty || !faulty, "a faulty slot is not dirty");
        check(!blank || inMemory != InMemory.SAME && !readable, "a blank has no entry to hold");
        boolean present = readable || inMemory == InMemory.SAME && !dirty;
        return new PresentNackBits(nack(blank, inMemory, dirty, faulty), present);
    }

    private static boolean nack(boolean blank, InMemory inMemory, boolean dirty, boolean faulty) {
        return switch (inMemory) {
            // A lost entry may have been that one, and may have been acknowledged.
            case NONE -> !faulty;
            // We hold another, so we do not hold that one, even if ours is damaged. Unless we list none at all:
            // then the one we learnt since may be the one that is meant.
            case OTHER -> !blank;
            // In memory, never written, hence never acknowledged.
            case SAME -> dirty && !faulty;
        };
    }
}
