package dev.viewstamp.testkit.scenario;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.pattern.StatusReply;
import dev.viewstamp.actors.message.ReplicaMessage.PrepareOk;
import dev.viewstamp.actors.message.ReplicaMessage.StartView;
import dev.viewstamp.client.LedgerClient.CreateAccounts;
import dev.viewstamp.ledger.Account;
import dev.viewstamp.ledger.CreateAccountResult;
import dev.viewstamp.ledger.CreateAccountStatus;
import dev.viewstamp.ledger.Uint128;
import dev.viewstamp.testkit.junit.TestCluster;
import dev.viewstamp.testkit.sim.KeptMessages;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a test of an interleaving looks like, with probes of Akka's testkit. docs/testing.md shows parts of this. */
class InterleavingExampleTest {
    private static final List<Account> ACCOUNTS = List.of(Account.builder().id(Uint128.of(7)).ledger(700).code(10)
            .build());

    /** Acknowledgements of a view that is over arrive in the next one: they count for nothing, and nothing is lost. */
    @Test
    void acknowledgementsOfAnOldViewCountForNothing() {
        tell();
    }

    /** What a probe hears, and when, is the seed's like everything else. */
    @Test
    void probesAreOfTheSimulation() {
        long threads = Thread.getAllStackTraces().size();
        String first = tell();
        assertEquals(first, tell());
        assertTrue(Thread.getAllStackTraces().size() <= threads + 1, "probes need no threads");
    }

    /** Tells the story; answers how it went, to the turn. */
    private static String tell() {
        try (Scenario s = Scenario.of(3)) {
            TestProbe<StatusReply<List<CreateAccountResult>>> answer = s.probe();
            KeptMessages acknowledgements = s.hold((from, to, message) -> message instanceof PrepareOk);
            s.clientActor().tell(new CreateAccounts(ACCOUNTS, answer.ref()));
            s.until("both backups to acknowledge the client's session", () -> acknowledgements.count() >= 2);
            answer.expectNoMessage();

            acknowledgements.stop();
            s.drop(PrepareOk.class);
            TestProbe<StartView> views = s.overhear(StartView.class);
            ReplicaHandle old = s.primary().crash();
            StartView start = s.receive(views);
            assertEquals(s.committed() + 1, start.op());         // the session's entry is in the log of the new view
            old.restart();
            acknowledgements.deliver();                          // of the old view, to its primary
            s.pass(Duration.ofMillis(100));
            answer.expectNoMessage();

            s.heal();
            assertEquals(CreateAccountStatus.CREATED, s.receive(answer).getValue().get(0).status());
            s.settle();
            answer.expectNoMessage();                            // once is enough
            return s.elapsed() + " " + s.cluster().system().turns() + " " + s.committed(s.committed());
        }
    }

    /** Stories are told on one ActorSystem, one after another: none leaves its probes to the next. */
    @Test
    void aProbeEndsWithItsStory() {
        TestProbe<String> before;
        try (Scenario s = Scenario.of(1)) {
            before = s.probe();
        }
        try (Scenario s = Scenario.of(1)) {
            TestProbe<String> now = s.probe();
            assertThrows(AssertionError.class, () -> now.expectTerminated(before.ref()), "a turn must come first");
            s.pass(Duration.ofMillis(10));
            now.expectTerminated(before.ref());
        }
    }

    /** A probe that was told nothing says so at once, whatever its settings would be elsewhere. */
    @Test
    void aProbeDoesNotWait() {
        try (TestCluster cluster = TestCluster.start(1, 1)) {
            TestProbe<String> probe = cluster.probe();
            assertThrows(AssertionError.class, probe::receiveMessage);
            probe.ref().tell("a word");
            assertEquals(Duration.ZERO, probe.getRemainingOrDefault());
            assertThrows(AssertionError.class, () -> probe.expectMessage("a word"), "its turn has not come");
            assertEquals("a word", cluster.receive(probe));
            cluster.system().scheduler().scheduleOnce(Duration.ofHours(1), () -> probe.ref().tell("late"),
                    cluster.system().executionContext());
            assertThrows(AssertionError.class, () -> cluster.receive(probe));
            cluster.advance(Duration.ofHours(1));
            probe.expectMessage("late");
        }
    }
}
