package dev.viewstamp.testkit.scenario;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.viewstamp.actors.message.ReplicaMessage.Commit;
import dev.viewstamp.actors.message.ReplicaMessage.PrepareOk;
import dev.viewstamp.client.protocol.ClientMessage.Eviction;
import dev.viewstamp.client.protocol.ClientMessage.Reply;
import dev.viewstamp.client.protocol.ClientMessage.Request;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What clients live to see, told to the production actors: replication spec §3.9, §12.5 S61, S90. */
class SessionStoryTest {

    /**
     * The client never hears the primary, and one of the backups is dead: the other answers, for the ops that are its
     * own, and when it is asked again for those that were the dead one's.
     */
    @Test
    void aBackupAnswersWhoeverDoesNotHearThePrimary() {
        try (Scenario s = Scenario.of(3)) {
            s.client().request(1);
            s.settle();
            int view = s.primary().view();
            s.client().deafenTo(s.primary());
            s.client().request(5);
            s.backup(1).crash();
            s.client().request(5);
            assertEquals(view, s.primary().view());
            s.backup(1).restart();
            s.backup(2).crash();
            s.client().request(5);
            assertEquals(view, s.primary().view());
        }
    }

    /** A request that the dead primary may have had is executed once, and answered by the next one (S61, S82). */
    @Test
    void aRequestOnItsWaySurvivesItsPrimary() {
        for (int micros = 0; micros <= 3_000; micros += 500) {
            try (Scenario s = Scenario.of(3, 2)) {
                s.clients().request(1);
                long committed = s.committed();
                s.clients().ask();
                s.pass(Duration.ofNanos(micros * 1_000L));
                s.primary().crash();
                s.clients().expectAnswers();
                assertEquals(committed + 2, s.committed());
            }
        }
    }

    /**
     * A register is committed and answered by a primary that dies before anybody else learns of that. The next one
     * takes it over; the client asks both who are left from the first moment on. Its session is never denied, and
     * its request is done (S61).
     */
    @Test
    void aRegisterSurvivesItsPrimary() {
        try (Scenario s = Scenario.of(3)) {
            s.settle().drop(Commit.class);
            ScriptedClient client = s.scripted().register();
            ReplicaHandle old = s.primary();
            List<ReplicaHandle> left = List.of(s.backup(1), s.backup(2));
            old.crash();
            left.forEach(replica -> assertTrue(replica.executed() < client.session(), "executes the register"));
            s.drop(Commit.class, PrepareOk.class);               // the next primary has the register in its pipeline
            Request request = client.toRequest();
            client.tell(left.get(1), request);
            s.until("the next leads", () -> s.isLed() && s.primary().logViewDurable() == s.primary().view());
            askAll(s, client, left, request);
            assertTrue(left.stream().allMatch(replica -> replica.executed() < client.session()));
            s.heal();
            for (int round = 0; round < 20 && answer(client, request).isEmpty(); round++) {
                askAll(s, client, left, request);
            }
            assertTrue(client.heard().stream().noneMatch(heard -> heard.message() instanceof Eviction),
                    "evicted: " + client.heard());
            Reply reply = answer(client, request).orElseThrow(() -> new AssertionError("only " + client.heard()));
            assertEquals(client.session() + 1, s.committed(), "the register and one request");
            old.restart();
            s.settle();
            client.take(reply);
            client.request();
        }
    }

    private static void askAll(Scenario s, ScriptedClient client, List<ReplicaHandle> replicas, Request request) {
        for (int i = 0; i < 20; i++) {
            replicas.forEach(replica -> client.say(replica, request));
            s.pass(Duration.ofMillis(10));
        }
    }

    /** What the client has heard as the answer to this request, if it has. */
    private static Optional<Reply> answer(ScriptedClient client, Request request) {
        return client.heard().stream().map(ScriptedClient.Heard::message).filter(Reply.class::isInstance)
                .map(Reply.class::cast).filter(reply -> reply.request() == request.request()).findFirst();
    }

    /** Timestamps rise from op to op, though the clock of the next primary is seconds behind (S90). */
    @Test
    void timestampsRiseAcrossPrimaries() {
        try (Scenario s = Scenario.of(3)) {
            s.replica(0).skewClock(Duration.ofSeconds(4));
            s.replica(1).skewClock(Duration.ofSeconds(-4));
            for (int round = 0; round < 4; round++) {
                s.client().request(3);
                s.primary().crash().restart();
                s.settle();
            }
            for (long op = 2; op <= s.committed(); op++) {
                assertTrue(s.committed(op).timestamp() > s.committed(op - 1).timestamp(), "op " + op);
            }
        }
    }
}
