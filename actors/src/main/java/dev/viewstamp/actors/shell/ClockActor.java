package dev.viewstamp.actors.shell;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.javadsl.TimerScheduler;
import dev.viewstamp.actors.replica.ClusterClock;
import dev.viewstamp.actors.replica.Quorums;
import java.time.Duration;

/**
 * The cluster's time as seen from here: feeds samples to {@link ClusterClock} and tells the replica when the epoch
 * changes (replication spec §10).
 */
public final class ClockActor extends AbstractBehavior<ClockActor.Command> {
    private static final Duration TICK = Duration.ofMillis(50);

    public interface Command {
    }

    /** A sample: own time at ping, the peer's wall clock, own time at pong. */
    public record Learn(int replica, long pingMonotonicNanos, long peerWallNanos, long pongMonotonicNanos)
            implements Command {
    }

    private enum Tick implements Command { INSTANCE }

    private final TimeSource time;
    private final ActorRef<? super ReplicaActor.EpochChanged> replica;
    private final ClusterClock clock;

    private ClockActor(ActorContext<Command> context, NodeOptions options, TimeSource time,
                       ActorRef<? super ReplicaActor.EpochChanged> replica) {
        super(context);
        this.time = time;
        this.replica = replica;
        int replicaCount = options.constants().replicaCount();
        this.clock = new ClusterClock(replicaCount, options.replicaIndex(), Quorums.of(replicaCount).replication(),
                time.monotonicNanos(), time.wallNanos());
    }

    public static Behavior<Command> create(NodeOptions options, TimeSource time,
                                           ActorRef<? super ReplicaActor.EpochChanged> replica) {
        return Behaviors.withTimers((TimerScheduler<Command> timers) -> {
            timers.startTimerWithFixedDelay(Tick.INSTANCE, TICK);
            return Behaviors.setup(context -> new ClockActor(context, options, time, replica));
        });
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Learn.class, this::onLearn)
                .onMessage(Tick.class, this::onTick)
                .build();
    }

    private Behavior<Command> onLearn(Learn learn) {
        clock.learn(learn.replica(), learn.pingMonotonicNanos(), learn.peerWallNanos(), learn.pongMonotonicNanos());
        return this;
    }

    private Behavior<Command> onTick(Tick tick) {
        clock.tick(time.monotonicNanos(), time.wallNanos())
                .ifPresent(bounds -> replica.tell(new ReplicaActor.EpochChanged(bounds)));
        return this;
    }
}
