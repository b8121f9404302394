package dev.viewstamp.testkit.sim;

import akka.dispatch.DispatcherPrerequisites;
import akka.dispatch.ExecutorServiceConfigurator;
import akka.dispatch.ExecutorServiceFactory;
import com.typesafe.config.Config;
import java.util.concurrent.ThreadFactory;

/**
 * What {@code executor = …} names in a simulated system's dispatchers: all of them share the scheduler's {@link
 * Turns}.
 */
public final class TurnsConfigurator extends ExecutorServiceConfigurator {
    private final Turns turns;

    /** Called by Akka, reflectively. */
    public TurnsConfigurator(Config config, DispatcherPrerequisites prerequisites) {
        super(config, prerequisites);
        if (!(prerequisites.scheduler() instanceof VirtualScheduler scheduler)) {
            throw new IllegalArgumentException("akka.scheduler.implementation must be "
                    + VirtualScheduler.class.getName());
        }
        this.turns = scheduler.turns();
    }

    @Override
    public ExecutorServiceFactory createExecutorServiceFactory(String id, ThreadFactory threads) {
        return () -> turns;
    }
}
