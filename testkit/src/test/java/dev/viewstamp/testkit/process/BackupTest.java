package dev.viewstamp.testkit.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.viewstamp.ledger.Account;
import dev.viewstamp.ledger.Uint128;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Backups of a cluster at work, and new clusters made of them: real processes, files and ports. */
@Tag("processes")
@Timeout(value = 240, unit = TimeUnit.SECONDS)
class BackupTest {
    /** A checkpoint every 208 ops: time enough to stop a replica while its last one is the backup's. */
    private static final int WAL_SLOTS = 256;
    private static final int ATTEMPTS = 10;

    @TempDir
    Path folder;

    @Test
    void aBackupUnderLoadIsTheStateAfterTheOpThatItNames() throws Exception {
        Path backup = folder.resolve("backup");
        try (SmallLogCluster cluster = SmallLogCluster.start(WAL_SLOTS)) {
            cluster.stream().send(WAL_SLOTS + 30);               // until there is a checkpoint
            CompletableFuture<Void> load = cluster.sendInBackground(5000);
            JsonNode named = null;
            JsonNode ofReplica = null;
            for (int attempt = 0; attempt < ATTEMPTS && ofReplica == null; attempt++) {
                named = backup(cluster, backup);
                // The source goes on: whether one of its replicas can still tell that op's digest is luck.
                cluster.processes().replica(1).kill();
                ofReplica = digestIfStillThere(cluster.data(1), named.get("op").asLong());
                cluster.startReplica(1);
            }
            assertNotNull(ofReplica, "no replica could be stopped in time");
            assertEquals(named.get("checkpointId"), ofReplica.get("checkpointId"));
            JsonNode ofBackup = SmallLogCluster.verb(0, "inspect", "digest", "--json", backup.toString()).json();
            assertEquals(ofReplica.get("digest"), ofBackup.get("digest"));
            assertEquals(0, SmallLogCluster.verb(0, "inspect", "integrity", "--json", backup.toString()).code());
            load.cancel(true);
            restoreAndGoOn(backup, named, ofBackup.get("digest").asText());
        }
    }

    private static JsonNode backup(SmallLogCluster cluster, Path backup) {
        return SmallLogCluster.verb(0, "backup", "--addresses=" + cluster.processes().addresses(), "--as-is",
                "--source=1", "--json", backup.toString()).json();
    }

    private static JsonNode digestIfStillThere(Path data, long op) {
        JsonNode superBlock = SmallLogCluster.verb(0, "inspect", "superblock", "--json", data.toString()).json();
        return superBlock.get("checkpoint").get("op").asLong() != op ? null
                : SmallLogCluster.verb(0, "inspect", "digest", "--json", "--op=" + op, data.toString()).json();
    }

    /** Every replica of the new cluster begins with that digest; it serves, and its replicas stay equal. */
    private static void restoreAndGoOn(Path backup, JsonNode named, String digest) {
        long transfers = named.get("transfers").asLong();
        try (SmallLogCluster cluster = SmallLogCluster.restored(backup, 1_000_000_000)) {
            for (int replica = 0; replica < 3; replica++) {
                JsonNode restored = SmallLogCluster.verb(0, "inspect", "digest", "--json",
                        cluster.data(replica).toString()).json();
                assertEquals(named.get("op"), restored.get("op"));
                assertEquals(digest, restored.get("digest").asText());
            }
            cluster.processes().startAll();
            Account before = account(cluster);
            assertEquals(Uint128.of(transfers), before.debitsPosted(), "each moved 1");
            cluster.stream().send(100);                          // the log wraps
            assertEquals(Uint128.of(transfers + 100 * SmallLogCluster.BATCH), account(cluster).debitsPosted());
            cluster.stopAndCompareDigests();
        }
    }

    private static Account account(SmallLogCluster cluster) {
        return cluster.connection().client().lookupAccount(Uint128.ONE).toCompletableFuture().join().orElseThrow();
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
