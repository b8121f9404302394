package dev.viewstamp.actors.replica;

import static dev.viewstamp.actors.replica.Invariant.check;

import dev.viewstamp.actors.message.Envelope;
import dev.viewstamp.actors.message.ReplicaMessage;
import dev.viewstamp.journal.EntryHeader;
import dev.viewstamp.journal.Word128;
import java.util.List;

/**
 * Between views: tells everybody what log it brings, in a DoViewChange that stays the same for this view, crashes
 * included; the new view's primary collects them. Left for ProspectivePrimary when a quorum of them decides the
 * log, for NormalBackup by a StartView, or for the next view.
 */
final class ViewChanging extends VotingStatus {
    private final DoViewChangeQuorum quorum;
    private Missing missing;                                    // what nobody in the quorum can supply, or null

    private record Missing(long op, Word128 checksum) {
    }

    /** In the current view; the headers of the DoViewChange are frozen already. */
    ViewChanging(Rooms rooms) {
        super(rooms);
        this.quorum = new DoViewChangeQuorum(rooms.state.quorums(), rooms.state.replica(), rooms.state.pipelineMax());
    }

    /** Leaves the current view for {@code view}, whichever status we are in (replication spec §4.2). */
    static Status enterView(Rooms rooms, int view) {
        ReplicaState state = rooms.state;
        // Our log changed since the last DoViewChange, if it is a view's log; else what we stated stands.
        List<EntryHeader> headers = state.logView() == state.view() ? ViewLog.doViewChangeHeaders(state, rooms.log)
                : ViewLog.restated(state, rooms.log);
        state.enterView(view);
        state.freezeHeaders(headers);
        return new ViewChanging(rooms);
    }

    @Override
    StatusName name() {
        return StatusName.VIEW_CHANGE;
    }

    @Override
    Status enter() {
        clearPipeline();
        runOnly(TimeoutName.VIEW_CHANGE_STATUS, TimeoutName.DO_VIEW_CHANGE_MESSAGE);
        if (!state.isPrimaryOfView()) {
            timeouts.get(TimeoutName.GET_START_VIEW_MESSAGE).start();
        }
        rooms.viewExit.clear();
        rooms.repair.doubt(state.quorums().primary(Math.max(0, state.view() - 1)));    // mostly it is dead
        rooms.durability.persist();
        sendDoViewChange();
        return this;
    }

    @Override
    Status onViewDurable() {
        timeouts.get(TimeoutName.VIEW_CHANGE_STATUS).reset();   // a slow disk is no reason for the next view
        sendDoViewChange();
        return this;
    }

    @Override
    Status onTimeout(TimeoutName timeout) {
        switch (timeout) {
            case VIEW_CHANGE_STATUS -> {
                timeouts.get(timeout).reset();
                return voteToLeave();
            }
            case DO_VIEW_CHANGE_MESSAGE -> {
                timeouts.get(timeout).reset();
                sendDoViewChange();
                askForMissing();
            }
            case GET_START_VIEW_MESSAGE -> {
                timeouts.get(timeout).reset();
                outbox.askForStartView(state.view(), 0);
            }
            default -> {
                return super.onTimeout(timeout);
            }
        }
        return this;
    }

    /**
     * To all others, so that they learn of the view; to ourselves if it is ours to lead. Leaves only when it is
     * durable.
     */
    private void sendDoViewChange() {
        if (!state.isLogViewDurable()) {
            return;
        }
        check(rooms.durability.durable().viewHeaders().equals(state.viewHeaders()),
                "another log is durable for view %d",
                state.view());
        ReplicaMessage.DoViewChange vote = ViewLog.doViewChange(state, log);
        outbox.broadcast(vote);
        if (state.isPrimaryOfView()) {
            outbox.send(state.replica(), vote);
        }
    }

    @Override
    Status seenRunning(int view) {
        if (view >= state.view()) {
            outbox.askForStartView(view, 0);
        }
        return this;
    }

    @Override
    public Status onDoViewChange(ReplicaMessage.DoViewChange vote, Envelope envelope) {
        if (envelope.view() < state.view()) {
            return ignore(Ignored.OLDER_VIEW);
        }
        if (!state.isPrimaryOfView()) {
            return ignore(Ignored.WRONG_ROLE);
        }
        quorum.add(new DoViewChangeVote(envelope.replica(), vote.logView(), vote.commitMin(), vote.checkpointOp(),
                vote.presentBits(), vote.nackBits(), LogSuffix.of(vote.headers())));
        return choose();
    }

    @Override
    Status succeed(int viewOfOther) {
        if (!state.isPrimaryOfView() || viewOfOther >= state.view()) {
            return super.succeed(viewOfOther);
        }
        quorum.abstain();
        return choose();
    }

    private Status choose() {
        LogChoice choice = quorum.choose();
        if (choice instanceof LogChoice.Chosen chosen) {
            int successor = forfeit(Math.max(state.commitMax(), chosen.commitMax()));
            if (successor > 0) {
                return enterView(rooms, successor);
            }
            // A head beyond our log, and nobody to leave the view to: not ours to lead.
            return chosen.head().op() > state.opPrepareMax() ? this : new ProspectivePrimary(rooms, chosen);
        }
        if (choice instanceof LogChoice.AwaitingRepair awaiting) {
            missing = stated(awaiting.op());
        } else if (choice instanceof LogChoice.Unavailable unavailable) {
            missing = stated(unavailable.op());
        }
        return this;
    }

    /**
     * Whether others have come further than our checkpoint: then one of them had better lead (replication spec §4.5).
     * If its next checkpoint is on a quorum, our log does not reach theirs at all. If somebody merely has it, that
     * one gets a chance in each round of views; its checkpoint may be damaged.
     *
     * @return the view of the most advanced one in the quorum, or 0
     */
    private int forfeit(long commitMax) {
        long checkpointMax = quorum.checkpointOpMax();
        boolean isOutrun = state.constants().cadence().isDurable(state.checkpointOpNext(), commitMax);
        boolean isFirstRound = state.view() - state.logView() < state.replicaCount();
        if (checkpointMax <= state.checkpointOp() || !isOutrun && !isFirstRound) {
            return 0;
        }
        for (int next = state.view() + 1; next <= state.view() + state.replicaCount(); next++) {
            DoViewChangeVote vote = quorum.vote(state.quorums().primary(next));
            if (vote != null && vote.checkpointOp() == checkpointMax) {
                return next;
            }
        }
        throw Invariant.unreachable("nobody of the quorum has checkpoint %d", checkpointMax);
    }

    /** The entry that our own DoViewChange names for an op, by its header or by that of the next; or null. */
    private Missing stated(long op) {
        for (EntryHeader header : state.viewHeaders()) {
            if (!header.isBlank() && header.op() == op) {
                return new Missing(op, header.checksum());
            }
            if (!header.isBlank() && header.op() == op + 1) {
                return new Missing(op, header.parent());
            }
        }
        return null;
    }

    /**
     * Who cannot vote, because it does not know its head, may still have the entry: with it in memory we can supply
     * it.
     */
    private void askForMissing() {
        if (missing != null) {
            outbox.broadcast(new ReplicaMessage.GetPrepare(missing.op(), false, missing.checksum()));
        }
    }

    @Override
    public Status onPrepare(ReplicaMessage.Prepare prepare, Envelope envelope) {
        EntryHeader header = prepare.entry().header();
        if (missing == null || header.op() != missing.op() || !header.checksum().equals(missing.checksum())) {
            return ignore(Ignored.WRONG_STATUS);
        }
        log.cache(prepare.entry());
        missing = null;
        sendDoViewChange();                                     // with another bit for it; a blank waits for a new view
        return this;
    }

    @Override
    public Status onStartView(ReplicaMessage.StartView start, Envelope envelope) {
        Ignored reason = StartViewAdoption.judge(rooms, start, envelope);
        if (reason != null) {
            return ignore(reason);
        }
        Status next = syncFirst(start, envelope);
        if (next != null) {
            return next;
        }
        StartViewAdoption.adopt(rooms, start, envelope.view(), false);
        return new NormalBackup(rooms);
    }

    @Override
    void checkInvariants() {
        check(state.logView() < state.view(), "changing to view %d, whose log is here", state.view());
        check(rooms.pipeline.isEmpty(), "a pipeline between views");
        quorum.checkInvariants();
    }
}
