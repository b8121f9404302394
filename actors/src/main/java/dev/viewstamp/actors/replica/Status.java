package dev.viewstamp.actors.replica;

import dev.viewstamp.actors.message.Envelope;
import dev.viewstamp.actors.message.ReplicaMessage;
import dev.viewstamp.client.protocol.ClientMessage;
import dev.viewstamp.journal.CheckpointState;
import dev.viewstamp.journal.EntryHeader;
import dev.viewstamp.journal.LogEntry;
import dev.viewstamp.journal.StoredReply;
import dev.viewstamp.journal.Word128;
import java.util.ArrayList;
import java.util.List;

/**
 * What a replica is at the moment. Statuses decide, rooms count; every handler answers the status that follows,
 * mostly itself. What is the same in all of them, serving others foremost, stands here; what a status says
 * nothing about, it ignores.
 *
 * <pre>
 *   open ─┬─ Replaying ──────────────────────────────────► NormalPrimary        (solo)
 *         ├─ NormalBackup ◄──── StartView ── ViewChanging ◄── a quorum leaves, or a higher view is seen
 *         ├─ ViewChanging ── DoViewChange quorum ──► ProspectivePrimary ── log repaired ──► NormalPrimary
 *         └─ RecoveringHead ── fresh StartView ──► NormalBackup
 *   any ── StartView of a log beyond our state, whose checkpoint is here ──► Syncing ──► NormalBackup
 * </pre>
 */
abstract class Status implements ReplicaMessage.Receiver<Status> {
    /** Headers in one answer to GetHeaders. */
    private static final int HEADERS_MAX = 64;

    final Rooms rooms;
    final ReplicaState state;
    final Outbox outbox;
    final ReplicatedLog log;
    final Timeouts timeouts;

    Status(Rooms rooms) {
        this.rooms = rooms;
        this.state = rooms.state;
        this.outbox = rooms.outbox;
        this.log = rooms.log;
        this.timeouts = rooms.timeouts;
    }

    abstract StatusName name();

    /** Done once, on becoming this status. May lead on to the next at once. */
    abstract Status enter();

    /** Whether committed entries may start to be executed. */
    boolean mayCommit() {
        return false;
    }

    /** A timer of this status fired; it must be reset, backed off or stopped. */
    Status onTimeout(TimeoutName timeout) {
        throw Invariant.unreachable("%s fired in %s", timeout, name());
    }

    /** After the timers of a tick. */
    Status onTick() {
        return this;
    }

    Status onRequest(ClientMessage.Request request) {
        return ignore(Ignored.WRONG_STATUS);
    }

    /** Everything about the view is durable now: say what waited for it. */
    Status onViewDurable() {
        return this;
    }

    /** An entry is durable in both rings now. */
    Status onClean(EntryHeader header) {
        return this;
    }

    /** A read for the pipeline ended; {@code entry} is null if it failed. */
    Status onPipelineRead(PrepareReads.Read read, LogEntry entry) {
        return this;
    }

    /** Our next checkpoint is durable: the log may go further. */
    Status onCheckpoint() {
        return advanceCommits();
    }

    /** Our checkpoint is on a replication quorum. */
    void onCheckpointOnQuorum() {
    }

    /** An entry was executed. */
    Status onCommitted(Commits.Done done) {
        return advanceCommits();
    }

    /** A reason to go on with commits came up. */
    Status advanceCommits() {
        if (mayCommit()) {
            rooms.commits.advance();
        }
        return this;
    }

    /** What a message says of other views, before it is handled (replication spec §4.3). */
    Status jump(Envelope envelope) {
        return switch (ViewHint.of(envelope.message())) {
            case RUNNING -> seenRunning(ViewHint.view(envelope));
            case CHANGING -> seenChanging(ViewHint.view(envelope));
            case NONE -> this;
        };
    }

    /** Somebody acts in {@code view} as in normal operation. */
    Status seenRunning(int view) {
        return this;
    }

    /** Somebody is changing to, or was in, {@code view}. */
    Status seenChanging(int view) {
        return view > state.view() ? ViewChanging.enterView(rooms, view) : this;
    }

    void checkInvariants() {
    }

    /** On entering: of all timers but the ping, these and no others run, from their beginning. */
    final void runOnly(TimeoutName... running) {
        for (TimeoutName timeout : TimeoutName.values()) {
            if (timeout != TimeoutName.PING && timeout != TimeoutName.SCRUB) {
                timeouts.get(timeout).stop();
            }
        }
        for (TimeoutName timeout : running) {
            timeouts.get(timeout).start();
        }
    }

    /**
     * On entering anything but primaryship: the entries stay of use, acknowledgements and waiting requests do not
     * (§4.7).
     */
    final void clearPipeline() {
        for (Pipeline.InFlight prepare : rooms.pipeline.prepares()) {
            log.cache(prepare.entry());
        }
        rooms.pipeline.clear();
    }

    /**
     * A StartView may show that our state is too old for its log. Answers what follows then; null if it can be
     * adopted as it is.
     */
    final Status syncFirst(ReplicaMessage.StartView start, Envelope envelope) {
        CheckpointState checkpoint = rooms.sync.consider(start);
        if (checkpoint != null) {
            return new Syncing(rooms, checkpoint, start, envelope.view());
        }
        if (rooms.sync.fits(state.checkpointOp(), start)) {
            return null;
        }
        if (envelope.view() == state.logView()) {
            state.raiseCommitMax(start.commitMax());
        }
        return ignore(Ignored.BEYOND_LOG);
    }

    final Status ignore(Ignored reason) {
        rooms.ignore(reason);
        return this;
    }

    void onPingClient(ClientMessage.PingClient ping) {
        rooms.ignore(Ignored.WRONG_STATUS);
    }

    void onUnserved(UnservedClient unserved) {
        rooms.ignore(Ignored.WRONG_STATUS);
    }

    @Override
    public Status onPing(ReplicaMessage.Ping ping, Envelope envelope) {
        outbox.send(envelope.replica(), new ReplicaMessage.Pong(ping.monotonicNanos(), state.now().wallNanos()));
        return this;
    }

    @Override
    public Status onPong(ReplicaMessage.Pong pong, Envelope envelope) {
        long monotonic = state.now().monotonicNanos();
        outbox.emit(new Effect.LearnClock(envelope.replica(), pong.pingMonotonicNanos(), pong.wallNanos(), monotonic));
        return this;
    }

    @Override
    public Status onForwarded(ReplicaMessage.Forwarded forwarded, Envelope envelope) {
        return ignore(Ignored.WRONG_STATUS);
    }

    @Override
    public Status onPrepare(ReplicaMessage.Prepare prepare, Envelope envelope) {
        return ignore(Ignored.WRONG_STATUS);
    }

    @Override
    public Status onPrepareOk(ReplicaMessage.PrepareOk ok, Envelope envelope) {
        return ignore(Ignored.WRONG_STATUS);
    }

    @Override
    public Status onCommit(ReplicaMessage.Commit commit, Envelope envelope) {
        return ignore(Ignored.WRONG_STATUS);
    }

    @Override
    public Status onStartViewChange(ReplicaMessage.StartViewChange vote, Envelope envelope) {
        return ignore(Ignored.WRONG_STATUS);
    }

    @Override
    public Status onDoViewChange(ReplicaMessage.DoViewChange vote, Envelope envelope) {
        return ignore(Ignored.WRONG_STATUS);
    }

    @Override
    public Status onStartView(ReplicaMessage.StartView start, Envelope envelope) {
        return ignore(Ignored.WRONG_STATUS);
    }

    @Override
    public Status onGetStartView(ReplicaMessage.GetStartView get, Envelope envelope) {
        return ignore(Ignored.NOT_PRIMARY_OF_VIEW);
    }

    @Override
    public Status onRecovery(ReplicaMessage.Recovery recovery, Envelope envelope) {
        return ignore(Ignored.WRONG_STATUS);
    }

    @Override
    public Status onRecoveryResponse(ReplicaMessage.RecoveryResponse response, Envelope envelope) {
        return ignore(Ignored.WRONG_STATUS);
    }

    @Override
    public Status onHeaders(ReplicaMessage.Headers headers, Envelope envelope) {
        return ignore(Ignored.WRONG_STATUS);
    }

    /** Whatever headers we have: who asked knows by the chain whether they fit. */
    @Override
    public Status onGetHeaders(ReplicaMessage.GetHeaders get, Envelope envelope) {
        List<EntryHeader> headers = new ArrayList<>();
        long opMax = Math.min(get.opMax(), state.op());
        long opMin = Math.max(get.opMin(), opMax - log.journal().slotCount() + 1);
        for (long op = opMax; op >= opMin && headers.size() < HEADERS_MAX; op--) {
            EntryHeader header = log.header(op);
            if (header != null) {
                headers.add(header);
            }
        }
        if (headers.isEmpty()) {
            return ignore(Ignored.NOT_HELD);
        }
        outbox.send(envelope.replica(), new ReplicaMessage.Headers(headers));
        return this;
    }

    /** Whatever entry we have, in any view: from memory, else from disk even if its slot is marked faulty (§8.4). */
    @Override
    public Status onGetPrepare(ReplicaMessage.GetPrepare get, Envelope envelope) {
        EntryHeader held = log.header(get.op());
        if (get.anyChecksum() && held == null) {
            return ignore(Ignored.NOT_HELD);
        }
        Word128 checksum = get.anyChecksum() ? held.checksum() : get.checksum();
        Pipeline.InFlight inFlight = rooms.pipeline.find(get.op(), checksum);
        LogEntry entry = inFlight != null ? inFlight.entry() : log.findInMemory(get.op(), checksum);
        if (entry != null) {
            outbox.send(envelope.replica(), new ReplicaMessage.Prepare(entry));
            return this;
        }
        if (!log.journal().canServe(get.op(), checksum)) {
            return ignore(Ignored.NOT_HELD);
        }
        var read = new PrepareReads.Read(PrepareReads.Purpose.PEER, get.op(), checksum, envelope.replica());
        if (log.reads().contains(read)) {
            return ignore(Ignored.DUPLICATE);
        }
        if (!log.reads().hasRoomForPeer()) {
            return ignore(Ignored.NO_READ_SLOT);
        }
        log.read(read);
        return this;
    }

    @Override
    public Status onGetReply(ReplicaMessage.GetReply get, Envelope envelope) {
        StoredReply reply = rooms.replyZone.find(get.client(), get.checksum());
        if (reply == null) {
            return ignore(Ignored.NOT_HELD);
        }
        outbox.send(envelope.replica(), new ReplicaMessage.ReplyCopy(reply));
        return this;
    }

    @Override
    public Status onReplyCopy(ReplicaMessage.ReplyCopy copy, Envelope envelope) {
        return rooms.replyZone.repaired(copy.reply()) ? this : ignore(Ignored.DUPLICATE);
    }

    /** A read for a peer ended. */
    final void onPeerRead(PrepareReads.Read read, LogEntry entry) {
        if (entry == null) {
            rooms.ignore(Ignored.NOT_HELD);
        } else {
            outbox.send(read.peer(), new ReplicaMessage.Prepare(entry));
        }
    }
}
