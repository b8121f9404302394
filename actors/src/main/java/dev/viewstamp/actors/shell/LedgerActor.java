package dev.viewstamp.actors.shell;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import dev.viewstamp.actors.replica.Completion;
import dev.viewstamp.journal.CheckpointFile;
import dev.viewstamp.journal.CheckpointState;
import dev.viewstamp.journal.EntryHeader;
import dev.viewstamp.journal.LogEntry;
import dev.viewstamp.ledger.BlockId;
import dev.viewstamp.ledger.BlockTask;
import dev.viewstamp.ledger.FrozenLedger;
import dev.viewstamp.ledger.Ledger;
import dev.viewstamp.ledger.LedgerJob;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Applies committed entries to the ledger, one after another, on a thread of its own. The replica hands over the next
 * one only after the answer to the last. Before an entry is executed the blocks that it needs are fetched: from the
 * disk, or from a peer where the disk has damaged them; until then the entry waits. It waits, too, for a job in the
 * background that is due and not finished: the only wait that the design knows, counted here.
 *
 * <pre>
 *  Open ──► {@link LedgerOpening} steps on this thread ──► CheckpointOpened
 *  Execute ──► job due? ──► blocks missing? ──► execute ──► Executed, new jobs to {@link TaskRunner}
 *  Freeze ──► job due? ──► freeze ──► frozen state to {@link Checkpoints}
 * </pre>
 */
public final class LedgerActor extends AbstractBehavior<LedgerActor.Command> {
    private static final byte[] NO_REPLY = new byte[0];
    private static final int STATE_MACHINE_OPERATION_MIN = 128;

    public interface Command {
    }

    /** Whom the ledger works with; the first message it gets. */
    record Wired(ActorRef<Checkpoints.Command> checkpoints, ActorRef<Shipping.Command> shipping,
                 ActorRef<TaskRunner.Command> tasks) implements Command {
    }

    /** Start anew from this checkpoint, whatever was before. Answered with {@link Completion.CheckpointOpened}. */
    record Open(CheckpointState checkpoint) implements Command {
    }

    /** Answered with {@link Completion.Executed}, unless an {@link Open} comes first. */
    public record Execute(LogEntry entry) implements Command {
    }

    /**
     * The state after this entry, the last one executed, becomes a checkpoint; answered by {@link Checkpoints}, when it
     * has been written.
     */
    record Freeze(EntryHeader header, byte[] sessions) implements Command {
    }

    /** Asks for the digest of the canonical dump at this point of the log (ledger spec §26). */
    public record GetDigest(ActorRef<byte[]> replyTo) implements Command {
    }

    /** From {@link Checkpoints}: manifest and session table of the checkpoint to open, verified. */
    record HeadsRead(CheckpointState checkpoint, byte[] manifest, byte[] sessions) implements Command {
    }

    /** A frozen state was written, or given up with its ledger. */
    record Released(FrozenLedger frozen) implements Command {
    }

    private record JobDone(TaskRunner.Done done) implements Command {
    }

    private record FileAnswered(FileWorker.Answer answer) implements Command {
    }

    private enum Step implements Command { INSTANCE }

    private final NodeOptions options;
    private final World world;
    private final ActorRef<? super ReplicaActor.Completed> replica;
    private final ActorRef<FileWorker.Answer> answers;
    private final ActorRef<TaskRunner.Done> jobDone;
    private final FileLane lane;
    private final BlockReader reader;
    private final ReadOnlyFiles files;
    private final Deque<Command> pending = new ArrayDeque<>();   // Execute, Freeze, GetDigest, in order
    private final Set<BlockId> missing = new LinkedHashSet<>();  // what the first of them waits for
    private final Set<BlockTask> jobs = Collections.newSetFromMap(new IdentityHashMap<>());  // under way
    private Wired others;
    private CheckpointState opening;                             // null: open
    private LedgerStart start;                                   // null: its files are not known yet
    private Ledger ledger;
    private FrozenLedger frozen;
    private long executed;
    private long jobWaits;

    private LedgerActor(ActorContext<Command> context, NodeOptions options, World world,
                        ActorRef<? super ReplicaActor.Completed> replica) {
        super(context);
        this.options = options;
        this.world = world;
        this.replica = replica;
        this.answers = context.messageAdapter(FileWorker.Answer.class, FileAnswered::new);
        this.jobDone = context.messageAdapter(TaskRunner.Done.class, JobDone::new);
        this.lane = FileLane.spawn(context, options.checkpoints().readers(), "block-reader", world.fileWorker(), 0);
        this.reader = new BlockReader(lane, answers);
        this.files = new ReadOnlyFiles(world.files());
    }

    public static Behavior<Command> create(NodeOptions options, World world,
                                           ActorRef<? super ReplicaActor.Completed> replica) {
        return Behaviors.setup(context -> new LedgerActor(context, options, world, replica));
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Wired.class, this::onWired)
                .onMessage(Open.class, this::onOpen)
                .onMessage(HeadsRead.class, this::onHeadsRead)
                .onMessage(Execute.class, this::onInOrder)
                .onMessage(Freeze.class, this::onInOrder)
                .onMessage(GetDigest.class, this::onInOrder)
                .onMessage(Step.class, this::onStep)
                .onMessage(FileAnswered.class, this::onFileAnswered)
                .onMessage(Shipping.Offered.class, this::onOffered)
                .onMessage(JobDone.class, this::onJobDone)
                .onMessage(Released.class, this::onReleased)
                .build();
    }

    private Behavior<Command> onWired(Wired wired) {
        others = wired;
        return this;
    }

    /** What the ledger before this one still had to do is done by no one: its entries lie before the checkpoint. */
    private Behavior<Command> onOpen(Open open) {
        if (start != null) {
            start.end();
        }
        pending.clear();
        missing.forEach(id -> others.shipping().tell(new Shipping.Forget(file(id), getContext().getSelf())));
        missing.clear();
        jobs.clear();
        ledger = null;
        frozen = null;
        start = null;
        opening = open.checkpoint();
        others.tasks().tell(TaskRunner.Abandon.INSTANCE);
        others.checkpoints().tell(new Checkpoints.ReadHeads(opening, getContext().getSelf()));
        return this;
    }

    private Behavior<Command> onHeadsRead(HeadsRead heads) {
        if (opening == null || !heads.checkpoint().equals(opening) || start != null) {
            return this;                                         // of an opening that was overtaken
        }
        start = new LedgerStart(world.ledgerOptions(), files, heads, reader, others.shipping(),
                getContext().getSelf(), world.time(), getContext().getLog(), this::stepOn);
        return onStep(Step.INSTANCE);
    }

    private Behavior<Command> onStep(Step step) {
        if (start == null || !start.step()) {
            return this;                                         // nothing to open, or what it needs will say so
        }
        if (!start.isDone()) {
            getContext().getSelf().tell(Step.INSTANCE);
            return this;
        }
        ledger = start.ledger();
        executed = opening.op();
        replica.tell(new ReplicaActor.Completed(new Completion.CheckpointOpened(opening.id(), start.sessions(),
                ledger.commitTimestamp(), ledger.nextExpiry())));
        opening = null;
        start = null;
        takeJobs();
        return proceed();
    }

    private void stepOn() {
        getContext().getSelf().tell(Step.INSTANCE);
    }

    private Behavior<Command> onInOrder(Command command) {
        pending.add(command);
        return proceed();
    }

    /** Carries out what is pending as far as it goes. */
    private Behavior<Command> proceed() {
        while (ledger != null && !pending.isEmpty() && missing.isEmpty() && jobsAreDone()) {
            Command next = pending.peek();
            if (next instanceof Execute execute) {
                if (!prefetch(execute.entry())) {
                    break;
                }
                execute(execute.entry());
            } else if (next instanceof Freeze freeze) {
                freeze(freeze);
            } else if (next instanceof GetDigest get) {
                get.replyTo().tell(ledger.digest());
            }
            pending.remove();
        }
        return this;
    }

    private boolean jobsAreDone() {
        List<LedgerJob> due = ledger.waitsFor();
        if (due.isEmpty()) {
            return true;
        }
        jobWaits++;
        if (Long.bitCount(jobWaits) == 1) {
            getContext().getLog().info("Waiting for {} ({} waits so far)", due, jobWaits);
        }
        due.forEach(job -> others.tasks().tell(new TaskRunner.Hurry(job)));
        return false;
    }

    /** Whether everything that the entry needs is in memory; if not, it is on its way. */
    private boolean prefetch(LogEntry entry) {
        if (isCoresOwn(entry)) {
            return true;
        }
        EntryHeader header = entry.header();
        List<BlockId> needed = ledger.prefetch(header.operation(), header.timestamp(), entry.body());
        if (needed.isEmpty()) {
            return true;
        }
        missing.addAll(needed);
        reader.read(needed, (id, block) -> supply(id, block, false));
        return false;
    }

    private void supply(BlockId id, byte[] block, boolean fromPeer) {
        if (!missing.contains(id)) {
            return;
        }
        if (!ledger.supply(id, block)) {
            others.shipping().tell(new Shipping.Want(file(id), id.block(), true, fromPeer, getContext().getSelf()));
            return;
        }
        if (fromPeer) {
            others.shipping().tell(new Shipping.Accept(file(id), id.block(), block, true));
        }
        missing.remove(id);
        if (missing.isEmpty()) {
            proceed();
        }
    }

    private void execute(LogEntry entry) {
        EntryHeader header = entry.header();
        if (header.op() <= executed) {
            throw new IllegalStateException("executed " + executed + " already, asked for " + header);
        }
        executed = header.op();
        byte[] reply = isCoresOwn(entry) ? NO_REPLY
                : ledger.execute(header.operation(), header.timestamp(), entry.body());
        replica.tell(new ReplicaActor.Completed(new Completion.Executed(header.op(), reply, ledger.nextExpiry())));
        takeJobs();
    }

    /** Register, noop: the replica's own business. */
    private static boolean isCoresOwn(LogEntry entry) {
        return entry.header().operation() < STATE_MACHINE_OPERATION_MIN;
    }

    private void takeJobs() {
        for (LedgerJob job : ledger.takeJobs()) {
            jobs.add(job);
            others.tasks().tell(new TaskRunner.Run(job, false, jobDone));
        }
    }

    private void freeze(Freeze freeze) {
        if (freeze.header().op() != executed) {
            throw new IllegalStateException("executed " + executed + ", asked to freeze " + freeze.header());
        }
        frozen = ledger.freeze();
        others.checkpoints().tell(new Checkpoints.WriteCheckpoint(freeze.header(), frozen, freeze.sessions(),
                getContext().getSelf()));
    }

    private Behavior<Command> onReleased(Released released) {
        if (released.frozen() == frozen) {                       // else its ledger is gone
            ledger.release(frozen);
            frozen = null;
        }
        return this;
    }

    private Behavior<Command> onJobDone(JobDone done) {
        if (jobs.remove(done.done().task())) {                   // else its ledger is gone
            ledger.finish((LedgerJob) done.done().task());
        }
        return proceed();
    }

    private Behavior<Command> onFileAnswered(FileAnswered answered) {
        lane.answered(answered.answer());
        return this;
    }

    private Behavior<Command> onOffered(Shipping.Offered offered) {
        if (start != null) {
            start.offered(offered);
        } else if (ledger != null) {
            supply(new BlockId(offered.file().number(), offered.block()), offered.bytes(), true);
        }
        return this;
    }

    private static CheckpointFile file(BlockId id) {
        return CheckpointFile.data(id.file());
    }
}
