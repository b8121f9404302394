package dev.viewstamp.actors.replica;

import static dev.viewstamp.actors.replica.Invariant.check;

import dev.viewstamp.journal.EntryHeader;
import dev.viewstamp.journal.Journal;

/**
 * How far down from the head the headers are known to chain, parent by parent. Remembered, because every commit
 * asks for it and the answer moves by a step at a time. What lies in {@code [low, head]} is explained by the
 * head, and so is certainly part of the log.
 *
 * <p>Invariants: {@code 0 <= low <= head}; the journal holds every header of {@code [low, head]}, each the parent
 * of the next.
 */
final class HeaderChain {
    private final Journal journal;
    private long head;
    private long low;

    HeaderChain(Journal journal) {
        this.journal = journal;
    }

    long head() {
        return head;
    }

    /** The lowest op that the head explains. */
    long low() {
        return low;
    }

    /** The header at the head; never null. */
    EntryHeader headHeader() {
        return journal.header(head);
    }

    /** A new head with nothing known below it: after a jump, a truncation or a change underneath. */
    void restart(long newHead) {
        check(journal.header(newHead) != null, "no header at head %d", newHead);
        head = newHead;
        low = newHead;
        extend();
    }

    /** The head moved up by one and its parent is the old head. */
    void append(EntryHeader header) {
        check(header.op() == head + 1 && header.parent().equals(headHeader().checksum()), "%s does not follow op %d",
                header, head);
        head = header.op();
        forgetBelow(head + 1 - journal.slotCount());            // its slot was the oldest one's
    }

    /** Headers below are no longer kept. */
    void forgetBelow(long op) {
        low = Math.max(low, Math.min(op, head));
    }

    /** The head moved down within what is known to chain, or below. */
    void truncate(long newHead) {
        if (newHead >= low) {
            head = newHead;
        } else {
            restart(newHead);
        }
    }

    /** Looks whether headers that came in lately join on below. */
    void extend() {
        EntryHeader lowest = journal.header(low);
        while (low > 0) {
            EntryHeader parent = journal.header(low - 1);
            if (parent == null || !lowest.parent().equals(parent.checksum())) {
                return;
            }
            low--;
            lowest = parent;
        }
    }

    /** Whether this very header is next below what is explained. */
    boolean isNextBelow(EntryHeader header) {
        return header.op() == low - 1 && journal.header(low).parent().equals(header.checksum());
    }

    /** Whether the log from the executed entry up to the head is one chain (replication spec §2.5, commit check). */
    boolean reaches(EntryHeader executed) {
        if (low > executed.op() + 1) {
            return false;
        }
        if (low == executed.op() + 1) {
            return journal.header(low).parent().equals(executed.checksum());
        }
        return executed.op() <= head && executed.equals(journal.header(executed.op()));
    }

    void checkInvariants() {
        check(0 <= low && low <= head, "low %d, head %d", low, head);
        check(journal.header(head) != null && journal.header(low) != null, "no header at %d or %d", low, head);
    }
}
