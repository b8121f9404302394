package dev.viewstamp.actors.cli.backup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import dev.viewstamp.actors.ReplicaNode;
import dev.viewstamp.actors.ReplicaSettings;
import dev.viewstamp.actors.cli.ClusterClient;
import dev.viewstamp.actors.cli.ProgressBar;
import dev.viewstamp.actors.cli.checkpoint.Damage;
import dev.viewstamp.actors.cli.checkpoint.StoredCheckpoint;
import dev.viewstamp.actors.cli.cluster.FreePorts;
import dev.viewstamp.actors.message.BackupMessage.Standing;
import dev.viewstamp.client.ViewstampClient;
import dev.viewstamp.journal.CheckpointFile;
import dev.viewstamp.journal.CheckpointState;
import dev.viewstamp.journal.ClusterConstants;
import dev.viewstamp.journal.DataDirectory;
import dev.viewstamp.journal.FolderFiles;
import dev.viewstamp.journal.FormatOptions;
import dev.viewstamp.journal.Word128;
import dev.viewstamp.ledger.Account;
import dev.viewstamp.ledger.Manifest;
import dev.viewstamp.ledger.Transfer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a real node keeps for the one who copies, while its checkpoints go on. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class HeldCheckpointTest {
    private static final ClusterConstants CONSTANTS = ClusterConstants.of(1, 32, 1 << 16);
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir
    private Path folder;
    private Path data;
    private ReplicaNode node;
    private ClusterClient connection;
    private ViewstampClient client;
    private long nextTransfer = 1;

    @BeforeEach
    void start() throws Exception {
        data = folder.resolve("data");
        DataDirectory.format(data, FormatOptions.fresh(Word128.ZERO, 0, CONSTANTS), (done, total) -> { });
        int door = FreePorts.doors(1).get(0);
        node = ReplicaNode.start(ReplicaSettings.from(ReplicaSettings.layered(ConfigFactory.parseMap(Map.of(
                "viewstamp.data-dir", data.toString(), "viewstamp.addresses", List.of("127.0.0.1:" + door))))));
        node.whenReady().toCompletableFuture().get(20, TimeUnit.SECONDS);
        connection = ClusterClient.connect(ClusterClient.Options.of("127.0.0.1:" + door, PATIENCE));
        client = connection.client();
        client.createAccounts(List.of(Account.builder().id(1).ledger(1).code(1).build(),
                Account.builder().id(2).ledger(1).code(1).build())).toCompletableFuture().get(20, TimeUnit.SECONDS);
        load(40);
    }

    @AfterEach
    void stop() {
        connection.close();
        node.close();
    }

    /** So many requests of 100 transfers. */
    private void load(int requests) throws Exception {
        for (int i = 0; i < requests; i++) {
            List<Transfer> batch = new ArrayList<>();
            for (int j = 0; j < 100; j++) {
                batch.add(Transfer.builder().id(nextTransfer++).debit(1).credit(2).amount(1).ledger(1).code(1).build());
            }
            client.createTransfers(batch).toCompletableFuture().get(20, TimeUnit.SECONDS);
        }
    }

    @Test
    void aHeldCheckpointStaysWholeAndGoesWhenItIsLetGo() throws Exception {
        NodeDoors doors = connection.nodeDoors();
        CheckpointState held = doors.hold(0, PATIENCE).checkpoint();
        assertTrue(held.op() > 0);
        load(100);                                               // three times round the log
        Standing later = doors.standings(PATIENCE).get(0);
        assertTrue(later.checkpoint().op() > held.op() + 2 * CONSTANTS.cadence().interval());
        assertEquals(held, doors.hold(0, PATIENCE).checkpoint(), "others share it");
        assertWhole(held);
        doors.endHold(0);
        load(40);                                                // until the next release
        awaitGone(CheckpointFile.manifest(held.op()));
        assertTrue(doors.hold(0, PATIENCE).checkpoint().op() > held.op());
    }

    /** Ten copies one after another while the checkpoint under them changes all the time. */
    @Test
    void copiesUnderLoadAreWhole() throws Exception {
        Path backup = folder.resolve("backup");
        long op = 0;
        for (int i = 0; i < 10; i++) {
            try (BackupFolder prepared = BackupFolder.prepare(backup)) {
                Thread load = new Thread(() -> {
                    try {
                        load(30);
                    } catch (Exception e) {
                        throw new IllegalStateException(e);
                    }
                });
                load.start();
                BackupDescription description = new BackupRun(connection.nodeDoors(), 0, prepared, PATIENCE,
                        ProgressBar.silent()).run();
                load.join();
                assertTrue(description.op() >= op);
                op = description.op();
                assertEquals(description, prepared.description().orElseThrow());
                assertNoDamage(StoredCheckpoint.open(prepared.files(), description.checkpoint()).orElseThrow());
                assertEquals(description.files() + 2, prepared.files().list().size(), "nothing else is left there");
            }
        }
    }

    private void assertWhole(CheckpointState state) throws IOException {
        FolderFiles files = FolderFiles.of(data.resolve("files"), false);
        assertNoDamage(StoredCheckpoint.open(files, state).orElseThrow());
        assertTrue(StoredCheckpoint.sessions(files, state).isPresent());
    }

    private static void assertNoDamage(StoredCheckpoint checkpoint) throws IOException {
        assertFalse(checkpoint.manifest().files().isEmpty());
        for (Manifest.File file : checkpoint.manifest().files()) {
            List<Damage> damages = checkpoint.verify(file, read -> { });
            assertEquals(List.of(), damages);
        }
    }

    private void awaitGone(CheckpointFile file) {
        Path path = data.resolve("files").resolve(file.fileName());
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (Files.exists(path)) {
            assertTrue(System.nanoTime() < end, path + " is still there");
            Thread.onSpinWait();
        }
    }
}
