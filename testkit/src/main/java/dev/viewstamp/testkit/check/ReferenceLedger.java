package dev.viewstamp.testkit.check;

import dev.viewstamp.journal.LogEntry;

/** What the committed history means: executes it once, beside the cluster. */
public interface ReferenceLedger {
    /** The next committed entry. */
    void onCommit(LogEntry entry);

    /** The reply body of an executed entry, or null for entries of the protocol itself. */
    byte[] reply(long op);
}
