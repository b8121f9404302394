package dev.viewstamp.actors.replica;

import dev.viewstamp.journal.EntryHeader;
import dev.viewstamp.journal.Word128;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;

/** One replica of a {@link LogHistory}: its log, slot by slot, and what it vouches for. */
final class LogHistoryNode {
    static final class Slot {
        final EntryHeader header;
        boolean inMemory;                                       // the whole entry, not only its header
        boolean clean;
        boolean faulty;

        Slot(EntryHeader header) {
            this.header = header;
        }

        boolean isReadable() {
            return inMemory || clean;
        }
    }

    final int index;
    final TreeMap<Long, Slot> slots = new TreeMap<>();
    final TreeSet<Long> lost = new TreeSet<>();                 // ops whose slots are faulty, header unknown
    int view;
    int logView;
    boolean normal = true;
    boolean uncertain;                                          // the head may be lost: takes part in nothing
    long head;
    long commitMin;
    long commitMax;
    private long commitMaxDurable;
    private LogSuffix viewHeaders;                              // durable, of the log last adopted or installed
    private LogSuffix frozen;                                   // the one statement made since normal operation ended

    LogHistoryNode(int index, EntryHeader root) {
        this.index = index;
        Slot slot = new Slot(root);
        slot.clean = true;
        slots.put(0L, slot);
        viewHeaders = LogSuffix.of(List.of(root));
    }

    boolean holds(EntryHeader header) {
        Slot slot = slots.get(header.op());
        return slot != null && slot.header.equals(header);
    }

    boolean supplies(EntryHeader header) {
        return holds(header) && slots.get(header.op()).isReadable();
    }

    /** A fresh prepare beyond the head; ops in between were missed. */
    void append(EntryHeader header) {
        Slot slot = new Slot(header);
        slot.inMemory = true;
        slots.put(header.op(), slot);
        head = header.op();
    }

    /** Whether every header from {@code op} to the head is there and names the one before. */
    boolean isChained(long op) {
        for (long at = head; at > op; at--) {
            Slot above = slots.get(at);
            Slot below = slots.get(at - 1);
            if (above == null || below == null || !above.header.parent().equals(below.header.checksum())) {
                return false;
            }
        }
        return true;
    }

    boolean hasAll(long above) {
        for (long op = above + 1; op <= head; op++) {
            if (!slots.get(op).isReadable()) {
                return false;
            }
        }
        return true;
    }

    /** Follows the parents from the head down, with headers from wherever they are known. */
    void repairHeaders(LogHistoryNode[] nodes) {
        for (long op = head; op > Math.max(commitMin, 1); op--) {
            Word128 parent = slots.get(op).header.parent();
            Slot below = slots.get(op - 1);
            if (below == null || !below.header.checksum().equals(parent)) {
                EntryHeader found = find(nodes, op - 1, parent);
                if (found == null) {
                    return;
                }
                replaceHeader(found);
            }
        }
    }

    private static EntryHeader find(LogHistoryNode[] nodes, long op, Word128 checksum) {
        for (LogHistoryNode node : nodes) {
            Slot slot = node.slots.get(op);
            if (slot != null && slot.header.checksum().equals(checksum)) {
                return slot.header;
            }
        }
        return null;
    }

    void repairEntries(LogHistoryNode[] nodes) {
        for (Slot slot : slots.tailMap(commitMin, false).values()) {
            for (LogHistoryNode node : nodes) {
                slot.inMemory |= !slot.clean && node.supplies(slot.header);
            }
        }
    }

    private void replaceHeader(EntryHeader header) {
        if (!holds(header)) {
            Slot slot = new Slot(header);
            slot.faulty = lost.remove(header.op());             // it may be what was lost
            slots.put(header.op(), slot);
        }
    }

    /** What was not written is gone, what was in memory too. */
    void crash() {
        slots.values().removeIf(slot -> !slot.clean && !slot.faulty);
        slots.values().forEach(slot -> slot.inMemory = false);
        if (frozen != null) {
            return;                                             // the durable headers say all there is to say
        }
        if (viewHeaders.headOp() > slots.lastKey()) {
            replaceHeader(viewHeaders.head());
        }
        head = slots.lastKey();
        commitMax = Math.max(commitMaxDurable, head - LogHistory.PIPELINE);
        commitMin = Math.min(commitMin, commitMax);
        if (!lost.isEmpty() && lost.last() > head) {
            uncertain = true;
            normal = false;
        }
    }

    void enterViewChange(int next) {
        if (frozen == null) {
            frozen = freeze();
            commitMaxDurable = commitMax;
        }
        view = next;
        normal = false;
    }

    private LogSuffix freeze() {
        List<EntryHeader> headers = new ArrayList<>();
        long op = Math.max(head, viewHeaders.headOp());
        for (boolean last = false; !last; op--) {
            Slot slot = slots.get(op);
            EntryHeader header = slot != null ? slot.header : viewHeaders.find(op);
            headers.add(header != null ? header : EntryHeader.reserved(Word128.ZERO, (int) op));
            last = op <= commitMax;
        }
        return LogSuffix.of(headers);
    }

    /** The frozen headers with the bits of this moment. */
    DoViewChangeVote vote() {
        long present = 0;
        long nack = 0;
        for (int i = 0; i < frozen.size(); i++) {
            long op = frozen.headOp() - i;
            EntryHeader listed = frozen.find(op);
            Slot slot = slots.get(op);
            boolean same = slot != null && slot.header.equals(listed);
            PresentNackBits.InMemory inMemory = slot == null ? PresentNackBits.InMemory.NONE
                    : same ? PresentNackBits.InMemory.SAME : PresentNackBits.InMemory.OTHER;
            boolean faulty = slot == null ? lost.contains(op) : slot.faulty;
            boolean dirty = slot == null ? faulty : !slot.clean;
            PresentNackBits bits = PresentNackBits.of(listed == null, inMemory, dirty, faulty, same && slot.inMemory);
            present |= bits.present() ? 1L << i : 0;
            nack |= bits.nack() ? 1L << i : 0;
        }
        return new DoViewChangeVote(index, logView, commitMin, 0, present, nack, frozen);
    }

    void install(LogChoice.Chosen log) {
        truncate(log.head().op());
        log.canonical().forEach(this::replaceHeader);
        log.trusted().forEach(this::replaceHeader);
        head = log.head().op();
        commitMax = Math.max(commitMax, log.commitMax());
        became(view, suffix(log.commitMax()));
    }

    /** Takes over the log of {@code primary}, as far as a StartView shows it. */
    void adopt(LogHistoryNode primary) {
        LogSuffix suffix = primary.suffix(Math.max(0, primary.head - LogHistory.PIPELINE));
        truncate(suffix.headOp());
        suffix.headers().forEach(this::replaceHeader);
        head = suffix.headOp();
        commitMax = Math.max(commitMax, primary.commitMax);
        normal = true;
        became(primary.view, suffix);
    }

    private void became(int newView, LogSuffix headers) {
        view = newView;
        logView = newView;
        uncertain = false;
        frozen = null;
        viewHeaders = headers;
        commitMaxDurable = commitMax;
    }

    private void truncate(long newHead) {
        slots.tailMap(newHead, false).clear();
        lost.tailSet(newHead, false).clear();
    }

    private LogSuffix suffix(long lastOp) {
        List<EntryHeader> headers = new ArrayList<>();
        for (long op = head; op >= lastOp; op--) {
            headers.add(slots.get(op).header);
        }
        return LogSuffix.of(headers);
    }
}
