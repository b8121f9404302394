package dev.viewstamp.testkit.process;

import static dev.viewstamp.testkit.process.Bench.require;

import com.fasterxml.jackson.databind.JsonNode;
import dev.viewstamp.actors.cli.ClusterClient;
import dev.viewstamp.actors.cli.benchmark.ResourceWatch;
import dev.viewstamp.actors.cli.cluster.ClusterProcesses.LogSize;
import dev.viewstamp.actors.message.BackupMessage.Standing;
import dev.viewstamp.client.ViewstampClient;
import dev.viewstamp.journal.CheckpointFile;
import dev.viewstamp.journal.DataDirectoryLayout;
import dev.viewstamp.journal.Storage.Zone;
import dev.viewstamp.journal.SuperBlock;
import dev.viewstamp.ledger.Account;
import dev.viewstamp.ledger.FileKind;
import dev.viewstamp.ledger.Manifest;
import dev.viewstamp.ledger.Transfer;
import dev.viewstamp.ledger.TransferFlags;
import dev.viewstamp.testkit.sim.SimRandom;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * One flipped byte in everything that a stopped replica has on its disk, and one file deleted: {@code inspect} names
 * all of it, and the replica, started again, has it repaired from its peers.
 *
 * <p>The ledger is as small as one can be that has every kind of file: three times 65 536 accounts and expired pending
 * transfers, before the first index of accounts and the first events of expiries are in force.
 */
final class FileRepair {
    /** What has every kind of file. */
    static final int ROWS_MIN = 3 * 65_536 + 1;

    private static final int WAL_SLOTS = 32;
    private static final int BATCH = 8_000;
    private static final int PAYERS = 2;
    private static final long FIRST_ACCOUNT = 1_000;
    private static final long FIRST_PENDING = 1L << 40;
    private static final Duration LOAD_MAX = Duration.ofMinutes(5);
    private static final Duration REPAIR_MAX = Duration.ofMinutes(3);
    /** Entries above the checkpoint that the log must have, to be damaged. */
    private static final int TAIL_MIN = 6;
    private static final int TAIL_MAX = 14;

    private final long seed;
    private final int rows;
    private final SimRandom random;
    private final Consumer<String> progress;
    private final Map<String, Path> damaged = new LinkedHashMap<>();

    /** @param rows accounts, and pending transfers that expire, at least {@link #ROWS_MIN} */
    FileRepair(long seed, int rows, Consumer<String> progress) {
        this.seed = seed;
        this.rows = rows;
        this.random = new SimRandom(seed);
        this.progress = progress;
    }

    Figures run() throws InterruptedException {
        Figures figures = new Figures().put("seed", seed);
        try (SmallLogCluster cluster = SmallLogCluster.start(WAL_SLOTS, "--set=checkpoints.scrub-cycle=2s")) {
            int victim = random.between(0, 2);
            long start = System.nanoTime();
            fill(cluster, victim);
            figures.put("fillSeconds", (System.nanoTime() - start) / 1e9);
            SmallLogCluster.stop(cluster.processes().replica(victim));
            Path data = cluster.data(victim);
            require(damages(data, 0).isEmpty(), "damage before anything was damaged");
            List<Path> files = damageAll(data);
            progress.accept("replica " + victim + ": damaged " + damaged.keySet());
            figures.put("victim", victim).put("damaged", List.copyOf(damaged.keySet()));
            start = System.nanoTime();
            cluster.startReplica(victim);
            figures.put("secondsToReady", (System.nanoTime() - start) / 1e9);
            awaitEqualFiles(files, cluster.data((victim + 1) % 3));
            figures.put("secondsToRepairedFiles", (System.nanoTime() - start) / 1e9);
            cluster.stream().send(2 * WAL_SLOTS);                // and the superblock is written anew
            cluster.requireTotals();
            figures.put("digest", cluster.stopAndCompareDigests());
            for (int replica = 0; replica < 3; replica++) {
                require(damages(cluster.data(replica), 0).isEmpty(), "replica " + replica + " has damage left");
            }
            return figures.put("intact", true);
        }
    }

    /** Until every kind of file is in the victim's checkpoint, and the log has some entries more. */
    private void fill(SmallLogCluster cluster, int victim) throws InterruptedException {
        try (ViewstampClient idle = cluster.connection().newSession()) {
            ViewstampClient session = idle.within(LOAD_MAX);
            for (int from = 0; from < rows; from += BATCH) {
                List<Account> accounts = new ArrayList<>();
                for (int i = from; i < Math.min(rows, from + BATCH); i++) {
                    accounts.add(Account.builder().id(FIRST_ACCOUNT + i).userData64(1 + i % 1000).ledger(1).code(1)
                            .build());
                }
                ClusterClient.await(session.createAccounts(accounts)).forEach(result ->
                        require(result.isCreated(), "an account was answered " + result));
            }
            for (int from = 0; from < rows; from += BATCH) {
                List<Transfer> transfers = new ArrayList<>();
                for (int i = from; i < Math.min(rows, from + BATCH); i++) {
                    transfers.add(Transfer.builder().id(FIRST_PENDING + i).debit(FIRST_ACCOUNT + i)
                            .credit(FIRST_ACCOUNT + (i + 1) % rows).amount(1).flags(TransferFlags.PENDING).timeout(1)
                            .ledger(1).code(1).build());
                }
                ClusterClient.await(session.createTransfers(transfers)).forEach(result ->
                        require(result.isCreated(), "a transfer was answered " + result));
            }
            // Until here, so that the idle session's reply is one that only its slot holds.
            awaitAllKinds(cluster, victim);
        }
    }

    private void awaitAllKinds(SmallLogCluster cluster, int victim) {
        Path folder = cluster.data(victim).resolve(DataDirectoryLayout.CHECKPOINT_FOLDER);
        long end = System.nanoTime() + LOAD_MAX.toNanos();
        Set<FileKind> missing = EnumSet.allOf(FileKind.class);
        while (!missing.isEmpty()) {
            require(System.nanoTime() < end, "the checkpoint has no " + missing);
            cluster.stream().send(WAL_SLOTS);
            missing = EnumSet.allOf(FileKind.class);
            ResourceWatch.lastManifest(folder).map(Manifest::files).orElse(List.of()).stream().map(Manifest.File::kind)
                    .forEach(missing::remove);
        }
        Standing standing;
        do {
            cluster.stream().send(1);
            cluster.awaitEqual();
            standing = cluster.standing(victim);
        } while (standing.commitMin() - standing.checkpoint().op() < TAIL_MIN
                || standing.commitMin() - standing.checkpoint().op() > TAIL_MAX);
    }

    /** Answers which immutable files are not what they were. */
    private List<Path> damageAll(Path data) {
        JsonNode checkpoint = SmallLogCluster.verb(0, "inspect", "checkpoint", "--files", "--json", data.toString())
                .json();
        long op = checkpoint.get("op").asLong();
        Path folder = data.resolve(DataDirectoryLayout.CHECKPOINT_FOLDER);
        List<Path> files = damageDataFiles(checkpoint, folder);
        damageZones(data, op);
        requireNamed(data, damaged);
        // The last: without them replies and data files cannot be judged.
        Map<String, Path> heads = new LinkedHashMap<>();
        heads.put("sessions", folder.resolve(CheckpointFile.sessions(op).fileName()));
        heads.put("manifest", folder.resolve(CheckpointFile.manifest(op).fileName()));
        heads.values().forEach(head -> FlippedByte.somewhere(head, random));
        requireNamed(data, heads);
        damaged.putAll(heads);
        files.addAll(heads.values());
        return files;
    }

    private static void requireNamed(Path data, Map<String, Path> damaged) {
        String found = String.join("\n", damages(data, 1));
        damaged.forEach((what, file) -> require(found.contains(what) || file != null
                && found.contains(file.getFileName().toString()), "inspect does not name " + what + ": " + found));
    }

    /** One of each kind, and another one that is deleted. */
    private List<Path> damageDataFiles(JsonNode checkpoint, Path folder) {
        Map<String, List<Path>> byKind = new LinkedHashMap<>();
        for (JsonNode file : checkpoint.get("list")) {
            byKind.computeIfAbsent(file.get("kind").asText(), kind -> new ArrayList<>()).add(
                    folder.resolve(CheckpointFile.data(file.get("number").asLong()).fileName()));
        }
        List<Path> files = new ArrayList<>();
        List<Path> others = new ArrayList<>();
        byKind.forEach((kind, paths) -> {
            Path file = paths.remove(random.between(0, paths.size() - 1));
            FlippedByte.somewhere(file, random);
            damaged.put(kind, file);
            files.add(file);
            others.addAll(paths);
        });
        require(!others.isEmpty(), "there is one file of each kind: none is left to delete");
        Path deleted = others.get(random.between(0, others.size() - 1));
        try {
            Files.delete(deleted);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        damaged.put("deleted file", deleted);
        files.add(deleted);
        return files;
    }

    /** A copy of the superblock, a header and the body of another entry in the log, and a reply of an idle session. */
    private void damageZones(Path data, long checkpointOp) {
        int session = idleSession(data, checkpointOp);           // while the log can still be read
        DataDirectoryLayout layout = DataDirectoryLayout.of(LogSize.ofSlots(WAL_SLOTS).constants(3));
        int copy = random.between(0, 3);
        FlippedByte.at(data.resolve(layout.file(Zone.SUPERBLOCK)),
                (long) copy * SuperBlock.COPY_SIZE + random.between(0, 255), random);
        damaged.put("copy " + copy, null);
        Path wal = data.resolve(layout.file(Zone.WAL_HEADERS));
        int header = layout.walGeometry().slotOf(checkpointOp + 1 + random.between(0, 1));
        FlippedByte.at(wal, layout.start(Zone.WAL_HEADERS) + header * 256L + random.between(0, 255), random);
        damaged.put("slot " + header, null);
        long op = checkpointOp + 3 + random.between(0, 1);
        FlippedByte.at(wal, layout.start(Zone.WAL_PREPARES)
                + layout.walGeometry().prepareOffset(layout.walGeometry().slotOf(op)) + random.between(0, 1_000),
                random);
        damaged.put("op " + op + ": the entry is damaged", null);
        FlippedByte.at(data.resolve(layout.file(Zone.REPLIES)), layout.start(Zone.REPLIES)
                + layout.replyOffset(session) + random.between(0, 1_000), random);
        damaged.put("session slot " + session, null);
    }

    /** The slot of the session that asked for nothing after the checkpoint: its reply is nowhere else. */
    private static int idleSession(Path data, long checkpointOp) {
        JsonNode sessions = SmallLogCluster.verb(0, "inspect", "sessions", "--json", data.toString()).json();
        for (JsonNode session : sessions.get("sessions")) {
            if (session.get("op").asLong() <= checkpointOp && session.get("operation").asText().contains("create")) {
                return session.get("slot").asInt();
            }
        }
        throw new IllegalStateException("no session is idle: " + sessions);
    }

    private static List<String> damages(Path data, int code) {
        return SmallLogCluster.verb(code, "inspect", "integrity", "--json", data.toString()).json().get("damages")
                .findValuesAsText("what");
    }

    /** Immutable files are byte for byte the same on all replicas. Nobody writes, so none goes away. */
    private static void awaitEqualFiles(List<Path> files, Path peer) throws InterruptedException {
        long end = System.nanoTime() + REPAIR_MAX.toNanos();
        List<Path> left = new ArrayList<>(files);
        while (!left.isEmpty()) {
            require(System.nanoTime() < end, "not repaired: " + left);
            left.removeIf(file -> isEqual(file,
                    peer.resolve(DataDirectoryLayout.CHECKPOINT_FOLDER).resolve(file.getFileName())));
            Thread.sleep(50);
        }
    }

    private static boolean isEqual(Path one, Path other) {
        try {
            return Files.exists(one) && Files.mismatch(one, other) < 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
