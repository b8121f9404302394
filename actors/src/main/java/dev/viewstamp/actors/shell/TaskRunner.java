package dev.viewstamp.actors.shell;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.javadsl.TimerScheduler;
import dev.viewstamp.ledger.BlockTask;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Function;

/**
 * Carries out the ledger's work in the background (sealing, merging, writing a frozen state) on the checkpoint
 * dispatcher, a step of a few milliseconds per message, in turns: so a long merge does not hold up a checkpoint. What
 * somebody waits for goes first. A task is through when its files are durable; only then its owner hears of it.
 */
final class TaskRunner extends AbstractBehavior<TaskRunner.Command> {
    /** Mebibytes that a task may have produced faster than the disk takes them. */
    private static final int WRITES_UNDER_WAY_MAX = 4;
    private static final Duration SPACE_PAUSE = Duration.ofMillis(500);

    /** What this actor is told. */
    interface Command {
    }

    /**
     * Carry this out.
     *
     * @param urgent whether it goes before what is not
     * @param done told when all its files are durable
     */
    record Run(BlockTask task, boolean urgent, ActorRef<Done> done) implements Command {
    }

    /** Somebody waits for this task; no effect if it is through. */
    record Hurry(BlockTask task) implements Command {
    }

    /** The ledger that all tasks belong to is gone: so are they. */
    enum Abandon implements Command { INSTANCE }

    /** The task is through and its files are durable. */
    record Done(BlockTask task) {
    }

    private record FileAnswered(FileWorker.Answer answer) implements Command {
    }

    private enum Step implements Command { INSTANCE }

    private enum TryAgain implements Command { INSTANCE }

    private static final class Running {
        private final BlockTask task;
        private final ActorRef<Done> done;
        private final DraftWriter writer;
        private TaskReads reads;
        private boolean urgent;

        Running(Run run, DraftWriter writer) {
            this.task = run.task();
            this.done = run.done();
            this.urgent = run.urgent();
            this.writer = writer;
        }
    }

    private final ActorRef<Shipping.Command> shipping;
    private final ActorRef<Checkpoints.Command> checkpoints;
    private final ActorRef<FileWorker.Answer> answers;
    private final FileLane lane;
    private final BlockReader reader;
    private final List<Running> tasks = new ArrayList<>();       // whose turn it is comes first
    private boolean stepping;                                    // a Step is under way

    private TaskRunner(ActorContext<Command> context, TimerScheduler<Command> timers,
                       Function<String, Behavior<FileWorker.Command>> worker, int workers,
                       ActorRef<Shipping.Command> shipping, ActorRef<Checkpoints.Command> checkpoints) {
        super(context);
        this.shipping = shipping;
        this.checkpoints = checkpoints;
        this.answers = context.messageAdapter(FileWorker.Answer.class, FileAnswered::new);
        this.lane = FileLane.spawn(context, workers, "task-worker", worker, 0);
        this.reader = new BlockReader(lane, answers);
        timers.startTimerWithFixedDelay(TryAgain.INSTANCE, SPACE_PAUSE);
    }

    /** @param worker makes a file worker, given its name */
    static Behavior<Command> create(Function<String, Behavior<FileWorker.Command>> worker, int workers,
                                    ActorRef<Shipping.Command> shipping, ActorRef<Checkpoints.Command> checkpoints) {
        return Behaviors.withTimers(timers -> Behaviors.setup(
                context -> new TaskRunner(context, timers, worker, workers, shipping, checkpoints)));
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Run.class, this::onRun)
                .onMessage(Hurry.class, this::onHurry)
                .onMessage(Abandon.class, this::onAbandon)
                .onMessage(Step.class, this::onStep)
                .onMessage(FileAnswered.class, this::onFileAnswered)
                .onMessage(Shipping.Offered.class, this::onOffered)
                .onMessage(TryAgain.class, this::onTryAgain)
                .build();
    }

    private Behavior<Command> onRun(Run run) {
        DraftWriter writer = new DraftWriter(lane, answers, (file, size) ->
                checkpoints.tell(new Checkpoints.Published(file, size)));
        Running running = new Running(run, writer);
        running.reads = new TaskReads(run.task(), reader, shipping, getContext().getSelf(), this::stepOn);
        tasks.add(running);
        return stepOn();
    }

    private Behavior<Command> onHurry(Hurry hurry) {
        for (Running running : tasks) {
            running.urgent |= running.task == hurry.task();
        }
        return stepOn();
    }

    private Behavior<Command> onAbandon(Abandon abandon) {
        tasks.forEach(running -> running.reads.end());
        tasks.clear();
        return this;
    }

    private Behavior<Command> onStep(Step step) {
        stepping = false;
        Running next = choose(true);
        if (next == null) {
            next = choose(false);
        }
        if (next == null) {
            return this;                                         // an answer of the disk will go on
        }
        next.task.step(next.writer);
        tasks.remove(next);
        tasks.add(next);
        endThoseThrough();
        return stepOn();
    }

    private Running choose(boolean urgent) {
        for (Running running : tasks) {
            if (running.urgent == urgent && !running.task.isDone()
                    && running.writer.writesUnderWay() < WRITES_UNDER_WAY_MAX && running.reads.isReady()) {
                return running;
            }
        }
        return null;
    }

    private void endThoseThrough() {
        for (Iterator<Running> all = tasks.iterator(); all.hasNext();) {
            Running running = all.next();
            if (running.task.isDone() && running.writer.isQuiet()) {
                all.remove();
                running.done.tell(new Done(running.task));
            }
        }
    }

    private Behavior<Command> onFileAnswered(FileAnswered answered) {
        lane.answered(answered.answer());
        endThoseThrough();
        return stepOn();
    }

    private Behavior<Command> onOffered(Shipping.Offered offered) {
        for (Running running : List.copyOf(tasks)) {
            running.reads.offered(offered);
        }
        return stepOn();
    }

    private Behavior<Command> onTryAgain(TryAgain again) {
        lane.tryAgain();
        return this;
    }

    private Behavior<Command> stepOn() {
        if (!stepping && !tasks.isEmpty()) {
            stepping = true;
            getContext().getSelf().tell(Step.INSTANCE);
        }
        return this;
    }
}
