package dev.viewstamp.testkit.process;

import static dev.viewstamp.testkit.process.Bench.require;

import com.fasterxml.jackson.databind.JsonNode;
import dev.viewstamp.ledger.Account;
import dev.viewstamp.ledger.Uint128;
import java.nio.file.Path;
import java.util.function.Consumer;

/** A backup of a cluster at work is the state after the op that it names; a new cluster goes on from there. */
final class BackupUnderLoad {
    /** A checkpoint every 208 ops: time enough to stop a replica while its last one is the backup's. */
    private static final int WAL_SLOTS = 256;
    private static final int ATTEMPTS = 10;
    private static final int SOURCE = 1;

    private final Path folder;
    private final int requestsBefore;
    private final Consumer<String> progress;

    /**
     * Prepares it.
     *
     * @param folder that does not exist yet
     * @param requestsBefore of 50 transfers, before the backup
     */
    BackupUnderLoad(Path folder, int requestsBefore, Consumer<String> progress) {
        this.folder = folder;
        this.requestsBefore = requestsBefore;
        this.progress = progress;
    }

    Figures run() throws InterruptedException {
        Figures figures = new Figures();
        String digest;
        try (SmallLogCluster cluster = SmallLogCluster.start(WAL_SLOTS)) {
            cluster.stream().send(Math.max(requestsBefore, WAL_SLOTS + 30));     // until there is a checkpoint
            cluster.whileSending(() -> backUp(cluster, figures));
            digest = SmallLogCluster.verb(0, "inspect", "digest", "--json", folder.toString()).json()
                    .get("digest").asText();
            figures.holds("digestIsThatOfTheSource", figures.get("digestOfSource").equals(digest));
            SmallLogCluster.verb(0, "inspect", "integrity", "--json", folder.toString());
        }
        restoreAndGoOn((Long) figures.get("op"), (Long) figures.get("transfers"), digest);
        return figures.put("restoredDigests", digest);
    }

    /** Backs up, again and again until the source could be stopped while it still knew that op. */
    private void backUp(SmallLogCluster cluster, Figures figures) {
        for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
            long start = System.nanoTime();
            JsonNode named = SmallLogCluster.verb(0, "backup", "--addresses=" + cluster.processes().addresses(),
                    "--as-is", "--source=" + SOURCE, "--json", folder.toString()).json();
            double seconds = (System.nanoTime() - start) / 1e9;
            // The source goes on: whether one of its replicas can still tell that op's digest is luck.
            cluster.processes().replica(SOURCE).kill();
            JsonNode source = digestIfStillThere(cluster.data(SOURCE), named.get("op").asLong());
            cluster.startReplica(SOURCE);
            if (source != null) {
                progress.accept(String.format("backup of op %d in %.1f s (try %d)", named.get("op").asLong(), seconds,
                        attempt));
                require(named.get("checkpointId").equals(source.get("checkpointId")), "the backup names checkpoint "
                        + named.get("checkpointId") + ", its source has " + source.get("checkpointId"));
                figures.put("op", named.get("op").asLong()).put("transfers", named.get("transfers").asLong())
                        .put("backupSeconds", seconds).put("digestOfSource", source.get("digest").asText());
                return;
            }
        }
        throw new IllegalStateException("no replica could be stopped in time");
    }

    private static JsonNode digestIfStillThere(Path data, long op) {
        JsonNode superBlock = SmallLogCluster.verb(0, "inspect", "superblock", "--json", data.toString()).json();
        return superBlock.get("checkpoint").get("op").asLong() != op ? null
                : SmallLogCluster.verb(0, "inspect", "digest", "--json", "--op=" + op, data.toString()).json();
    }

    /** Every replica of the new cluster begins with that digest; it serves, and its replicas stay equal. */
    private void restoreAndGoOn(long op, long transfers, String digest) {
        try (SmallLogCluster cluster = SmallLogCluster.restored(folder, 1_000_000_000)) {
            for (int replica = 0; replica < 3; replica++) {
                JsonNode restored = SmallLogCluster.verb(0, "inspect", "digest", "--json",
                        cluster.data(replica).toString()).json();
                require(op == restored.get("op").asLong() && digest.equals(restored.get("digest").asText()),
                        "restored from op " + op + ", digest " + digest + ": " + restored);
            }
            cluster.processes().startAll();
            requireMoved(cluster, transfers);                    // each moved 1
            cluster.stream().send(100);                          // the log wraps
            requireMoved(cluster, transfers + 100 * SmallLogCluster.BATCH);
            progress.accept("restored, and on to " + (transfers + 100 * SmallLogCluster.BATCH) + " transfers");
            cluster.stopAndCompareDigests();
        }
    }

    private static void requireMoved(SmallLogCluster cluster, long transfers) {
        Account payer = cluster.connection().client().lookupAccount(Uint128.ONE).toCompletableFuture().join()
                .orElseThrow();
        require(payer.debitsPosted().equals(Uint128.of(transfers)), transfers + " transfers of 1 moved "
                + payer.debitsPosted());
    }
}
