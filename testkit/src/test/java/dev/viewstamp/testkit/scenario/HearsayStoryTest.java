package dev.viewstamp.testkit.scenario;

import static dev.viewstamp.actors.replica.StatusName.VIEW_CHANGE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.viewstamp.actors.message.ReplicaMessage.Commit;
import dev.viewstamp.actors.message.ReplicaMessage.Prepare;
import dev.viewstamp.actors.message.ReplicaMessage.StartViewChange;
import dev.viewstamp.actors.replica.Ignored;
import dev.viewstamp.journal.EntryHeader;
import dev.viewstamp.journal.LogEntry;
import dev.viewstamp.testkit.sim.KeptMessages;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * What is said again, said by somebody who is alone, or said of others, told to the production actors: replication
 * spec §3.8, §4.3, §11, §12.5 S38, S39, S43, S91.
 */
class HearsayStoryTest {

    /**
     * The wish of two to leave the view is heard by one of them alone, so it goes into a view that nobody else is in.
     * Clients never hear of that view, and are served (S38).
     */
    @Test
    void aLonelyViewLocksOutNoClient() {
        try (Scenario s = Scenario.of(3)) {
            ScriptedClient client = s.scripted().register();
            s.settle();
            int view = s.primary().view();
            int primary = s.primary().index();
            ReplicaHandle lonely = s.backup(2);
            s.drop((from, to, message) -> from == lonely.index() || from == primary
                    || message instanceof StartViewChange && to != lonely.index());
            s.until("two wishes heard", () -> lonely.view() > view);
            s.heal();
            lonely.cutOff();
            for (int round = 0; round < 5; round++) {
                s.pass(Duration.ofSeconds(2));
                lonely.expect(VIEW_CHANGE);
                assertTrue(lonely.view() > view);
                client.tell(lonely, client.toPing());
                client.tell(lonely, client.toRequest());
                assertEquals(view, client.view(), "shown by the lonely replica");
                client.request();
                s.client().request(1);
                lonely.crash().restart();
            }
            assertEquals(view, s.primary().view());
        }
    }

    /** The network repeats the heartbeats of a dead primary, over and over: it stays dead (S39). */
    @Test
    void repeatedHeartbeatsDoNotKeepADeadPrimaryAlive() {
        try (Scenario s = Scenario.of(3)) {
            s.client().request(1);
            ReplicaHandle old = s.primary();
            int view = old.view();
            KeptMessages heartbeats = s.record((from, to, message) -> message instanceof Commit);
            s.pass(Duration.ofSeconds(2));
            heartbeats.stop();
            assertTrue(heartbeats.count() >= 6, heartbeats.count() + " heartbeats");
            old.crash();
            for (int i = 0; i < 100; i++) {
                heartbeats.deliver();
                s.pass(Duration.ofMillis(100));
            }
            assertTrue(s.isLed() && s.primary().view() > view);
        }
    }

    /** Whoever hears of a view that it should lead itself, and does not, asks nobody for its log (S43). */
    @Test
    void nobodyIsAskedForItsOwnStartView() {
        try (Scenario s = Scenario.of(3)) {
            s.client().request(3);
            s.settle();
            int view = s.primary().view();
            for (int self = 0; self < 3; self++) {
                ReplicaHandle receiver = s.replica(self);
                int own = view + 1;
                while (own % 3 != self) {
                    own++;
                }
                EntryHeader head = s.committed(s.committed());
                LogEntry entry = new LogEntry(EntryHeader.builder().cluster(head.cluster()).view(own).replica(self)
                        .op(head.op() + 1).parent(head.checksum()).commit(head.op()).timestamp(head.timestamp() + 1)
                        .operation(128).checkpointId(head.checkpointId()).door(head.door()).body(new byte[0]).build(),
                        new byte[0]);
                long refused = receiver.ignored(Ignored.NOT_PRIMARY_OF_VIEW);
                ReplicaHandle other = s.replica((self + 1) % 3);
                s.forge(other, receiver, s.envelope(other, own, new Prepare(entry)));
                s.pass(Duration.ofMillis(100));
                assertEquals(refused, receiver.ignored(Ignored.NOT_PRIMARY_OF_VIEW), "asked itself");
            }
            assertEquals(view, s.settle().primary().view());
        }
    }

    /**
     * An entry that nobody acknowledges is sent again, at random times that lie further and further apart; the next
     * one begins with the shortest again (S91).
     */
    @Test
    void repetitionsBackOffAndComeBackToTheBase() {
        try (Scenario s = Scenario.of(3)) {
            s.client().request(1);
            s.pass(Duration.ofSeconds(10));                      // until the round trip is known: below one tick
            int view = s.primary().view();
            for (int round = 0; round < 3; round++) {
                List<Long> gaps = gapsWhileUnheard(s, Duration.ofSeconds(4));
                assertTrue(Math.abs(gaps.get(0) - 250) <= 10, "the first after a quarter of a second: " + gaps);
                for (int attempt = 1; attempt < gaps.size(); attempt++) {
                    long gap = gaps.get(attempt);
                    assertTrue(30 <= gap && gap <= 30 + (10L << attempt), attempt + ": " + gaps);
                }
                long median = gaps.stream().sorted().toList().get(gaps.size() / 2);
                assertTrue(median > 40, "no longer than after the first attempt: " + gaps);
            }
            assertEquals(view, s.primary().view());
        }
    }

    /** Nobody hears of the primary's next entry for that long: the times between its repetitions, in milliseconds. */
    private static List<Long> gapsWhileUnheard(Scenario s, Duration time) {
        List<Long> sentAt = new ArrayList<>();
        long op = s.primary().head() + 1;
        int receiver = s.backup(1).index();
        s.drop((from, to, message) -> {
            boolean isMeant = message instanceof Prepare prepare && prepare.entry().op() == op;
            if (isMeant && to == receiver) {
                sentAt.add(s.elapsed().toMillis());
            }
            return isMeant;
        });
        s.client().ask();
        s.pass(time);
        s.heal();
        s.client().expectAnswers();
        List<Long> gaps = new ArrayList<>();
        for (int i = 1; i < sentAt.size(); i++) {
            gaps.add(sentAt.get(i) - sentAt.get(i - 1));
        }
        return gaps;
    }
}
