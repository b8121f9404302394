package dev.viewstamp.actors.replica;

import static dev.viewstamp.actors.replica.Invariant.check;

import dev.viewstamp.actors.message.Envelope;
import dev.viewstamp.actors.message.ReplicaMessage;
import dev.viewstamp.journal.EntryHeader;
import dev.viewstamp.journal.LogEntry;
import java.util.ArrayList;
import java.util.List;

/**
 * Has chosen the log of its view and makes it whole (replication spec §4.6). In order:
 *
 * <ol>
 * <li>install the chosen head and headers; repair the headers below;
 * <li>announce the log, though nobody is led yet: lagging backups repair from it, and may help;
 * <li>repair the entries, uncommitted ones from everybody at once;
 * <li>execute what is committed;
 * <li>load the uncommitted entries, to be acknowledged anew.
 * </ol>
 *
 * Entered from ViewChanging with a quorum of DoViewChanges; left for NormalPrimary, or for the next view.
 */
final class ProspectivePrimary extends RepairingStatus {
    private final LogChoice.Chosen chosen;
    private final List<LogEntry> uncommitted = new ArrayList<>();
    private PrepareReads.Read pendingRead;                      // for the next of uncommitted, or null
    private boolean isAnnounced;

    ProspectivePrimary(Rooms rooms, LogChoice.Chosen chosen) {
        super(rooms);
        this.chosen = chosen;
    }

    @Override
    StatusName name() {
        return StatusName.PROSPECTIVE_PRIMARY;
    }

    @Override
    Status enter() {
        timeouts.stop(TimeoutName.DO_VIEW_CHANGE_MESSAGE);
        timeouts.get(TimeoutName.VIEW_CHANGE_STATUS).start();
        timeouts.get(TimeoutName.REPAIR).start();
        rooms.repair.restart();
        rooms.timestamps.raise(chosen.timestampMax());
        state.raiseCommitMax(chosen.commitMax());
        install();
        // From now on our headers are this view's. Were it said only after repair, two DoViewChanges of one log view
        // could differ.
        state.adoptLog(ViewLog.startViewHeaders(state, log));
        rooms.repair.headers();
        Status next = afterRepair();
        rooms.durability.persist();
        return next;
    }

    private void install() {
        check(chosen.head().op() >= state.commitMax(), "head %s would drop op %s, which is committed", chosen.head(),
                state.commitMax());
        log.install(chosen.head());
        for (EntryHeader header : chosen.canonical()) {
            log.replaceHeader(header);
        }
        for (EntryHeader header : chosen.trusted()) {
            log.replaceHeader(header);
        }
        for (EntryHeader header : chosen.candidates()) {
            log.repairHeader(header);
        }
    }

    @Override
    Status onViewDurable() {
        timeouts.get(TimeoutName.VIEW_CHANGE_STATUS).reset();
        if (isAnnounced) {
            outbox.broadcast(ViewLog.startView(state, log, 0));
        }
        return this;
    }

    @Override
    Status onTimeout(TimeoutName timeout) {
        switch (timeout) {
            case VIEW_CHANGE_STATUS -> {
                timeouts.get(timeout).reset();
                return voteToLeave();
            }
            case REPAIR -> {
                timeouts.get(timeout).reset();
                rooms.repair.expire();
                rooms.repair.headers();
                return afterRepair();
            }
            default -> {
                return super.onTimeout(timeout);
            }
        }
    }

    @Override
    Status afterRepair() {
        rooms.repair.entries(state.op(), true);
        advanceCommits();
        return proceed();
    }

    @Override
    Status onClean(EntryHeader header) {
        return afterRepair();
    }

    /** Our own checkpoint, in the middle of the view change: the log reaches further now. */
    @Override
    Status onCheckpoint() {
        timeouts.get(TimeoutName.VIEW_CHANGE_STATUS).reset();   // a slow disk is no reason for the next view
        return afterRepair();
    }

    @Override
    void acknowledgeAgain(EntryHeader header) {
        // Nothing to say yet: acknowledgements are counted anew once the view has started.
    }

    @Override
    Status onCommitted(Commits.Done done) {
        if (done.committed() != null) {
            rooms.replies.send(done.committed().reply());       // whoever executed it before may be dead
        }
        advanceCommits();
        return proceed();
    }

    @Override
    public Status onPrepare(ReplicaMessage.Prepare prepare, Envelope envelope) {
        return onRepair(prepare.entry(), envelope.replica());
    }

    /** As far as it goes now. */
    private Status proceed() {
        if (!log.isChainComplete()) {
            return this;
        }
        announce();
        boolean isWhole = log.nextDirty(state.opNeededMin(), state.op()) < 0;
        // An entry begun to be executed in an earlier primaryship must be done before the pipeline is built.
        if (!isWhole || !rooms.commits.isIdle() || state.commitMin() < state.commitMax() || !loadUncommitted()) {
            return this;
        }
        return new NormalPrimary(rooms, uncommitted);
    }

    private void announce() {
        if (!isAnnounced) {
            isAnnounced = true;
            state.adoptLog(ViewLog.startViewHeaders(state, log));
            rooms.durability.persist();
            outbox.broadcast(ViewLog.startView(state, log, 0));
        }
    }

    /** True when all are in memory; else one is being read. */
    private boolean loadUncommitted() {
        for (long op = state.commitMax() + 1 + uncommitted.size(); op <= state.op(); op++) {
            EntryHeader header = log.header(op);
            LogEntry entry = log.findInMemory(header);
            if (entry == null) {
                if (pendingRead == null && log.reads().hasRoom()) {
                    pendingRead = new PrepareReads.Read(PrepareReads.Purpose.PIPELINE, op, header.checksum(),
                            state.replica());
                    log.read(pendingRead);
                }
                return false;
            }
            uncommitted.add(entry);
        }
        return true;
    }

    @Override
    Status onPipelineRead(PrepareReads.Read read, LogEntry entry) {
        if (!read.equals(pendingRead)) {
            return ignore(Ignored.STALE_COMPLETION);            // of an earlier view change
        }
        pendingRead = null;
        if (entry != null) {
            log.cache(entry);
        }
        return afterRepair();
    }

    /** We are about to lead anyway. */
    @Override
    Status succeed(int viewOfOther) {
        return viewOfOther > state.view() ? super.succeed(viewOfOther) : this;
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
        return ignore(envelope.view() < state.view() ? Ignored.OLDER_VIEW : Ignored.DUPLICATE);
    }

    @Override
    public Status onStartView(ReplicaMessage.StartView start, Envelope envelope) {
        Ignored reason = StartViewAdoption.judge(rooms, start, envelope);
        if (reason != null) {
            return ignore(reason);
        }
        check(envelope.view() > state.view(), "another primary of view %d", state.view());
        Status next = syncFirst(start, envelope);
        if (next != null) {
            return next;
        }
        StartViewAdoption.adopt(rooms, start, envelope.view(), false);
        return new NormalBackup(rooms);
    }

    @Override
    void checkInvariants() {
        check(state.isPrimaryOfView(), "about to lead view %d, which is another's", state.view());
        check(state.logView() == state.view(), "the log of view %d, not of %d", state.logView(), state.view());
        check(rooms.pipeline.isEmpty(), "a pipeline before the view has started");
    }
}
