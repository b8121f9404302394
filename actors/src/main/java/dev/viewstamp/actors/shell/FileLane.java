package dev.viewstamp.actors.shell;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.DispatcherSelector;
import akka.actor.typed.javadsl.ActorContext;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongFunction;

/**
 * The way to a few {@link FileWorker}s of one actor's own. A worker that fails for any reason but a full disk ends
 * the node: what is on the disk is unknown then.
 */
final class FileLane extends WorkerLane<FileWorker.Command, FileWorker.Answer> {
    private final List<Runnable> withoutSpace = new ArrayList<>();

    private FileLane(long firstToken, Iterable<ActorRef<FileWorker.Command>> workers) {
        super(firstToken, workers);
    }

    /**
     * Starts workers below this actor.
     *
     * @param worker makes one, given its name
     */
    static FileLane spawn(ActorContext<?> context, int workers, String name,
                          Function<String, Behavior<FileWorker.Command>> worker, long firstToken) {
        List<ActorRef<FileWorker.Command>> refs = new ArrayList<>();
        for (int i = 0; i < workers; i++) {
            String workerName = name + "-" + i;
            refs.add(context.spawn(worker.apply(workerName), workerName,
                    DispatcherSelector.fromConfig("viewstamp.checkpoint-dispatcher")));
        }
        return new FileLane(firstToken, refs);
    }

    /** As {@link #submit}, for a command that is answered by one kind of answer. */
    <A extends FileWorker.Answer> void ask(LongFunction<FileWorker.Command> command, Class<A> kind, Consumer<A> then) {
        submit(command, answer -> then.accept(kind.cast(answer)));
    }

    /**
     * Submits a write until the disk has room for it: while the disk is full it waits for {@link #tryAgain}. Nothing is
     * lost by that; commits wait at the next checkpoint if it takes long.
     */
    void untilSpace(LongFunction<FileWorker.Command> command, Runnable then) {
        submit(command, answer -> {
            if (answer instanceof FileWorker.NoSpace) {
                withoutSpace.add(() -> untilSpace(command, then));
            } else {
                then.run();
            }
        });
    }

    /** Whether a write waits for space on the disk. */
    boolean isOutOfSpace() {
        return !withoutSpace.isEmpty();
    }

    /** Submits again what found the disk full. */
    void tryAgain() {
        List<Runnable> again = List.copyOf(withoutSpace);
        withoutSpace.clear();
        again.forEach(Runnable::run);
    }

    void answered(FileWorker.Answer answer) {
        if (answer instanceof FileWorker.Failed failed) {
            throw new DiskFailure(failed.reason());
        }
        answered(answer.token(), answer);
    }
}
