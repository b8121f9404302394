package dev.viewstamp.actors.replica;

/**
 * What a primary makes of a request by the session table alone, in the order of replication spec §3.2 step 8
 * and wire spec §15 rows 10 to 12: the first that fits. What lies in the pipeline is looked at by the caller.
 */
public enum RequestVerdict {
    /** The cluster's own entry: no session needed. Accept. */
    INTERNAL,
    /** The client registered again since, so this one lives on an old session. Evict: sessionTooLow. */
    SESSION_TOO_LOW,
    /** A session that was never given out. Drop: the client errs. */
    SESSION_TOO_HIGH,
    /** Release or door changed within a session. Evict: sessionReleaseMismatch. */
    RELEASE_MISMATCH,
    /** Answered before the last one; the client has moved on. Drop. */
    OLD,
    /** The last one again. Send the stored reply. */
    DUPLICATE_ANSWERED,
    /** The last one again, and the body of its reply is damaged here. Drop, and fetch the reply from a peer. */
    DUPLICATE_BODY_MISSING,
    /** The last number with other content. Drop: the client errs. */
    FORKED,
    /** The next one, but its author does not know our last reply. Drop: the client errs. */
    WRONG_PARENT,
    /** The next one. Accept. */
    NEW,
    /** Numbers were left out. Drop: the client errs. */
    GAP,
    /** First contact. Accept. */
    REGISTER_NEW,
    /**
     * No session. Drop if the pipeline holds an entry of this client (its register is committing), else evict:
     * noSession.
     */
    UNKNOWN_CLIENT;

    /** Whether the request may become a log entry. */
    public boolean isAccepted() {
        return this == NEW || this == REGISTER_NEW || this == INTERNAL;
    }
}
