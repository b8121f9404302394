package dev.viewstamp.testkit.check;

import dev.viewstamp.journal.EntryHeader;
import dev.viewstamp.journal.LogEntry;
import dev.viewstamp.journal.Word128;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Sessions as the committed history makes them: a register opens one, if need be in the place of the one whose last
 * reply is oldest (replication spec §3.9). Nobody may be told that a live session does not exist.
 */
public final class SessionChecker {
    private final int clientsMax;
    private final Map<Word128, Long> live = new LinkedHashMap<>();          // client → op of its last reply
    private final Map<Word128, Long> evictedAt = new LinkedHashMap<>();     // client → op of the register that took its
    private final Map<Word128, Long> registeredAt = new LinkedHashMap<>();  //          place

    public SessionChecker(int clientsMax) {
        this.clientsMax = clientsMax;
    }

    /** An entry was committed for the first time. */
    public void onCommit(LogEntry entry) {
        EntryHeader header = entry.header();
        Word128 client = header.client();
        if (client.isZero()) {
            return;
        }
        if (header.operation() == EntryHeader.OPERATION_REGISTER) {
            if (live.size() == clientsMax) {
                Word128 oldest = live.entrySet().stream().min(Comparator.comparingLong(Map.Entry::getValue))
                        .orElseThrow().getKey();
                live.remove(oldest);
                evictedAt.put(oldest, header.op());
            }
            registeredAt.put(client, header.op());
            live.put(client, header.op());
        } else if (live.containsKey(client)) {
            live.put(client, header.op());
        }
    }

    /** A replica that has executed up to {@code commitMin} tells a client that it has no session. */
    public void onEviction(int replica, long commitMin, Word128 client) {
        Long registered = registeredAt.get(client);
        Long evicted = evictedAt.get(client);
        if (registered != null && registered <= commitMin && (evicted == null || evicted > commitMin)) {
            throw new Violation("sessions", "R" + replica + " at op " + commitMin + " tells client " + client
                    + " that it has no session; it registered at op " + registered
                    + (evicted == null ? "" : " and is evicted at op " + evicted));
        }
    }
}
