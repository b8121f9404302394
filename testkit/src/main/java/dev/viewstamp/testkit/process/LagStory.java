package dev.viewstamp.testkit.process;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code torture lag}. */
@Command(name = "lag", description = "A replica is away while the log is written over several times, and comes back "
        + "under load; then the directory of another is deleted, and it comes back with 'recover'.",
        footer = {"", "Example:", "  viewstamp torture lag --logs=12"})
final class LagStory extends TortureStory {
    @Option(names = "--logs", paramLabel = "N", defaultValue = "3",
            description = "How many times the log is written over meanwhile (default: ${DEFAULT-VALUE}).")
    private int logs;

    @Override
    Figures tell() throws InterruptedException {
        positive("--logs", logs);
        return new Lag(logs, this::say).both();
    }
}
