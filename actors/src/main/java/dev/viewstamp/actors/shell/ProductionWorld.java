package dev.viewstamp.actors.shell;

import akka.actor.typed.Behavior;
import dev.viewstamp.actors.ReplicaSettings;
import dev.viewstamp.actors.gateway.Gateway;
import dev.viewstamp.actors.gateway.ReplicaPort;
import dev.viewstamp.actors.replica.EntryRules;
import dev.viewstamp.actors.replica.ReplicaOptions;
import dev.viewstamp.actors.replica.ReplicaSnapshot;
import dev.viewstamp.journal.ClusterConstants;
import dev.viewstamp.journal.DataDirectory;
import dev.viewstamp.journal.FolderFiles;
import dev.viewstamp.journal.SuperBlock;
import dev.viewstamp.journal.SuperBlockZone;
import dev.viewstamp.ledger.LedgerFiles;
import dev.viewstamp.ledger.LedgerOptions;
import java.security.SecureRandom;
import java.util.SplittableRandom;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;

/** The world of a real node: this machine's clocks and chance, Artery, files. */
public final class ProductionWorld {
    private ProductionWorld() {
    }

    /**
     * A guardian for an ActorSystem of its own.
     *
     * @param ready told once, when the ledger is open and the replica takes part
     * @param gateway the door for official clients, given the way to the replica; null for none
     * @param failed told when an actor ended that must not; the ActorSystem terminates then
     */
    public static Behavior<NodeGuardian.Command> guardian(ReplicaSettings settings, DataDirectory directory,
            Consumer<ReplicaSnapshot> ready, Function<ReplicaPort, Behavior<Gateway.Command>> gateway,
            BiConsumer<String, Throwable> failed) {
        SuperBlock superBlock = directory.superBlock();
        ClusterConstants constants = superBlock.constants();
        NodeOptions options = new NodeOptions(superBlock.cluster(), superBlock.vsrState().replica(), constants,
                ReplicaOptions.defaults(), rules(constants), settings.journalWorkers(), settings.routesMax(),
                settings.checkpoints());
        SplittableRandom random = new SplittableRandom(new SecureRandom().nextLong());
        LedgerOptions ledgerOptions = LedgerOptions.defaults().withRequestBodyMax(constants.bodyLimit())
                .withHashSeed(random.nextLong())
                .withCacheBlocks((int) (settings.cacheBytes() / LedgerFiles.BLOCK_SIZE));
        FolderFiles files = directory.checkpointFiles();
        return NodeGuardian.create(options, context -> new World(
                TimeSource.system(),
                new ArteryTransport(context.getSystem(), settings.replicas()),
                name -> DiskWorker.create(directory.storage(),
                        Math.max(ClusterConstants.REPLY_SIZE_MAX, SuperBlockZone.SIZE)),
                name -> FileWorker.create(files),
                files,
                ledgerOptions,
                random,
                (log, snapshot) -> { },
                ready), gateway, failed);
    }

    /** The ledger's rules, for a cluster of these constants. */
    public static EntryRules rules(ClusterConstants constants) {
        return new LedgerRules(constants.bodyLimit());
    }
}
