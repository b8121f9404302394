package dev.viewstamp.actors.replica;

/**
 * What the core must know of the state machine's operations before they are in the log: pure functions of their
 * arguments, equal on all replicas. Only asked about operations from 128 on.
 */
public interface EntryRules {
    /** The answer to {@link #check}, in order of precedence. */
    enum Verdict { ACCEPTED, UNKNOWN_OPERATION, INVALID_BODY }

    /** Whether a client may ask for this (ledger spec §6.3). */
    Verdict check(int operation, byte[] body);

    /** How many timestamps the entry needs beyond the first: its events (ledger spec §5.1). At least 0. */
    long timestampDelta(int operation, byte[] body);
}
