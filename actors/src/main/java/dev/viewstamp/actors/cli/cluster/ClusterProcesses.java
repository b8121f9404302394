package dev.viewstamp.actors.cli.cluster;

import dev.viewstamp.actors.cli.FormatVerb;
import dev.viewstamp.actors.cli.ProgressBar;
import dev.viewstamp.actors.cli.VerbFailure;
import dev.viewstamp.journal.ClusterConstants;
import dev.viewstamp.journal.EntryHeader;
import dev.viewstamp.journal.FormatOptions;
import dev.viewstamp.journal.Word128;
import dev.viewstamp.ledger.LedgerLimits;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A cluster of replica processes on this machine, in a folder that goes away with it: for demonstrations, benchmarks
 * and tests with real processes, files and ports. One thread uses it. The replicas also end when this process does,
 * however it ends: on {@link #close}, by a shutdown hook, and because each watches its parent.
 *
 * <pre>
 *   folder/replica-0/      data directory
 *   folder/replica-0.log   its stderr
 * </pre>
 */
public final class ClusterProcesses implements AutoCloseable {
    /** Tells a replica to end with the process that started it. */
    private static final String END_WITH_PARENT = "--end-with-parent";
    private static final int SECTOR = 4096;
    private static final Duration READY_MAX = Duration.ofMinutes(3);

    private final Path folder;
    private final IntFunction<Path> dataDirectories;
    private final List<Integer> doors;
    private final List<ReplicaProcess> replicas = new ArrayList<>();
    private final Thread hook = new Thread(this::tearDown, "end replicas");
    private volatile boolean isKept;

    private ClusterProcesses(Path folder, IntFunction<Path> dataDirectories, List<Integer> doors) {
        this.folder = folder;
        this.dataDirectories = dataDirectories;
        this.doors = List.copyOf(doors);
    }

    /**
     * How large the log of each replica is.
     *
     * @param walSlots entries
     * @param requestBodyMax bytes of the largest request; each entry takes as much on the disk
     */
    public record LogSize(int walSlots, int requestBodyMax) {
        /** Entries for the largest requests there are. */
        public static LogSize ofSlots(int walSlots) {
            return new LogSize(walSlots, LedgerLimits.BODY_MAX);
        }

        /** What a cluster with such logs agrees on. */
        public ClusterConstants constants(int replicaCount) {
            int sectors = (requestBodyMax + EntryHeader.SIZE + SECTOR - 1) / SECTOR;
            return ClusterConstants.of(replicaCount, walSlots, sectors * SECTOR).withBodyLimit(requestBodyMax);
        }
    }

    /**
     * Formats the data directories and prepares the processes; none runs yet.
     *
     * @param jvm how replicas run
     * @param options more options for {@code start}, such as {@code --set=…}
     */
    public static ClusterProcesses format(int replicaCount, int walSlots, JvmCommand jvm, List<String> options) {
        return format(FreePorts.doors(replicaCount), LogSize.ofSlots(walSlots), jvm, replica -> options);
    }

    /**
     * The same with doors chosen by the caller and options for each replica.
     *
     * @param doors ports of the client doors, in replica order
     */
    public static ClusterProcesses format(List<Integer> doors, LogSize size, JvmCommand jvm,
                                          IntFunction<List<String>> options) {
        return format(doors, size, jvm, options, null);
    }

    /**
     * The same with data directories chosen by the caller, who deletes them.
     *
     * @param dataDirectories of each replica, empty or not there yet; null: within the folder
     */
    public static ClusterProcesses format(List<Integer> doors, LogSize size, JvmCommand jvm,
                                          IntFunction<List<String>> options, IntFunction<Path> dataDirectories) {
        Path folder = temporaryFolder();
        ClusterProcesses cluster = new ClusterProcesses(folder, dataDirectories != null ? dataDirectories
                : replica -> folder.resolve("replica-" + replica), doors);
        Runtime.getRuntime().addShutdownHook(cluster.hook);
        try {
            for (int replica = 0; replica < doors.size(); replica++) {
                cluster.add(replica, size, jvm, options.apply(replica));
            }
        } catch (RuntimeException e) {
            cluster.close();
            throw e;
        }
        return cluster;
    }

    private static Path temporaryFolder() {
        try {
            return Files.createTempDirectory("viewstamp-");
        } catch (IOException e) {
            throw new VerbFailure("cannot make a temporary folder: " + e.getMessage(), e);
        }
    }

    private void add(int replica, LogSize size, JvmCommand jvm, List<String> options) {
        FormatVerb.format(dataDirectory(replica), FormatOptions.fresh(Word128.ZERO, replica,
                size.constants(doors.size())), ProgressBar.silent());
        List<String> verb = new ArrayList<>(List.of("start", "--addresses=" + addresses(), END_WITH_PARENT));
        verb.addAll(options);
        verb.add(dataDirectory(replica).toString());
        replicas.add(new ReplicaProcess(replica, jvm.server(verb), folder.resolve("replica-" + replica + ".log")));
    }

    /** Starts all of them and waits until each is ready. */
    public void startAll() {
        replicas.forEach(ReplicaProcess::start);
        replicas.forEach(replica -> replica.awaitReady(READY_MAX));
    }

    public int count() {
        return doors.size();
    }

    public ReplicaProcess replica(int index) {
        return replicas.get(index);
    }

    public List<ReplicaProcess> replicas() {
        return replicas;
    }

    /** As {@code --addresses} takes them: ports of the client doors, in replica order. */
    public String addresses() {
        return doors.stream().map(door -> "127.0.0.1:" + door).collect(Collectors.joining(","));
    }

    public Path folder() {
        return folder;
    }

    public Path dataDirectory(int replica) {
        return dataDirectories.apply(replica);
    }

    /** The disk of a stopped replica is gone. */
    public void deleteData(int replica) {
        deleteTree(dataDirectory(replica));
    }

    /** The folder stays when this is closed, for whoever wants to know what went wrong. Answers it. */
    public Path keepFolder() {
        isKept = true;
        return folder;
    }

    /** Bytes of the files below a folder; files that vanish meanwhile count nothing. */
    public static long bytesBelow(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.mapToLong(file -> file.toFile().isFile() ? file.toFile().length() : 0).sum();
        } catch (IOException | UncheckedIOException e) {
            return 0;
        }
    }

    /** Kills what runs and deletes the folder. */
    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            return; // Shutting down: the hook is at work.
        }
        tearDown();
    }

    private void tearDown() {
        replicas.forEach(ReplicaProcess::kill);
        if (!isKept) {
            deleteTree(folder);
        }
    }

    /** Deletes a folder and all that is in it. */
    public static void deleteTree(Path root) {
        try (Stream<Path> paths = Files.walk(root)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("could not delete " + root, e);
        }
    }
}
