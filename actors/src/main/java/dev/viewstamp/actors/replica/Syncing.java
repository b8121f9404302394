package dev.viewstamp.actors.replica;

import static dev.viewstamp.actors.replica.Invariant.check;

import dev.viewstamp.actors.message.Envelope;
import dev.viewstamp.actors.message.ReplicaMessage;
import dev.viewstamp.journal.CheckpointState;
import dev.viewstamp.journal.EntryHeader;

/**
 * Takes over a checkpoint whose files are all here, with the StartView that showed how the log goes on from it
 * (replication spec §9.3). In order:
 *
 * <ol>
 * <li>wait for what cannot be broken off: an entry being read, a superblock being written; an entry being executed
 *     and a checkpoint of our own being made are given up with the state that they belong to;
 * <li>put log, view and checkpoint in the place of ours, and write the superblock that names them all at once;
 * <li>open the state.
 * </ol>
 *
 * Nothing else is heeded meanwhile; the view stays as it is, and nothing is written to the log: before the superblock
 * is durable, what this replica acknowledged must stay where it is. Entered by a StartView from wherever one is
 * taken in; left for NormalBackup.
 */
final class Syncing extends Status {
    private final CheckpointState checkpoint;
    private final ReplicaMessage.StartView start;               // held
    private final int view;
    private boolean isInstalled;

    Syncing(Rooms rooms, CheckpointState checkpoint, ReplicaMessage.StartView start, int view) {
        super(rooms);
        this.checkpoint = checkpoint;
        this.start = start;
        this.view = view;
    }

    @Override
    StatusName name() {
        return StatusName.SYNCING;
    }

    @Override
    Status enter() {
        clearPipeline();
        runOnly();
        return advanceCommits();
    }

    /** Not commits: the first step, as soon as nothing is in the way. Asked whenever something ended. */
    @Override
    Status advanceCommits() {
        if (isInstalled || rooms.checkpoints.isBusy()) {
            return this;
        }
        if (checkpoint.op() <= state.checkpointOp()) {
            StartViewAdoption.adopt(rooms, start, view, false);
            return new NormalBackup(rooms);                     // our own checkpoint got there first
        }
        rooms.commits.abandon();
        if (rooms.commits.isIdle()) {
            isInstalled = true;
            install();
        }
        return this;
    }

    private void install() {
        if (view > state.view()) {
            state.enterView(view);
        }
        EntryHeader head = StateSync.head(start.headers(), state.constants().cadence().prepareMax(checkpoint.op()));
        state.raiseCommitMax(start.commitMax());
        rooms.checkpoints.forget();
        log.install(checkpoint, head);
        for (EntryHeader header : start.headers()) {
            log.replaceHeader(header);
        }
        state.adoptLog(start.headers());
        rooms.durability.persist(checkpoint);
    }

    @Override
    Status onViewDurable() {
        if (!isInstalled || rooms.durability.durable().checkpoint().op() < checkpoint.op()) {
            return advanceCommits();
        }
        rooms.checkpoints.open();
        return new NormalBackup(rooms);
    }

    /** The view does not move before the held StartView is done with. */
    @Override
    Status seenChanging(int viewOfOther) {
        return this;
    }

    @Override
    public Status onStartView(ReplicaMessage.StartView later, Envelope envelope) {
        return ignore(Ignored.WRONG_STATUS);
    }

    @Override
    void checkInvariants() {
        check(rooms.pipeline.isEmpty(), "a pipeline while syncing");
    }
}
