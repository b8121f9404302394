package dev.viewstamp.actors.shell;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.javadsl.TimerScheduler;
import dev.viewstamp.actors.message.Envelope;
import dev.viewstamp.actors.message.ReplicaMessage;
import dev.viewstamp.actors.message.ReplicaMessage.Blocks;
import dev.viewstamp.actors.message.ReplicaMessage.GetBlocks;
import dev.viewstamp.actors.shell.BlockRequests.Ask;
import dev.viewstamp.actors.shell.BlockRequests.Piece;
import dev.viewstamp.journal.CheckpointFile;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * Carries pieces of immutable files between replicas (replication spec §9.4, §9.5): gives peers what they ask for, and
 * gets from them what others on this node want. It verifies nothing, because it does not know what a piece must be; who
 * wanted a piece says whether it is right, and until somebody says so other peers are asked. So damage on one peer, a
 * stale or a misdirected piece costs a round trip and nothing else.
 */
final class Shipping extends AbstractBehavior<Shipping.Command> {
    private static final Duration TICK = Duration.ofMillis(50);
    /** Asks of one peer that are read for at once; what comes on top is dropped, and asked for again. */
    private static final int SERVED_PER_PEER_MAX = 2 * BlockRequests.ASKS_PER_PEER_MAX;

    /** What this actor is told. */
    interface Command {
    }

    /**
     * Get this piece from a peer. Whoever wants it is offered copies until one is accepted.
     *
     * @param urgent whether commits wait for it
     * @param refused whether the copy offered last was judged and is not right
     */
    record Want(CheckpointFile file, int block, boolean urgent, boolean refused, ActorRef<? super Offered> replyTo)
            implements Command {
    }

    /** What a peer has in that place. */
    record Offered(CheckpointFile file, int block, byte[] bytes)
            implements LedgerActor.Command, TaskRunner.Command, Checkpoints.Command, Scrubber.Command {
    }

    /**
     * The piece is right.
     *
     * @param patch whether the copy on this disk is damaged and is to be written over; no effect if the file is gone
     */
    record Accept(CheckpointFile file, int block, byte[] bytes, boolean patch) implements Command {
    }

    /** This receiver wants no piece of this file any more. */
    record Forget(CheckpointFile file, ActorRef<? super Offered> replyTo) implements Command {
    }

    /** A {@link GetBlocks} or {@link Blocks} from a peer. */
    record FromPeer(Envelope envelope) implements Command {
    }

    private record FileAnswered(FileWorker.Answer answer) implements Command {
    }

    private enum Tick implements Command { INSTANCE }

    private static final class Waiting {
        private final Set<ActorRef<? super Offered>> receivers = new LinkedHashSet<>();
        private int wants;
        private int offeredBy = NOBODY;                          // the peer whose copy is being judged
    }

    private record Served(int peer, CheckpointFile file, int first) {
    }

    private static final int NOBODY = -1;

    private final NodeOptions options;
    private final World world;
    private final ActorRef<FileWorker.Answer> answers;
    private final FileLane lane;
    private final BlockRequests requests;
    private final Map<Piece, Waiting> waiting = new LinkedHashMap<>();
    private final Set<Served> serving = new LinkedHashSet<>();
    private long patched;

    private Shipping(ActorContext<Command> context, TimerScheduler<Command> timers, NodeOptions options, World world,
                     RandomGenerator random) {
        super(context);
        context.setLoggerName(Shipping.class);
        this.options = options;
        this.world = world;
        this.answers = context.messageAdapter(FileWorker.Answer.class, FileAnswered::new);
        this.lane = FileLane.spawn(context, 2, "shipping-worker", world.fileWorker(), 0);
        this.requests = new BlockRequests(options.replicaIndex(), options.constants().replicaCount(), random);
        timers.startTimerWithFixedDelay(Tick.INSTANCE, TICK);
    }

    static Behavior<Command> create(NodeOptions options, World world, RandomGenerator random) {
        return Behaviors.withTimers(timers -> Behaviors.setup(
                context -> new Shipping(context, timers, options, world, random)));
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Want.class, this::onWant)
                .onMessage(Accept.class, this::onAccept)
                .onMessage(Forget.class, this::onForget)
                .onMessage(FromPeer.class, this::onFromPeer)
                .onMessage(FileAnswered.class, this::onFileAnswered)
                .onMessage(Tick.class, tick -> ask())
                .build();
    }

    private Behavior<Command> onWant(Want want) {
        if (options.constants().replicaCount() == 1) {
            throw new DiskFailure("block " + want.block() + " of " + want.file() + " is damaged or missing, and a"
                    + " cluster of one replica has no other copy: restore a backup");
        }
        Piece piece = new Piece(want.file(), want.block());
        Waiting known = waiting.computeIfAbsent(piece, absent -> new Waiting());
        boolean isAgain = !known.receivers.add(want.replyTo());
        known.wants++;
        if (want.refused() && known.offeredBy != NOBODY) {
            requests.refused(known.offeredBy, piece);
            known.offeredBy = NOBODY;
        } else if (isAgain && known.offeredBy != NOBODY) {
            requests.askAgain(piece);                            // what was offered came to a task that had ended
            known.offeredBy = NOBODY;
        }
        requests.want(piece, want.urgent());
        return ask();
    }

    private Behavior<Command> onAccept(Accept accept) {
        Piece piece = new Piece(accept.file(), accept.block());
        requests.received(piece);
        Waiting others = waiting.remove(piece);
        if (others != null && others.wants > 1) {                // some may have come after it was offered
            others.receivers.forEach(receiver -> receiver.tell(new Offered(accept.file(), accept.block(),
                    accept.bytes())));
        }
        if (accept.patch()) {
            patched++;
            getContext().getLog().warn("Repaired block {} of {} from a peer ({} repairs so far)", accept.block(),
                    accept.file(), patched);
            lane.ask(token -> new FileWorker.Patch(token, accept.file(), (long) accept.block() * Blocks.BLOCK_SIZE,
                    accept.bytes(), answers), FileWorker.Done.class, done -> { });
        }
        return ask();
    }

    private Behavior<Command> onForget(Forget forget) {
        waiting.entrySet().removeIf(entry -> {
            boolean unwanted = entry.getKey().file().equals(forget.file())
                    && entry.getValue().receivers.remove(forget.replyTo()) && entry.getValue().receivers.isEmpty();
            if (unwanted) {
                requests.received(entry.getKey());
            }
            return unwanted;
        });
        return this;
    }

    private Behavior<Command> onFromPeer(FromPeer from) {
        ReplicaMessage message = from.envelope().message();
        if (message instanceof GetBlocks get) {
            serve(from.envelope().replica(), get);
        } else if (message instanceof Blocks blocks) {
            receive(from.envelope().replica(), blocks);
        }
        return this;
    }

    private void receive(int peer, Blocks blocks) {
        CheckpointFile file = new CheckpointFile(blocks.kind(), blocks.number());
        if (!requests.answered(peer, file, blocks.first(), blocks.blocks().size())) {
            return;
        }
        for (int i = 0; i < blocks.blocks().size(); i++) {
            Piece piece = new Piece(file, blocks.first() + i);
            Waiting wants = waiting.get(piece);
            if (wants != null && wants.offeredBy == NOBODY) {
                wants.offeredBy = peer;
                for (ActorRef<? super Offered> receiver : wants.receivers) {
                    receiver.tell(new Offered(file, piece.block(), blocks.blocks().get(i)));
                }
            }
        }
        ask();
    }

    private Behavior<Command> ask() {
        for (Ask ask : requests.next(world.time().monotonicNanos() / 1_000_000)) {
            send(ask.peer(), new GetBlocks(ask.file().kind(), ask.file().number(), ask.first(), ask.count()));
        }
        return this;
    }

    /** Whatever this disk holds: the one who asks verifies. */
    private void serve(int peer, GetBlocks get) {
        if (get.count() < 1 || get.count() > Blocks.COUNT_MAX || get.first() < 0 || get.number() < 0
                || peer >= options.constants().replicaCount() || peer == options.replicaIndex()) {
            return;
        }
        CheckpointFile file = new CheckpointFile(get.kind(), get.number());
        Served served = new Served(peer, file, get.first());
        if (serving.stream().filter(other -> other.peer() == peer).count() == SERVED_PER_PEER_MAX
                || !serving.add(served)) {
            return;
        }
        lane.ask(token -> new FileWorker.Read(token, file, (long) get.first() * Blocks.BLOCK_SIZE,
                get.count() * Blocks.BLOCK_SIZE, answers), FileWorker.BytesRead.class, read -> {
                    serving.remove(served);
                    send(peer, new Blocks(get.kind(), get.number(), get.first(), cut(read.bytes())));
                });
    }

    private static List<byte[]> cut(byte[] bytes) {
        List<byte[]> blocks = new ArrayList<>();
        for (int at = 0; bytes != null && at < bytes.length; at += Blocks.BLOCK_SIZE) {
            blocks.add(Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + Blocks.BLOCK_SIZE)));
        }
        return blocks;
    }

    /** In view 0: these messages vouch for nothing. */
    private void send(int peer, ReplicaMessage message) {
        world.transport().send(peer, new Envelope(options.cluster(), Envelope.PROTOCOL, 0, options.replicaIndex(),
                message));
    }

    private Behavior<Command> onFileAnswered(FileAnswered answered) {
        lane.answered(answered.answer());
        return this;
    }
}
