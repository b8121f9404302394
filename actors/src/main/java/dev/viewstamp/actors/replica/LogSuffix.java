package dev.viewstamp.actors.replica;

import static dev.viewstamp.actors.replica.Invariant.check;

import dev.viewstamp.journal.EntryHeader;
import java.util.List;

/**
 * The end of a log as a DoViewChange carries it: one place per op from the head downwards, each a header or a
 * blank, which says "I do not know the header of this op" (replication spec §2.4, §4.4). Immutable.
 *
 * <p>Invariants: at least one place; place i is op {@code head - i}; the head is no blank.
 */
public final class LogSuffix {
    private final List<EntryHeader> headers;

    private LogSuffix(List<EntryHeader> headers) {
        this.headers = headers;
    }

    /** @param headers descending by exactly 1; a reserved header stands for a blank. See {@link #isWellFormed} */
    public static LogSuffix of(List<EntryHeader> headers) {
        check(isWellFormed(headers), "not the end of a log: %s", headers);
        return new LogSuffix(List.copyOf(headers));
    }

    /** Whether these headers, which came from elsewhere, make a suffix. */
    public static boolean isWellFormed(List<EntryHeader> headers) {
        if (headers.isEmpty() || headers.get(0).isReserved()) {
            return false;
        }
        for (int i = 1; i < headers.size(); i++) {
            if (headers.get(i).op() != headers.get(0).op() - i) {
                return false;
            }
        }
        return headers.get(headers.size() - 1).op() >= 0;
    }

    public EntryHeader head() {
        return headers.get(0);
    }

    public long headOp() {
        return head().op();
    }

    /** The lowest op that has a place. */
    public long lastOp() {
        return headOp() - headers.size() + 1;
    }

    /** Number of places, blanks included. */
    public int size() {
        return headers.size();
    }

    public boolean covers(long op) {
        return lastOp() <= op && op <= headOp();
    }

    /** Place of a covered op: 0 for the head. */
    public int indexOf(long op) {
        check(covers(op), "op %d is not in %d..%d", op, lastOp(), headOp());
        return (int) (headOp() - op);
    }

    /** The header of an op, or null if the op is blank or not covered. */
    public EntryHeader find(long op) {
        if (!covers(op)) {
            return null;
        }
        EntryHeader header = headers.get((int) (headOp() - op));
        return header.isReserved() ? null : header;
    }

    /** As given to {@link #of}, blanks as reserved headers. */
    public List<EntryHeader> headers() {
        return headers;
    }

    /** Suffixes are what their headers are. */
    @Override
    public boolean equals(Object other) {
        if (!(other instanceof LogSuffix suffix) || suffix.size() != size() || suffix.headOp() != headOp()) {
            return false;
        }
        for (long op = headOp(); op >= lastOp(); op--) {
            EntryHeader mine = find(op);
            EntryHeader theirs = suffix.find(op);
            if (mine == null ? theirs != null : !mine.equals(theirs)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public int hashCode() {
        return head().hashCode() * 31 + size();
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (long op = headOp(); op >= lastOp(); op--) {
            EntryHeader header = find(op);
            text.append(text.isEmpty() ? "" : " ").append(op).append(header == null ? "_" : "v" + header.view());
        }
        return text.toString();
    }
}
