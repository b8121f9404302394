package dev.viewstamp.testkit.process;

import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code torture storm}. */
@Command(name = "storm", description = "Everything that may break breaks, in turns; is every answer explained?",
        footer = {"", "Example:", "  viewstamp torture storm --seconds=600 --seed=7"})
final class StormStory extends TortureStory {
    @Option(names = "--seconds", paramLabel = "S", defaultValue = "20",
            description = "How long it lasts (default: ${DEFAULT-VALUE}).")
    private int seconds;

    @Option(names = "--seed", paramLabel = "N", defaultValue = "1",
            description = "What is asked and what breaks (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Override
    Figures tell() throws InterruptedException {
        positive("--seconds", seconds);
        Storm.Result result = new Storm(seed, Duration.ofSeconds(seconds), this::say).run();
        Figures figures = new Figures().put("seed", seed).put("seconds", result.seconds())
                .put("writes", result.report().writes()).put("reads", result.report().reads())
                .put("unanswered", result.report().unanswered())
                .put("executedUnanswered", result.report().executedUnanswered())
                .put("pulses", result.report().pulses()).put("digest", result.digest());
        result.faults().forEach((kind, times) -> figures.put(text(kind), times));
        return figures;
    }
}
