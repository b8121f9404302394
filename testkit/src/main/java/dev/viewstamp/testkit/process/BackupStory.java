package dev.viewstamp.testkit.process;

import dev.viewstamp.actors.cli.cluster.ClusterProcesses;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code torture backup}. */
@Command(name = "backup", description = "A backup is made under load and restored into a new cluster; is it the state "
        + "after the op that it names?",
        footer = {"", "Example:", "  viewstamp torture backup --requests=20000"})
final class BackupStory extends TortureStory {
    @Option(names = "--requests", paramLabel = "N", defaultValue = "2000",
            description = "Requests of 50 transfers before the backup (default: ${DEFAULT-VALUE}).")
    private int requests;

    @Override
    Figures tell() throws InterruptedException {
        positive("--requests", requests);
        try {
            Path folder = Files.createTempDirectory("viewstamp-backup-");
            try {
                return new BackupUnderLoad(folder.resolve("backup"), requests, this::say).run();
            } finally {
                ClusterProcesses.deleteTree(folder);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
