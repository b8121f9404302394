package dev.viewstamp.actors.shell;

import akka.actor.typed.Behavior;
import dev.viewstamp.actors.replica.ReplicaSnapshot;
import dev.viewstamp.journal.OpenedLog;
import dev.viewstamp.ledger.Ledger;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Everything outside the node that its actors touch: clocks, network, disk, chance. Production and simulator differ
 * in this record and in nothing else.
 *
 * @param diskWorker makes a worker, given its name
 * @param ledger makes an empty ledger, on the ledger's thread
 * @param random the only source of chance in the replica
 * @param opened told once, when the log is open and the replica takes part, what was found in the log; the snapshots
 *     that it is given may be asked for between the replica's events, on the replica's thread only
 */
public record World(TimeSource time, Transport transport, Function<String, Behavior<DiskWorker.Command>> diskWorker,
                    Supplier<Ledger> ledger, RandomGenerator random,
                    BiConsumer<OpenedLog, Supplier<ReplicaSnapshot>> opened) {
}
