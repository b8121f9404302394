package dev.viewstamp.testkit.sim;

import akka.actor.ActorPath;
import akka.actor.BootstrapSetup;
import akka.actor.Cancellable;
import akka.actor.LocalActorRef;
import akka.actor.setup.ActorSystemSetup;
import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Adapter;
import akka.actor.typed.javadsl.Behaviors;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.util.function.Consumer;
import scala.jdk.javaapi.CollectionConverters;

/**
 * One ActorSystem on the caller's thread and in virtual time. Every dispatcher queues its turns here, the dice
 * choose the next one, and time moves to the next appointment only when no turn is left. No other thread takes
 * part; a task from another thread is an error.
 *
 * <p>A turn takes no virtual time. Equal seeds give equal orders of turns as long as the actors themselves draw
 * only from what they are given (no clocks, no ThreadLocalRandom, no iteration in hash order of actor references:
 * their hash codes differ from run to run). One system serves many simulations, one after another: {@link #begin}.
 */
public final class SimSystem implements AutoCloseable {
    private final ActorSystem<Consumer<ActorContext<?>>> system;
    private final VirtualScheduler scheduler;
    private final Turns turns;
    private Runnable afterStep = () -> { };

    /** Starts a system on which {@link #begin} can be called, again and again. */
    public SimSystem(Config overrides) {
        Config config = ConfigFactory.parseResources(SimSystem.class, "/simulation.conf")
                .withFallback(overrides)
                .withFallback(ConfigFactory.defaultReference())
                .resolve();
        this.system = ActorSystem.create(guardian(), "simulation",
                ActorSystemSetup.create(BootstrapSetup.create(config)));
        this.scheduler = (VirtualScheduler) system.classicSystem().scheduler();
        this.turns = scheduler.turns();
    }

    /**
     * Starts the system and lets it come to rest.
     *
     * @param random the order of turns is drawn from it
     * @param overrides settings over those of the class path; may be empty
     * @param afterStep runs after every turn and every appointment
     */
    public SimSystem(SimRandom random, Config overrides, Runnable afterStep) {
        this(overrides);
        begin(random, afterStep);
    }

    /**
     * Begins a simulation in an empty world at time 0. What an earlier one left behind ends first: its actors stop
     * without another message, its appointments are forgotten. Booting an ActorSystem takes as long as some
     * thousand turns; that a simulation is the same on a fresh and on a used one, a test proves.
     *
     * @param random the order of turns is drawn from it
     * @param afterTurn runs after every turn and every appointment
     */
    public void begin(SimRandom random, Runnable afterTurn) {
        afterStep = () -> { };
        turns.resumeAll();
        turns.dice(bound -> bound - 1);
        for (akka.actor.ActorRef child : children((LocalActorRef) Adapter.toClassic((ActorRef<?>) system))) {
            end((LocalActorRef) child);
        }
        scheduler.forget();
        settle();
        scheduler.forget();
        turns.forget();
        turns.dice(bound -> (int) Long.remainderUnsigned(random.nextLong() >>> 1, bound));
        afterStep = afterTurn;
    }

    private static Behavior<Consumer<ActorContext<?>>> guardian() {
        return Behaviors.setup(context -> Behaviors.receiveMessage(task -> {
            task.accept(context);
            return Behaviors.same();
        }));
    }

    public ActorSystem<?> akka() {
        return system;
    }

    /** Virtual nanoseconds since the start. */
    public long nowNanos() {
        return scheduler.nowNanos();
    }

    /** Turns run so far. */
    public long turns() {
        return turns.count();
    }

    /** The actor that took the last turn, or null if that was no actor's. Its name is part of a trace, it is not. */
    ActorPath lastActor() {
        return turns.lastActor();
    }

    /** Starts an actor {@code /user/name}; it exists when this returns, its setup may not have run. */
    public <T> ActorRef<T> spawn(Behavior<T> behavior, String name) {
        Spawned<T> spawned = new Spawned<>();
        system.tell(context -> spawned.ref = context.spawn(behavior, name));
        while (spawned.ref == null) {
            if (!turns.runOne()) {
                throw new IllegalStateException("the guardian did not start " + name);
            }
        }
        return spawned.ref;
    }

    private static final class Spawned<T> {
        private ActorRef<T> ref;
    }

    /** Ends an actor made by {@link #spawn} and all below it, now: none of them takes another message. */
    public void kill(ActorRef<?> actor) {
        end((LocalActorRef) Adapter.toClassic(actor));
    }

    private void end(LocalActorRef actor) {
        suspend(actor);
        turns.runOut(actor.path().name(), actor::stop);
    }

    private static void suspend(LocalActorRef actor) {
        actor.underlying().mailbox().suspend();
        for (akka.actor.ActorRef child : children(actor)) {
            suspend((LocalActorRef) child);
        }
    }

    private static Iterable<akka.actor.ActorRef> children(LocalActorRef actor) {
        return CollectionConverters.asJava(actor.underlying().children());
    }

    /** Puts the turns of {@code /user/name} and below aside: its process stands still, its clock does not. */
    public void pause(String name) {
        turns.pause(name);
    }

    public void resume(String name) {
        turns.resume(name);
    }

    /** Runs {@code task} at that virtual time, outside of any actor. */
    public Cancellable at(long nanos, Runnable task) {
        return scheduler.at(nanos, task);
    }

    /** Runs {@code task} after that much virtual time, outside of any actor. */
    public Cancellable after(long nanos, Runnable task) {
        return scheduler.after(nanos, task);
    }

    /** One turn, or if none waits one appointment; false if there is neither. */
    public boolean step() {
        if (!turns.runOne() && !scheduler.advance()) {
            return false;
        }
        afterStep.run();
        return true;
    }

    /** When the next thing happens: now while turns wait, {@code Long.MAX_VALUE} if nothing ever will. */
    public long nextNanos() {
        return turns.isIdle() ? scheduler.nextNanos() : scheduler.nowNanos();
    }

    /** Runs turns until none waits; time stands still. */
    public void settle() {
        while (turns.runOne()) {
            afterStep.run();
        }
    }

    /** Ends the system; running turns are lost as in a crash. */
    @Override
    public void close() {
        turns.resumeAll();                                       // who stands still does not end
        system.terminate();
        while (!system.getWhenTerminated().toCompletableFuture().isDone()) {
            if (!turns.runOne() && !scheduler.advance()) {
                throw new IllegalStateException("the simulated ActorSystem does not end");
            }
        }
    }
}
