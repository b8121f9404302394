package dev.viewstamp.testkit.sim;

import akka.actor.AbstractScheduler;
import akka.actor.Cancellable;
import akka.event.LoggingAdapter;
import com.typesafe.config.Config;
import java.io.Closeable;
import java.util.PriorityQueue;
import java.util.concurrent.ThreadFactory;
import scala.concurrent.ExecutionContext;
import scala.concurrent.duration.FiniteDuration;

/**
 * Akka's scheduler on virtual time: nothing sleeps, and what is due at the same nanosecond happens in the order in
 * which it was asked for. Time moves only in {@link #advance()}. Also holds the system's {@link Turns}, because
 * Akka hands the scheduler to every dispatcher's configurator.
 *
 * <p>(Akka's ExplicitlyTriggeredScheduler sleeps 100 ms a step and orders equal times by identity hash.)
 * Confined to the simulation's thread.
 */
public final class VirtualScheduler extends AbstractScheduler implements Closeable {
    private final PriorityQueue<Appointment> appointments = new PriorityQueue<>();
    private final Turns turns = new Turns();
    private long nowNanos;
    private long sequence;

    /** Called by Akka, reflectively; the arguments are not needed. */
    public VirtualScheduler(Config config, LoggingAdapter log, ThreadFactory threads) {
    }

    Turns turns() {
        return turns;
    }

    /** Virtual nanoseconds since the system was made. */
    long nowNanos() {
        return nowNanos;
    }

    /** Asks for {@code task} to run at the given virtual time, at the earliest now, outside of any actor. */
    Cancellable at(long nanos, Runnable task) {
        return add(new Appointment(Math.max(nanos, nowNanos), sequence++, 0, task, null));
    }

    /** Asks for {@code task} to run after the given virtual time. */
    Cancellable after(long nanos, Runnable task) {
        return at(nowNanos + nanos, task);
    }

    /** When the next appointment is due, or {@code Long.MAX_VALUE}. */
    long nextNanos() {
        while (!appointments.isEmpty() && appointments.peek().cancelled) {
            appointments.poll();
        }
        return appointments.isEmpty() ? Long.MAX_VALUE : appointments.peek().dueNanos;
    }

    /** Moves time to the next appointment and keeps that one; false if there is none. */
    boolean advance() {
        long next = nextNanos();
        if (next == Long.MAX_VALUE) {
            return false;
        }
        Appointment due = appointments.poll();
        nowNanos = next;
        if (due.intervalNanos > 0) {
            due.dueNanos += due.intervalNanos;
            due.sequence = sequence++;
            appointments.add(due);
        } else {
            due.kept = true;
        }
        due.keep();
        return true;
    }

    @Override
    public Cancellable schedule(FiniteDuration initialDelay, FiniteDuration interval, Runnable task,
                                ExecutionContext executor) {
        if (interval.toNanos() <= 0) {
            throw new IllegalArgumentException("an interval of " + interval);
        }
        return add(new Appointment(due(initialDelay), sequence++, interval.toNanos(), task, executor));
    }

    @Override
    public Cancellable scheduleOnce(FiniteDuration delay, Runnable task, ExecutionContext executor) {
        return add(new Appointment(due(delay), sequence++, 0, task, executor));
    }

    @Override
    public double maxFrequency() {
        return 1e9;
    }

    @Override
    public void close() {
        appointments.clear();
    }

    /** Drops all appointments and begins at time 0. */
    void forget() {
        appointments.clear();
        nowNanos = 0;
        sequence = 0;
    }

    private long due(FiniteDuration delay) {
        return nowNanos + Math.max(0, delay.toNanos());
    }

    private Appointment add(Appointment appointment) {
        appointments.add(appointment);
        return appointment;
    }

    private static final class Appointment implements Cancellable, Comparable<Appointment> {
        private final long intervalNanos;                       // 0: once
        private final Runnable task;
        private final ExecutionContext executor;                // null: run in place
        private long dueNanos;
        private long sequence;
        private boolean cancelled;
        private boolean kept;

        Appointment(long dueNanos, long sequence, long intervalNanos, Runnable task, ExecutionContext executor) {
            this.dueNanos = dueNanos;
            this.sequence = sequence;
            this.intervalNanos = intervalNanos;
            this.task = task;
            this.executor = executor;
        }

        void keep() {
            if (executor == null) {
                task.run();
            } else {
                executor.execute(task);
            }
        }

        @Override
        public boolean cancel() {
            if (cancelled || kept) {
                return false;
            }
            cancelled = true;
            return true;
        }

        @Override
        public boolean isCancelled() {
            return cancelled;
        }

        @Override
        public int compareTo(Appointment other) {
            int byTime = Long.compare(dueNanos, other.dueNanos);
            return byTime != 0 ? byTime : Long.compare(sequence, other.sequence);
        }
    }
}
