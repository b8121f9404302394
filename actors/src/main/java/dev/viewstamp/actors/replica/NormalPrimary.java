package dev.viewstamp.actors.replica;

import static dev.viewstamp.actors.replica.Invariant.check;

import dev.viewstamp.actors.message.Envelope;
import dev.viewstamp.actors.message.ReplicaMessage;
import dev.viewstamp.client.protocol.ClientMessage;
import dev.viewstamp.client.protocol.ClientMessage.EvictionReason;
import dev.viewstamp.client.protocol.ClientMessage.RefusalReason;
import dev.viewstamp.journal.Checksums;
import dev.viewstamp.journal.EntryHeader;
import dev.viewstamp.journal.LogEntry;
import dev.viewstamp.journal.Word128;
import dev.viewstamp.ledger.Uint128;
import java.util.List;
import java.util.OptionalLong;

/**
 * Leads the view: gives requests their place in the log, sends them to all backups, commits what a replication
 * quorum has, answers clients. Entered from ProspectivePrimary or, alone, from Replaying; left for ViewChanging
 * or, if another view runs already, for NormalBackup.
 */
final class NormalPrimary extends RepairingStatus {
    /** The state machine's time-driven operation (ledger spec §6.1). */
    static final int OPERATION_PULSE = 128;

    private static final byte[] NO_BODY = new byte[0];

    private final List<LogEntry> uncommitted;
    private final Abdication abdication;
    private final BackupProgress progress;
    private boolean hasStalled;                                 // the next commit has waited enough

    /** @param uncommitted the entries above commitMax, to be acknowledged anew in this view */
    NormalPrimary(Rooms rooms, List<LogEntry> uncommitted) {
        super(rooms);
        this.uncommitted = uncommitted;
        this.abdication = new Abdication(rooms.timeouts);
        this.progress = new BackupProgress(rooms.state);
    }

    @Override
    StatusName name() {
        return StatusName.NORMAL_PRIMARY;
    }

    @Override
    Status enter() {
        runOnly(TimeoutName.COMMIT, TimeoutName.REPAIR, TimeoutName.PULSE);
        rooms.viewExit.clear();
        rooms.liveness.reset(state.now().tick());
        rooms.repair.restart();
        rooms.timestamps.raise(log.headHeader().timestamp());
        for (LogEntry entry : uncommitted) {
            rooms.pipeline.push(entry);
        }
        if (!rooms.pipeline.isEmpty()) {
            timeouts.get(TimeoutName.PREPARE).start();
            abdication.entryPending();
        }
        rooms.durability.persist();
        return state.isLogViewDurable() ? onViewDurable() : this;
    }

    @Override
    Status onViewDurable() {
        outbox.broadcast(ViewLog.startView(state, log, 0));
        acknowledgePipeline();
        // Nobody else may have them. Not before the StartView: whoever waits for it drops prepares.
        rooms.heldRequests.takeAll().forEach(this::onRequest);
        return this;
    }

    private void acknowledgePipeline() {
        for (Pipeline.InFlight prepare : rooms.pipeline.prepares()) {
            if (log.journal().hasClean(prepare.entry().header())) {
                acknowledgeAgain(prepare.entry().header());
            }
        }
    }

    @Override
    Status onTimeout(TimeoutName timeout) {
        switch (timeout) {
            case COMMIT -> heartbeat();
            case PREPARE -> resend();
            case PRIMARY_ABDICATE -> abdication.timedOut();
            case COMMIT_STALL -> {
                timeouts.get(timeout).stop();
                hasStalled = true;
                advanceCommits();
            }
            case PULSE -> {
                timeouts.get(timeout).reset();
                pulseAfterSilence();
            }
            case REPAIR -> {
                timeouts.get(timeout).reset();
                rooms.repair.expire();
                rooms.repair.headers();
                rooms.repair.entries(state.op(), false);
                rooms.repair.replies();
            }
            default -> {
                return super.onTimeout(timeout);
            }
        }
        return this;
    }

    @Override
    Status onTick() {
        if (rooms.clusterTime.nanos().isPresent()) {
            abdication.clockFound(rooms.pipeline.firstPending() != null);
        }
        rooms.heldRequests.takeAll().forEach(this::onRequest);
        boolean isQuiet = rooms.liveness.signal(state.now().tick()) != LivenessDetector.Signal.GREEN;
        if (isQuiet && !abdication.isAbdicating()) {
            heartbeat();                                        // traffic that ends abruptly must not look like death
        }
        return this;
    }

    private void heartbeat() {
        timeouts.get(TimeoutName.COMMIT).reset();
        if (abdication.isAbdicating() || state.isSolo()) {
            return;
        }
        rooms.liveness.heartbeat(state.now().tick(), state.now().monotonicNanos());
        EntryHeader committed = log.header(state.commitMax());
        Word128 checksum = committed != null ? committed.checksum() : state.commitMinHeader().checksum();
        outbox.broadcast(new ReplicaMessage.Commit(state.commitMax(), checksum, state.checkpointOp(),
                state.checkpointId(),
                state.now().monotonicNanos()));
    }

    /**
     * The lowest entry without a quorum has waited: all that lack theirs again to all who have not acknowledged them
     * (§3.5). One at a time would take a period for each of them.
     */
    private void resend() {
        check(rooms.pipeline.firstPending() != null, "the prepare timer runs, and nothing is pending in op %d..%d",
                state.commitMin(), state.op());
        timeouts.get(TimeoutName.PREPARE).backoff();
        for (Pipeline.InFlight prepare : rooms.pipeline.prepares()) {
            if (!prepare.oks().isReached()) {
                resend(prepare);
            }
        }
    }

    private void resend(Pipeline.InFlight pending) {
        long missing = pending.oks().missing();
        for (int replica = 0; replica < state.replicaCount(); replica++) {
            if ((missing >> replica & 1) != 0 && replica != state.replica()) {
                outbox.send(replica, new ReplicaMessage.Prepare(pending.entry()));
            }
        }
        if (log.journal().hasDirty(pending.entry().header())) {
            log.writer().write(pending.entry());
        }
    }

    @Override
    Status onRequest(ClientMessage.Request request) {
        RequestRuling ruling = RequestRuling.judge(rooms, request);
        switch (ruling.kind()) {
            case ACCEPT -> accept(request, rooms.clusterTime.nanos().getAsLong());
            case ANSWER -> rooms.replies.sendLast(request);
            case EVICT -> rooms.evict(request.client(), ruling.eviction());
            case REFUSE_DISK_FULL -> outbox.sendClient(new ClientMessage.Refusal(request.client(), request.request(),
                    request.requestChecksum(), RefusalReason.DISK_FULL));
            case HOLD -> rooms.heldRequests.hold(request, state.now().tick());
            case HOLD_FOR_CLOCK -> {
                abdication.clockMissing();
                rooms.heldRequests.hold(request, state.now().tick());
            }
            case IGNORE -> rooms.ignore(ruling.ignored());
        }
        return this;
    }

    @Override
    void onPingClient(ClientMessage.PingClient ping) {
        if (isForgotten(ping.client(), ping.session())) {
            rooms.evict(ping.client(), EvictionReason.NO_SESSION);
        } else {
            outbox.sendClient(new ClientMessage.PongClient(ping.client(), ping.monotonicNanos(), state.logViewDurable(),
                    state.replica()));
        }
    }

    @Override
    void onUnserved(UnservedClient unserved) {
        if (unserved.view() < 0 || unserved.view() > state.view()) {
            rooms.ignore(Ignored.CLIENT_VIEW_NEWER);
        } else {
            rooms.evict(unserved.client(), isForgotten(unserved.client(), unserved.session())
                    ? EvictionReason.NO_SESSION : unserved.reason());
        }
    }

    /** Whether a client names a session that must be known here if it still existed. */
    private boolean isForgotten(Uint128 client, long session) {
        return session != 0 && rooms.checkpoints.isOpen() && !rooms.clients.contains(Words.of(client))
                && state.commitMin() >= session;
    }

    private void accept(ClientMessage.Request request, long wallNanos) {
        if (rooms.pipeline.isFull()) {
            rooms.pipeline.await(new Pipeline.Waiting(request, wallNanos));
        } else {
            prepare(request, wallNanos);
        }
    }

    private void prepare(ClientMessage.Request request, long wallNanos) {
        byte[] body = request.body();
        Word128 bodyChecksum = Words.of(request.bodyChecksum());
        long delta = 0;
        if (request.isRegister()) {
            body = RegisterBody.entry(state.constants().bodyLimit());
            bodyChecksum = Checksums.of(body);
        } else {
            delta = rooms.rules.timestampDelta(request.operation(), body);
        }
        EntryHeader.Builder header = EntryHeader.builder().client(Words.of(request.client())).request(request.request())
                .requestChecksum(Words.of(request.requestChecksum())).release(request.release()).door(request.door())
                .operation(request.operation()).body(body.length, bodyChecksum)
                .timestamp(rooms.timestamps.next(wallNanos, delta));
        prepare(header, body);
    }

    /** The entry gets its place, and is on its way before the next is looked at (§3.4). */
    private void prepare(EntryHeader.Builder builder, byte[] body) {
        long op = state.op() + 1;
        EntryHeader header = builder.cluster(state.cluster()).view(state.view()).replica(state.replica()).op(op)
                .parent(log.headHeader().checksum()).commit(state.commitMax())
                .checkpointId(state.checkpointIdFor(op)).build();
        LogEntry entry = new LogEntry(header, body);
        rooms.pipeline.push(entry);
        log.append(entry);
        outbox.broadcast(new ReplicaMessage.Prepare(entry));
        rooms.liveness.prepare(state.now().tick());
        timeouts.get(TimeoutName.PREPARE).ensureStarted();
        timeouts.get(TimeoutName.PULSE).start();
        abdication.entryPending();
    }

    private void pulseAfterSilence() {
        OptionalLong time = rooms.clusterTime.nanos();
        long now = Math.max(rooms.timestamps.prepared(), time.orElse(0));
        if (rooms.commits.nextExpiryNanos() <= now && mayPulse()) {
            rooms.timestamps.raise(now);
            pulse();
        }
    }

    private boolean mayPulse() {
        return state.isLogViewDurable() && !rooms.pipeline.isFull() && !rooms.pipeline.hasOperation(OPERATION_PULSE);
    }

    private void pulse() {
        long delta = rooms.rules.timestampDelta(OPERATION_PULSE, NO_BODY);
        prepare(EntryHeader.builder().operation(OPERATION_PULSE).door(EntryHeader.DOOR_INTERNAL).body(NO_BODY)
                .timestamp(rooms.timestamps.next(0, delta)), NO_BODY);
    }

    @Override
    public Status onPrepare(ReplicaMessage.Prepare prepare, Envelope envelope) {
        return onRepair(prepare.entry(), envelope.replica());
    }

    @Override
    Status onClean(EntryHeader header) {
        acknowledgeAgain(header);
        return this;
    }

    @Override
    void acknowledgeAgain(EntryHeader header) {
        if (header.op() <= state.opPrepareOkMax() && rooms.pipeline.find(header.op(), header.checksum()) != null) {
            outbox.send(state.replica(), prepareOk(state, header));
        }
    }

    /** Our word that the entry is durable here. */
    static ReplicaMessage.PrepareOk prepareOk(ReplicaState state, EntryHeader header) {
        return new ReplicaMessage.PrepareOk(header.op(), header.checksum(), header.requestChecksum(), header.client(),
                header.request(), header.timestamp(), header.operation(), state.commitMin(), state.op());
    }

    @Override
    public Status onPrepareOk(ReplicaMessage.PrepareOk ok, Envelope envelope) {
        if (envelope.view() != state.view()) {
            return ignore(envelope.view() < state.view() ? Ignored.OLDER_VIEW : Ignored.NEWER_VIEW);
        }
        progress.heard(envelope.replica(), ok.commitMin());
        Pipeline.InFlight prepare = rooms.pipeline.find(ok.op(), ok.prepareChecksum());
        if (prepare == null) {
            return ignore(Ignored.NOT_IN_PIPELINE);
        }
        EntryHeader header = prepare.entry().header();
        check(header.client().equals(ok.client()) && header.request() == ok.request()
                && header.timestamp() == ok.timestamp() && header.operation() == ok.operation(),
                "%s was acknowledged as %s",
                header, ok);
        boolean wasFirst = rooms.pipeline.firstPending() == prepare;
        QuorumCounter.Count count = prepare.oks().add(envelope.replica());
        if (count == QuorumCounter.Count.DUPLICATE) {
            return ignore(Ignored.DUPLICATE);
        }
        Pipeline.InFlight pending = rooms.pipeline.firstPending();
        if (envelope.replica() != state.replica() || pending == null) {
            abdication.newAcknowledgement(pending != null);     // our own disk does not prove that others hear us
            rooms.viewExit.withdraw();
        }
        if (count != QuorumCounter.Count.REACHED) {
            return this;
        }
        if (pending == null) {
            timeouts.get(TimeoutName.PREPARE).stop();
        } else if (wasFirst) {
            timeouts.get(TimeoutName.PREPARE).reset();
        }
        state.raiseCommitMax(rooms.pipeline.head().entry().op() + rooms.pipeline.readyCount() - 1);
        return advanceCommits();
    }

    @Override
    Status advanceCommits() {
        if (!rooms.commits.isIdle() || state.commitMin() == state.commitMax()
                || timeouts.get(TimeoutName.COMMIT_STALL).isRunning()) {
            return this;
        }
        int stallTicks = hasStalled ? 0 : progress.stallTicks();
        if (stallTicks > 0) {
            timeouts.get(TimeoutName.COMMIT_STALL).start(stallTicks);
            return this;
        }
        hasStalled = false;
        return super.advanceCommits();
    }

    @Override
    Status onCommitted(Commits.Done done) {
        rooms.pipeline.pop(done.entry().op());
        if (done.committed() != null) {
            rooms.replies.send(done.committed().reply());
        }
        if (rooms.commits.nextExpiryNanos() <= rooms.timestamps.prepared() && mayPulse()) {
            pulse();
        }
        Pipeline.Waiting next = rooms.pipeline.pollWaiting();
        while (next != null) {
            prepare(next.request(), next.wallNanos());
            next = rooms.pipeline.pollWaiting();
        }
        ClientMessage.Request early = rooms.heldRequests.takeOf(done.entry().header().client());
        if (early != null) {
            onRequest(early);                                   // behind all who wait for a place
        }
        if (done.entry().op() == state.opTrigger()) {
            heartbeat();                                        // so that all finish their checkpoint together
        }
        return advanceCommits();
    }

    /** Backups that are behind see how far they may go now, and whether their log still suffices. */
    @Override
    Status onCheckpoint() {
        outbox.broadcast(ViewLog.startView(state, log, 0));
        acknowledgePipeline();
        return advanceCommits();
    }

    @Override
    void onCheckpointOnQuorum() {
        outbox.broadcast(ViewLog.startView(state, log, 0));
    }

    @Override
    Status afterRepair() {
        return advanceCommits();
    }

    @Override
    Status seenRunning(int view) {
        if (view > state.view()) {
            outbox.askForStartView(view, 0);
        }
        return this;
    }

    /**
     * While abdicating we second whoever would leave: of two, both must want to, and only we know that we cannot
     * work.
     */
    @Override
    public Status onStartViewChange(ReplicaMessage.StartViewChange vote, Envelope envelope) {
        Status next = super.onStartViewChange(vote, envelope);
        boolean isSeconded = next == this && envelope.view() == state.view() && abdication.isAbdicating()
                && !rooms.viewExit.isOwnVoteSet();
        return isSeconded ? voteToLeave() : next;
    }

    @Override
    public Status onCommit(ReplicaMessage.Commit commit, Envelope envelope) {
        return ignore(envelope.view() < state.view() ? Ignored.OLDER_VIEW : Ignored.NEWER_VIEW);
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
        clearPipeline();
        StartViewAdoption.adopt(rooms, start, envelope.view(), false);
        return new NormalBackup(rooms);
    }

    @Override
    public Status onGetStartView(ReplicaMessage.GetStartView get, Envelope envelope) {
        if (envelope.view() != state.view()) {
            return ignore(Ignored.NOT_PRIMARY_OF_VIEW);
        }
        outbox.send(envelope.replica(), ViewLog.startView(state, log, get.nonce()));
        return this;
    }

    /** The whole log of the view is the best answer. */
    @Override
    public Status onRecovery(ReplicaMessage.Recovery recovery, Envelope envelope) {
        outbox.send(envelope.replica(), ViewLog.startView(state, log, recovery.nonce()));
        return this;
    }

    boolean isAbdicating() {
        return abdication.isAbdicating();
    }

    @Override
    void checkInvariants() {
        check(state.isPrimaryOfView(), "primary of view %d, which is another's", state.view());
        check(state.logView() == state.view(), "normal in view %d with the log of %d", state.view(), state.logView());
        check(state.op() - state.commitMin() == rooms.pipeline.count(), "op %d, commitMin %d, pipeline %d", state.op(),
                state.commitMin(), rooms.pipeline.count());
        check(timeouts.get(TimeoutName.PREPARE).isRunning() == (rooms.pipeline.firstPending() != null),
                "the prepare timer and what is pending in op %d..%d do not agree", state.commitMin(), state.op());
    }
}
