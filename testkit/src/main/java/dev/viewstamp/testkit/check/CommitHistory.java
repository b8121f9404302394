package dev.viewstamp.testkit.check;

import dev.viewstamp.journal.EntryHeader;
import dev.viewstamp.journal.LogEntry;
import dev.viewstamp.journal.Word128;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The one history that the cluster committed, as far as any replica was seen to commit it: from op 1 without gaps.
 * An entry once in here never changes; a replica that commits another one at its op breaks the first promise of
 * replication (replication spec §12.1, invariants 7, 15, 16).
 *
 * <p>Invariants: each entry's parent is the one before it; views never fall; timestamps rise.
 */
public final class CommitHistory {
    private final List<LogEntry> entries = new ArrayList<>();
    private final Map<Word128, LogEntry> written = new HashMap<>();
    private final EntryHeader root;

    public CommitHistory(Word128 cluster) {
        this.root = EntryHeader.root(cluster);
    }

    /** Some replica wrote this entry to its disk; only such entries can be committed. */
    public void onWritten(LogEntry entry) {
        written.putIfAbsent(entry.checksum(), entry);
    }

    /** The entry with that checksum, if some replica wrote it, else null. */
    LogEntry written(Word128 checksum) {
        return written.get(checksum);
    }

    /** The header with that checksum, if some replica wrote the entry, else null. */
    public EntryHeader header(Word128 checksum) {
        LogEntry entry = written.get(checksum);
        return entry == null ? null : entry.header();
    }

    /** The highest op committed anywhere; 0 at first. */
    public long op() {
        return entries.size();
    }

    /** @param op 1 … {@link #op()} */
    public LogEntry entry(long op) {
        return entries.get((int) op - 1);
    }

    public Word128 checksum(long op) {
        return op == 0 ? root.checksum() : entry(op).checksum();
    }

    /**
     * A replica has committed up to here.
     *
     * @param firstNew gets each entry that nobody had committed before, in order
     */
    public void onCommit(int replica, long op, Word128 checksum, java.util.function.Consumer<LogEntry> firstNew) {
        if (op <= op()) {
            if (!checksum(op).equals(checksum)) {
                throw new Violation("agreement", "R" + replica + " commits " + describe(checksum) + " at op " + op
                        + ", where " + (op == 0 ? root : entry(op).header()) + " was committed");
            }
            return;
        }
        List<LogEntry> fresh = new ArrayList<>();
        Word128 next = checksum;
        for (long at = op; at > op(); at--) {
            LogEntry entry = written.get(next);
            if (entry == null || entry.op() != at) {
                throw new Violation("agreement", "R" + replica + " commits " + next + " at op " + at
                        + ", which no replica ever wrote to a disk");
            }
            fresh.add(entry);
            next = entry.header().parent();
        }
        if (!next.equals(checksum(op()))) {
            throw new Violation("agreement", "R" + replica + " commits " + fresh.get(0).header()
                    + ", whose ancestor at op "
                    + op() + " is " + describe(next) + " and not the committed " + describe(checksum(op())));
        }
        for (int i = fresh.size() - 1; i >= 0; i--) {
            append(fresh.get(i));
            firstNew.accept(fresh.get(i));
        }
    }

    private void append(LogEntry entry) {
        EntryHeader before = op() == 0 ? root : entry(op()).header();
        EntryHeader header = entry.header();
        if (header.view() < before.view() || header.timestamp() <= before.timestamp() && op() > 0) {
            throw new Violation("agreement", header + " at " + header.timestamp() + " follows " + before + " at "
                    + before.timestamp() + ": a view or a time went back");
        }
        entries.add(entry);
    }

    private String describe(Word128 checksum) {
        LogEntry entry = written.get(checksum);
        return entry == null ? checksum.toString() : entry.header().toString();
    }
}
