package dev.viewstamp.actors.cli.inspect;

import dev.viewstamp.actors.cli.UsageError;
import dev.viewstamp.actors.cli.VerbFailure;
import dev.viewstamp.actors.cli.checkpoint.OpenedState;
import dev.viewstamp.actors.cli.checkpoint.ScratchFiles;
import dev.viewstamp.actors.cli.checkpoint.StoredCheckpoint;
import dev.viewstamp.ledger.Ledger;
import dev.viewstamp.ledger.LedgerOptions;
import java.io.IOException;
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

    @Parameters(paramLabel = "DIR", description = "The data directory, or a backup.")
    private Path directory;

    @Override
    Map<String, Object> look() {
        try (CheckpointSource source = CheckpointSource.open(directory);
                ScratchFiles files = new ScratchFiles(source.files())) {
            CommittedLog log = source.replica() == null ? null
                    : CommittedLog.of(source.replica(), progress("reading the log"));
            long op = log == null ? opOfBackup(source) : op(log);
            if (log != null) {
                log.require(op);
            }
            Ledger ledger = open(source, files);
            if (log != null) {
                log.forEach(op, progress("replaying the log"), entry -> OpenedState.execute(ledger, entry));
            }
            Map<String, Object> found = new LinkedHashMap<>();
            found.put("op", op);
            found.put("checkpointId", source.state().id().toString());
            found.put("digest", HexFormat.of().formatHex(ledger.digest()));
            found.put("checkpointOp", source.state().op());
            found.put("commitMax", log == null ? op : log.commitMax());
            return found;
        }
    }

    private Ledger open(CheckpointSource source, ScratchFiles files) {
        LedgerOptions options = LedgerOptions.defaults().withRequestBodyMax(source.constants().bodyLimit());
        if (!source.hasFiles()) {
            return new Ledger(options, files);
        }
        try {
            return OpenedState.open(options, files,
                    StoredCheckpoint.require(source.files(), source.state(), source.mend()),
                    progress("opening the checkpoint"), source.mend());
        } catch (IOException e) {
            throw new VerbFailure(directory + " cannot be read: " + e.getMessage(), e);
        }
    }

    private long opOfBackup(CheckpointSource source) {
        if (asked != null && !asked.equals(CHECKPOINT) && !asked.equals(Long.toString(source.state().op()))) {
            throw new UsageError("--op is " + asked + ": this backup holds the state after op " + source.state().op()
                    + " and no other");
        }
        return source.state().op();
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
