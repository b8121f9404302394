package dev.viewstamp.actors.cli.recover;

import dev.viewstamp.actors.cli.ClusterClient;
import dev.viewstamp.actors.cli.FormatVerb;
import dev.viewstamp.actors.cli.Json;
import dev.viewstamp.actors.cli.ProgressBar;
import dev.viewstamp.actors.cli.UsageError;
import dev.viewstamp.actors.cli.Verb;
import dev.viewstamp.actors.cli.VerbFailure;
import dev.viewstamp.actors.cli.backup.NodeDoors;
import dev.viewstamp.actors.message.BackupMessage.Standing;
import dev.viewstamp.journal.ClusterConstants;
import dev.viewstamp.journal.FileStorage;
import dev.viewstamp.journal.FormatOptions;
import dev.viewstamp.journal.VsrState;
import dev.viewstamp.journal.Word128;
import dev.viewstamp.ledger.Operation;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code recover}: a new data directory for a replica whose disk is gone (replication spec §7.5).
 *
 * <ol>
 * <li>The replica must not answer: two that go by one index would break the promises of both.</li>
 * <li>As a client, have the cluster commit as many requests as a pipeline holds. So everything that the lost disk may
 *     have acknowledged and nobody else has is decided, without it. A cluster that cannot commit is refused.</li>
 * <li>Format in a view two above the newest that the others know: the lost replica may have taken part in that one and
 *     in the next. Started on it, the replica asks the others for the state before it votes or acknowledges.</li>
 * </ol>
 */
@Command(name = "recover", description = "Creates a new data directory for a replica whose disk is gone. The other "
        + "replicas must run and be able to commit. Started on it, the replica fetches the state from them.",
        footer = {"", "Example, for the second of three:",
            "  viewstamp recover --cluster=0 --replica=1 --replica-count=3 --addresses=3000,3001,3002 data/1"})
public final class RecoverVerb implements Verb {
    private static final Duration ALIVE_MAX = Duration.ofSeconds(3);
    /** An id that need not exist: the request changes nothing. */
    private static final byte[] LOOKUP = new byte[Operation.LOOKUP_ACCOUNTS.eventSize()];

    static {
        LOOKUP[0] = 1;
    }

    @Spec
    private CommandSpec spec;

    @Option(names = "--replica", paramLabel = "INDEX", required = true,
            description = "The index of the replica that was lost, from 0; its place in --addresses.")
    private int replica;

    @Option(names = "--replica-count", paramLabel = "COUNT", required = true,
            description = "How many replicas the cluster has.")
    private int replicaCount;

    @Mixin
    private ClusterClient.Options target;

    @Option(names = "--json", description = "Prints one JSON document.")
    private boolean json;

    @Option(names = {"-h", "--help"}, usageHelp = true, description = "Prints this text.")
    private boolean help;

    @Parameters(paramLabel = "DIR", description = "The data directory; must not exist or be empty.")
    private Path directory;

    @Override
    public int order() {
        return 80;
    }

    @Override
    public Integer call() {
        FormatOptions options;
        try (ClusterClient client = ClusterClient.connect(target)) {
            check(client);
            NodeDoors doors = client.nodeDoors();
            Standing known = others(doors, ALIVE_MAX).values().iterator().next();
            if (known.constants().replicaCount() != replicaCount) {
                throw new UsageError("--replica-count is " + replicaCount + ", but the cluster has "
                        + known.constants().replicaCount() + " replicas");
            }
            commit(client, known.constants().pipelineMax());
            options = options(others(doors, ALIVE_MAX));
        }
        FormatVerb.format(directory, options, ProgressBar.onTerminal(spec.commandLine().getErr(),
                "formatting " + directory));
        print(options.initial());
        return 0;
    }

    private void check(ClusterClient client) {
        if (replicaCount == 1) {
            throw new UsageError("--replica-count is 1: a cluster of one has nobody to recover from; "
                    + "restore a backup");
        }
        if (client.replicaCount() != replicaCount) {
            throw new UsageError("--addresses lists " + client.replicaCount() + " replicas, --replica-count is "
                    + replicaCount + "; list all of them, the lost one too");
        }
        if (replica < 0 || replica >= replicaCount) {
            throw new UsageError("--replica is " + replica + ": it must be 0 to " + (replicaCount - 1)
                    + ", as there are " + replicaCount + " replicas");
        }
    }

    /** How the others stand; a majority of all is among them. */
    private Map<Integer, Standing> others(NodeDoors doors, Duration limit) {
        Map<Integer, Standing> standings = doors.standings(limit);
        if (standings.containsKey(replica)) {
            throw new VerbFailure("replica " + replica + " is running: stop it first; recover is for a replica whose "
                    + "data directory is gone");
        }
        if (standings.size() < replicaCount / 2 + 1) {
            throw new VerbFailure("only " + standings.size() + " of " + replicaCount + " replicas answer, "
                    + (replicaCount / 2 + 1) + " are needed; start the others first");
        }
        return standings;
    }

    /** The session's register is one more. */
    private void commit(ClusterClient client, int requests) {
        ProgressBar bar = ProgressBar.onTerminal(spec.commandLine().getErr(), "committing");
        try {
            for (int i = 0; i < requests; i++) {
                client.submit(Operation.LOOKUP_ACCOUNTS, LOOKUP);
                bar.show(i + 1, requests);
            }
        } catch (VerbFailure e) {
            throw new VerbFailure("the cluster does not commit, so it cannot tell what the lost replica may have "
                    + "promised: " + e.getMessage(), e);
        } finally {
            bar.clear();
        }
    }

    private FormatOptions options(Map<Integer, Standing> standings) {
        int view = standings.values().stream().mapToInt(Standing::view).max().orElseThrow();
        long commitMax = standings.values().stream().mapToLong(Standing::commitMax).max().orElseThrow();
        Standing any = standings.values().iterator().next();
        ClusterConstants constants = any.constants();
        Word128 cluster = any.checkpoint().header().cluster();
        return new FormatOptions(cluster, constants, VsrState.reformatted(cluster, replica, view + 2, commitMax),
                FileStorage.IoMode.AUTO);
    }

    private void print(VsrState state) {
        if (json) {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("directory", directory.toString());
            fields.put("replica", replica);
            fields.put("replicaCount", replicaCount);
            fields.put("view", state.view());
            fields.put("commitMax", state.syncOpMax());
            spec.commandLine().getOut().println(Json.object(fields));
        } else {
            spec.commandLine().getOut().printf("recovered %s: replica %d of %d; start it, and it fetches the state up "
                    + "to op %d and beyond from the others%n", directory, replica, replicaCount, state.syncOpMax());
        }
    }
}
