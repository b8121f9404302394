package dev.viewstamp.actors.shell;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.javadsl.TimerScheduler;
import dev.viewstamp.actors.message.BackupInbox;
import dev.viewstamp.actors.message.BackupMessage;
import dev.viewstamp.actors.message.Damaged;
import dev.viewstamp.actors.message.Envelope;
import dev.viewstamp.actors.message.ReplicaInbox;
import dev.viewstamp.actors.message.ReplicaMessage.Blocks;
import dev.viewstamp.actors.message.ReplicaMessage.GetBlocks;
import dev.viewstamp.actors.replica.Completion;
import dev.viewstamp.actors.replica.Effect;
import dev.viewstamp.actors.replica.EpochBounds;
import dev.viewstamp.actors.replica.Now;
import dev.viewstamp.actors.replica.Replica;
import dev.viewstamp.actors.replica.ReplicaSnapshot;
import dev.viewstamp.actors.replica.StatusName;
import dev.viewstamp.actors.replica.UnservedClient;
import dev.viewstamp.client.protocol.ClientMessage;
import dev.viewstamp.client.protocol.ClientMessage.PingClient;
import dev.viewstamp.client.protocol.ClientMessage.Request;
import dev.viewstamp.journal.OpenedLog;
import dev.viewstamp.journal.SuperBlock;
import java.time.Duration;

/**
 * The Akka shell of the replica: one event in, the core's effects out, in order. It holds no protocol state. Until
 * the journal has opened the log, everything but that news is dropped (the protocol repeats itself).
 *
 * <p>A broken invariant is thrown out of here; the guardian then stops the node.
 */
public final class ReplicaActor extends AbstractBehavior<ReplicaInbox> {
    private static final Duration TICK = Duration.ofMillis(10);
    /** Ticks that came late and still count. */
    private static final int TICKS_LATE_MAX = 3;

    /** Whom the replica works with; the first message it gets. */
    record Wired(ActorRef<JournalWriter.Command> journal, ActorRef<LedgerActor.Command> ledger,
                 ActorRef<Checkpoints.Command> checkpoints, ActorRef<Shipping.Command> shipping,
                 ActorRef<ClockActor.Command> clock, ClientDoors doors) implements ReplicaInbox {
    }

    /** From the journal: the log is open. */
    public record Opened(SuperBlock superBlock, OpenedLog log) implements ReplicaInbox {
    }

    /** From the journal or the ledger. */
    public record Completed(Completion completion) implements ReplicaInbox {
    }

    /**
     * From a door: a {@link Request} or a {@link PingClient}.
     *
     * @param taken run once when the message has left this actor's mailbox, whatever became of it
     */
    public record FromClient(ClientMessage message, Runnable taken) implements ReplicaInbox {
        public FromClient(ClientMessage message) {
            this(message, () -> { });
        }
    }

    /** From a door that does not serve this client's release; {@code taken} as above. */
    public record FromUnserved(UnservedClient unserved, Runnable taken) implements ReplicaInbox {
    }

    /** From the clock. */
    public record EpochChanged(EpochBounds bounds) implements ReplicaInbox {
    }

    /** Not answered before the log is open. */
    public record GetSnapshot(ActorRef<ReplicaSnapshot> replyTo) implements ReplicaInbox {
    }

    /** From {@link BackupDoor}: how does this replica stand? Answer: {@link BackupDoor.Stands}, with the question. */
    record GetStanding(BackupMessage.GetStanding question, ActorRef<BackupInbox> sender, ActorRef<BackupInbox> door)
            implements ReplicaInbox {
    }

    private enum Tick implements ReplicaInbox { INSTANCE }

    private final NodeOptions options;
    private final World world;
    private final TimerScheduler<ReplicaInbox> timers;
    private final PeerFlow flow;
    private Wired others;
    private Replica core;
    private long tick;
    private long tickDueNanos;
    private long damaged;
    private boolean opened;                                     // the ledger is
    private boolean ready;                                      // and said so
    private StatusName statusTold;
    private int viewTold;
    private int shownView = -1;                                 // the newest that the doors were told of

    private ReplicaActor(ActorContext<ReplicaInbox> context, TimerScheduler<ReplicaInbox> timers, NodeOptions options,
                         World world) {
        super(context);
        this.timers = timers;
        this.options = options;
        this.world = world;
        this.flow = new PeerFlow(options.constants().replicaCount(), 2 * options.constants().pipelineMax());
    }

    public static Behavior<ReplicaInbox> create(NodeOptions options, World world) {
        return Behaviors.withTimers(timers -> Behaviors.setup(
                context -> new ReplicaActor(context, timers, options, world)));
    }

    @Override
    public Receive<ReplicaInbox> createReceive() {
        return newReceiveBuilder()
                .onMessage(Wired.class, this::onWired)
                .onMessage(Opened.class, this::onOpened)
                .onMessage(FromClient.class, from -> dropped(from.taken()))
                .onMessage(FromUnserved.class, from -> dropped(from.taken()))
                .onAnyMessage(message -> this)
                .build();
    }

    /** From here on handlers answer "same": "this" would be the phase before. */
    private Receive<ReplicaInbox> serving() {
        return newReceiveBuilder()
                .onMessage(Envelope.class, this::onEnvelope)
                .onMessage(Completed.class, this::onCompleted)
                .onMessage(FromClient.class, this::onFromClient)
                .onMessage(FromUnserved.class, this::onFromUnserved)
                .onMessage(Tick.class, this::onTick)
                .onMessage(EpochChanged.class, this::onEpochChanged)
                .onMessage(Damaged.class, this::onDamaged)
                .onMessage(GetSnapshot.class, this::onGetSnapshot)
                .onMessage(GetStanding.class, this::onGetStanding)
                .build();
    }

    private Behavior<ReplicaInbox> dropped(Runnable taken) {
        taken.run();
        return this;
    }

    private Behavior<ReplicaInbox> onWired(Wired wired) {
        others = wired;
        return this;
    }

    private Behavior<ReplicaInbox> onOpened(Opened opened) {
        core = new Replica(options.replica(), opened.superBlock(), opened.log(), options.rules(), world.random());
        core.onStart(now());
        carryOut();
        tickDueNanos = world.time().monotonicNanos();
        // Not with fixed delay: Akka's scheduler rounds each up to two of its own ticks, and all timeouts would double.
        timers.startTimerAtFixedRate(Tick.INSTANCE, TICK);
        world.opened().accept(opened.log(), core::snapshot);
        return serving();
    }

    private Behavior<ReplicaInbox> onEnvelope(Envelope envelope) {
        if (envelope.replica() < options.constants().replicaCount()) {
            flow.heard(envelope.replica());
        }
        if (envelope.message() instanceof GetBlocks || envelope.message() instanceof Blocks) {
            if (envelope.cluster().equals(options.cluster())) {  // what the core checks for its own messages
                others.shipping().tell(new Shipping.FromPeer(envelope));
            }
            return Behaviors.same();
        }
        core.onMessage(envelope, now());
        return carryOut();
    }

    private Behavior<ReplicaInbox> onCompleted(Completed completed) {
        core.onCompletion(completed.completion(), now());
        sayReady(completed.completion());
        return carryOut();
    }

    /** Once: when the ledger is open, and a solo replica has executed its log again. */
    private void sayReady(Completion completion) {
        opened |= completion instanceof Completion.CheckpointOpened;
        if (opened && !ready && core.snapshot().status() != StatusName.RECOVERING) {
            ready = true;
            world.ready().accept(core.snapshot());
        }
    }

    private Behavior<ReplicaInbox> onFromClient(FromClient from) {
        if (from.message() instanceof Request request) {
            core.onRequest(request, now());
        } else if (from.message() instanceof PingClient ping) {
            core.onPingClient(ping, now());
        }
        carryOut();
        from.taken().run();
        return Behaviors.same();
    }

    private Behavior<ReplicaInbox> onFromUnserved(FromUnserved from) {
        core.onUnserved(from.unserved(), now());
        carryOut();
        from.taken().run();
        return Behaviors.same();
    }

    /** After a pause few ticks are made up for, not all that were missed (replication spec §13.86). */
    private Behavior<ReplicaInbox> onTick(Tick message) {
        long now = world.time().monotonicNanos();
        if (now - tickDueNanos < -TICK.toNanos() / 2) {
            return Behaviors.same();
        }
        tickDueNanos = Math.max(tickDueNanos, now - TICKS_LATE_MAX * TICK.toNanos()) + TICK.toNanos();
        tick++;
        core.onTick(now());
        carryOut();
        int view = core.establishedView();
        if (view > shownView) {
            shownView = view;
            others.doors().established(view);
        }
        return Behaviors.same();
    }

    private Behavior<ReplicaInbox> onEpochChanged(EpochChanged changed) {
        core.onClockEpoch(changed.bounds());
        return carryOut();
    }

    private Behavior<ReplicaInbox> onDamaged(Damaged message) {
        damaged++;
        if (Long.bitCount(damaged) == 1) {                       // 1, 2, 4, 8 …: a storm costs a few lines
            getContext().getLog().warn("{} damaged messages so far, the last one: {}", damaged, message.reason());
        }
        return Behaviors.same();
    }

    private Behavior<ReplicaInbox> onGetStanding(GetStanding get) {
        ReplicaSnapshot snapshot = core.snapshot();
        get.door().tell(new BackupDoor.Stands(snapshot.logViewDurable(), snapshot.commitMin(), snapshot.commitMax(),
                core.checkpoint(), get.question(), get.sender()));
        return Behaviors.same();
    }

    private Behavior<ReplicaInbox> onGetSnapshot(GetSnapshot get) {
        get.replyTo().tell(core.snapshot());
        return Behaviors.same();
    }

    private Now now() {
        return new Now(tick, world.time().monotonicNanos(), world.time().wallNanos());
    }

    private Behavior<ReplicaInbox> carryOut() {
        for (Effect effect : core.drainEffects()) {
            if (effect instanceof Effect.Send send) {
                send(send);
            } else if (effect instanceof Effect.SendClient send) {
                others.doors().toClient(send.message());
            } else if (effect instanceof Effect.Execute execute) {
                others.ledger().tell(new LedgerActor.Execute(execute.entry()));
            } else if (effect instanceof Effect.LearnClock learn) {
                others.clock().tell(new ClockActor.Learn(learn.replica(), learn.pingMonotonicNanos(),
                        learn.peerWallNanos(), learn.pongMonotonicNanos()));
            } else if (effect instanceof Effect.FoundDamage found) {
                getContext().getLog().warn("Damage on disk: {}; {}", found.piece(), found.outcome());
            } else if (effect instanceof Effect.ScrubPassed passed) {
                getContext().getLog().info("Log, replies and superblock were read once: {} pieces, {} damaged",
                        passed.read(), passed.damaged());
            } else if (!carryOutOnCheckpoints(effect)) {
                others.journal().tell(new JournalWriter.Do(effect));
            }
        }
        if (core.statusName() != statusTold || core.view() != viewTold) {
            statusTold = core.statusName();
            viewTold = core.view();
            getContext().getLog().info("replica {}: view {}, {}", options.replicaIndex(), viewTold, statusTold);
        }
        return Behaviors.same();
    }

    /** False for effects on the log. */
    private boolean carryOutOnCheckpoints(Effect effect) {
        if (effect instanceof Effect.OpenCheckpoint open) {
            others.ledger().tell(new LedgerActor.Open(open.checkpoint()));
        } else if (effect instanceof Effect.Freeze freeze) {
            others.ledger().tell(new LedgerActor.Freeze(freeze.header(), freeze.sessions()));
        } else if (effect instanceof Effect.ReleaseBefore release) {
            others.checkpoints().tell(new Checkpoints.ReleaseBefore(release.op()));
        } else if (effect instanceof Effect.FetchCheckpoint fetch) {
            others.checkpoints().tell(new Checkpoints.FetchCheckpoint(fetch.target()));
        } else if (effect instanceof Effect.CancelFetch) {
            others.checkpoints().tell(Checkpoints.CancelFetch.INSTANCE);
        } else {
            return false;
        }
        return true;
    }

    private void send(Effect.Send send) {
        if (!send.envelope().message().isBulk() || flow.admitsBulk(send.replica())) {
            world.transport().send(send.replica(), send.envelope());
        }
    }
}
