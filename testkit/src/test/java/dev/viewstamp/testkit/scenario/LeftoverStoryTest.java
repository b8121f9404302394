package dev.viewstamp.testkit.scenario;

import static dev.viewstamp.actors.replica.StatusName.NORMAL_BACKUP;
import static dev.viewstamp.actors.replica.StatusName.RECOVERING_HEAD;
import static dev.viewstamp.testkit.scenario.Scenario.walEntry;
import static dev.viewstamp.testkit.scenario.Scenario.walHeaders;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.viewstamp.actors.message.ReplicaMessage.PrepareOk;
import dev.viewstamp.journal.Storage;
import dev.viewstamp.testkit.sim.KeptMessages;
import dev.viewstamp.testkit.sim.Tear;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/**
 * What a crash finds on a disk that is not, or no longer, of the log; and what is of the log though the disk was not
 * honest: replication spec §5.5, §5.6, §6.3, §12.5 S14 to S17, S26.
 */
class LeftoverStoryTest {

    /** Prepared alone by a primary that was cut off, truncated by the next view, still on the disk: it stays dead. */
    @Test
    void truncatedEntriesDoNotComeBack() {
        try (Scenario s = Scenario.of(3)) {
            s.client().request(2);
            s.settle();
            long committed = s.committed();
            ReplicaHandle old = s.primary();
            int index = old.index();
            s.client().cutOffFrom(s.backup(1)).cutOffFrom(s.backup(2));
            s.drop((from, to, message) -> from == index || to == index);
            s.client().ask();
            s.until("prepared alone", () -> old.head() == committed + 1 && old.dirty() == 0);
            s.until("the next view", () -> s.primary().index() != index);
            s.dropNothing();
            old.await(NORMAL_BACKUP).expectHead(committed);
            s.until("the new view is durable", () -> old.logViewDurable() == s.primary().view());
            old.crash().restart().expectHead(committed).expect(NORMAL_BACKUP);
            s.heal();
            s.client().expectAnswers();
            s.settle();
            assertEquals(s.primary().view(), s.committed(committed + 1).view());
        }
    }

    /**
     * A backup follows a view that its superblock does not hold yet, and writes an entry of it. It says nothing of
     * that (S26); and after a crash it does not know the entry, for it never was in that view (S15).
     */
    @Test
    void entriesOfAViewThatWasNeverDurableAreDroppedAndWereNotAcknowledged() {
        try (Scenario s = Scenario.of(3)) {
            s.client().request(2);
            s.settle();
            long committed = s.committed();
            ReplicaHandle late = s.backup(2);
            int index = late.index();
            late.cutOff();
            s.primary().crash().restart();
            s.until("the next view", () -> s.isLed() && s.primary().view() > late.view());
            ReplicaHandle old = s.backup(2);
            KeptMessages said = s.record((from, to, message) -> from == index && message instanceof PrepareOk);
            late.stallWrites(Storage.Zone.SUPERBLOCK);
            old.crash();
            s.mendLinks();
            late.await(NORMAL_BACKUP);
            s.client().ask();
            s.until("written there", () -> late.head() == committed + 1 && late.dirty() == 0);
            s.pass(Duration.ofSeconds(2));
            assertEquals(0, said.count(), "acknowledged in a view that a crash takes back");
            assertEquals(committed, s.committed());

            late.slowWrites(Storage.Zone.SUPERBLOCK, 1).crash(Tear.NOTHING_WRITTEN).restart().expectHead(committed);
            s.client().expectAnswers();
            assertTrue(said.count() > 0);
            old.restart();
            s.settle();
        }
    }

    /**
     * The header sector of the newest entry lands on another sector: the entry's own header looks never written, and
     * those of all older entries are gone. The entry was acknowledged, and survives its primary.
     */
    @Test
    void aMisdirectedHeaderCostsNoAcknowledgedEntry() {
        try (Scenario s = Scenario.of(3)) {
            s.client().request(16);                              // the next one is op 18, in the second header sector
            s.settle();
            long committed = s.committed() + 1;
            ReplicaHandle primary = s.primary();
            ReplicaHandle victim = s.backup(1);
            s.backup(2).cutOff();
            victim.misdirectNextWrite(walHeaders(committed), walHeaders(1));
            s.client().request(1);
            assertEquals(committed, s.committed());
            primary.crash();
            victim.crash().restart().expectHead(committed);
            assertTrue(victim.faulty() > 10, "the older entries have lost their headers");
            s.heal().settle();
            victim.expectCommitted(committed);
            s.client().request(1);
        }
    }

    /**
     * An op is written a second time, in a newer view, acknowledged, and that second prepare never reached the disk.
     * Under the new header lies the old entry: neither is believed. With it as head the replica could lead without
     * what the dead primary had committed.
     */
    @Test
    void oneOpInTwoViewsIsAFaultAndNoGuess() {
        try (Scenario s = Scenario.of(3)) {
            s.client().request(2);
            s.settle();
            long op = s.committed() + 1;
            ReplicaHandle victim = s.primary();
            ReplicaHandle other = s.backup(2);
            victim.cutOff();
            s.client().ask();
            s.until("prepared alone", () -> victim.head() == op && victim.dirty() == 0);
            s.until("the next view", () -> s.primary().index() != victim.index());
            ReplicaHandle primary = s.primary();
            s.heal();
            other.cutOff();
            victim.loseNextWrite(walEntry(op));
            s.client().expectAnswers();
            s.until("committed", () -> s.committed() >= op);
            assertEquals(primary.view(), s.committed(op).view());
            primary.crash();
            victim.crash().restart().expect(RECOVERING_HEAD);
            s.heal().expectNoPrimary(Duration.ofSeconds(30));
            primary.restart();
            s.settle().all().expectCommitted(op);
        }
    }
}
