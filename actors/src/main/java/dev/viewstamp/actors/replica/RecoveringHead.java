package dev.viewstamp.actors.replica;

import dev.viewstamp.actors.message.Envelope;
import dev.viewstamp.actors.message.ReplicaMessage;

/**
 * The newest entry of our log may be lost, so we may not vote: our log might be too short. Serves what is intact,
 * and waits for a StartView that cannot predate our crash (replication spec §7.4). Entered at open only; left for
 * NormalBackup.
 */
final class RecoveringHead extends Status {
    private int viewSeen;

    RecoveringHead(Rooms rooms) {
        super(rooms);
        this.viewSeen = rooms.state.view();
    }

    @Override
    StatusName name() {
        return StatusName.RECOVERING_HEAD;
    }

    @Override
    Status enter() {
        runOnly(TimeoutName.RECOVERY);
        ask();
        return this;
    }

    @Override
    Status onTimeout(TimeoutName timeout) {
        if (timeout == TimeoutName.RECOVERY) {
            timeouts.get(timeout).reset();
            ask();
            return this;
        }
        return super.onTimeout(timeout);
    }

    /** Everybody for their view, and the primary of the newest one seen for its log. */
    private void ask() {
        outbox.broadcast(new ReplicaMessage.Recovery(rooms.nonce));
        outbox.askForStartView(viewSeen, rooms.nonce);
    }

    @Override
    Status seenRunning(int view) {
        return seen(view);
    }

    @Override
    Status seenChanging(int view) {
        return seen(view);
    }

    private Status seen(int view) {
        if (view >= viewSeen) {
            viewSeen = view;
            outbox.askForStartView(view, rooms.nonce);
        }
        return this;
    }

    @Override
    public Status onRecoveryResponse(ReplicaMessage.RecoveryResponse response, Envelope envelope) {
        return response.nonce() == rooms.nonce ? seen(envelope.view()) : ignore(Ignored.WRONG_NONCE);
    }

    @Override
    public Status onStartView(ReplicaMessage.StartView start, Envelope envelope) {
        boolean isFresh = envelope.view() > state.viewDurable() || start.op() >= state.opPrepareMax()
                || start.nonce() == rooms.nonce;
        if (!isFresh) {
            return ignore(Ignored.WRONG_NONCE);
        }
        Ignored reason = StartViewAdoption.judge(rooms, start, envelope);
        if (reason != null) {
            return ignore(reason);
        }
        Status next = syncFirst(start, envelope);
        if (next != null) {
            return next;
        }
        StartViewAdoption.adopt(rooms, start, envelope.view(), true);
        return new NormalBackup(rooms);
    }
}
