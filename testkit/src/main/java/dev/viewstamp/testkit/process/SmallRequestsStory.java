package dev.viewstamp.testkit.process;

import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code torture small-requests}. */
@Command(name = "small-requests",
        description = "Very many requests of 1 to 10 transfers on a log of 32 entries; do memory and disk level off?",
        footer = {"", "Examples:", "  viewstamp torture small-requests --requests=1000000",
            "  viewstamp torture small-requests --requests=100000 --replica-count=3 --json"})
final class SmallRequestsStory extends TortureStory {
    @Option(names = "--requests", paramLabel = "N", defaultValue = "1000000",
            description = "Requests (default: ${DEFAULT-VALUE}).")
    private long requests;

    @Option(names = "--replica-count", paramLabel = "N", defaultValue = "1",
            description = "Replicas, 1 to 6 (default: ${DEFAULT-VALUE}).")
    private int replicaCount;

    @Option(names = "--clients", paramLabel = "N", defaultValue = "4",
            description = "Sessions, each with one request in flight (default: ${DEFAULT-VALUE}).")
    private int clients;

    @Option(names = "--account-count", paramLabel = "N", defaultValue = "10000",
            description = "Accounts, used at random (default: ${DEFAULT-VALUE}).")
    private int accounts;

    @Option(names = "--sample", paramLabel = "S", defaultValue = "20",
            description = "Seconds from one look at memory and disk to the next (default: ${DEFAULT-VALUE}).")
    private int sampleSeconds;

    @Override
    Figures tell() throws InterruptedException {
        positive("--requests", requests);
        positive("--replica-count", replicaCount);
        positive("--clients", clients);
        positive("--account-count", accounts);
        positive("--sample", sampleSeconds);
        return new SmallRequests(new SmallRequests.Options(requests, replicaCount, clients, accounts,
                Duration.ofSeconds(sampleSeconds)), this::say).run();
    }
}
