package dev.viewstamp.actors.shell;

import akka.actor.typed.ActorRef;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongFunction;

/**
 * Hands disk commands to a fixed set of workers, one each, first come first served, and gives every answer to
 * whoever asked. Answers come to the writer that asked and to no later incarnation of it, because it is never
 * restarted in place.
 *
 * <p>Invariant: idle + in flight == workers; something waits only if nobody is idle.
 */
final class DiskLane {
    private record Waiting(LongFunction<DiskWorker.Command> command, Consumer<DiskWorker.Answer> then) {
    }

    private record InFlight(ActorRef<DiskWorker.Command> worker, Consumer<DiskWorker.Answer> then) {
    }

    private final ArrayDeque<ActorRef<DiskWorker.Command>> idle = new ArrayDeque<>();
    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
    private final Map<Long, InFlight> inFlight = new LinkedHashMap<>();
    private long nextToken;

    /** @param firstToken tokens count up from here; two lanes that share a receiver start far apart */
    DiskLane(long firstToken, Iterable<ActorRef<DiskWorker.Command>> workers) {
        nextToken = firstToken;
        workers.forEach(idle::add);
    }

    /** @param command made from its token when its turn comes, so that it carries the newest content */
    void submit(LongFunction<DiskWorker.Command> command, Consumer<DiskWorker.Answer> then) {
        ActorRef<DiskWorker.Command> worker = idle.poll();
        if (worker == null) {
            waiting.add(new Waiting(command, then));
        } else {
            give(worker, command, then);
        }
    }

    void answered(DiskWorker.Answer answer) {
        InFlight done = inFlight.remove(answer.token());
        Waiting next = waiting.poll();
        if (next == null) {
            idle.add(done.worker());
        } else {
            give(done.worker(), next.command(), next.then());
        }
        done.then().accept(answer);
    }

    private void give(ActorRef<DiskWorker.Command> worker, LongFunction<DiskWorker.Command> command,
                      Consumer<DiskWorker.Answer> then) {
        long token = nextToken++;
        inFlight.put(token, new InFlight(worker, then));
        worker.tell(command.apply(token));
    }
}
