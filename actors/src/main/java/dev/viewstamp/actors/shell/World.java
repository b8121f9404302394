package dev.viewstamp.actors.shell;

import akka.actor.typed.Behavior;
import dev.viewstamp.actors.replica.ReplicaSnapshot;
import dev.viewstamp.journal.CheckpointFiles;
import dev.viewstamp.journal.OpenedLog;
import dev.viewstamp.ledger.LedgerOptions;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Everything outside the node that its actors touch: clocks, network, disk, chance. Production and simulator differ
 * in this record and in nothing else.
 *
 * @param transport thread-safe
 * @param diskWorker makes a worker of the log's, given its name
 * @param fileWorker makes a worker of the immutable files', given its name
 * @param files the same files, for the rare read that blocks the ledger's thread
 * @param ledgerOptions how the ledger is set up
 * @param random the only source of chance in the replica
 * @param opened told once, when the log is open and the replica takes part, what was found in the log; the snapshots
 *     that it is given may be asked for between the replica's events, on the replica's thread only
 * @param ready told once, when the ledger is open, too
 */
public record World(TimeSource time, Transport transport, Function<String, Behavior<DiskWorker.Command>> diskWorker,
                    Function<String, Behavior<FileWorker.Command>> fileWorker, CheckpointFiles files,
                    LedgerOptions ledgerOptions, RandomGenerator random,
                    BiConsumer<OpenedLog, Supplier<ReplicaSnapshot>> opened, Consumer<ReplicaSnapshot> ready) {
}
