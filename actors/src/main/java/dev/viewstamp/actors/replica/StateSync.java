package dev.viewstamp.actors.replica;

import dev.viewstamp.actors.message.ReplicaMessage;
import dev.viewstamp.journal.CheckpointCadence;
import dev.viewstamp.journal.CheckpointState;
import dev.viewstamp.journal.EntryHeader;
import java.util.List;

/**
 * When the log of the others no longer reaches down to what is executed here: take over their checkpoint instead
 * (replication spec §9). Only a StartView gives reason to, since it shows checkpoint and log of one primary.
 *
 * <pre>
 *   the primary's checkpoint is        what is done
 *   ours, or executed here             nothing: the log suffices
 *   the next, not on a quorum          nothing: its only holder may be damaged, and all logs still reach
 *   the next, on a quorum              the log; the checkpoint if that has been stuck for a while
 *   beyond, the next but one not on
 *     a quorum                         as before
 *   beyond, the next but one on a
 *     quorum, or no header fits        the checkpoint
 * </pre>
 *
 * Departure from §9.3, which installs a checkpoint first and fetches its files later: here <em>all files come
 * first</em>, while the replica goes on as it is; then one superblock write names checkpoint, view and log at once
 * ({@link Syncing}). Files are immutable, so nothing is lost by fetching early; a replica never vouches for a
 * checkpoint that it does not wholly hold, a crash on the way needs no memory, and a checkpoint that cannot be
 * fetched does no harm. A target stays the same as long as others must keep its files and the log can do the rest
 * from there; what is fetched is kept when it moves on, so a busy cluster cannot starve us (§9.3, 8).
 */
final class StateSync {
    private final Rooms rooms;
    private final ReplicaState state;
    private CheckpointState target;                             // being fetched, or here; null if none
    private boolean isFetched;
    private boolean isStuck;

    StateSync(Rooms rooms) {
        this.rooms = rooms;
        this.state = rooms.state;
    }

    /** Op of the checkpoint that is being fetched or waits to be installed; 0 if none. */
    long targetOp() {
        return target == null ? 0 : target.op();
    }

    /** Whether a StartView is wanted: to install the checkpoint with, or to learn that its files are gone by now. */
    boolean awaitsStartView() {
        return target != null;
    }

    /** The log has not advanced for a whole period (§8.7). */
    void stuck() {
        isStuck = true;
    }

    /** The log advances after all. */
    void onExecuted() {
        isStuck = false;
        if (target != null && target.op() <= state.commitMin()) {
            cancel();
        }
    }

    /**
     * What a StartView means for the state: answers the checkpoint to be installed with it now, or null. Starts to
     * fetch what must be fetched first.
     */
    CheckpointState consider(ReplicaMessage.StartView start) {
        long commitMax = Math.max(state.commitMax(), start.commitMax());
        if (!isNeeded(start, commitMax)) {
            return null;
        }
        if (target == null || isTargetOutrun(start, commitMax)) {
            target = start.checkpoint();
            isFetched = false;
            rooms.outbox.emit(new Effect.FetchCheckpoint(target));
        }
        if (!isFetched || !fits(target.op(), start)) {
            return null;
        }
        CheckpointState ready = target;
        target = null;
        isFetched = false;
        isStuck = false;
        return ready;
    }

    private boolean isNeeded(ReplicaMessage.StartView start, long commitMax) {
        long theirs = start.checkpoint().op();
        if (theirs <= state.commitMin()
                || theirs == state.checkpointOpNext() && !cadence().isDurable(theirs, commitMax)) {
            return false;
        }
        return target != null || isStuck || isOutrun(state.checkpointOp(), start, commitMax);
    }

    private boolean isTargetOutrun(ReplicaMessage.StartView start, long commitMax) {
        if (isFetched) {
            return isOutrun(target.op(), start, commitMax);
        }
        // Once the next one is on a quorum, nobody need keep the files of this one.
        return start.checkpoint().op() > target.op() && (!fits(target.op(), start)
                || cadence().isDurable(cadence().next(target.op()), commitMax));
    }

    /** Whether from a checkpoint at {@code op} the primary's log is out of reach, or will soon be. */
    private boolean isOutrun(long op, ReplicaMessage.StartView start, long commitMax) {
        long theirs = start.checkpoint().op();
        if (theirs <= op) {
            return false;
        }
        long next = cadence().next(op);
        return !fits(op, start) || theirs > next && cadence().isDurable(cadence().next(next), commitMax);
    }

    /** Whether the StartView shows a head for a replica whose checkpoint is at {@code op}. */
    boolean fits(long op, ReplicaMessage.StartView start) {
        EntryHeader head = head(start.headers(), cadence().prepareMax(op));
        return head != null && head.op() >= op;
    }

    /** The newest header that a log with this bound may hold, or null. */
    static EntryHeader head(List<EntryHeader> headers, long opPrepareMax) {
        for (EntryHeader header : headers) {
            if (header.op() <= opPrepareMax) {
                return header;
            }
        }
        return null;
    }

    /** False if another one is wanted by now. */
    boolean onFetched(Completion.CheckpointFetched fetched) {
        if (target == null || !target.id().equals(fetched.checkpointId())) {
            rooms.ignore(Ignored.STALE_COMPLETION);
            return false;
        }
        isFetched = true;
        return true;
    }

    private void cancel() {
        rooms.outbox.emit(new Effect.CancelFetch());
        target = null;
        isFetched = false;
    }

    private CheckpointCadence cadence() {
        return state.constants().cadence();
    }
}
