package dev.viewstamp.actors.replica;

import dev.viewstamp.journal.Word128;

/** Where the state machine stands between checkpoints. */
final class CheckpointStage {
    private final Rooms rooms;
    private final ReplicaState state;
    private Word128 opening;                                    // id of the checkpoint being opened, or null

    CheckpointStage(Rooms rooms) {
        this.rooms = rooms;
        this.state = rooms.state;
    }

    /** Whether the state machine and the session table are there. Until then nothing may be executed. */
    boolean isOpen() {
        return opening == null;
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
        opening = null;
        rooms.commits.restore(opened.nextExpiryNanos());
        return true;
    }
}
