package dev.viewstamp.actors.cli.backup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.viewstamp.actors.cli.Main;
import dev.viewstamp.actors.cli.UsageError;
import dev.viewstamp.actors.cli.VerbFailure;
import dev.viewstamp.actors.cli.checkpoint.WrittenCheckpoint;
import dev.viewstamp.journal.CheckpointFile;
import dev.viewstamp.journal.ClusterConstants;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A backup's directory, and data directories made from it. */
class RestoreTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    static Path folder;
    private static Path backup;
    private static WrittenCheckpoint written;

    private record Outcome(int code, String out, String err) {
        JsonNode json() throws IOException {
            return JSON.readTree(out);
        }
    }

    private static Outcome run(String... words) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        return new Outcome(Main.run(new PrintWriter(out), new PrintWriter(err), words), out.toString(),
                err.toString());
    }

    @BeforeAll
    static void makeABackup() throws IOException {
        backup = folder.resolve("backup");
        try (BackupFolder prepared = BackupFolder.prepare(backup)) {
            written = WrittenCheckpoint.in(prepared.files());
            assertTrue(prepared.description().isEmpty());
            assertThrows(UsageError.class, () -> BackupFolder.open(backup), "not finished");
            prepared.finish(new BackupDescription(ClusterConstants.of(3, 64, 1 << 20), written.state(),
                    WrittenCheckpoint.ACCOUNTS, WrittenCheckpoint.TRANSFERS, 9, 1, "2026-01-01T00:00:00Z"));
        }
    }

    private static Outcome restore(int replica, int replicaCount, Path to, String... more) {
        return run(Stream.concat(Stream.of("restore", "--replica=" + replica, "--replica-count=" + replicaCount,
                "--from=" + backup, "--json", to.toString()), Stream.of(more)).toArray(String[]::new));
    }

    @Test
    void everyReplicaOfTheNewClusterHasTheStateOfTheBackup() throws IOException {
        Outcome ofBackup = run("inspect", "digest", "--json", backup.toString());
        assertEquals(WrittenCheckpoint.OP, ofBackup.json().get("op").asLong());
        assertEquals(written.digest(), ofBackup.json().get("digest").asText());
        String checkpointId = null;
        for (int replica = 0; replica < 2; replica++) {
            Path data = folder.resolve("new-" + replica);
            Outcome restored = restore(replica, 5, data, "--cluster=12");
            assertEquals(0, restored.code, restored.err);
            assertEquals("12", restored.json().get("cluster").asText());
            Outcome digest = run("inspect", "digest", "--json", data.toString());
            assertEquals(0, digest.code, digest.err);
            assertEquals(WrittenCheckpoint.OP, digest.json().get("op").asLong());
            assertEquals(written.digest(), digest.json().get("digest").asText());
            String id = digest.json().get("checkpointId").asText();
            assertTrue(checkpointId == null || checkpointId.equals(id), "replicas compare these");
            checkpointId = id;
            Outcome integrity = run("inspect", "integrity", "--json", data.toString());
            assertEquals(0, integrity.code, integrity.out);
            JsonNode superBlock = run("inspect", "superblock", "--json", data.toString()).json();
            assertEquals("12", superBlock.get("cluster").asText());
            assertEquals(5, superBlock.get("constants").get("replicaCount").asInt());
            assertEquals(WrittenCheckpoint.OP, superBlock.get("commitMax").asLong());
            assertEquals(0, run("inspect", "sessions", "--json", data.toString()).json().get("count").asInt());
        }
    }

    @Test
    void theBackupItselfCanBeInspected() throws IOException {
        JsonNode checkpoint = run("inspect", "checkpoint", "--files", "--json", backup.toString()).json();
        assertEquals(WrittenCheckpoint.TRANSFERS, checkpoint.get("transfers").asLong());
        assertEquals(checkpoint.get("files").asInt(), checkpoint.get("list").size());
        long sum = 0;
        for (JsonNode kind : checkpoint.get("kinds")) {
            sum += kind.get("bytes").asLong();
        }
        assertEquals(checkpoint.get("bytes").asLong(), sum);
        assertEquals(0, run("inspect", "integrity", backup.toString()).code);
        assertEquals(2, run("inspect", "digest", "--op=3", backup.toString()).code);
        assertEquals(2, run("inspect", "wal", backup.toString()).code, "it has no log");
    }

    @Test
    void aDamagedBackupIsRefusedAndLeavesNothing() throws IOException {
        CheckpointFile file = written.firstFile();
        Path victim = backup.resolve("files").resolve(file.fileName());
        byte[] whole = Files.readAllBytes(victim);
        byte[] damaged = whole.clone();
        damaged[damaged.length / 2] ^= 1;
        Files.write(victim, damaged);
        try {
            Path data = folder.resolve("from-damaged");
            Outcome outcome = restore(0, 1, data);
            assertEquals(1, outcome.code);
            assertEquals(1, outcome.err.lines().count(), outcome.err);
            assertTrue(outcome.err.contains(file + ": block "), outcome.err);
            assertFalse(Files.exists(data));
            Outcome integrity = run("inspect", "integrity", backup.toString());
            assertEquals(1, integrity.code);
            assertTrue(integrity.out.contains("take the backup again"), integrity.out);
        } finally {
            Files.write(victim, whole);
        }
    }

    @Test
    void whatCannotBeMeantIsOneLine() throws IOException {
        assertTrue(restore(3, 3, folder.resolve("x")).err.contains("--replica is 3: it must be 0 to 2"));
        assertTrue(restore(0, 7, folder.resolve("x")).err.contains("--replica-count is 7: it must be 1 to 6"));
        assertTrue(restore(0, 1, backup).err.contains("is not empty"));
        Outcome none = run("restore", "--replica=0", "--replica-count=1", "--from=" + folder, "x");
        assertEquals(2, none.code);
        assertTrue(none.err.contains("holds no finished backup"), none.err);
        Path foreign = Files.createDirectory(folder.resolve("foreign"));
        Files.writeString(foreign.resolve("notes.txt"), "mine");
        assertThrows(UsageError.class, () -> BackupFolder.prepare(foreign));
    }

    @Test
    void onlyOneProcessWritesToABackup() {
        Path path = folder.resolve("shared");
        try (BackupFolder first = BackupFolder.prepare(path)) {
            assertThrows(VerbFailure.class, () -> BackupFolder.prepare(first.path()));
        }
    }

    @Test
    void aDescriptionIsReadAsWrittenAndDamageToItIsNoticed() {
        BackupDescription description = new BackupDescription(ClusterConstants.production(3), written.state(), 1, 2, 3,
                4, "2026-01-01T00:00:00Z");
        assertEquals(description, BackupDescription.parse(description.text(), "backup.json"));
        String text = description.text();
        for (String damaged : new String[] {"", "{}", text.replace("\"format\":1", "\"format\":2"),
            text.substring(0, text.length() / 2), flipped(text, text.indexOf("\"checkpoint\":\"") + 300),
            text.replaceFirst("\"constants\":\"03", "\"constants\":\"ff")}) {
            assertThrows(VerbFailure.class, () -> BackupDescription.parse(damaged, "backup.json"), damaged);
        }
    }

    private static String flipped(String hexadecimal, int at) {
        return hexadecimal.substring(0, at) + (hexadecimal.charAt(at) == '0' ? '1' : '0')
                + hexadecimal.substring(at + 1);
    }
}
