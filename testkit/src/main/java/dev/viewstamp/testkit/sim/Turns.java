package dev.viewstamp.testkit.sim;

import akka.actor.ActorPath;
import akka.dispatch.Mailbox;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.IntUnaryOperator;

/**
 * The executor under every dispatcher of a simulated ActorSystem. It runs nothing by itself: a submitted task is
 * one <em>turn</em> (a mailbox handling one message, or a timer's task), and {@link #runOne()} runs one of the
 * waiting turns, chosen by the simulation's dice, on the caller's thread. Until {@link #dice} is called turns run
 * at once, first come, first served: while it boots, an ActorSystem waits for its logger.
 *
 * <p>Turns of a paused top-level actor and of all its descendants are put aside until it is resumed.
 * Confined to the simulation's thread.
 */
final class Turns extends AbstractExecutorService {
    private final List<Runnable> waiting = new ArrayList<>();
    private final List<Runnable> parked = new ArrayList<>();
    private final TreeSet<String> paused = new TreeSet<>();
    private final Thread thread = Thread.currentThread();
    private IntUnaryOperator dice;                              // null: booting
    private boolean running;                                    // a turn runs while booting
    private final ArrayDeque<Runnable> dyingTurns = new ArrayDeque<>();
    private String dying;                                       // its turns run at once
    private Runnable latest;
    private long count;

    /**
     * Ends the boot: from now on turns wait for {@link #runOne()}.
     *
     * @param dice bound → number in 0 … bound - 1
     */
    void dice(IntUnaryOperator dice) {
        this.dice = dice;
    }

    @Override
    public void execute(Runnable turn) {
        if (Thread.currentThread() != thread) {
            throw new IllegalStateException("a turn was submitted by thread " + Thread.currentThread().getName()
                    + ": something in the simulated system runs outside of the simulation");
        }
        if (dying != null && dying.equals(topLevelName(turn))) {
            dyingTurns.add(turn);
            return;
        }
        waiting.add(turn);
        if (dice == null && !running) {
            running = true;
            while (!waiting.isEmpty()) {
                waiting.remove(0).run();
            }
            running = false;
        }
    }

    /** Runs one waiting turn; false if none waits. */
    boolean runOne() {
        while (!waiting.isEmpty()) {
            int last = waiting.size() - 1;
            int chosen = last == 0 ? 0 : dice.applyAsInt(last + 1);
            Runnable turn = waiting.get(chosen);
            waiting.set(chosen, waiting.get(last));
            waiting.remove(last);
            if (!paused.isEmpty() && isPaused(turn)) {
                parked.add(turn);
                continue;
            }
            count++;
            latest = turn;
            turn.run();
            return true;
        }
        return false;
    }

    /**
     * Runs {@code stop} and after it every turn that {@code /user/name} and below still take, at once and without
     * dice: in which order Akka tells watched actors of an end depends on their identities, and nothing may depend
     * on that.
     */
    void runOut(String name, Runnable stop) {
        for (Iterator<Runnable> turn = waiting.iterator(); turn.hasNext();) {
            Runnable next = turn.next();
            if (name.equals(topLevelName(next))) {
                turn.remove();
                dyingTurns.add(next);
            }
        }
        dying = name;
        stop.run();
        while (!dyingTurns.isEmpty()) {
            dyingTurns.poll().run();
        }
        dying = null;
    }

    /**
     * Puts the turns of {@code /user/name} and below aside from now on.
     *
     * @param name of a top-level actor, or of one of its children as {@code top/child}
     */
    void pause(String name) {
        paused.add(name);
    }

    /** Ends a pause; what was put aside waits again. No effect if the name is not paused. */
    void resume(String name) {
        if (paused.remove(name)) {
            waiting.addAll(parked);
            parked.clear();
        }
    }

    /** Ends every pause. */
    void resumeAll() {
        paused.clear();
        waiting.addAll(parked);
        parked.clear();
    }

    /** Counts from 0 again. */
    void forget() {
        count = 0;
        latest = null;
    }

    /** The actor that took the last turn, or null if it was no actor's. */
    ActorPath lastActor() {
        return latest instanceof Mailbox mailbox && mailbox.actor() != null ? mailbox.actor().self().path() : null;
    }

    /** Turns run so far. */
    long count() {
        return count;
    }

    boolean isIdle() {
        return waiting.isEmpty();
    }

    private boolean isPaused(Runnable turn) {
        return paused.contains(topLevelName(turn)) || paused.contains(name(turn, 2));
    }

    private static String topLevelName(Runnable turn) {
        return name(turn, 1);
    }

    /** The first elements of the actor's path below {@code /user}; empty if it has fewer, or is no actor's turn. */
    private static String name(Runnable turn, int elements) {
        if (!(turn instanceof Mailbox mailbox) || mailbox.actor() == null) {
            return "";
        }
        ActorPath path = mailbox.actor().self().path();
        ArrayDeque<String> names = new ArrayDeque<>();
        while (path.name().length() > 0 && path != path.parent()) {
            names.addFirst(path.name());
            path = path.parent();
        }
        names.poll();                                            // user, or system
        return names.size() < elements ? "" : String.join("/", names.stream().limit(elements).toList());
    }

    /** No effect: a dispatcher that lets go of its executor means nothing to the other dispatchers. */
    @Override
    public void shutdown() {
    }

    /** No effect, as {@link #shutdown()}. */
    @Override
    public List<Runnable> shutdownNow() {
        return List.of();
    }

    @Override
    public boolean isShutdown() {
        return false;
    }

    @Override
    public boolean isTerminated() {
        return false;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
        return false;
    }
}
