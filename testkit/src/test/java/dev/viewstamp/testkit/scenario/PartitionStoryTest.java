package dev.viewstamp.testkit.scenario;

import static dev.viewstamp.actors.replica.StatusName.NORMAL_BACKUP;
import static dev.viewstamp.actors.replica.StatusName.NORMAL_PRIMARY;
import static dev.viewstamp.actors.replica.StatusName.VIEW_CHANGE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.viewstamp.actors.message.ReplicaMessage.DoViewChange;
import dev.viewstamp.actors.message.ReplicaMessage.GetStartView;
import dev.viewstamp.actors.message.ReplicaMessage.Pong;
import dev.viewstamp.actors.message.ReplicaMessage.PrepareOk;
import dev.viewstamp.actors.message.ReplicaMessage.StartView;
import dev.viewstamp.actors.message.ReplicaMessage.StartViewChange;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Networks that fail in part, told to the production actors: replication spec §12.5, S32 to S42, S54, S55. */
class PartitionStoryTest {

    /** The clients' way to the primary, back from it, or both, are cut: a backup helps, the view stays (S32, S33). */
    @ParameterizedTest
    @ValueSource(strings = {"cut off", "mute", "deaf"})
    void clientsWithoutThePrimaryAreServed(String how) {
        try (Scenario s = Scenario.of(3, 2)) {
            s.clients().request(1);
            int view = s.primary().view();
            switch (how) {
                case "cut off" -> s.clients().cutOffFrom(s.primary());
                case "mute" -> s.clients().muteTo(s.primary());
                default -> s.clients().deafenTo(s.primary());
            }
            s.clients().request(5);
            assertEquals(view, s.primary().view());
        }
    }

    /** Of four, the primary and any other are a replication quorum (S34). */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void twoOfFourGoOn(int companion) {
        try (Scenario s = Scenario.of(4)) {
            s.client().request(1);
            int primary = s.primary().index();
            for (int n = 1; n <= 3; n++) {
                if (n != companion) {
                    s.backup(n).crash();
                }
            }
            s.client().request(5);
            assertEquals(primary, s.primary().index());
        }
    }

    /** A primary that learns no clock but its own cannot stamp requests, so another takes its place (S35). */
    @Test
    void aPrimaryWithoutClocksAbdicates() {
        try (Scenario s = Scenario.of(3)) {
            s.client().request(1);
            int old = s.primary().index();
            s.drop((from, to, message) -> to == old && message instanceof Pong);
            s.pass(Duration.ofSeconds(70));
            s.client().request(2);
            assertNotEquals(old, s.primary().index());
        }
    }

    /** Heartbeats pass, entries do not: nobody commits anything under such a primary (S36). */
    @Test
    void aPrimaryWhoseEntriesAreLostAbdicates() {
        try (Scenario s = Scenario.of(3)) {
            s.client().request(1);
            int old = s.primary().index();
            s.drop((from, to, message) -> from == old && message.isBulk());
            s.client().request(2);
            assertNotEquals(old, s.primary().index());
            s.heal().settle().all().expectCommitted(4);
        }
    }

    /** Each of two believes to lead, the third is dead: they find to one view (S37). */
    @Test
    void twoPrimariesOfTwoViewsAgree() {
        try (Scenario s = Scenario.of(3)) {
            s.client().request(1);
            ReplicaHandle old = s.primary();
            old.cutOff();
            s.until("a second primary", () -> s.primary().index() != old.index());
            old.expect(NORMAL_PRIMARY);
            s.replica(3 - old.index() - s.primary().index()).crash();
            s.heal();
            s.client().request(3);
            s.settle();
        }
    }

    /** Single wishes to leave a view fade: one lonely replica after the other does not add up to a quorum (S41). */
    @Test
    void wishesToLeaveFade() {
        try (Scenario s = Scenario.of(5)) {
            s.client().request(1);
            int view = s.primary().view();
            for (int n = 1; n <= 4; n++) {
                s.backup(n).deafen();
                s.pass(Duration.ofSeconds(10));
                s.heal().pass(Duration.ofSeconds(6));
            }
            s.settle();
            assertEquals(view, s.primary().view());
        }
    }

    /**
     * The StartView is lost; whoever waits for it asks for it. Nothing else reminds it: until it has asked, it hears
     * only wishes to leave the view (S42).
     */
    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void aMissedStartViewIsAskedFor(int replicaCount) {
        try (Scenario s = Scenario.of(replicaCount)) {
            s.client().request(1);
            s.settle();
            int view = s.primary().view();
            ReplicaHandle next = s.backup(1);
            ReplicaHandle waiting = s.replica((next.index() + 1) % replicaCount);      // of two, the old primary
            boolean[] hasAsked = {false};
            s.drop((from, to, message) -> {
                hasAsked[0] |= from == waiting.index() && message instanceof GetStartView;
                return to == waiting.index() && !(message instanceof StartViewChange)
                        && !(message instanceof StartView && hasAsked[0]);
            });
            ReplicaHandle old = s.primary().crash();
            if (replicaCount == 2) {
                old.restart();
            }
            s.untilJust("a view that one of them missed", () -> next.status() == NORMAL_PRIMARY && next.view() > view);
            waiting.expect(VIEW_CHANGE);
            waiting.await(NORMAL_BACKUP);
            assertTrue(hasAsked[0]);
            assertEquals(view + 1, waiting.view());
            s.heal();
            if (replicaCount == 3) {
                old.restart();
            }
            s.client().request(2);
            s.settle();
        }
    }

    /** One view after the other fails, because nobody hears who brings what into it (S54). */
    @ParameterizedTest
    @ValueSource(ints = {3, 5})
    void failedViewsFollowEachOther(int replicaCount) {
        try (Scenario s = Scenario.of(replicaCount)) {
            s.client().request(2);
            int view = s.primary().view();
            s.drop(DoViewChange.class, StartView.class);
            ReplicaHandle old = s.primary();
            old.crash();
            s.expectNoPrimary(Duration.ofSeconds(30));
            old.restart();
            s.heal();
            s.client().request(2);
            assertTrue(s.settle().primary().view() > view + 1);
        }
    }

    /** Of two, leadership goes to and fro while nothing can be acknowledged: each time it counts from zero (S55). */
    @Test
    void leadershipThatReturnsCountsAnew() {
        try (Scenario s = Scenario.of(2, 2)) {
            s.clients().request(1);
            s.settle();
            long committed = s.committed();
            ReplicaHandle first = s.primary();
            int view = first.view();
            s.drop(PrepareOk.class);
            s.clients().ask();
            s.until("prepared on both", () -> s.replica(0).head() == committed + 2
                    && s.replica(1).head() == committed + 2);
            s.until("the first leads again", () -> s.isLed() && s.primary().index() == first.index()
                    && first.view() > view);
            assertEquals(committed, s.committed(), "nothing was acknowledged in any view");
            s.heal();
            s.clients().expectAnswers();
            s.settle();
            assertEquals(view, s.committed(committed + 1).view(), "the entry itself was kept");
        }
    }
}
