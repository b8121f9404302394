package dev.viewstamp.actors.replica;

import static dev.viewstamp.actors.replica.Invariant.check;

import dev.viewstamp.journal.CheckpointState;
import dev.viewstamp.journal.EntryHeader;
import dev.viewstamp.journal.Word128;

/**
 * From one checkpoint to the next (replication spec §6.5, design page "Checkpoints"):
 *
 * <pre>
 *   op c executed           freeze the state and the session table; writing them begins
 *   c+1 … c+B executed      they are written meanwhile
 *   c+B executed: trigger   nothing more is executed before the checkpoint is durable: its files, the replies up to
 *                           c, then the superblock that names it
 *   durable                 what was held back is acknowledged, execution goes on
 *   durable on a quorum     older files may go
 * </pre>
 *
 * Nothing after c is in it, so a restart replays (c, …] without exceptions.
 */
final class CheckpointStage {
    /** What an operator does about two replicas whose states differ. Part of every such message. */
    static final String DIVERGED = "One of the two states is wrong, so this replica stops. Keep its data directory; "
            + "compare 'viewstamp inspect checkpoint' of all replicas, and replace the one that differs from the "
            + "majority with 'viewstamp recover'.";

    private final Rooms rooms;
    private final ReplicaState state;
    private Word128 opening;                                    // id of the checkpoint being opened, or null
    private EntryHeader frozen;                                 // the state after it is the next checkpoint; or null
    private Completion.CheckpointWritten written;               // its files, or null
    private boolean isPersisting;
    private long releasedBefore;

    CheckpointStage(Rooms rooms) {
        this.rooms = rooms;
        this.state = rooms.state;
    }

    /** Whether the state machine and the session table are there. Until then nothing may be executed. */
    boolean isOpen() {
        return opening == null;
    }

    /** Whether {@code op} may be executed before the next checkpoint is durable. */
    boolean mayExecute(long op) {
        return isOpen() && op <= state.opTrigger();
    }

    /** Whether a superblock with a checkpoint of ours is being written, so that no other may take its place. */
    boolean isBusy() {
        return isPersisting;
    }

    /** Brings the state machine to the checkpoint of this replica. */
    void open() {
        opening = state.checkpointId();
        rooms.outbox.emit(new Effect.OpenCheckpoint(state.checkpoint()));
    }

    /** False if another checkpoint is wanted by now. */
    boolean onOpened(Completion.CheckpointOpened opened) {
        if (!opened.checkpointId().equals(opening)) {
            rooms.ignore(Ignored.STALE_COMPLETION);
            return false;
        }
        long timestamp = state.checkpoint().header().timestamp();
        check(opened.commitTimestamp() <= timestamp, "checkpoint at T %d opened at T %d", timestamp,
                opened.commitTimestamp());
        opening = null;
        if (state.checkpointOp() > 0) {
            rooms.clients.become(ClientTable.restore(opened.sessions()));
        }
        rooms.timestamps.restore(timestamp);
        rooms.commits.restore(opened.nextExpiryNanos());
        rooms.replyZone.load();
        return true;
    }

    /** An entry was executed, and the session table knows. */
    void onExecuted(EntryHeader header) {
        if (header.op() == state.checkpointOpNext()) {
            check(frozen == null, "frozen at %s before %s", frozen, header);
            frozen = header;
            rooms.outbox.emit(new Effect.Freeze(header, rooms.clients.dump()));
        }
        advance();
    }

    void onWritten(Completion.CheckpointWritten completion) {
        if (frozen == null || frozen.op() != completion.op()) {
            rooms.ignore(Ignored.STALE_COMPLETION);             // given up for another replica's checkpoint
            return;
        }
        check(written == null, "checkpoint %d was written twice", completion.op());
        written = completion;
        advance();
    }

    /** Names the checkpoint in the superblock once all is there that it stands for. */
    void advance() {
        if (written == null || isPersisting || state.commitMin() < state.opTrigger()
                || !rooms.replyZone.isDurableUpTo(frozen.op())) {
            return;
        }
        isPersisting = true;
        CheckpointState last = state.checkpoint();
        rooms.durability.persist(new CheckpointState(frozen, state.checkpointId(), last.parentId(),
                written.manifestChecksum(), written.manifestSize(), written.sessionsChecksum(),
                written.sessionsSize(), last.release()));
    }

    /** A superblock was written. True if it made the next checkpoint durable. */
    boolean onSuperBlockWritten() {
        CheckpointState durable = rooms.durability.durable().checkpoint();
        if (!isPersisting || durable.op() == state.checkpointOp()) {
            return false;
        }
        state.checkpointed(durable);
        forget();
        return true;
    }

    /** Another replica's checkpoint takes the place of ours and of whatever was to come. */
    void forget() {
        frozen = null;
        written = null;
        isPersisting = false;
    }

    /** True once for each checkpoint: a replication quorum holds it, so older ones are no longer needed. */
    boolean release() {
        long op = state.checkpointOp();
        if (op <= releasedBefore || !state.isDurable(op)) {
            return false;
        }
        releasedBefore = op;
        rooms.outbox.emit(new Effect.ReleaseBefore(op));
        return true;
    }

    /** Another replica says which checkpoint it has; equal ops must have equal ids (replication spec §6.5). */
    void compare(int replica, long op, Word128 id) {
        Word128 ours = state.checkpointIdAt(op);
        check(ours == null || ours.equals(id), "The states of two replicas differ: the checkpoint at op %d is %s at "
                + "replica %d, here it is %s. " + DIVERGED, op, id, replica, ours);
    }

    void checkInvariants() {
        check(written == null || frozen != null, "written but not frozen");
        check(frozen == null || frozen.op() == state.checkpointOpNext() && frozen.op() <= state.commitMin(),
                "frozen %s, checkpoint %d, commitMin %d", frozen, state.checkpointOp(), state.commitMin());
        check(state.commitMin() <= state.opTrigger(), "commitMin %d beyond the trigger of checkpoint %d",
                state.commitMin(), state.checkpointOpNext());
    }
}
