package dev.viewstamp.actors.cli.inspect;

import dev.viewstamp.actors.cli.UsageError;
import dev.viewstamp.journal.EntryHeader;
import dev.viewstamp.ledger.Ledger;
import dev.viewstamp.ledger.LedgerOptions;
import dev.viewstamp.ledger.Operation;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code inspect digest}: SHA-256 of the canonical dump (ledger spec §26) of the state after one op. The checkpoint is
 * opened and the log replayed from it, as a start would.
 */
@Command(name = "digest", description = "Prints the SHA-256 of the ledger's canonical dump after one op: equal on all "
        + "replicas at equal op. Without --op that is the last op that the files prove committed, which may differ by "
        + "a few ops from replica to replica: compare at the lowest of them.",
        footer = {"", "Examples:", "  viewstamp inspect digest data/0",
            "  viewstamp inspect digest --op=1234 --json data/1"})
final class InspectDigest extends Inspection {
    private static final String CHECKPOINT = "checkpoint";

    @Option(names = "--op", paramLabel = "N",
            description = "The op after which to look, or 'checkpoint' (default: the last proven committed).")
    private String asked;

    @Parameters(paramLabel = "DIR", description = "The data directory.")
    private Path directory;

    @Override
    Map<String, Object> look() {
        try (StoppedReplica replica = StoppedReplica.open(directory)) {
            CommittedLog log = CommittedLog.of(replica, progress("reading the log"));
            long op = op(log);
            log.require(op);
            Ledger ledger = new Ledger(LedgerOptions.defaults()
                    .withRequestBodyMax(replica.superBlock().constants().bodyLimit()));
            log.forEach(op, progress("replaying the log"), entry -> {
                EntryHeader header = entry.header();
                if (header.operation() >= Operation.CODE_MIN) {
                    ledger.execute(header.operation(), header.timestamp(), entry.body());
                }
            });
            Map<String, Object> found = new LinkedHashMap<>();
            found.put("op", op);
            found.put("checkpointId", replica.superBlock().vsrState().checkpoint().id().toString());
            found.put("digest", HexFormat.of().formatHex(ledger.digest()));
            found.put("checkpointOp", log.checkpointOp());
            found.put("commitMax", log.commitMax());
            return found;
        }
    }

    private long op(CommittedLog log) {
        if (asked == null) {
            return log.commitMax();
        }
        if (asked.equals(CHECKPOINT)) {
            return log.checkpointOp();
        }
        try {
            return Long.parseLong(asked);
        } catch (NumberFormatException e) {
            throw new UsageError("--op: '" + asked + "' is neither a whole number nor '" + CHECKPOINT + "'");
        }
    }
}
