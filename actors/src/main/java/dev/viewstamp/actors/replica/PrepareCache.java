package dev.viewstamp.actors.replica;

import static dev.viewstamp.actors.replica.Invariant.check;

import dev.viewstamp.journal.LogEntry;
import dev.viewstamp.journal.Word128;
import java.util.Arrays;

/**
 * Recent entries kept in memory by a replica that is not a normal primary: to commit without reading them back,
 * to serve peers, and to fill the pipeline if it comes to lead. May hold entries of other views, so it is only
 * ever asked by op and checksum (replication spec §3.1, §4.7).
 *
 * <p>Invariants: the entry in place i has {@code op mod capacity == i}.
 */
final class PrepareCache {
    private final LogEntry[] entries;

    PrepareCache(int capacity) {
        check(capacity >= 1, "capacity %d", capacity);
        entries = new LogEntry[capacity];
    }

    int capacity() {
        return entries.length;
    }

    /** Keeps {@code entry}, in the place of whichever had it. */
    void put(LogEntry entry) {
        entries[place(entry.op())] = entry;
    }

    /**
     * Keeps {@code entry} if it is one of the {@link #capacity} ops above {@code opBelow}; others would push
     * out what is needed sooner.
     */
    boolean putWithin(LogEntry entry, long opBelow) {
        if (!isWithin(entry.op(), opBelow)) {
            return false;
        }
        put(entry);
        return true;
    }

    /** Whether {@code op} is one of the {@link #capacity} ops above {@code opBelow}. */
    boolean isWithin(long op, long opBelow) {
        return op > opBelow && op - opBelow <= entries.length;
    }

    /** Whether exactly this entry is here. */
    boolean contains(long op, Word128 checksum) {
        return find(op, checksum) != null;
    }

    /** Exactly this entry, or null. */
    LogEntry find(long op, Word128 checksum) {
        LogEntry entry = entries[place(op)];
        return entry != null && entry.op() == op && entry.checksum().equals(checksum) ? entry : null;
    }

    void clear() {
        Arrays.fill(entries, null);
    }

    void checkInvariants() {
        for (int i = 0; i < entries.length; i++) {
            check(entries[i] == null || place(entries[i].op()) == i, "place %d", i);
        }
    }

    private int place(long op) {
        return (int) Long.remainderUnsigned(op, entries.length);
    }
}
