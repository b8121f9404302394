package dev.viewstamp.actors.replica;

import dev.viewstamp.journal.EntryHeader;
import java.util.List;

/** What a prospective primary can conclude from the DoViewChanges it holds (replication spec §4.5). */
public sealed interface LogChoice {

    /** Too few votes yet, or the own one is missing. */
    record AwaitingQuorum() implements LogChoice {
    }

    /** A quorum, but nobody in it can supply {@code op}, and too few deny it: another vote may decide. */
    record AwaitingRepair(long op) implements LogChoice {
    }

    /**
     * Everybody has spoken, and {@code op} can neither be supplied nor be proven uncommitted. Too many faults:
     * wait, and say so.
     */
    record Unavailable(long op) implements LogChoice {
    }

    /**
     * The log of the new view.
     *
     * @param head         its newest entry
     * @param canonical    headers of the newest logs from the head downwards; may skip ops at or below {@code
     *                     commitMax}
     * @param commitMax    everything up to here is certainly committed (R §4.5 calls it opMin too)
     * @param timestampMax the highest timestamp in any vote, also of what is thrown away
     * @param trusted      headers from older logs that their senders have executed: final, so replace what differs
     * @param candidates   other headers from older logs: to be taken only if they chain up to the head
     */
    record Chosen(EntryHeader head, List<EntryHeader> canonical, long commitMax, long timestampMax,
            List<EntryHeader> trusted, List<EntryHeader> candidates) implements LogChoice {
    }
}
