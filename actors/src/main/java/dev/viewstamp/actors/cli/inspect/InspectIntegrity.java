package dev.viewstamp.actors.cli.inspect;

import dev.viewstamp.actors.cli.ProgressBar;
import dev.viewstamp.actors.cli.VerbFailure;
import dev.viewstamp.actors.cli.backup.BackupFolder;
import dev.viewstamp.actors.cli.checkpoint.Damage;
import dev.viewstamp.actors.cli.checkpoint.StoredCheckpoint;
import dev.viewstamp.journal.CheckpointFile;
import dev.viewstamp.ledger.Manifest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code inspect integrity}: reads and verifies every byte that means something. */
@Command(name = "integrity", description = "Reads everything that a stopped replica, or a backup, consists of, and "
        + "verifies it: superblock, log, replies, checkpoint files. Names what is damaged and what mends it; exit code "
        + "1 if anything is.",
        footer = {"", "Examples:", "  viewstamp inspect integrity data/0",
            "  viewstamp inspect integrity --json backups/monday"})
final class InspectIntegrity extends Inspection {
    @Parameters(paramLabel = "DIR", description = "The data directory, or a backup.")
    private Path directory;

    @Override
    Map<String, Object> look() {
        Findings findings = new Findings();
        if (!BackupFolder.isBackup(directory)) {
            SuperBlockCheck.run(directory, findings);
        }
        try (CheckpointSource source = CheckpointSource.open(directory)) {
            if (source.replica() != null) {
                new LogCheck(source.replica(), findings).run(progress("verifying the log"));
            }
            if (source.hasFiles()) {
                verifyFiles(source, findings);
            }
            if (source.replica() != null && source.hasFiles()) {
                new ReplyCheck(source.replica(), findings).run();
            }
            return findings.fields(source.state().op());
        } catch (IOException e) {
            throw new VerbFailure(directory + " cannot be read: " + e.getMessage(), e);
        }
    }

    @Override
    int exitCode(Map<String, Object> found) {
        return Boolean.TRUE.equals(found.get("intact")) ? 0 : 1;
    }

    private void verifyFiles(CheckpointSource source, Findings findings) throws IOException {
        String zone = "files";
        long op = source.state().op();
        if (StoredCheckpoint.sessions(source.files(), source.state()).isEmpty()) {
            findings.damaged(zone, CheckpointFile.sessions(op) + ": is missing or damaged", source.mend());
        }
        Optional<StoredCheckpoint> opened = StoredCheckpoint.open(source.files(), source.state());
        if (opened.isEmpty()) {
            findings.damaged(zone, CheckpointFile.manifest(op)
                    + ": is missing or damaged, so the files that it lists cannot be judged", source.mend());
            return;
        }
        StoredCheckpoint checkpoint = opened.get();
        ProgressBar bar = progress("verifying the files");
        long total = checkpoint.bytes();
        AtomicLong done = new AtomicLong(source.state().manifestSize() + source.state().sessionsSize());
        Set<CheckpointFile> ours = new HashSet<>(Set.of(CheckpointFile.manifest(op), CheckpointFile.sessions(op)));
        for (Manifest.File file : checkpoint.manifest().files()) {
            ours.add(CheckpointFile.data(file.number()));
            for (Damage damage : checkpoint.verify(file, read -> bar.show(done.addAndGet(read), total))) {
                findings.damaged(zone, damage.toString(), source.mend());
            }
        }
        bar.clear();
        findings.verified(zone, total);
        findings.otherFiles(otherFiles(source, ours));
    }

    /** Of the checkpoint before this one, or made for the next one already: they cannot be judged, and need not be. */
    private static Map<String, Object> otherFiles(CheckpointSource source, Set<CheckpointFile> ours)
            throws IOException {
        int count = 0;
        long bytes = 0;
        for (CheckpointFile file : source.files().list()) {
            if (!ours.contains(file)) {
                count++;
                bytes += source.files().size(file);
            }
        }
        Map<String, Object> others = new LinkedHashMap<>();
        others.put("count", count);
        others.put("bytes", bytes);
        return others;
    }
}
