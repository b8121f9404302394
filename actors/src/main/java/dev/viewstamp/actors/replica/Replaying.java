package dev.viewstamp.actors.replica;

import static dev.viewstamp.actors.replica.Invariant.check;

import java.util.List;

/**
 * Alone, after a start: everything in the log is or may be committed, so all of it is executed. The view is
 * raised first, so that an entry torn off by the crash and its replacement are never of one view (replication
 * spec §7.3). Entered at open only; left for NormalPrimary, which takes requests once the view is durable.
 */
final class Replaying extends Status {
    Replaying(Rooms rooms) {
        super(rooms);
    }

    @Override
    StatusName name() {
        return StatusName.RECOVERING;
    }

    @Override
    Status enter() {
        runOnly();
        state.enterView(state.view() + 1);
        state.adoptLog(ViewLog.startViewHeaders(state, log));
        rooms.durability.persist();
        state.raiseCommitMax(state.op());
        rooms.repair.entries(state.op(), false);
        advanceCommits();
        return proceed();
    }

    @Override
    boolean mayCommit() {
        return true;
    }

    @Override
    Status onCommitted(Commits.Done done) {
        advanceCommits();
        return proceed();
    }

    private Status proceed() {
        return state.commitMin() == state.op() ? new NormalPrimary(rooms, List.of()) : this;
    }

    @Override
    void checkInvariants() {
        check(state.isSolo(), "replaying alone among %d", state.replicaCount());
    }
}
