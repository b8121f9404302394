package dev.viewstamp.actors.shell;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.ChildFailed;
import akka.actor.typed.DispatcherSelector;
import akka.actor.typed.Terminated;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import dev.viewstamp.actors.gateway.Gateway;
import dev.viewstamp.actors.gateway.ReplicaPort;
import dev.viewstamp.actors.message.BackupEnvelope;
import dev.viewstamp.actors.message.ReplicaInbox;
import dev.viewstamp.client.protocol.ClientEnvelope;
import dev.viewstamp.client.protocol.ClientInbox;
import dev.viewstamp.ledger.Uint128;
import java.util.SplittableRandom;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/**
 * One node: makes its actors and introduces them to each other. When one of them ends, something that must hold did
 * not: the guardian reports it and ends too; nothing is ever restarted in place with stale memory (replication spec
 * §0.8).
 *
 * <pre>
 * guardian ─┬ replica        VSR, one event at a time
 *           ├ replica-bulk   large messages, handed to replica
 *           ├ journal        I/O of the log; its disk workers block
 *           ├ ledger         executes committed entries
 *           ├ checkpoints    which immutable files there are and what they make up
 *           ├ shipping       pieces of files from and to peers
 *           ├ tasks          the ledger's work in the background: seals, merges, frozen states
 *           ├ scrubber       reads every file, slowly, over and over
 *           ├ backups        door for whoever copies a checkpoint
 *           ├ clock          cluster time
 *           ├ sessions       door for Akka clients
 *           └ gateway        door for official clients of other languages, unless it is switched off
 * </pre>
 */
public final class NodeGuardian extends AbstractBehavior<NodeGuardian.Command> {

    public interface Command {
    }

    /** Hands out the actors that others of the process talk to. */
    public record GetNode(ActorRef<Node> replyTo) implements Command {
    }

    /** The addressable parts of a node. */
    public record Node(ActorRef<ReplicaInbox> replica, ActorRef<LedgerActor.Command> ledger,
                       ActorRef<Scrubber.Command> scrubber, ActorRef<ClientInbox> sessions) {
    }

    private final BiConsumer<String, Throwable> failed;
    private final Node node;

    private NodeGuardian(ActorContext<Command> context, NodeOptions options, World world,
                         Function<ReplicaPort, Behavior<Gateway.Command>> gateway,
                         BiConsumer<String, Throwable> failed) {
        super(context);
        this.failed = failed;
        ActorRef<ReplicaInbox> replica = spawn(ReplicaActor.create(options, world), ArteryTransport.REPLICA,
                DispatcherSelector.fromConfig("viewstamp.replica-dispatcher"));
        spawn(bulk(replica), ArteryTransport.REPLICA_BULK, DispatcherSelector.defaultDispatcher());
        ActorRef<LedgerActor.Command> ledger = spawn(LedgerActor.create(options, world, replica), "ledger",
                DispatcherSelector.fromConfig("viewstamp.ledger-dispatcher"));
        Background background = background(options, world, replica, ledger);
        ActorRef<ClockActor.Command> clock = spawn(ClockActor.create(options, world.time(), replica), "clock",
                DispatcherSelector.defaultDispatcher());
        Uint128 cluster = new Uint128(options.cluster().hi(), options.cluster().lo());
        ActorRef<ClientInbox> sessions = spawn(
                Sessions.create(cluster, options.replicaIndex(), options.routesMax(), replica),
                doorName(), DispatcherSelector.defaultDispatcher());
        ActorRef<Gateway.Command> wireDoor = gateway == null ? null : spawn(gateway.apply(new WirePort(replica)),
                "gateway", DispatcherSelector.fromConfig("viewstamp.gateway-dispatcher"));
        // Last: the journal's first word to the replica must find it introduced.
        ActorRef<JournalWriter.Command> journal = spawn(WalOpening.create(options, world.diskWorker(), replica),
                "journal", DispatcherSelector.defaultDispatcher());
        replica.tell(new ReplicaActor.Wired(journal, ledger, background.checkpoints(), background.shipping(), clock,
                new NodeDoors(sessions, wireDoor)));
        node = new Node(replica, ledger, background.scrubber(), sessions);
    }

    /** What is at work on immutable files. */
    private record Background(ActorRef<Checkpoints.Command> checkpoints, ActorRef<Shipping.Command> shipping,
                              ActorRef<Scrubber.Command> scrubber) {
    }

    private Background background(NodeOptions options, World world, ActorRef<ReplicaInbox> replica,
                                  ActorRef<LedgerActor.Command> ledger) {
        CheckpointOptions own = options.checkpoints();
        ActorRef<Checkpoints.Command> checkpoints = spawn(Checkpoints.create(options, world, replica), "checkpoints",
                DispatcherSelector.defaultDispatcher());
        // A chance of its own: the replica draws from the world's on another thread.
        RandomGenerator random = new SplittableRandom(world.random().nextLong());
        ActorRef<Shipping.Command> shipping = spawn(Shipping.create(options, world, random), "shipping",
                DispatcherSelector.defaultDispatcher());
        ActorRef<TaskRunner.Command> tasks = spawn(TaskRunner.create(world.fileWorker(), own.workers(), shipping,
                checkpoints), "tasks", DispatcherSelector.fromConfig("viewstamp.checkpoint-dispatcher"));
        boolean solo = options.constants().replicaCount() == 1;
        ActorRef<Scrubber.Command> scrubber = spawn(Scrubber.create(world, own.scrubCycle(), solo, shipping,
                checkpoints), "scrubber", DispatcherSelector.defaultDispatcher());
        spawn(BackupDoor.create(options, world, replica, checkpoints), BackupEnvelope.DOOR,
                DispatcherSelector.defaultDispatcher());
        checkpoints.tell(new Checkpoints.Wired(shipping, tasks, scrubber));
        ledger.tell(new LedgerActor.Wired(checkpoints, shipping, tasks));
        return new Background(checkpoints, shipping, scrubber);
    }

    /**
     * A node without a door for official clients.
     *
     * @param world given this actor's context, because a network transport needs the ActorSystem
     * @param failed told what ended and why; decides what becomes of the process
     */
    public static Behavior<Command> create(NodeOptions options, Function<ActorContext<Command>, World> world,
                                           BiConsumer<String, Throwable> failed) {
        return create(options, world, null, failed);
    }

    /** @param gateway makes the door for official clients, given the way to the replica; null for none */
    static Behavior<Command> create(NodeOptions options, Function<ActorContext<Command>, World> world,
                                    Function<ReplicaPort, Behavior<Gateway.Command>> gateway,
                                    BiConsumer<String, Throwable> failed) {
        return Behaviors.setup(context ->
                new NodeGuardian(context, options, world.apply(context), gateway, failed));
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(GetNode.class, this::onGetNode)
                .onSignal(ChildFailed.class, this::onChildFailed)
                .onSignal(Terminated.class, this::onTerminated)
                .build();
    }

    private Behavior<Command> onGetNode(GetNode get) {
        get.replyTo().tell(node);
        return this;
    }

    private Behavior<Command> onChildFailed(ChildFailed child) {
        failed.accept(child.getRef().path().name(), child.getCause());
        return Behaviors.stopped();
    }

    private Behavior<Command> onTerminated(Terminated child) {
        failed.accept(child.getRef().path().name(), new IllegalStateException("ended without a reason"));
        return Behaviors.stopped();
    }

    private <T> ActorRef<T> spawn(Behavior<T> behavior, String name, DispatcherSelector dispatcher) {
        ActorRef<T> child = getContext().spawn(behavior, name, dispatcher);
        getContext().watch(child);
        return child;
    }

    private static Behavior<ReplicaInbox> bulk(ActorRef<ReplicaInbox> replica) {
        return Behaviors.receiveMessage(message -> {
            replica.tell(message);
            return Behaviors.same();
        });
    }

    private static String doorName() {
        return ClientEnvelope.DOOR_PATH.substring("/user/".length());
    }
}
