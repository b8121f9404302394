package dev.viewstamp.actors.cli.inspect;

import com.fasterxml.jackson.databind.util.RawValue;
import dev.viewstamp.actors.cli.UsageError;
import dev.viewstamp.actors.cli.VerbFailure;
import dev.viewstamp.actors.cli.repl.RequestText;
import dev.viewstamp.journal.EntryHeader;
import dev.viewstamp.journal.OpenedLog;
import dev.viewstamp.journal.StoredPrepare;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code inspect op}: one entry of the log, from both rings. */
@Command(name = "op", description = "Prints one entry of the log: its header, where it is damaged, its events.",
        footer = {"", "Examples:", "  viewstamp inspect op 1234 data/0",
            "  viewstamp inspect op 1234 --events --json data/0"})
final class InspectOp extends Inspection {
    @Option(names = "--events", description = "Prints the accounts, transfers, ids or filter of the request.")
    private boolean events;

    @Parameters(index = "0", paramLabel = "N", description = "The op.")
    private long op;

    @Parameters(index = "1", paramLabel = "DIR", description = "The data directory.")
    private Path directory;

    @Override
    Map<String, Object> look() {
        if (op < 0) {
            throw new UsageError("N is " + op + ": ops count from 0");
        }
        try (StoppedReplica replica = StoppedReplica.open(directory)) {
            int slot = replica.superBlock().constants().walGeometry().slotOf(op);
            OpenedLog log = replica.log(progress("reading the log"));
            EntryHeader redundant = EntryHeader.read(replica.image(progress("")).headerRing(),
                    slot * EntryHeader.SIZE);
            StoredPrepare prepare = replica.prepare(slot);
            boolean isWhole = prepare.isIntact() && isOp(prepare.header());
            EntryHeader header = isWhole ? prepare.header() : redundant;
            if (!isWhole && !(redundant.isValid() && isOp(redundant))) {
                throw new VerbFailure("op " + op + " is not in the log; its slot, " + slot + ", holds "
                        + held(prepare, redundant) + ", and the head is op " + log.op());
            }
            Map<String, Object> found = new LinkedHashMap<>(EntryWords.fields(header));
            found.put("slot", slot);
            found.put("prepare", isWhole ? "intact" : held(prepare, null));
            found.put("redundantHeader", !redundant.isValid() ? "damaged" : redundant.equals(header) ? "intact"
                    : "another: " + (redundant.isReserved() ? "reserved" : "op " + redundant.op()));
            found.put("decision", log.recovery().findings().get(slot).decision().name().toLowerCase(Locale.ROOT));
            found.put("isInLog", log.journal().has(header));
            if (events && isWhole) {
                putEvents(found, header.operation(), prepare.body());
            }
            return found;
        }
    }

    private boolean isOp(EntryHeader header) {
        return !header.isReserved() && header.op() == op;
    }

    private static String held(StoredPrepare prepare, EntryHeader redundant) {
        if (!prepare.isIntact()) {
            String state = prepare.state().name().toLowerCase(Locale.ROOT);
            return redundant != null && redundant.isValid() && !redundant.isReserved()
                    ? "a " + state + " prepare (its header says op " + redundant.op() + ")" : state;
        }
        return prepare.header().isReserved() ? "nothing yet" : "op " + prepare.header().op();
    }

    private void putEvents(Map<String, Object> found, int operation, byte[] body) {
        RequestText.array(operation, body).ifPresent(text ->
                found.put("events", isJson() ? new RawValue(text) : RequestText.lines(operation, body)));
    }
}
