package dev.viewstamp.testkit.check;

import dev.viewstamp.actors.replica.ClientTable;
import dev.viewstamp.journal.EntryHeader;
import dev.viewstamp.journal.LogEntry;
import dev.viewstamp.journal.ReplyHeader;
import dev.viewstamp.journal.Word128;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongPredicate;

/**
 * Sessions as the committed history makes them: a register opens one, if need be in the place of the one whose last
 * reply is oldest (replication spec §3.9). Nobody may be told that a live session does not exist.
 */
public final class SessionChecker {
    private final int clientsMax;
    private final Map<Word128, Long> live = new LinkedHashMap<>();          // client → op of its last reply
    private final Map<Word128, Long> evictedAt = new LinkedHashMap<>();     // client → op of the register that took its
    private final Map<Word128, Long> registeredAt = new LinkedHashMap<>();  //          place
    private final Map<Word128, Slot> slots = new LinkedHashMap<>();         // of live ones
    private final TreeMap<Long, Map<Word128, Slot>> tables = new TreeMap<>();    // op → the table after it
    private final LongPredicate isCheckpoint;
    private long op;

    private record Slot(long session, EntryHeader last) {
    }

    /** @param isCheckpoint whether replicas make a checkpoint after that op */
    public SessionChecker(int clientsMax, LongPredicate isCheckpoint) {
        this.clientsMax = clientsMax;
        this.isCheckpoint = isCheckpoint;
    }

    /** An entry was committed for the first time. */
    public void onCommit(LogEntry entry) {
        op = entry.op();
        change(entry.header());
        if (isCheckpoint.test(op)) {
            tables.put(op, new LinkedHashMap<>(slots));
        }
    }

    private void change(EntryHeader header) {
        Word128 client = header.client();
        if (client.isZero()) {
            return;
        }
        if (header.operation() == EntryHeader.OPERATION_REGISTER) {
            if (live.size() == clientsMax) {
                Word128 oldest = live.entrySet().stream().min(Comparator.comparingLong(Map.Entry::getValue))
                        .orElseThrow().getKey();
                live.remove(oldest);
                slots.remove(oldest);
                evictedAt.put(oldest, header.op());
            }
            registeredAt.put(client, header.op());
            live.put(client, header.op());
            slots.put(client, new Slot(header.op(), header));
        } else if (live.containsKey(client)) {
            live.put(client, header.op());
            slots.put(client, new Slot(slots.get(client).session(), header));
        }
    }

    /**
     * A replica has the session table of a checkpoint: exactly the live clients stand in it, each in one slot, with
     * its session and the one last reply that its last committed entry gave it (replication spec §12.1.17, 19).
     *
     * @param checkpointOp after which the table is said to be so
     * @param dump as {@link ClientTable#dump} writes it
     */
    public void onTable(int replica, long checkpointOp, byte[] dump) {
        Map<Word128, Slot> expected = tables.get(checkpointOp);
        if (expected == null) {
            throw new Violation("sessions", "R" + replica + " has a session table of op " + checkpointOp
                    + ", where no checkpoint is; op " + op + " is committed");
        }
        ClientTable table = ClientTable.restore(dump);
        Set<Word128> found = new HashSet<>();
        for (int slot = 0; slot < table.clientsMax(); slot++) {
            if (!table.isFree(slot)) {
                ReplyHeader reply = table.replyHeader(slot);
                Word128 client = reply.client();
                Slot expects = expected.get(client);
                if (!found.add(client) || expects == null || !isLast(expects.last(), reply)
                        || table.session(client) != expects.session()) {
                    throw new Violation("sessions", "R" + replica + " at checkpoint " + checkpointOp + " keeps in slot "
                            + slot + " the reply " + reply.op() + " to request " + reply.request() + " of client "
                            + client + ", session " + table.session(client) + "; the history says " + expects);
                }
            }
        }
        if (table.clientsMax() != clientsMax || found.size() != expected.size()) {
            throw new Violation("sessions", "R" + replica + " at checkpoint " + checkpointOp + " has " + found.size()
                    + " of " + table.clientsMax() + " sessions, the history " + expected.size() + " of " + clientsMax);
        }
    }

    private static boolean isLast(EntryHeader entry, ReplyHeader reply) {
        return reply.op() == entry.op() && reply.request() == entry.request()
                && reply.requestChecksum().equals(entry.requestChecksum());
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
