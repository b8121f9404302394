package dev.viewstamp.actors.cli.inspect;

import dev.viewstamp.actors.cli.VerbFailure;
import dev.viewstamp.actors.cli.checkpoint.StoredCheckpoint;
import dev.viewstamp.ledger.FileKind;
import dev.viewstamp.ledger.Manifest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code inspect checkpoint}: what the last durable checkpoint is made of. */
@Command(name = "checkpoint", description = "Prints what the last checkpoint is made of: its files, by kind and one by "
        + "one, and the bytes that each kind takes per transfer.",
        footer = {"", "Examples:", "  viewstamp inspect checkpoint data/0",
            "  viewstamp inspect checkpoint --files --json data/0"})
final class InspectCheckpoint extends Inspection {
    @Option(names = "--files", description = "Prints a line for every file.")
    private boolean listFiles;

    @Parameters(paramLabel = "DIR", description = "The data directory, or a backup.")
    private Path directory;

    @Override
    Map<String, Object> look() {
        try (CheckpointSource source = CheckpointSource.open(directory)) {
            Map<String, Object> found = new LinkedHashMap<>(InspectSuperBlock.checkpoint(source.state()));
            if (source.hasFiles()) {
                putFiles(found, StoredCheckpoint.require(source.files(), source.state(), source.mend()).manifest());
            }
            return found;
        } catch (IOException e) {
            throw new VerbFailure(directory + " cannot be read: " + e.getMessage(), e);
        }
    }

    private void putFiles(Map<String, Object> found, Manifest manifest) {
        found.put("commitTimestamp", manifest.commitTimestamp());
        found.put("accounts", manifest.accounts());
        found.put("transfers", manifest.transfers());
        found.put("files", manifest.files().size());
        found.put("bytes", manifest.diskBytes());
        found.put("bytesPerTransfer", perTransfer(manifest.diskBytes(), manifest));
        List<Map<String, Object>> kinds = new ArrayList<>();
        for (FileKind kind : FileKind.values()) {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("kind", name(kind));
            fields.put("files", manifest.files().stream().filter(file -> file.kind() == kind).count());
            fields.put("bytes", manifest.diskBytes(kind));
            fields.put("bytesPerTransfer", perTransfer(manifest.diskBytes(kind), manifest));
            kinds.add(fields);
        }
        found.put("kinds", kinds);
        if (listFiles) {
            found.put("list", manifest.files().stream().map(InspectCheckpoint::file).toList());
        }
    }

    private static Map<String, Object> file(Manifest.File file) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("number", file.number());
        fields.put("kind", name(file.kind()));
        fields.put("blocks", file.blocks());
        fields.put("bytes", file.length());
        fields.put("first", file.first());
        fields.put("end", file.end());
        fields.put("checksum", String.format("%016x%016x", file.checksum().hi(), file.checksum().lo()));
        return fields;
    }

    private static String name(FileKind kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }

    /** To a tenth. */
    private static double perTransfer(long bytes, Manifest manifest) {
        return manifest.transfers() == 0 ? 0 : Math.round(10.0 * bytes / manifest.transfers()) / 10.0;
    }
}
