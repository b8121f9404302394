package dev.viewstamp.actors.shell;

import akka.actor.typed.ActorRef;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongFunction;

/**
 * Hands commands to a fixed set of workers, one each, first come first served, and gives every answer to
 * whoever asked. Answers come to the actor that asked and to no later incarnation of it, because it is never
 * restarted in place.
 *
 * <p>Invariant: idle + in flight == workers; something waits only if nobody is idle.
 *
 * @param <C> what the workers understand: commands of {@link DiskWorker} or of {@link FileWorker}
 * @param <A> what they answer
 */
abstract class WorkerLane<C, A> {
    private record Waiting<C, A>(LongFunction<C> command, Consumer<A> then) {
    }

    private record InFlight<C, A>(ActorRef<C> worker, Consumer<A> then) {
    }

    private final ArrayDeque<ActorRef<C>> idle = new ArrayDeque<>();
    private final ArrayDeque<Waiting<C, A>> waiting = new ArrayDeque<>();
    private final Map<Long, InFlight<C, A>> inFlight = new LinkedHashMap<>();
    private long nextToken;

    /** @param firstToken tokens count up from here; two lanes that share a receiver start far apart */
    WorkerLane(long firstToken, Iterable<ActorRef<C>> workers) {
        nextToken = firstToken;
        workers.forEach(idle::add);
    }

    /** @param command made from its token when its turn comes, so that it carries the newest content */
    void submit(LongFunction<C> command, Consumer<A> then) {
        ActorRef<C> worker = idle.poll();
        if (worker == null) {
            waiting.add(new Waiting<>(command, then));
        } else {
            give(worker, command, then);
        }
    }

    void answered(long token, A answer) {
        InFlight<C, A> done = inFlight.remove(token);
        Waiting<C, A> next = waiting.poll();
        if (next == null) {
            idle.add(done.worker());
        } else {
            give(done.worker(), next.command(), next.then());
        }
        done.then().accept(answer);
    }

    /** Nothing waits and nobody works. */
    boolean isQuiet() {
        return inFlight.isEmpty();
    }

    private void give(ActorRef<C> worker, LongFunction<C> command, Consumer<A> then) {
        long token = nextToken++;
        inFlight.put(token, new InFlight<>(worker, then));
        worker.tell(command.apply(token));
    }
}
