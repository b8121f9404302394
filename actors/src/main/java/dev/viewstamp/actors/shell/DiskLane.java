package dev.viewstamp.actors.shell;

import akka.actor.typed.ActorRef;

/** The way to a few {@link DiskWorker}s. */
final class DiskLane extends WorkerLane<DiskWorker.Command, DiskWorker.Answer> {

    /** See {@link WorkerLane}. */
    DiskLane(long firstToken, Iterable<ActorRef<DiskWorker.Command>> workers) {
        super(firstToken, workers);
    }

    void answered(DiskWorker.Answer answer) {
        answered(answer.token(), answer);
    }
}
