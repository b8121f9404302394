package dev.viewstamp.testkit.scenario;

import static dev.viewstamp.actors.replica.StatusName.NORMAL_BACKUP;
import static dev.viewstamp.actors.replica.StatusName.NORMAL_PRIMARY;
import static dev.viewstamp.actors.replica.StatusName.PROSPECTIVE_PRIMARY;
import static dev.viewstamp.testkit.scenario.Scenario.walEntry;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.viewstamp.actors.message.ReplicaMessage.Prepare;
import dev.viewstamp.actors.message.ReplicaMessage.PrepareOk;
import dev.viewstamp.actors.replica.Ignored;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/**
 * What a primary still has in flight, in memory, in its ledger or on its disk, when views change underneath, told to
 * the production actors: replication spec §4.6, §4.7, §12.5 S56 to S58.
 */
class PipelineStoryTest {

    /** Three clients, all replicas alike. */
    private static Scenario three() {
        Scenario s = Scenario.of(3, 3);
        s.clients().request(2);
        s.settle();
        return s;
    }

    /** Whoever leads dies, and comes back when another leads, until this one does. */
    private static void passLeadershipTo(Scenario s, ReplicaHandle wanted) {
        while (s.primary().index() != wanted.index()) {
            ReplicaHandle old = s.primary();
            old.crash();
            s.until("another leads", s::isLed);
            old.restart();
            s.settle();
        }
    }

    private static void awaitPreparedEverywhere(Scenario s, long op) {
        s.until("prepared everywhere", () -> {
            for (int replica = 0; replica < 3; replica++) {
                if (s.replica(replica).head() < op || s.replica(replica).dirty() > 0) {
                    return false;
                }
            }
            return true;
        });
    }

    /** What was in the old primary's pipeline was committed by another one: it is not there a second time (S56). */
    @Test
    void theFrontOfAnOldPipelineWasCommittedElsewhere() {
        try (Scenario s = three()) {
            ReplicaHandle first = s.primary();
            int view = first.view();
            long op = s.committed();
            s.drop(PrepareOk.class);
            s.clients().ask();
            awaitPreparedEverywhere(s, op + 3);
            s.drop((from, to, message) -> message instanceof PrepareOk ok && ok.op() > op + 1);
            s.until("another commits the front", () -> s.isLed() && s.primary().index() != first.index()
                    && s.primary().executed() == op + 1);
            s.until("the first leads again", () -> s.isLed() && s.primary().index() == first.index());
            assertTrue(first.view() > view);
            assertEquals(op + 1, first.executed());
            assertTrue(first.head() >= op + 3, "the others are left, without acknowledgements");
            s.heal();
            s.clients().expectAnswers();
            s.settle();
            for (long kept = op + 1; kept <= op + 3; kept++) {
                assertEquals(view, s.committed(kept).view(), "op " + kept);
            }
        }
    }

    /** Nobody ever saw what the old primary had in its pipeline: others have those ops, and it takes theirs (S56). */
    @Test
    void anOldPipelineThatNoLongerConnectsIsForgotten() {
        try (Scenario s = three()) {
            ReplicaHandle first = s.primary();
            int view = first.view();
            long op = s.committed();
            first.cutOff();
            s.clients().ask();
            s.until("prepared alone", () -> first.head() == op + 3 && first.dirty() == 0);
            s.clients().expectAnswers();
            assertEquals(view, first.view());
            s.heal().settle();
            passLeadershipTo(s, first);
            for (long other = op + 1; other <= op + 3; other++) {
                assertTrue(s.committed(other).view() > view, "op " + other);
            }
            s.clients().request(2);
            s.settle();
        }
    }

    /**
     * The first of three entries is kept by the next view, the others are replaced. The old primary has them still in
     * memory under the same ops; nothing of that is executed, nor there when it leads again (S56).
     */
    @Test
    void theTailOfAnOldPipelineWasReplaced() {
        try (Scenario s = three()) {
            ReplicaHandle first = s.primary();
            int index = first.index();
            int view = first.view();
            long op = s.committed();
            s.drop((from, to, message) -> message instanceof PrepareOk
                    || from == index && message instanceof Prepare prepare && prepare.entry().op() > op + 1);
            s.clients().ask();
            s.until("one prepared by all, three by one", () -> first.head() == op + 3 && first.dirty() == 0
                    && s.backup(1).head() == op + 1 && s.backup(2).head() == op + 1);
            s.heal();
            first.cutOff();
            s.clients().expectAnswers();
            s.heal().settle();
            assertEquals(view, s.committed(op + 1).view(), "kept");
            assertTrue(s.committed(op + 2).view() > view, "replaced");
            passLeadershipTo(s, first);
            s.clients().request(2);
            s.settle();
        }
    }

    /**
     * The ledger of a primary is still busy with an entry when it loses the lead, and when it is about to lead again,
     * with another entry that nobody has acknowledged. It does not lead before the ledger is done (S57).
     */
    @Test
    void anExecutionSpansTwoPrimaryships() {
        try (Scenario s = three()) {
            ReplicaHandle first = s.primary();
            int view = first.view();
            long op = s.committed() + 1;
            first.pauseLedger();
            s.client().ask();
            s.until("executed by the others", () -> s.backup(1).executed() == op && s.backup(2).executed() == op);
            s.drop(PrepareOk.class);
            s.clients().ask();
            awaitPreparedEverywhere(s, op + 2);
            assertEquals(op - 1, first.executed());
            s.drop((from, to, message) -> from == first.index() || message instanceof PrepareOk);
            s.until("another leads", () -> s.primary().index() != first.index());
            s.drop(PrepareOk.class);
            first.await(NORMAL_BACKUP);
            while (first.status() != PROSPECTIVE_PRIMARY) {
                if (s.isLed()) {
                    s.primary().crash().restart();
                }
                s.pass(Duration.ofMillis(50));
            }
            int regained = first.view();
            assertTrue(regained > view + 1);
            s.pass(Duration.ofMillis(300));
            first.expect(PROSPECTIVE_PRIMARY);
            assertEquals(op - 1, first.executed());
            first.resumeLedger();
            s.pass(Duration.ofMillis(100));
            first.expect(NORMAL_PRIMARY);
            assertEquals(regained, first.view());
            assertEquals(op, first.executed());
            assertTrue(first.head() > op, "what nobody acknowledged is in flight again");
            s.heal();
            s.clients().expectAnswers();
            s.settle();
        }
    }

    /**
     * After a power cut the next primary reads an uncommitted entry for its pipeline. The disk takes so long that two
     * others have led before the read ends, and it is about to lead another view, with another log. The entry that
     * comes at last is nobody's (S58).
     */
    @Test
    void aReadForThePipelineEndsViewsLater() {
        try (Scenario s = three()) {
            int view = s.primary().view();
            ReplicaHandle reader = s.backup(1);
            long op = s.committed() + 1;
            s.drop(PrepareOk.class);
            s.client().ask();
            awaitPreparedEverywhere(s, op);
            s.all().crash();
            s.heal();
            s.all().restart();
            reader.holdNextRead(walEntry(op)).await(PROSPECTIVE_PRIMARY);
            assertEquals(view + 1, reader.view());
            s.client().expectAnswers();
            s.clients().request(2);
            s.settle();
            assertTrue(reader.view() > view + 1 && s.primary().index() != reader.index());

            passLeadershipTo(s, s.replica((reader.index() + 2) % 3));
            s.drop((from, to, message) -> to == reader.index() && message.isBulk());
            s.clients().request(1);
            s.primary().crash();
            s.until("a chosen log, not whole", () -> reader.status() == PROSPECTIVE_PRIMARY && reader.dirty() > 0);
            long stale = reader.ignored(Ignored.STALE_COMPLETION);
            reader.releaseRead();
            s.pass(Duration.ofMillis(10));
            reader.expect(PROSPECTIVE_PRIMARY);
            assertEquals(stale + 1, reader.ignored(Ignored.STALE_COMPLETION));
            s.heal();
            s.all().restart();
            s.settle();
        }
    }
}
