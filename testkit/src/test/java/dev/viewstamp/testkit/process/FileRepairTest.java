package dev.viewstamp.testkit.process;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One flipped byte in everything that a stopped replica has on its disk: named by inspect, repaired from the peers. */
@Tag("processes")
@Timeout(value = 240, unit = TimeUnit.SECONDS)
class FileRepairTest {

    /** {@code -Dviewstamp.repair.seed} makes it another one. */
    @Test
    void aFlippedByteInEveryKindOfFileIsFoundAndRepaired() throws Exception {
        Figures figures = new FileRepair(Long.getLong("viewstamp.repair.seed", 1), FileRepair.ROWS_MIN,
                System.out::println).run();
        List<?> damaged = (List<?>) figures.get("damaged");
        assertTrue(damaged.containsAll(List.of("segment", "expiries", "transfer_run", "account_run", "pages",
                "deleted file", "sessions", "manifest")), damaged::toString);
        assertTrue(damaged.size() == 12, damaged::toString);     // and superblock, header, entry, reply
    }
}
