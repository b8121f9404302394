package dev.viewstamp.actors.cli.inspect;

import dev.viewstamp.journal.EntryHeader;
import dev.viewstamp.journal.Journal;
import dev.viewstamp.journal.OpenedLog;
import dev.viewstamp.journal.WalRecovery;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code inspect wal}: what a start would make of the write-ahead log. */
@Command(name = "wal", description = "Prints what a start would make of the write-ahead log: its head, how certain "
        + "that is, and what is damaged.",
        footer = {"", "Examples:", "  viewstamp inspect wal data/0", "  viewstamp inspect wal --entries data/0"})
final class InspectWal extends Inspection {
    @Option(names = "--entries", description = "Prints a line for every entry, by op.")
    private boolean entries;

    @Parameters(paramLabel = "DIR", description = "The data directory.")
    private Path directory;

    @Override
    Map<String, Object> look() {
        try (StoppedReplica replica = StoppedReplica.open(directory)) {
            OpenedLog log = replica.log(progress("reading the log"));
            Journal journal = log.journal();
            Map<Long, EntryHeader> byOp = new TreeMap<>();
            List<Integer> dirty = new ArrayList<>();
            List<Integer> faulty = new ArrayList<>();
            for (int slot = 0; slot < journal.slotCount(); slot++) {
                if (journal.headerInSlot(slot) != null) {
                    byOp.put(journal.headerInSlot(slot).op(), journal.headerInSlot(slot));
                }
                if (journal.isFaulty(slot)) {
                    faulty.add(slot);
                } else if (journal.isDirty(slot)) {
                    dirty.add(slot);
                }
            }
            Map<String, Object> found = new LinkedHashMap<>();
            found.put("slotCount", journal.slotCount());
            found.put("slotBytes", journal.geometry().prepareSizeMax());
            found.put("entries", byOp.size());
            found.put("opMin", byOp.isEmpty() ? 0 : byOp.keySet().iterator().next());
            found.put("head", log.op());
            found.put("headView", log.head().view());
            found.put("headChecksum", log.head().checksum().toString());
            found.put("headCertain", log.isHeadCertain());
            found.put("commitMax", log.status() == OpenedLog.Status.REFUSED ? log.commitMax()
                    : CommittedLog.of(replica, progress("reading the log")).commitMax());
            found.put("startsAs", log.status().name().toLowerCase(Locale.ROOT));
            if (log.refusal() != null) {
                found.put("refusal", log.refusal());
            }
            found.put("decisions", decisions(log.recovery()));
            found.put("dirtySlots", dirty);
            found.put("faultySlots", faulty);
            if (entries) {
                found.put("log", byOp.values().stream().map(header -> entry(journal, header)).toList());
            }
            return found;
        }
    }

    private static Map<String, Long> decisions(WalRecovery recovery) {
        return recovery.findings().stream().collect(Collectors.groupingBy(
                finding -> finding.decision().name().toLowerCase(Locale.ROOT), TreeMap::new, Collectors.counting()));
    }

    private static Map<String, Object> entry(Journal journal, EntryHeader header) {
        int slot = journal.slotOf(header.op());
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("op", header.op());
        entry.put("slot", slot);
        entry.put("view", header.view());
        entry.put("operation", EntryWords.operation(header.operation()));
        entry.put("client", EntryWords.number(header.client()));
        entry.put("request", Integer.toUnsignedLong(header.request()));
        entry.put("timestamp", header.timestamp());
        entry.put("size", header.size());
        entry.put("state", journal.isFaulty(slot) ? "faulty" : journal.isDirty(slot) ? "dirty" : "clean");
        return entry;
    }
}
