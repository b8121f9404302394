package dev.viewstamp.testkit.scenario;

import static dev.viewstamp.actors.replica.StatusName.NORMAL_BACKUP;
import static dev.viewstamp.actors.replica.StatusName.RECOVERING_HEAD;
import static dev.viewstamp.testkit.scenario.Scenario.walEntry;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.viewstamp.actors.message.ReplicaMessage.GetStartView;
import dev.viewstamp.actors.message.ReplicaMessage.RecoveryResponse;
import dev.viewstamp.actors.message.ReplicaMessage.StartView;
import dev.viewstamp.actors.replica.Ignored;
import dev.viewstamp.testkit.sim.KeptMessages;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
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

    /** A hole right of the head may hide the head. Two others not being there, its replica must wait for them (S02). */
    @Test
    void damageRightOfTheHeadMakesItUncertain() {
        try (Scenario s = Scenario.of(3)) {
            s.client().request(2);
            s.settle();
            long head = s.committed();
            ReplicaHandle primary = s.primary();
            ReplicaHandle victim = s.backup(1);
            ReplicaHandle other = s.backup(2);
            s.all().crash();
            victim.corrupt(walEntry(head + 1)).corruptHeader(head + 1).restart().expect(RECOVERING_HEAD);
            other.restart();
            s.client().ask();
            s.expectNoPrimary(Duration.ofSeconds(30));
            victim.expect(RECOVERING_HEAD);
            assertEquals(head, s.committed(), "one certain head is no quorum");
            primary.restart();
            s.client().expectAnswers();
            s.settle();
        }
    }

    /** The same with the prepare alone: in the first lap a header never written says that the append tore (S02). */
    @Test
    void aDamagedPrepareUnderAnUnusedHeaderIsNoHead() {
        try (Scenario s = Scenario.of(3)) {
            s.client().request(2);
            s.settle();
            long head = s.committed();
            s.backup(1).crash().corrupt(walEntry(head + 1)).restart().expect(NORMAL_BACKUP).expectHead(head);
            s.client().request(1);
            s.settle();
        }
    }

    /**
     * Answers to the question who leads come from another life, twice, and the older ones after the newer; the primary
     * of the newest view is out of reach. All they do is tell whom to ask for a log (S29).
     */
    @Test
    void answersInAnyOrderOnlyTellWhomToAsk() {
        try (Scenario s = Scenario.of(3)) {
            s.client().request(3);
            s.settle();
            ReplicaHandle victim = s.backup(1);
            ReplicaHandle primary = s.primary();
            int view = s.primary().view();
            int index = victim.index();
            s.drop((from, to, message) -> to == index && message instanceof StartView);
            KeptMessages foreign = s.record((from, to, message) -> message instanceof RecoveryResponse);
            victim.crash().corrupt(walEntry(s.committed())).restart().expect(RECOVERING_HEAD);
            s.until("answers to the first life", () -> foreign.count() > 1);
            foreign.stop();
            KeptMessages older = s.record((from, to, message) -> message instanceof RecoveryResponse);
            victim.crash().restart().expect(RECOVERING_HEAD);
            s.until("answers to the second", () -> older.count() > 1);
            older.stop();
            KeptMessages newer = s.record((from, to, message) -> message instanceof RecoveryResponse);
            primary.crash().restart();
            s.until("another view", () -> s.isLed() && s.primary().view() > view);
            ReplicaHandle newest = s.primary();
            s.until("answers from there", () -> newer.count() > 3);
            newer.stop();
            List<Integer> asked = new ArrayList<>();
            s.drop((from, to, message) -> {
                if (from == index && message instanceof GetStartView) {
                    asked.add(to);
                }
                return from == newest.index() && to == index;
            });
            newer.deliver().deliver();
            s.pass(Duration.ofMillis(5));
            long ignored = victim.ignored(Ignored.WRONG_NONCE);
            foreign.deliver();
            older.deliver().deliver();
            s.pass(Duration.ofMillis(5));
            assertEquals(ignored + foreign.count(), victim.ignored(Ignored.WRONG_NONCE));
            victim.expect(RECOVERING_HEAD);
            assertEquals(view, victim.view(), "an answer is no view");
            s.pass(Duration.ofSeconds(5));
            assertEquals(Set.of(newest.index()), Set.copyOf(asked));
            s.heal().settle();
        }
    }
}
