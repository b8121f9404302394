package dev.viewstamp.testkit.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Backups of a cluster at work, and new clusters made of them: real processes, files and ports. */
@Tag("processes")
@Timeout(value = 240, unit = TimeUnit.SECONDS)
class BackupTest {
    @TempDir
    Path folder;

    @Test
    void aBackupUnderLoadIsTheStateAfterTheOpThatItNames() throws Exception {
        Figures figures = new BackupUnderLoad(folder.resolve("backup"), 0, System.out::println).run();
        assertEquals(List.of(), figures.missed());
    }

    /** Incremental: what is there already is kept; what was damaged there is fetched again. */
    @Test
    void aSecondBackupCopiesWhatChanged() throws Exception {
        Path backup = folder.resolve("backup");
        try (SmallLogCluster cluster = SmallLogCluster.start(32)) {
            cluster.stream().send(200);
            JsonNode first = fresh(cluster, backup);
            assertTrue(first.get("transfers").asLong() >= 200 * SmallLogCluster.BATCH, "all that was acknowledged");
            assertEquals(first.get("files"), first.get("copiedFiles"));
            JsonNode again = fresh(cluster, backup);
            assertTrue(again.get("copiedFiles").asInt() <= 1, again::toString);
            Path victim;
            try (var files = Files.newDirectoryStream(backup.resolve("files"), "data-*")) {
                victim = files.iterator().next();
            }
            Files.write(victim, new byte[(int) Files.size(victim)]);
            SmallLogCluster.verb(1, "inspect", "integrity", backup.toString());
            assertTrue(fresh(cluster, backup).get("copiedFiles").asInt() >= 1);
            SmallLogCluster.verb(0, "inspect", "integrity", backup.toString());
        }
    }

    /** Without --as-is all that was acknowledged before is in it. */
    private static JsonNode fresh(SmallLogCluster cluster, Path backup) {
        return SmallLogCluster.verb(0, "backup", "--addresses=" + cluster.processes().addresses(), "--json",
                backup.toString()).json();
    }

    @Test
    void withoutACheckpointOrAReplicaThereIsNoBackup() {
        Path backup = folder.resolve("backup");
        try (SmallLogCluster cluster = SmallLogCluster.start(32)) {
            String addresses = "--addresses=" + cluster.processes().addresses();
            assertTrue(SmallLogCluster.verb(1, "backup", addresses, "--as-is", backup.toString()).err()
                    .contains("no checkpoint yet"));
            assertTrue(SmallLogCluster.verb(1, "backup", addresses, "--timeout=2", "--cluster=9", backup.toString())
                    .err().contains("no replica answered within 2 s"));
            cluster.processes().replicas().forEach(replica -> replica.kill());
            assertTrue(SmallLogCluster.verb(1, "backup", addresses, "--timeout=2", backup.toString()).err()
                    .contains("no replica answered within 2 s"));
            SmallLogCluster.verb(2, "restore", "--replica=0", "--replica-count=1", "--from=" + backup,
                    folder.resolve("new").toString());
        }
    }
}
