package dev.viewstamp.testkit.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The real-process harness, briefly; {@code bin/viewstamp torture} runs it for as long as one likes. */
@Tag("processes")
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class TortureTest {

    /** {@code -Dviewstamp.storm.seconds} and {@code -Dviewstamp.storm.seed} make it another one. */
    @Test
    void whatClientsSawInAStormHasAnExplanation() throws Exception {
        long seed = Long.getLong("viewstamp.storm.seed", 3);
        Storm.Result result = new Storm(seed, Duration.ofSeconds(Long.getLong("viewstamp.storm.seconds", 25)),
                System.out::println).run();
        assertTrue(result.report().writes() > 50 && result.report().reads() > 5, result.toString());
        assertTrue(result.faults().size() > 1, result.toString());
    }

    /** How long they wait is measured by the verb; here only that they do not wait for ever. */
    @Test
    void clientsFindTheNextPrimary() throws Exception {
        FailOver.Load load = new FailOver.Load(2, 10, Duration.ofMillis(20));
        List<FailOver.Try> tries = new FailOver(Bench.Size.SMALL, load, 1, System.out::println).run();
        assertEquals(1, tries.size());
        assertTrue(FailOver.worst(tries) > 0);
    }
}
