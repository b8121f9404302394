package dev.viewstamp.testkit.scenario;

import static dev.viewstamp.testkit.scenario.Scenario.walEntry;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.viewstamp.actors.message.ReplicaMessage.DoViewChange;
import dev.viewstamp.actors.message.ReplicaMessage.Headers;
import dev.viewstamp.actors.message.ReplicaMessage.Prepare;
import dev.viewstamp.actors.message.ReplicaMessage.PrepareOk;
import dev.viewstamp.actors.message.ReplicaMessage.StartView;
import dev.viewstamp.journal.Storage;
import dev.viewstamp.testkit.sim.KeptMessages;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who may deny an entry, and when denials are enough: replication spec §4.4, §4.5, §12.5 S45 to S47, S52. */
class NackStoryTest {

    /**
     * Two of three committed an entry and lost it, the third never saw it. Nobody may say that it was not committed,
     * so nobody leads, and nothing is truncated (S45).
     */
    @Test
    void anEntryLostByTwoOfThreeStopsTheCluster() {
        try (Scenario s = Scenario.of(3, 3)) {
            s.clients().request(1);
            s.settle();
            long before = s.committed();
            ReplicaHandle behind = s.backup(2);
            ReplicaHandle one = s.primary();
            ReplicaHandle two = s.backup(1);
            behind.cutOff();
            s.clients().request(1);
            s.until("on two disks", () -> two.head() == before + 3 && two.dirty() == 0);
            one.crash().corrupt(walEntry(before + 1));
            two.crash().corrupt(walEntry(before + 1));
            s.heal();
            one.restart();
            two.restart();
            s.expectNoPrimary(Duration.ofMinutes(1));
            one.expectHead(before + 3);
            two.expectHead(before + 3);
            behind.expectHead(before);
        }
    }

    /**
     * A backup lost a committed entry and has learnt its header again, nothing more, when the primary dies. Knowing
     * the header it must not say that it never wrote the entry; it waits for whoever has it (S46).
     */
    @Test
    void aHeaderLearntAgainIsNoDenial() {
        try (Scenario s = Scenario.of(3, 3)) {
            s.clients().request(1);
            s.settle();
            long before = s.committed();
            ReplicaHandle primary = s.primary();
            ReplicaHandle witness = s.backup(1);
            ReplicaHandle behind = s.backup(2);
            behind.cutOff();
            s.clients().request(1);
            s.until("on two disks", () -> witness.head() == before + 3 && witness.dirty() == 0);
            s.drop(Prepare.class);
            KeptMessages told = s.record((from, to, message) -> to == witness.index()
                    && message instanceof Headers headers
                    && headers.headers().stream().anyMatch(header -> header.op() == before + 1));
            witness.crash().corrupt(walEntry(before + 1)).restart();
            s.until("told again", () -> told.count() > 0);
            s.pass(Duration.ofMillis(50));
            primary.crash();
            s.heal().expectNoPrimary(Duration.ofSeconds(30));
            assertEquals(1, witness.faulty());
            primary.restart();
            s.settle().all().expectCommitted(before + 3);
        }
    }

    /**
     * One op in three views: the first primary's entry stayed on its own disk, of the second's another replica knows
     * the header alone. The second primary dies. Whoever still has the first one certainly lacks the second: those two
     * go on without the third, with an entry of a third view (S47).
     */
    @Test
    void anEntryOfAnOlderViewDeniesTheNewerOne() {
        try (Scenario s = Scenario.of(3)) {
            s.client().request(2);
            s.settle();
            long op = s.committed() + 1;
            ReplicaHandle first = s.primary();
            ReplicaHandle second = s.backup(1);
            ReplicaHandle third = s.backup(2);
            int view = first.view();
            first.cutOff();
            s.client().ask();
            s.until("the first has one", () -> first.head() == op && first.dirty() == 0);
            s.drop(StartView.class, Prepare.class);
            s.until("the second has another", () -> second.view() == view + 1 && second.head() == op
                    && second.dirty() == 0);
            s.drop(Prepare.class);
            s.until("the third knows of it", () -> third.view() == view + 1 && third.head() == op);
            assertEquals(1, third.dirty());
            second.crash();
            s.heal().settle();
            assertTrue(s.committed(op).view() > view + 1);
            second.restart();
            s.settle();
        }
    }

    /**
     * A backup votes while its disk still writes the entry at its head. What it lists stays as stated; whether it
     * denies an entry is a matter of the moment: once that one is durable it does not any more (S52).
     */
    @Test
    void aVoteListsWhatItStatedAndDeniesWhatIsTrueNow() {
        try (Scenario s = Scenario.of(3)) {
            s.client().request(2);
            s.settle();
            long op = s.committed() + 1;
            ReplicaHandle voter = s.backup(2);
            int index = voter.index();
            List<DoViewChange> votes = new ArrayList<>();
            s.drop((from, to, message) -> {
                if (from == index && message instanceof DoViewChange vote) {
                    votes.add(vote);
                }
                return message instanceof DoViewChange || message instanceof PrepareOk;
            });
            voter.slowWrites(Storage.Zone.WAL_PREPARES, 20_000);
            s.client().ask();
            s.untilJust("arrived", () -> voter.head() == op);
            s.primary().crash();
            s.until("voted", () -> !votes.isEmpty());
            assertEquals(1, voter.dirty(), "the disk is too quick for this story");
            DoViewChange first = votes.get(0);
            assertEquals(op, first.headers().get(0).op());
            assertEquals(1, first.nackBits() & 1, "never written, so never acknowledged");
            assertEquals(1, first.presentBits() & 1, "yet in memory");
            s.until("written", () -> voter.dirty() == 0);
            votes.clear();
            s.until("said again", () -> !votes.isEmpty());
            DoViewChange second = votes.get(0);
            assertEquals(first.headers(), second.headers());
            assertEquals(0, second.nackBits() & 1, "durable by now");
            assertEquals(1, second.presentBits() & 1);
            s.heal();
            s.all().restart();
            s.client().expectAnswers();
            s.settle();
        }
    }
}
