package dev.viewstamp.actors.replica;

import dev.viewstamp.journal.EntryHeader;
import dev.viewstamp.journal.Word128;

/**
 * What a request says of itself, as far as the session table is concerned (replication spec §2.6).
 *
 * @param client          zero for the cluster's own entries
 * @param session         0 for a register
 * @param request         0 for a register, then 1, 2, 3 …; unsigned
 * @param requestChecksum the request's identity, chosen by its door
 * @param parent          {@code context} of the last reply that the client knows; zero for a register
 * @param release         as the door numbers it
 * @param door            one of {@link EntryHeader}'s doors
 * @param operation       what is asked for
 */
public record RequestClaim(Word128 client, long session, int request, Word128 requestChecksum, Word128 parent,
        int release, int door, int operation) {

    public boolean isRegister() {
        return operation == EntryHeader.OPERATION_REGISTER;
    }
}
