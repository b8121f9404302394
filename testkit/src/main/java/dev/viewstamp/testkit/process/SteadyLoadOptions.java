package dev.viewstamp.testkit.process;

import java.time.Duration;
import picocli.CommandLine.Option;

/** What steady clients do. A picocli mix-in. */
final class SteadyLoadOptions {
    @Option(names = "--clients", paramLabel = "N", defaultValue = "4",
            description = "Sessions, each with one request in flight (default: ${DEFAULT-VALUE}).")
    private int clients;

    @Option(names = "--transfer-batch-size", paramLabel = "N", defaultValue = "50",
            description = "Transfers in a request (default: ${DEFAULT-VALUE}).")
    private int batchSize;

    @Option(names = "--pace", paramLabel = "MS", defaultValue = "20",
            description = "Least time between two requests of a session, milliseconds (default: ${DEFAULT-VALUE}).")
    private int paceMillis;

    /** @throws dev.viewstamp.actors.cli.UsageError naming the option */
    FailOver.Load load() {
        TortureStory.positive("--clients", clients);
        TortureStory.positive("--transfer-batch-size", batchSize);
        return new FailOver.Load(clients, batchSize, Duration.ofMillis(paceMillis));
    }
}
