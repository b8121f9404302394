package dev.viewstamp.actors.replica;

import static dev.viewstamp.actors.replica.Invariant.check;

import dev.viewstamp.actors.message.Envelope;
import dev.viewstamp.actors.message.ReplicaMessage;
import dev.viewstamp.journal.EntryHeader;

/** How a backup takes over the log that a primary announces (replication spec §4.8). */
final class StartViewAdoption {
    private StartViewAdoption() {
    }

    /** The reason to ignore it, or null. */
    static Ignored judge(Rooms rooms, ReplicaMessage.StartView start, Envelope envelope) {
        ReplicaState state = rooms.state;
        if (envelope.view() < state.view()) {
            return Ignored.OLDER_VIEW;
        }
        if (start.commitMax() < state.checkpointOp()) {
            return Ignored.OLDER_HEAD;
        }
        boolean isOld = envelope.view() == state.logView() && start.op() < state.op();
        return isOld ? Ignored.OLDER_HEAD : null;
    }

    /**
     * Installs head and headers; one of them is known to be within our log ({@link StateSync#fits}). True if with it
     * a view begins here, false if the view was ours already.
     *
     * @param isHeadUncertain our own log of this view may lack its end, so it has no say
     */
    static boolean adopt(Rooms rooms, ReplicaMessage.StartView start, int view, boolean isHeadUncertain) {
        ReplicaState state = rooms.state;
        if (view > state.view()) {
            state.enterView(view);
        }
        boolean isNewLog = isHeadUncertain || state.logView() < state.view();
        EntryHeader head = StateSync.head(start.headers(), state.opPrepareMax());
        check(head != null, "no header of %s fits below op %d", start, state.opPrepareMax());
        if (isNewLog || head.op() >= state.op()) {
            EntryHeader held = rooms.log.header(head.op());
            check(isNewLog || held == null || held.equals(head), "one view, two heads: %s and %s", held, head);
            check(head.op() >= Math.min(state.commitMax(), state.opPrepareMax()) || !isNewLog,
                    "head %d would drop op %d, which is committed", head.op(), state.commitMax());
            state.raiseCommitMax(start.commitMax());
            rooms.log.install(head);
        }
        state.raiseCommitMax(start.commitMax());
        for (EntryHeader header : start.headers()) {
            rooms.log.replaceHeader(header);
        }
        if (isNewLog) {
            state.adoptLog(start.headers());
        }
        return isNewLog;
    }
}
