package dev.viewstamp.actors.replica;

import dev.viewstamp.actors.message.Envelope;
import dev.viewstamp.actors.message.ReplicaMessage;
import dev.viewstamp.client.protocol.ClientMessage;

/** A status that has a say in leaving the view: normal or changing it (replication spec §4.1). */
abstract class VotingStatus extends Status {
    VotingStatus(Rooms rooms) {
        super(rooms);
    }

    @Override
    Status onTimeout(TimeoutName timeout) {
        switch (timeout) {
            case START_VIEW_CHANGE_MESSAGE -> {
                timeouts.get(timeout).stop();
                if (rooms.viewExit.isOwnVoteSet()) {
                    timeouts.get(timeout).start();
                    outbox.broadcast(new ReplicaMessage.StartViewChange());
                }
            }
            case START_VIEW_CHANGE_WINDOW -> {
                timeouts.get(timeout).stop();
                rooms.viewExit.forgetOthers();
            }
            default -> {
                return super.onTimeout(timeout);
            }
        }
        return this;
    }

    /** Between views nothing is taken, but whoever leads the next one gets it; clients ask again only much later. */
    @Override
    Status onRequest(ClientMessage.Request request) {
        return request.view() > state.view() ? ignore(Ignored.CLIENT_VIEW_NEWER) : hold(request);
    }

    @Override
    public Status onForwarded(ReplicaMessage.Forwarded forwarded, Envelope envelope) {
        return RequestRuling.isWellFormed(forwarded.request()) ? onRequest(forwarded.request())
                : ignore(Ignored.INVALID_FIELDS);
    }

    final Status hold(ClientMessage.Request request) {
        rooms.heldRequests.hold(request, state.now().tick());
        return this;
    }

    /** We would leave this view. */
    final Status voteToLeave() {
        boolean isReached = rooms.viewExit.add(state.replica());
        timeouts.get(TimeoutName.START_VIEW_CHANGE_MESSAGE).start();
        outbox.broadcast(new ReplicaMessage.StartViewChange());
        return isReached ? ViewChanging.enterView(rooms, state.view() + 1) : this;
    }

    @Override
    public Status onStartViewChange(ReplicaMessage.StartViewChange vote, Envelope envelope) {
        if (envelope.view() < state.view()) {
            return ignore(Ignored.OLDER_VIEW);
        }
        boolean isReached = rooms.viewExit.add(envelope.replica());
        timeouts.get(TimeoutName.START_VIEW_CHANGE_WINDOW).ensureStarted();
        return isReached ? ViewChanging.enterView(rooms, state.view() + 1) : this;
    }

    @Override
    public Status onRecovery(ReplicaMessage.Recovery recovery, Envelope envelope) {
        boolean isNormal = name() == StatusName.NORMAL_BACKUP;
        outbox.send(envelope.replica(),
                new ReplicaMessage.RecoveryResponse(recovery.nonce(), isNormal, state.op(), state.commitMax()));
        return state.replicaCount() == 2 ? succeed(envelope.view()) : this;
    }

    /**
     * The other one of two does not know its head, so it can neither lead nor vote, and two are needed for both. But
     * whatever was committed is durable on both: our log is enough, and we lead, in a view that the other has never
     * been in.
     */
    Status succeed(int viewOfOther) {
        int view = Math.max(state.view(), viewOfOther) + 1;
        return ViewChanging.enterView(rooms, state.quorums().primary(view) == state.replica() ? view : view + 1);
    }
}
