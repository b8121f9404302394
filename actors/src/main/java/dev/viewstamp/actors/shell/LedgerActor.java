package dev.viewstamp.actors.shell;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import dev.viewstamp.actors.replica.Completion;
import dev.viewstamp.journal.CheckpointState;
import dev.viewstamp.journal.EntryHeader;
import dev.viewstamp.journal.LogEntry;
import dev.viewstamp.ledger.Ledger;
import java.util.function.Supplier;

/**
 * Applies committed entries to the ledger, one after another, on a thread of its own. The replica hands over the
 * next one only after the answer to the last.
 */
public final class LedgerActor extends AbstractBehavior<LedgerActor.Command> {
    private static final byte[] NO_REPLY = new byte[0];
    private static final int STATE_MACHINE_OPERATION_MIN = 128;

    public interface Command {
    }

    public record Execute(LogEntry entry) implements Command {
    }

    /** Bring the ledger to a checkpoint. So far there is but the root. */
    public record OpenCheckpoint(CheckpointState checkpoint) implements Command {
    }

    /** Asks for the digest of the canonical dump at this point of the log (ledger spec §26). */
    public record GetDigest(ActorRef<byte[]> replyTo) implements Command {
    }

    private final Ledger ledger;
    private final ActorRef<? super ReplicaActor.Completed> replica;
    private long executed;

    private LedgerActor(ActorContext<Command> context, Ledger ledger,
            ActorRef<? super ReplicaActor.Completed> replica) {
        super(context);
        this.ledger = ledger;
        this.replica = replica;
    }

    /** @param ledger makes an empty ledger; called on the ledger's own thread */
    public static Behavior<Command> create(Supplier<Ledger> ledger, ActorRef<? super ReplicaActor.Completed> replica) {
        return Behaviors.setup(context -> new LedgerActor(context, ledger.get(), replica));
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Execute.class, this::onExecute)
                .onMessage(OpenCheckpoint.class, this::onOpenCheckpoint)
                .onMessage(GetDigest.class, this::onGetDigest)
                .build();
    }

    private Behavior<Command> onExecute(Execute execute) {
        EntryHeader header = execute.entry().header();
        if (header.op() <= executed) {
            throw new IllegalStateException("executed " + executed + " already, asked for " + header);
        }
        executed = header.op();
        byte[] reply = header.operation() < STATE_MACHINE_OPERATION_MIN
                ? NO_REPLY                                       // register, noop: the replica's own business
                : ledger.execute(header.operation(), header.timestamp(), execute.entry().body());
        replica.tell(new ReplicaActor.Completed(new Completion.Executed(header.op(), reply, ledger.nextExpiry())));
        return this;
    }

    private Behavior<Command> onOpenCheckpoint(OpenCheckpoint open) {
        if (open.checkpoint().op() > 0) {
            throw new IllegalStateException("cannot open the checkpoint at op " + open.checkpoint().op());
        }
        replica.tell(new ReplicaActor.Completed(new Completion.CheckpointOpened(open.checkpoint().id(), new byte[0],
                0, ledger.nextExpiry())));
        return this;
    }

    private Behavior<Command> onGetDigest(GetDigest get) {
        get.replyTo().tell(ledger.digest());
        return this;
    }
}
