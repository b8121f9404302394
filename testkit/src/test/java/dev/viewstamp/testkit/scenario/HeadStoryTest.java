package dev.viewstamp.testkit.scenario;

import static dev.viewstamp.actors.replica.StatusName.RECOVERING_HEAD;
import static dev.viewstamp.testkit.scenario.Scenario.walEntry;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.viewstamp.actors.message.ReplicaMessage.StartView;
import dev.viewstamp.actors.replica.Ignored;
import dev.viewstamp.testkit.sim.KeptMessages;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Replicas that do not know how far their log went, told to the production actors: replication spec §7.3, §7.4. */
class HeadStoryTest {

    /**
     * The newest entries are on two of three disks, and one of the two lost them. A StartView from before them comes by
     * once more: it knows nothing of them, so it settles nothing, and the third replica, which was away, must not lead
     * with the help of a log that ends too early (S18).
     */
    @Test
    void anOldStartViewDoesNotSettleAnUncertainHead() {
        try (Scenario s = Scenario.of(3)) {
            s.client().request(1);
            KeptMessages old = s.record((from, to, message) -> message instanceof StartView);
            s.primary().crash().restart();
            s.settle();
            long before = s.committed();
            ReplicaHandle primary = s.primary();
            ReplicaHandle victim = s.backup(1);
            ReplicaHandle away = s.backup(2);
            away.cutOff();
            s.client().request(3);
            long committed = s.committed();
            s.until("all of it is on two disks", () -> victim.head() == committed);
            primary.crash();
            victim.crash();
            for (long op = before + 1; op <= committed; op++) {
                victim.corrupt(walEntry(op));
            }
            victim.restart().expect(RECOVERING_HEAD);
            s.heal();
            old.deliver();
            s.expectNoPrimary(Duration.ofSeconds(30));
            victim.expect(RECOVERING_HEAD);
            assertTrue(victim.ignored(Ignored.WRONG_NONCE) > 0, "the old StartView arrived");
            primary.restart();
            s.settle().all().expectCommitted(committed);
        }
    }
}
