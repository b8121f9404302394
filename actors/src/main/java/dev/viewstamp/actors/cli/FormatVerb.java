package dev.viewstamp.actors.cli;

import dev.viewstamp.journal.ClusterConstants;
import dev.viewstamp.journal.DataDirectory;
import dev.viewstamp.journal.DataDirectoryException;
import dev.viewstamp.journal.DataDirectoryLayout;
import dev.viewstamp.journal.FormatOptions;
import dev.viewstamp.journal.Word128;
import dev.viewstamp.ledger.LedgerLimits;
import dev.viewstamp.ledger.Uint128;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code format}: makes the data directory of one replica of a new cluster. */
@Command(name = "format", description = "Creates the data directory of one replica of a new cluster.",
        footer = {"", "Example, for the first of three:",
            "  viewstamp format --cluster=0 --replica=0 --replica-count=3 data/0"})
public final class FormatVerb implements Verb {
    @Spec
    private CommandSpec spec;

    @Option(names = "--cluster", paramLabel = "ID", defaultValue = "0",
            description = "The cluster's id, 0 to 2^128 - 1, decimal or 0x…; the same for all replicas (default: 0).")
    private String cluster;

    @Option(names = "--replica", paramLabel = "INDEX", required = true,
            description = "This replica's index, from 0; its place in every list of addresses.")
    private int replica;

    @Option(names = "--replica-count", paramLabel = "COUNT", required = true,
            description = "How many replicas the cluster has, 1 to 6; recommended: 1, 3, 5 or 6.")
    private int replicaCount;

    @Option(names = "--wal-slots", paramLabel = "COUNT", defaultValue = "1024",
            description = "Entries that the write-ahead log holds, 1 MiB each; a multiple of 16 (default: 1024).")
    private int walSlots;

    @Option(names = "--request-body-max", paramLabel = "BYTES",
            description = "Largest body of a request, fixed for ever (default: 1048320).")
    private int requestBodyMax = LedgerLimits.BODY_MAX;

    @Option(names = "--json", description = "Prints one JSON document.")
    private boolean json;

    @Option(names = {"-h", "--help"}, usageHelp = true, description = "Prints this text.")
    private boolean help;

    @Parameters(paramLabel = "DIR", description = "The data directory; must not exist or be empty.")
    private Path directory;

    @Override
    public int order() {
        return 10;
    }

    @Override
    public Integer call() {
        Uint128 id = clusterId("--cluster", cluster);
        FormatOptions options = options(id, replica, replicaCount, walSlots, requestBodyMax);
        PrintWriter err = spec.commandLine().getErr();
        ProgressBar bar = ProgressBar.onTerminal(err, "formatting " + directory);
        format(directory, options, bar);
        long bytes = DataDirectoryLayout.of(options.constants()).totalSize();
        if (json) {
            Map<String, Object> done = new LinkedHashMap<>();
            done.put("directory", directory.toString());
            done.put("cluster", id.toString());
            done.put("replica", replica);
            done.put("replicaCount", replicaCount);
            done.put("walSlots", walSlots);
            done.put("bytes", bytes);
            spec.commandLine().getOut().println(Json.object(done));
        } else {
            spec.commandLine().getOut().printf("formatted %s: replica %d of %d of cluster %s, %,d MiB%n", directory,
                    replica, replicaCount, id, bytes >> 20);
        }
        return Main.SUCCESS;
    }

    /**
     * Reads a cluster's id.
     *
     * @throws UsageError naming the option
     */
    public static Uint128 clusterId(String option, String text) {
        try {
            return Uint128.parse(text);
        } catch (IllegalArgumentException e) {
            throw new UsageError(option + ": " + e.getMessage());
        }
    }

    /**
     * What a new member is made of.
     *
     * @throws UsageError naming what does not fit together
     */
    public static FormatOptions options(Uint128 cluster, int replica, int replicaCount, int walSlots,
                                        int requestBodyMax) {
        if (replicaCount < 1 || replicaCount > ClusterConstants.REPLICA_COUNT_MAX) {
            throw new UsageError("--replica-count is " + replicaCount + ": it must be 1 to "
                    + ClusterConstants.REPLICA_COUNT_MAX);
        }
        if (replica < 0 || replica >= replicaCount) {
            throw new UsageError("--replica is " + replica + ": it must be 0 to " + (replicaCount - 1)
                    + ", as there are " + replicaCount + " replicas");
        }
        if (requestBodyMax < LedgerLimits.REQUEST_BODY_MIN || requestBodyMax > LedgerLimits.BODY_MAX) {
            throw new UsageError("--request-body-max is " + requestBodyMax + ": it must be "
                    + LedgerLimits.REQUEST_BODY_MIN + " to " + LedgerLimits.BODY_MAX);
        }
        try {
            ClusterConstants constants = ClusterConstants.of(replicaCount, walSlots, ClusterConstants.PREPARE_SIZE_MAX)
                    .withBodyLimit(requestBodyMax);
            return FormatOptions.fresh(new Word128(cluster.hi(), cluster.lo()), replica, constants);
        } catch (IllegalArgumentException e) {
            throw new UsageError("--wal-slots: " + e.getMessage());
        }
    }

    /**
     * Formats.
     *
     * @throws UsageError if the directory is in use for something
     * @throws VerbFailure if the disk refuses
     */
    public static void format(Path directory, FormatOptions options, ProgressBar bar) {
        try {
            DataDirectory.format(directory, options, bar::show);
        } catch (DataDirectoryException e) {
            throw DataDirectoryTrouble.of(e);
        } finally {
            bar.clear();
        }
    }
}
