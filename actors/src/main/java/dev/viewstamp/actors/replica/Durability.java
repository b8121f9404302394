package dev.viewstamp.actors.replica;

import static dev.viewstamp.actors.replica.Invariant.check;

import dev.viewstamp.journal.CheckpointState;
import dev.viewstamp.journal.SuperBlock;
import dev.viewstamp.journal.VsrState;

/**
 * Brings views and checkpoints into the superblock, one write at a time: whatever changes while a write is under
 * way goes into the next (replication spec §6.2 to §6.4). Every write carries all of it, so none takes another's
 * change back.
 */
final class Durability {
    private final ReplicaState state;
    private final Outbox outbox;
    private SuperBlock working;
    private SuperBlock staging;                                 // being written, or null
    private CheckpointState checkpoint;                         // that shall be durable

    Durability(ReplicaState state, Outbox outbox, SuperBlock opened) {
        this.state = state;
        this.outbox = outbox;
        this.working = opened;
        this.checkpoint = opened.vsrState().checkpoint();
    }

    /** What is durable. */
    VsrState durable() {
        return working.vsrState();
    }

    /** The superblock on disk; null while another is being written. */
    SuperBlock settled() {
        return staging == null ? working : null;
    }

    /** Makes the current view, log view and view headers durable unless they are, or are about to be. */
    void persist() {
        if (staging != null || isCurrent(working.vsrState())) {
            return;
        }
        // Whoever has a log of some view has taken over what a lost disk may have known.
        VsrState durable = working.vsrState();
        boolean isReformatted = durable.isReformatted() && state.logView() == 0;
        VsrState next = new VsrState(checkpoint, state.replica(), Math.max(durable.commitMax(), state.commitMax()),
                isReformatted ? durable.syncOpMin() : 0, isReformatted ? durable.syncOpMax() : 0, state.logView(),
                state.view(), state.viewHeaders());
        staging = working.successor(next);
        outbox.emit(new Effect.WriteSuperBlock(staging));
    }

    /** Makes a checkpoint durable, whose files all are, and with it what else is current. */
    void persist(CheckpointState next) {
        check(next.op() > checkpoint.op(), "checkpoint %d after %d", next.op(), checkpoint.op());
        checkpoint = next;
        persist();
    }

    /**
     * True: everything is durable now, say what waited for it. False: it changed meanwhile, and another write has
     * begun.
     */
    boolean onWritten(long sequence) {
        check(staging != null && staging.sequence() == sequence, "superblock %d was written, but not asked for",
                sequence);
        working = staging;
        staging = null;
        state.durable(working.vsrState().view(), working.vsrState().logView());
        persist();
        return staging == null;
    }

    private boolean isCurrent(VsrState vsrState) {
        return vsrState.view() == state.view() && vsrState.logView() == state.logView()
                && vsrState.viewHeaders().equals(state.viewHeaders()) && vsrState.checkpoint().equals(checkpoint);
    }

    void checkInvariants() {
        check(staging != null || isCurrent(working.vsrState()),
                "view %d, log view %d, checkpoint %d: neither durable nor being written", state.view(),
                state.logView(), checkpoint.op());
        check(checkpoint.op() >= state.checkpointOp(), "checkpoint %d here, %d durable", state.checkpointOp(),
                checkpoint.op());
    }
}
