package dev.viewstamp.ledger.model;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Compares the ledger with the naive model on random histories: every reply, every judgement of a request,
 * and the canonical dump now and then. Runs are repeatable:
 *
 * <pre>
 *  -Dviewstamp.model.events=10000000    how many events to generate in all; 250 000 if not given
 *  -Dviewstamp.model.seed=42            another set of histories
 *  -Dviewstamp.model.history=123456789  only the history with this seed, which a failure names
 * </pre>
 */
class ModelTest {
    private static final long EVENTS = Long.getLong("viewstamp.model.events", 250_000);
    private static final long SEED = Long.getLong("viewstamp.model.seed", 20261123);
    private static final Long ONLY = Long.getLong("viewstamp.model.history");

    @Test
    void theLedgerAnswersAsTheModelDoes() {
        System.out.println("model test: seed " + SEED + ", " + EVENTS + " events");
        Coverage coverage = new Coverage();
        if (ONLY != null) {
            new ModelRun(ONLY, coverage).compare();
            return;
        }
        Draw seeds = new Draw(SEED);
        long histories = 0;
        for (long events = 0; events < EVENTS; histories++) {
            long seed = seeds.bits() >>> 1;
            events += new ModelRun(seed, coverage).compare();
        }
        System.out.println("model test: " + histories + " histories agree");
        Map<String, Long> unseen = coverage.unseen();
        assertTrue(unseen.isEmpty() || EVENTS < 200_000, "never happened, so the draws are too tame: " + unseen);
    }
}
