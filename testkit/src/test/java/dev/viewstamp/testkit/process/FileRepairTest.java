package dev.viewstamp.testkit.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.viewstamp.journal.SuperBlock;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One flipped byte in everything that a stopped replica has on its disk: named by inspect, repaired from the peers. */
@Tag("processes")
@Timeout(value = 240, unit = TimeUnit.SECONDS)
class FileRepairTest {
    private static final Duration REPAIR_MAX = Duration.ofSeconds(150);
    private static final int VICTIM = 2;

    @Test
    void aFlippedByteInEveryKindOfFileIsFoundAndRepaired() throws Exception {
        try (SmallLogCluster cluster = SmallLogCluster.start(32, "--set=checkpoints.scrub-cycle=1m")) {
            cluster.stream().send(1500);                         // 75 000 transfers: a sealed segment and its indexes
            cluster.awaitEqual();
            assertEquals(0, cluster.processes().replica(VICTIM).stop(Duration.ofSeconds(20)));
            Path data = cluster.data(VICTIM);
            assertEquals(0, integrity(data, 0).get("damages").size());

            Map<String, Path> victims = new LinkedHashMap<>();
            JsonNode checkpoint = SmallLogCluster.verb(0, "inspect", "checkpoint", "--files", "--json",
                    data.toString()).json();
            for (JsonNode file : checkpoint.get("list")) {
                victims.putIfAbsent(file.get("kind").asText(), data.resolve("files").resolve(
                        String.format("data-%016d", file.get("number").asLong())));
            }
            assertTrue(victims.keySet().containsAll(List.of("segment", "transfer_run", "pages")), victims::toString);
            long op = checkpoint.get("op").asLong();
            victims.put("manifest", data.resolve("files").resolve(String.format("manifest-%016d", op)));
            victims.put("sessions", data.resolve("files").resolve(String.format("sessions-%016d", op)));
            for (Path victim : victims.values()) {
                flip(victim, Files.size(victim) / 2);
            }
            flip(data.resolve("superblock"), SuperBlock.COPY_SIZE + 700);
            long damagedOp = damageLog(data);
            flip(data.resolve("replies"), 300);

            namesAll(integrity(data, 1), victims, damagedOp);
            cluster.startReplica(VICTIM);
            awaitRepaired(cluster, victims.values());
            cluster.stream().send(60);
            cluster.stopAndCompareDigests();
            assertEquals(0, integrity(data, 0).get("damages").size());
        }
    }

    private static JsonNode integrity(Path data, int code) {
        return SmallLogCluster.verb(code, "inspect", "integrity", "--json", data.toString()).json();
    }

    /** An entry above the checkpoint, within its body. */
    private static long damageLog(Path data) throws IOException {
        JsonNode wal = SmallLogCluster.verb(0, "inspect", "wal", "--entries", "--json", data.toString()).json();
        long op = wal.get("commitMax").asLong() - 1;
        int slots = wal.get("slotCount").asInt();
        flip(data.resolve("wal"), slots * 256L + op % slots * wal.get("slotBytes").asLong() + 256 + 5);
        return op;
    }

    private static void namesAll(JsonNode found, Map<String, Path> victims, long damagedOp) {
        List<String> named = found.get("damages").findValuesAsText("what");
        String all = String.join("\n", named);
        assertTrue(all.contains("copy 1"), all);
        assertTrue(all.contains("op " + damagedOp + ": the entry is damaged"), all);
        assertTrue(all.contains(victims.get("manifest").getFileName().toString()), all);
        assertTrue(all.contains(victims.get("sessions").getFileName().toString()), all);
        found.get("damages").findValuesAsText("repair").forEach(repair ->
                assertTrue(repair.contains("start the replica") || repair.contains("the next start"), repair));
    }

    /** Immutable files are byte for byte the same on all replicas. */
    private static void awaitRepaired(SmallLogCluster cluster, Iterable<Path> victims) throws IOException {
        Path peer = cluster.data(0).resolve("files");
        long end = System.nanoTime() + REPAIR_MAX.toNanos();
        List<Path> damaged = new ArrayList<>();
        victims.forEach(damaged::add);
        while (!damaged.isEmpty() && System.nanoTime() < end) {
            cluster.stream().send(1);
            for (Path victim : List.copyOf(damaged)) {
                Path good = peer.resolve(victim.getFileName());
                if (!Files.exists(good) || Files.exists(victim) && Files.mismatch(victim, good) < 0) {
                    damaged.remove(victim);
                }
            }
        }
        assertEquals(List.of(), damaged, "still damaged");
    }

    private static void flip(Path file, long offset) throws IOException {
        try (RandomAccessFile access = new RandomAccessFile(file.toFile(), "rw")) {
            access.seek(offset);
            int old = access.read();
            access.seek(offset);
            access.write(old ^ 0x04);
        }
    }
}
