package dev.viewstamp.actors.replica;

import static dev.viewstamp.actors.replica.Invariant.check;

import dev.viewstamp.actors.message.Envelope;
import dev.viewstamp.actors.message.ReplicaMessage;
import dev.viewstamp.client.protocol.ClientMessage;
import dev.viewstamp.journal.EntryHeader;
import dev.viewstamp.journal.LogEntry;

/**
 * Follows the primary of the view: appends, acknowledges what is durable, executes what is committed, and votes
 * to leave the view when the primary falls silent. Entered at open, and from ViewChanging or RecoveringHead by a
 * StartView; left for ViewChanging.
 */
final class NormalBackup extends RepairingStatus {
    /**
     * Every so many firings of the repair timer even the newest entries are asked for: nothing may be on its way
     * any more.
     */
    private static final int FULL_REPAIR_EVERY = 50;

    /** How many periods of the stuck test (5 s each) work that may need files may take before it counts as stuck. */
    private static final int PERIODS_PATIENT = 8;

    private int repairCount;
    private long repairHead;                                    // nothing up to here is on its way any more
    private int periodsNotOpen;
    private int periodsStopped;
    private long commitMinBefore = -1;                          // at the last look whether we are stuck

    NormalBackup(Rooms rooms) {
        super(rooms);
    }

    @Override
    StatusName name() {
        return StatusName.NORMAL_BACKUP;
    }

    @Override
    Status enter() {
        clearPipeline();
        runOnly(TimeoutName.REPAIR, TimeoutName.REPAIR_SYNC);
        rooms.viewExit.clear();
        rooms.liveness.reset(state.now().tick());
        rooms.repair.restart();
        rooms.durability.persist();
        return state.isLogViewDurable() ? onViewDurable() : advanceCommits();
    }

    /** Before that we may neither acknowledge nor ask. */
    @Override
    Status onViewDurable() {
        acknowledgePipeline();
        return askForAll();
    }

    /**
     * Up to the head: what a StartView names is not on its way any more, as whoever sent it then may be dead; and the
     * primary may wait for our word.
     */
    private Status askForAll() {
        repairHead = state.op();
        rooms.repair.headers();
        return afterRepair();
    }

    @Override
    Status onTimeout(TimeoutName timeout) {
        switch (timeout) {
            case REPAIR -> {
                timeouts.get(timeout).reset();
                repair();
            }
            case REPAIR_SYNC -> {
                timeouts.get(timeout).reset();
                askIfStuck();
            }
            default -> {
                return super.onTimeout(timeout);
            }
        }
        return this;
    }

    @Override
    Status onTick() {
        for (ClientMessage.Request request : rooms.heldRequests.due(state.now().tick())) {
            outbox.send(state.primary(), new ReplicaMessage.Forwarded(request));
        }
        boolean isRed = rooms.liveness.signal(state.now().tick()) == LivenessDetector.Signal.RED;
        return isRed && !rooms.viewExit.isOwnVoteSet() ? voteToLeave() : this;
    }

    @Override
    Status onRequest(ClientMessage.Request request) {
        if (request.view() > state.view()) {
            return ignore(Ignored.CLIENT_VIEW_NEWER);
        }
        if (!rooms.checkpoints.isOpen()) {
            return ignore(Ignored.CHECKPOINT_NOT_OPEN);
        }
        switch (rooms.clients.judgeAtBackup(RequestRuling.claim(request))) {
            case FORWARD -> hold(request);
            case ANSWER -> rooms.replies.sendLast(request);
            default -> rooms.ignore(Ignored.UNKNOWN_CLIENT);
        }
        return this;
    }

    @Override
    void onPingClient(ClientMessage.PingClient ping) {
        outbox.sendClient(new ClientMessage.PongClient(ping.client(), ping.monotonicNanos(), state.logViewDurable(),
                state.replica()));
    }

    @Override
    public Status onForwarded(ReplicaMessage.Forwarded forwarded, Envelope envelope) {
        return ignore(Ignored.WRONG_ROLE);
    }

    @Override
    Status seenRunning(int view) {
        if (view > state.view()) {
            outbox.askForStartView(view, 0);
        }
        return this;
    }

    @Override
    public Status onPrepare(ReplicaMessage.Prepare prepare, Envelope envelope) {
        LogEntry entry = prepare.entry();
        EntryHeader header = entry.header();
        if (header.view() > state.view()) {
            return ignore(Ignored.NEWER_VIEW);
        }
        if (header.view() == state.view()) {
            state.raiseCommitMax(header.commit());
        }
        rooms.heldRequests.seenInLog(header);
        if (header.view() < state.view() || header.op() <= state.op()) {
            return onRepair(entry, envelope.replica());
        }
        return append(entry);
    }

    private Status append(LogEntry entry) {
        EntryHeader header = entry.header();
        if (header.op() > state.opHeadMax()) {
            return ignore(Ignored.BEYOND_LOG);
        }
        rooms.liveness.prepare(state.now().tick());
        if (header.op() > state.op() + 1) {
            log.appendBeyondGap(entry);
            rooms.repair.headers();
            return advanceCommits();
        }
        if (!header.parent().equals(log.headHeader().checksum())) {
            check(header.view() != log.headHeader().view(), "one view, two logs: %s does not follow %s", header,
                    log.headHeader());
            return ignore(Ignored.DOES_NOT_CONNECT);
        }
        log.append(entry);
        return advanceCommits();
    }

    @Override
    Status onClean(EntryHeader header) {
        acknowledge(header);
        return advanceCommits();
    }

    @Override
    void acknowledgeAgain(EntryHeader header) {
        acknowledge(header);
    }

    /**
     * To the primary of our view, whichever view made the entry (replication spec §3.6). What lies too far beyond our
     * checkpoint is acknowledged after the next: else the slots that lead to it might be written over everywhere.
     */
    private void acknowledge(EntryHeader header) {
        if (header.op() > state.opPrepareOkMax()) {
            return;
        }
        outbox.send(state.primary(), NormalPrimary.prepareOk(state, header));
    }

    /**
     * All that may be in the primary's pipeline: it may know less to be committed than we do, and wait for what
     * we acknowledged in an earlier view (§3.6).
     */
    private void acknowledgePipeline() {
        for (long op = Math.max(1, state.op() - state.pipelineMax() + 1); op <= state.op(); op++) {
            EntryHeader header = log.header(op);
            if (header != null && log.journal().hasClean(header)) {
                acknowledge(header);
            }
        }
    }

    @Override
    Status onCheckpoint() {
        acknowledgePipeline();
        repair();
        return this;
    }

    @Override
    Status onCommitted(Commits.Done done) {
        if (done.committed() != null) {
            boolean isOurs = rooms.heldRequests.take(done.entry().header());
            if (isOurs || rooms.replies.isChosenBackup(done.entry().op())) {
                rooms.replies.send(done.committed().reply());
            }
        }
        return advanceCommits();
    }

    @Override
    public Status onCommit(ReplicaMessage.Commit commit, Envelope envelope) {
        if (envelope.view() != state.view()) {
            return ignore(envelope.view() < state.view() ? Ignored.OLDER_VIEW : Ignored.NEWER_VIEW);
        }
        if (!rooms.liveness.heartbeat(state.now().tick(), commit.monotonicNanos())) {
            return ignore(Ignored.STALE_HEARTBEAT);
        }
        rooms.viewExit.withdraw();
        EntryHeader held = log.header(commit.commit());
        if (held != null && !held.checksum().equals(commit.commitChecksum())) {
            check(commit.commit() < log.chain().low(), "%s is committed otherwise by the primary", held);
            return ignore(Ignored.DOES_NOT_CONNECT);            // still to be repaired
        }
        state.raiseCommitMax(commit.commit());
        return advanceCommits();
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
        if (StartViewAdoption.adopt(rooms, start, envelope.view(), false)) {
            return new NormalBackup(rooms);
        }
        acknowledgePipeline();
        return askForAll();
    }

    @Override
    Status afterRepair() {
        rooms.repair.entries(repairMax(false), false);
        return advanceCommits();
    }

    /** One pass, on the timer (replication spec §8.1). */
    private void repair() {
        rooms.repair.expire();
        rooms.repair.replies();
        // Only a StartView moves the head. Part of the last one may have been beyond our log.
        if (state.op() < state.opRepairMax() || state.op() < state.viewHeaders().get(0).op()
                || rooms.sync.awaitsStartView()) {
            outbox.askForStartView(state.view(), 0);
        }
        if (state.op() < state.opRepairMax() && log.headHeader().view() < state.view()) {
            return;                                             // our head may not be of this view's chain
        }
        repairCount++;
        rooms.repair.headers();
        rooms.repair.entries(repairMax(repairCount % FULL_REPAIR_EVERY == 0), false);
        advanceCommits();
    }

    private long repairMax(boolean isFull) {
        long settled = Math.max(repairHead, Math.max(state.op() - state.pipelineMax(), state.commitMax()));
        return isFull ? state.op() : Math.min(state.op(), settled);
    }

    private void askIfStuck() {
        boolean hasStopped = state.commitMin() < state.commitMax() && state.commitMin() == commitMinBefore;
        commitMinBefore = state.commitMin();
        periodsStopped = hasStopped ? periodsStopped + 1 : 0;
        // Files of our checkpoint that are damaged here may be gone everywhere else by now; but to open it takes time.
        periodsNotOpen = rooms.checkpoints.isOpen() ? 0 : periodsNotOpen + 1;
        boolean isWaitingForCheckpoint = periodsNotOpen < PERIODS_PATIENT
                && !rooms.checkpoints.mayExecute(state.commitMin() + 1);
        // What is being executed, or a checkpoint being written, may wait for a file that is gone everywhere, too.
        boolean isPatient = !rooms.commits.isIdle() || isWaitingForCheckpoint;
        if (hasStopped && (!isPatient || periodsStopped >= PERIODS_PATIENT)) {
            rooms.sync.stuck();
            outbox.askForStartView(state.view(), 0);
        }
    }

    @Override
    void checkInvariants() {
        check(!state.isPrimaryOfView(), "a backup of view %d, of which it is the primary", state.view());
        check(state.logView() == state.view(), "normal in view %d with the log of %d", state.view(), state.logView());
        check(rooms.pipeline.isEmpty(), "a backup has a pipeline");
    }
}
