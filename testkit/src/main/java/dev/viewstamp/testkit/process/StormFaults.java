package dev.viewstamp.testkit.process;

import static dev.viewstamp.testkit.process.Bench.require;

import dev.viewstamp.actors.cli.backup.NodeDoors;
import dev.viewstamp.actors.cli.cluster.ClusterProcesses;
import dev.viewstamp.actors.cli.cluster.ReplicaProcess;
import dev.viewstamp.journal.ClusterConstants;
import dev.viewstamp.journal.DataDirectoryLayout;
import dev.viewstamp.journal.EntryHeader;
import dev.viewstamp.journal.Storage.Zone;
import dev.viewstamp.journal.SuperBlock;
import dev.viewstamp.testkit.sim.SimRandom;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * What happens to the replica processes in a storm, one thing after the other, drawn from a seed. Everything is within
 * the fault model of the replication spec §12.3: any process may die or stand still, all may die at once, any link may
 * be cut; but only one disk, always the same, loses or garbles what it promised to keep, or is gone altogether, so that
 * every entry and every file has an intact copy left.
 */
final class StormFaults {
    private static final Duration READY_MAX = Duration.ofMinutes(1);
    private static final long SECOND = 1_000_000_000L;
    private static final int SECTOR = 4096;
    /** Of an entry or a reply: its header, and of what follows what even the smallest may have. */
    private static final int HEAD = EntryHeader.SIZE + 64;
    private static final Duration CAUGHT_UP_MAX = Duration.ofMinutes(1);

    /** What may happen. */
    enum Kind {
        KILL, KILL_ALL, STOP, CUT_OFF, MUTE, DEAF, CUT_LINK, ROT, ROT_FILE, TORN_SUPERBLOCK, LOST_DISK;

        /** Whether it strikes the one disk that may fail. */
        boolean isOfDisk() {
            return switch (this) {
                case ROT, ROT_FILE, TORN_SUPERBLOCK, LOST_DISK -> true;
                default -> false;
            };
        }
    }

    private final SimRandom random;
    private final ClusterProcesses cluster;
    private final ReplicaLinks links;
    private final NodeDoors doors;
    private final ClusterConstants constants;
    private final Consumer<String> progress;
    private final int victim;
    private final Map<Kind, Integer> struck = new EnumMap<>(Kind.class);

    StormFaults(SimRandom random, ClusterProcesses cluster, ReplicaLinks links, NodeDoors doors,
                ClusterConstants constants, Consumer<String> progress) {
        this.random = random;
        this.cluster = cluster;
        this.links = links;
        this.doors = doors;
        this.constants = constants;
        this.progress = progress;
        this.victim = random.between(0, cluster.count() - 1);
    }

    /** How often each kind struck something. */
    Map<Kind, Integer> struck() {
        return struck;
    }

    /** Does one thing and undoes it: afterwards all replicas run and hear each other, though they may need time. */
    void strike() throws InterruptedException {
        Kind kind = Kind.values()[random.between(0, Kind.values().length - 1)];
        int replica = random.between(0, cluster.count() - 1);
        progress.accept(kind + (kind.isOfDisk() ? " at " + victim : kind == Kind.KILL_ALL ? "" : " at " + replica));
        struck.merge(kind, 1, Integer::sum);
        switch (kind) {
            case KILL -> restart(List.of(cluster.replica(replica)), () -> { });
            case KILL_ALL -> restart(cluster.replicas(), () -> { });
            case STOP -> stop(cluster.replica(replica));
            case CUT_OFF -> cut(replica, true, true);
            case MUTE -> cut(replica, true, false);
            case DEAF -> cut(replica, false, true);
            case CUT_LINK -> {
                int other = (replica + 1) % cluster.count();
                leaveCut(links.cut(replica, other) + links.cut(other, replica));
            }
            case ROT -> restart(List.of(cluster.replica(victim)), this::rot);
            case ROT_FILE -> restart(List.of(cluster.replica(victim)), this::rotFile);
            case TORN_SUPERBLOCK -> restart(List.of(cluster.replica(victim)), this::tearSuperBlock);
            case LOST_DISK -> loseDisk();
        }
    }

    private void restart(List<ReplicaProcess> replicas, Runnable whileDown) throws InterruptedException {
        replicas.parallelStream().forEach(ReplicaProcess::kill);
        whileDown.run();
        pass(2 * SECOND);
        replicas.forEach(ReplicaProcess::start);
        replicas.forEach(replica -> replica.awaitReady(READY_MAX));
    }

    private void stop(ReplicaProcess replica) throws InterruptedException {
        replica.signal("STOP");
        try {
            pass(5 * SECOND);
        } finally {
            replica.signal("CONT");
        }
    }

    private void cut(int replica, boolean isMute, boolean isDeaf) throws InterruptedException {
        int ended = 0;
        for (int other = 0; other < cluster.count(); other++) {
            if (other != replica && isMute) {
                ended += links.cut(replica, other);
            }
            if (other != replica && isDeaf) {
                ended += links.cut(other, replica);
            }
        }
        leaveCut(ended);
    }

    private void leaveCut(int ended) throws InterruptedException {
        pass(5 * SECOND);
        progress.accept("  " + ended + " connections ended, " + links.mendAll() + " refused");
    }

    /**
     * The disk is gone, and {@code recover} makes another, as an operator would; nothing else breaks before it has the
     * state of the others.
     */
    private void loseDisk() throws InterruptedException {
        ReplicaProcess replica = cluster.replica(victim);
        replica.kill();
        cluster.deleteData(victim);
        pass(2 * SECOND);
        SmallLogCluster.verb(0, "recover", "--cluster=0", "--replica=" + victim, "--replica-count=" + cluster.count(),
                "--addresses=" + cluster.addresses(), "--replicas=" + links.addresses(), "--timeout=30",
                cluster.dataDirectory(victim).toString());
        replica.start();
        replica.awaitReady(READY_MAX);
        EqualReplicas.awaitCaughtUp(doors, victim, CAUGHT_UP_MAX);
    }

    /** Flips a bit in one of the checkpoints' files, if there is one yet. */
    private void rotFile() {
        Path folder = cluster.dataDirectory(victim).resolve(DataDirectoryLayout.CHECKPOINT_FOLDER);
        try (Stream<Path> all = Files.list(folder)) {
            List<Path> files = all.filter(file -> file.toFile().length() > 0).sorted().toList();
            if (files.isEmpty()) {
                struckNothing(Kind.ROT_FILE);
                return;
            }
            Path file = files.get(random.between(0, files.size() - 1));
            long offset = FlippedByte.somewhere(file, random);
            progress.accept("  a bit of " + file.getFileName() + " at " + offset);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot look into " + folder, e);
        }
    }

    /** Flips a bit of an entry, of a header, or of a reply: of the first slot in use after some slot. */
    private void rot() {
        DataDirectoryLayout layout = DataDirectoryLayout.of(constants);
        List<Zone> zones = List.of(Zone.WAL_PREPARES, Zone.WAL_PREPARES, Zone.WAL_HEADERS, Zone.REPLIES);
        Zone zone = zones.get(random.between(0, zones.size() - 1));
        int slots = zone == Zone.REPLIES ? constants.clientsMax() : constants.slotCount();
        int first = random.between(0, slots - 1);
        for (int i = 0; i < slots; i++) {
            int slot = (first + i) % slots;
            long offset = layout.start(zone) + switch (zone) {
                case WAL_HEADERS -> slot * (long) EntryHeader.SIZE;
                case WAL_PREPARES -> layout.walGeometry().prepareOffset(slot);
                default -> layout.replyOffset(slot);
            };
            if (flip(layout.file(zone), offset, zone == Zone.WAL_HEADERS ? EntryHeader.SIZE : HEAD)) {
                return;
            }
        }
        struckNothing(Kind.ROT);
    }

    /** One copy of four; which a power cut may do at any time. */
    private void tearSuperBlock() {
        DataDirectoryLayout layout = DataDirectoryLayout.of(constants);
        flip(layout.file(Zone.SUPERBLOCK), (long) SuperBlock.COPY_SIZE * random.between(0, 3), SECTOR);
    }

    /** Whether there was something. */
    private boolean flip(String file, long offset, int length) {
        long at = FlippedByte.within(cluster.dataDirectory(victim).resolve(file), offset, length, random);
        if (at >= 0) {
            progress.accept("  a bit of " + file + " at " + at);
        }
        return at >= 0;
    }

    /** It does not count. */
    private void struckNothing(Kind kind) {
        progress.accept("  there is nothing yet");
        struck.merge(kind, -1, Integer::sum);
    }

    /** Lets up to so much time pass. */
    private void pass(long nanosMax) throws InterruptedException {
        Thread.sleep(random.between(nanosMax / 10, nanosMax) / 1_000_000);
    }
}
