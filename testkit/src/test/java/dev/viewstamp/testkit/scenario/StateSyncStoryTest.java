package dev.viewstamp.testkit.scenario;

import static dev.viewstamp.testkit.scenario.ScriptedClient.reply;
import static dev.viewstamp.testkit.scenario.Scenario.walEntry;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.viewstamp.actors.message.ReplicaMessage.Prepare;
import dev.viewstamp.client.protocol.ClientMessage.Reply;
import dev.viewstamp.client.protocol.ClientMessage.Request;
import dev.viewstamp.testkit.sim.Marks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whom the log no longer reaches, and replies that are damaged, told to the production actors: replication spec §3.9,
 * §9, §12.5 S67, S72 to S76, S78, S80. The log has 32 slots: checkpoints at 19, 39, 59 …
 */
class StateSyncStoryTest {

    private static void commitUntil(Scenario s, long op) {
        while (s.committed() < op) {
            s.client().request(1);
        }
    }

    private static Scenario started(int replicaCount) {
        Scenario s = Scenario.of(replicaCount, 3);
        commitUntil(s, 10);
        s.settle();
        return s;
    }

    private static long syncs(Scenario s) {
        return s.cluster().marks().count(Marks.Mark.STATE_SYNC);
    }

    /** Laps behind, in an idle cluster: the announcements are enough, no request and no stuck timer (S71, S75). */
    @Test
    void theAnnouncementIsEnough() {
        try (Scenario s = started(3)) {
            ReplicaHandle away = s.backup(1);
            away.cutOff();
            commitUntil(s, 110);
            Duration healed = s.heal().elapsed();
            s.until("caught up", () -> away.executed() >= 110);
            assertTrue(s.elapsed().minus(healed).toSeconds() < 4, "the stuck timer takes 5 s");
            assertEquals(1, syncs(s));
        }
    }

    /** Of four, two are ahead and idle, two lag (S72). */
    @Test
    void twoOfFour() {
        try (Scenario s = started(4)) {
            ReplicaHandle one = s.backup(2).cutOff();
            ReplicaHandle another = s.backup(3).cutOff();
            commitUntil(s, 110);
            s.heal().settle();
            assertEquals(2, syncs(s));
            assertTrue(one.checkpoint() >= 79 && another.checkpoint() >= 79);
        }
    }

    /** The primary dies, and one of the two who are left must sync first (S73). */
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void inTheMiddleOfAViewChange(int n) {
        try (Scenario s = started(3)) {
            ReplicaHandle old = s.primary();
            s.backup(n).cutOff();
            commitUntil(s, 110);
            old.crash();
            s.heal();
            s.client().request(5);
            old.restart();
            s.settle();
        }
    }

    /** One checkpoint behind, and an entry on the way there is lost everywhere: stuck for a while, then sync (S74). */
    @Test
    void whenTheLogHasAHole() {
        try (Scenario s = started(3)) {
            ReplicaHandle away = s.backup(1).cutOff();
            ReplicaHandle other = s.backup(2);
            commitUntil(s, 29);
            s.primary().corrupt(walEntry(16));
            other.corrupt(walEntry(16));
            s.heal().settle();
            assertEquals(1, syncs(s));
            assertTrue(away.checkpoint() >= 19);
        }
    }

    /** An old primary with entries that nobody else has; the checkpoint is of a newer view than its log (S76). */
    @Test
    void intoANewerView() {
        try (Scenario s = started(3)) {
            ReplicaHandle old = s.primary();
            int view = old.view();
            long op = s.committed();
            s.drop(Prepare.class);
            s.clients().ask();
            s.until("prepared alone", () -> old.head() >= op + 2 && old.dirty() == 0);
            s.heal();
            old.cutOff();
            s.clients().expectAnswers();
            commitUntil(s, 110);
            assertTrue(s.committed(op + 1).view() > view, "dropped, and prepared anew");
            s.heal().until("synced", () -> old.checkpoint() >= 79);
            old.crash().restart();
            s.settle();
        }
    }

    /**
     * With the third replica dead, the primary and the one that must sync are the only quorum, and what the primary's
     * log overwrites next is only in checkpoints: nothing more is committed before the files are here (S78).
     */
    @Test
    void whoSyncsDoesNotCountForItsCheckpoint() {
        try (Scenario s = started(3)) {
            ReplicaHandle away = s.backup(1).cutOff();
            ReplicaHandle dead = s.backup(2);
            commitUntil(s, 110);
            dead.crash();
            away.holdFiles();
            s.heal();
            for (int round = 0; round < 10; round++) {
                s.clients().ask();
                s.pass(Duration.ofSeconds(2));
            }
            assertTrue(s.committed() <= 110 + s.cluster().constants().pipelineMax(), "committed " + s.committed());
            assertTrue(away.checkpoint() < 99);
            away.releaseFiles();
            s.clients().expectAnswers();
            s.clients().request(10);
            dead.restart();
            s.settle();
        }
    }

    /** Two have to catch up, and one of them is heard but hears nothing: it starves nobody (S80). */
    @Test
    void aHalfConnectedOneStarvesNobody() {
        try (Scenario s = started(5)) {
            ReplicaHandle away = s.backup(1).cutOff();
            ReplicaHandle deaf = s.backup(2).cutOff();
            commitUntil(s, 110);
            s.heal();
            deaf.deafen();
            s.until("the one that hears", () -> away.executed() >= 110);
            s.heal().settle();
        }
    }

    /**
     * The last reply to a client that has long been quiet is damaged on two of three. It asks again and again, whoever
     * it asks: after a while all answer, with the same words (S67).
     */
    @Test
    void aDamagedReplyComesFromAPeerWhileTheClientRetries() {
        try (Scenario s = Scenario.of(3)) {
            ScriptedClient client = s.scripted().register();
            Request request = client.toRequest();
            Reply first = reply(client.tell(s.primary(), request));
            assertTrue(first.body().length > 0);
            commitUntil(s, 30);
            s.settle().all().expectCheckpoint(19).crash();
            s.replica(0).corrupt(Scenario.reply(1)).expectDamaged();
            s.replica(1).corrupt(Scenario.reply(1)).expectDamaged();
            s.all().restart();
            s.until("somebody leads", s::isLed);
            for (int replica = 0; replica < 3; replica++) {
                List<ScriptedClient.Heard> heard = new ArrayList<>();
                for (int attempt = 0; attempt < 10 && heard.isEmpty(); attempt++) {
                    heard = client.tell(s.replica(replica), request);
                }
                assertEquals(first.op(), reply(heard).op());
                assertArrayEquals(first.body(), reply(heard).body());
                assertEquals(replica, heard.get(0).replica());
            }
            s.all().awaitUndamaged();
        }
    }
}
