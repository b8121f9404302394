package dev.viewstamp.actors.replica;

import static dev.viewstamp.actors.replica.Invariant.check;

import dev.viewstamp.actors.message.Envelope;
import dev.viewstamp.actors.message.ReplicaMessage;
import dev.viewstamp.client.protocol.ClientMessage;
import dev.viewstamp.journal.CheckpointState;
import dev.viewstamp.journal.EntryHeader;
import dev.viewstamp.journal.LogEntry;
import dev.viewstamp.journal.OpenedLog;
import dev.viewstamp.journal.SuperBlock;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * One replica of the cluster, without the world: events in, {@link Effect}s out (replication spec, design "The
 * house"). One caller at a time, one event at a time; after each, {@link #drainEffects} is to be carried out in
 * order. Same events, same random seed: same effects.
 *
 * <p>Routes each event to the {@link Status} that the replica is in and puts the next one in its place. After
 * every event all invariants are checked; a {@link BrokenInvariant} (or the journal's) means that the process
 * must stop.
 */
public final class Replica {
    private final Rooms rooms;
    private final Admission admission;
    private final OpenedLog.Status openedAs;
    private Status status;

    /**
     * @param opened the log as found on disk; not {@link OpenedLog.Status#REFUSED}
     * @param random drawn from for jitter and the like, and for the nonce that names this start: seed it
     *     differently each time
     */
    public Replica(ReplicaOptions options, SuperBlock superBlock, OpenedLog opened, EntryRules rules,
            RandomGenerator random) {
        check(opened.status() != OpenedLog.Status.REFUSED, "log refused: %s", opened.refusal());
        rooms = new Rooms(options, superBlock, opened, rules, random);
        admission = new Admission(rooms.state);
        openedAs = opened.status();
        rooms.state.raiseCommitMax(opened.commitMax());
        rooms.log.open(opened.op());
    }

    /** The first event. */
    public void onStart(Now now) {
        check(status == null, "started twice");
        begin(now);
        rooms.timeouts.get(TimeoutName.PING).start();
        rooms.timeouts.get(TimeoutName.SCRUB).start();
        rooms.checkpoints.open();
        become(switch (openedAs) {
            case SOLO -> new Replaying(rooms);
            case VIEW_CHANGE -> new ViewChanging(rooms);
            case NEXT_VIEW_CHANGE -> ViewChanging.enterView(rooms, rooms.state.view() + 1);
            case NORMAL_BACKUP -> new NormalBackup(rooms);
            case RECOVERING_HEAD -> new RecoveringHead(rooms);
            case REFUSED -> throw Invariant.unreachable("refused");
        });
        if (openedAs == OpenedLog.Status.NORMAL_BACKUP) {
            rooms.outbox.askForStartView(rooms.state.view(), 0);    // what we missed; its quorum may wait for us
        }
        end();
    }

    /** Every 10 ms. */
    public void onTick(Now now) {
        begin(now);
        rooms.timeouts.tick(timeout -> {
            if (timeout == TimeoutName.SCRUB) {
                rooms.timeouts.get(timeout).reset();
                if (status instanceof NormalPrimary || status instanceof NormalBackup) {
                    rooms.scrub.advance();
                }
            } else if (timeout == TimeoutName.PING) {
                rooms.timeouts.get(timeout).reset();
                ping();
                rooms.log.journal().checkInvariants();          // all slots: too much for every event
            } else {
                become(status.onTimeout(timeout));
            }
        });
        if (rooms.checkpoints.release()) {
            status.onCheckpointOnQuorum();
        }
        become(status.onTick());
        end();
    }

    /** From a peer; checksums were verified on receipt. */
    public void onMessage(Envelope envelope, Now now) {
        begin(now);
        Ignored reason = admission.judge(envelope);
        if (reason == null) {
            deliver(envelope);
        } else {
            rooms.ignore(reason);
        }
        end();
    }

    /** From a client by a door of this node; its checksum and its body's were verified there. */
    public void onRequest(ClientMessage.Request request, Now now) {
        begin(now);
        if (RequestRuling.isWellFormed(request)) {
            become(status.onRequest(request));
        } else {
            rooms.ignore(Ignored.INVALID_FIELDS);
        }
        end();
    }

    public void onPingClient(ClientMessage.PingClient ping, Now now) {
        begin(now);
        status.onPingClient(ping);
        end();
    }

    /** From a client whose release the door does not serve. */
    public void onUnserved(UnservedClient unserved, Now now) {
        begin(now);
        status.onUnserved(unserved);
        end();
    }

    public void onCompletion(Completion completion, Now now) {
        begin(now);
        if (completion instanceof Completion.PrepareWritten written) {
            rooms.log.writer().onPrepareWritten(written.slot(), written.checksum());
        } else if (completion instanceof Completion.HeaderSectorWritten written) {
            EntryHeader clean = written.slot() == ZoneScrub.NO_SLOT ? null
                    : rooms.log.writer().onHeaderWritten(written.slot(), written.checksum());
            if (clean != null) {
                become(status.onClean(clean));
            }
        } else if (completion instanceof Completion.PrepareRead read) {
            onRead(read);
        } else if (completion instanceof Completion.SuperBlockWritten written) {
            boolean isCurrent = rooms.durability.onWritten(written.sequence());
            if (rooms.checkpoints.onSuperBlockWritten()) {
                become(status.onCheckpoint());
            }
            if (isCurrent) {
                become(status.onViewDurable());
            }
        } else if (completion instanceof Completion.Executed executed) {
            if (rooms.commits.isStale(executed)) {
                rooms.ignore(Ignored.STALE_COMPLETION);
            } else {
                become(status.onCommitted(rooms.commits.onExecuted(executed)));
            }
        } else if (completion instanceof Completion.CheckpointOpened opened) {
            if (rooms.checkpoints.onOpened(opened)) {
                become(status.advanceCommits());
            }
        } else if (completion instanceof Completion.CheckpointWritten written) {
            rooms.checkpoints.onWritten(written);
            become(status.advanceCommits());
        } else if (completion instanceof Completion.CheckpointFetched fetched) {
            if (rooms.sync.onFetched(fetched)) {
                rooms.outbox.askForStartView(rooms.state.view(), 0);
            }
        } else if (completion instanceof Completion.ReplyWritten written) {
            rooms.replyZone.onWritten(written);
            rooms.checkpoints.advance();
        } else if (completion instanceof Completion.ReplyRead read) {
            rooms.replyZone.onRead(read);
        } else if (completion instanceof Completion.HeaderSectorRead read) {
            rooms.scrub.onHeadersRead(read);
        } else if (completion instanceof Completion.SuperBlockChecked checked) {
            rooms.scrub.onSuperBlockChecked(checked);
        } else if (completion instanceof Completion.DiskSpace space) {
            rooms.diskSpaceIsLow = space.low();
        }
        end();
    }

    /**
     * What the cluster agrees on about the time; null if it does not, or no longer. Comes between events and
     * causes nothing.
     */
    public void onClockEpoch(EpochBounds bounds) {
        rooms.clusterTime.learn(bounds);
        if (bounds != null) {
            rooms.timeouts.rtt(Math.max(1, bounds.roundTripMedian() / TICK_NANOS));
        }
    }

    /** What is to be done now, in order. Hands each effect out once. */
    public List<Effect> drainEffects() {
        return rooms.outbox.drain();
    }

    /** What it does now, and in which {@link #view}. */
    public StatusName statusName() {
        return status == null ? StatusName.RECOVERING : status.name();
    }

    public int view() {
        return rooms.state.view();
    }

    /** What this replica would restart from now. */
    public CheckpointState checkpoint() {
        return rooms.durability.durable().checkpoint();
    }

    /** Facts of this moment. */
    public ReplicaSnapshot snapshot() {
        ReplicaState state = rooms.state;
        return new ReplicaSnapshot(state.replica(), statusName(), state.view(),
                state.logView(), state.viewDurable(), state.logViewDurable(), state.primary(), state.op(),
                state.commitMin(), state.commitMax(), rooms.log.headHeader().checksum(),
                state.commitMinHeader().checksum(), rooms.pipeline.count(), rooms.pipeline.waitingCount(),
                rooms.log.journal().dirtyCount(), rooms.log.journal().faultyCount(), rooms.clients.count(),
                status instanceof NormalPrimary primary && primary.isAbdicating(),
                rooms.clusterTime.nanos().isPresent(), state.checkpointOp(), state.checkpointId(),
                rooms.sync.targetOp(), rooms.replyZone.faultyCount(), rooms.scrub.passes(), rooms.scrub.found(),
                rooms.ignored.snapshot());
    }

    /** The view that clients may know of: durable, and its log adopted here; -1 while this replica serves nobody. */
    public int establishedView() {
        boolean serves = status instanceof NormalPrimary || status instanceof NormalBackup;
        return serves ? rooms.state.logViewDurable() : -1;
    }

    /** The session table, for checkers: equal on all replicas at equal commitMin. */
    public ClientTable clientTable() {
        return rooms.clients;
    }

    private static final long TICK_NANOS = 10_000_000;

    private void begin(Now now) {
        rooms.state.now(now);
    }

    private void end() {
        Envelope toOurselves = rooms.outbox.pollLoopback();
        while (toOurselves != null) {
            become(toOurselves.message().deliverTo(status, toOurselves));
            toOurselves = rooms.outbox.pollLoopback();
        }
        rooms.checkInvariants(status);
    }

    private void deliver(Envelope envelope) {
        rooms.repair.heardFrom(envelope.replica());
        compareCheckpoints(envelope);
        become(status.jump(envelope));
        become(envelope.message().deliverTo(status, envelope));
    }

    private void compareCheckpoints(Envelope envelope) {
        if (envelope.message() instanceof ReplicaMessage.Ping ping) {
            rooms.checkpoints.compare(envelope.replica(), ping.checkpointOp(), ping.checkpointId());
        } else if (envelope.message() instanceof ReplicaMessage.Commit commit) {
            rooms.checkpoints.compare(envelope.replica(), commit.checkpointOp(), commit.checkpointId());
        } else if (envelope.message() instanceof ReplicaMessage.StartView start) {
            rooms.checkpoints.compare(envelope.replica(), start.checkpoint().op(), start.checkpoint().id());
        }
    }

    private void onRead(Completion.PrepareRead completion) {
        PrepareReads.Read read = rooms.log.finishRead(completion);
        LogEntry entry = completion.entry();
        switch (read.purpose()) {
            case PEER -> status.onPeerRead(read, entry);
            case COMMIT -> {
                rooms.commits.onRead(read, entry, status.mayCommit());
                become(status.advanceCommits());
            }
            case PIPELINE -> become(status.onPipelineRead(read, entry));
            case SCRUB -> rooms.scrub.onRead(read, entry);
        }
    }

    private void ping() {
        CheckpointState checkpoint = rooms.durability.durable().checkpoint();
        rooms.outbox.broadcast(new ReplicaMessage.Ping(rooms.state.now().monotonicNanos(), checkpoint.op(),
                checkpoint.id()));
    }

    /** The only assignment of the status. A status may lead on at once when it is entered. */
    private void become(Status next) {
        while (next != status) {
            status = next;
            next = status.enter();
        }
    }
}
