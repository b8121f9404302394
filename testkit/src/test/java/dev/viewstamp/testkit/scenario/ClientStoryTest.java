package dev.viewstamp.testkit.scenario;

import static dev.viewstamp.actors.replica.StatusName.NORMAL_PRIMARY;
import static dev.viewstamp.testkit.scenario.ScriptedClient.eviction;
import static dev.viewstamp.testkit.scenario.ScriptedClient.reply;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.viewstamp.actors.message.ReplicaMessage.PrepareOk;
import dev.viewstamp.client.protocol.ClientMessage;
import dev.viewstamp.client.protocol.ClientMessage.EvictionReason;
import dev.viewstamp.client.protocol.ClientMessage.PongClient;
import dev.viewstamp.client.protocol.ClientMessage.Reply;
import dev.viewstamp.client.protocol.ClientMessage.Request;
import dev.viewstamp.client.protocol.RequestIdentity;
import dev.viewstamp.ledger.Uint128;
import dev.viewstamp.testkit.scenario.ScriptedClient.Heard;
import dev.viewstamp.testkit.sim.KeptMessages;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What a client hears that repeats itself, comes late, errs or lies, told to the production actors: replication spec
 * §3.2, §3.3, §3.9, §12.5 S82 to S87. Up to seven sessions live at once here.
 */
class ClientStoryTest {

    /** The same request again is answered by whoever is asked, and executed once; another under its number is not. */
    @Test
    void aRepeatedRequestIsAnsweredByPrimaryAndBackup() {
        try (Scenario s = Scenario.of(3)) {
            ScriptedClient client = s.scripted().register();
            Request request = client.toRequest();
            Request forked = client.toOtherRequest();
            Reply first = reply(client.tell(s.primary(), request));
            s.settle();
            long committed = s.committed();
            for (ReplicaHandle replica : List.of(s.primary(), s.backup(1), s.backup(2))) {
                List<Heard> heard = client.tell(replica, request);
                assertEquals(1, heard.size(), "to R" + replica.index() + ": " + heard);
                assertEquals(replica.index(), heard.get(0).replica());
                assertEquals(first.op(), reply(heard).op());
                assertArrayEquals(first.body(), reply(heard).body());
                assertEquals(List.of(), client.forge(replica, forked));
            }
            assertEquals(committed, s.committed(), "nothing was executed again");
        }
    }

    /**
     * More clients than sessions: who was quiet longest is forgotten by all replicas alike, whoever leads, and hears
     * so when it asks and when it only pings (S83).
     */
    @Test
    void theQuietestIsEvictedByAllAlike() {
        try (Scenario s = Scenario.of(3)) {
            List<ScriptedClient> clients = new ArrayList<>();
            for (int i = 0; i < 6; i++) {                        // with the ordinary client all sessions are taken
                clients.add(s.scripted().register());
            }
            s.client().request(1);
            clients.get(0).request();                            // so the second one is the quietest
            clients.get(2).request();
            ScriptedClient quiet = clients.remove(1);
            clients.add(s.scripted().register());
            for (int round = 0; round < 3; round++) {
                assertEquals(EvictionReason.NO_SESSION, eviction(quiet.tell(s.primary(), quiet.toRequest())));
                assertEquals(EvictionReason.NO_SESSION, eviction(quiet.tell(s.primary(), quiet.toPing())));
                assertTrue(quiet.tell(s.backup(1), quiet.toPing()).get(0).message() instanceof PongClient,
                        "a backup ends no session");
                clients.forEach(ScriptedClient::request);
                s.settle();
                s.primary().crash().restart();
                s.settle();
            }
        }
    }

    /** A late copy of its register gave the client a second session: the first is over (S84). */
    @Test
    void anOldSessionIsOverAfterAReplayedRegister() {
        try (Scenario s = Scenario.of(3)) {
            ScriptedClient client = s.scripted();
            Request register = client.toRegister();
            client.register();
            Request late = client.toRequest();
            for (int i = 0; i < 7; i++) {
                s.scripted().register();
            }
            assertTrue(reply(client.tell(s.primary(), register)).op() > client.session());
            assertEquals(EvictionReason.SESSION_TOO_LOW, eviction(client.forge(s.primary(), late)));
        }
    }

    /** The release is the session's; it does not change on the way (S85). */
    @Test
    void theReleaseStaysTheSame() {
        try (Scenario s = Scenario.of(3)) {
            ScriptedClient client = s.scripted().register();
            client.request();
            Request other = client.release(2).toRequest();
            assertEquals(EvictionReason.SESSION_RELEASE_MISMATCH, eviction(client.forge(s.primary(), other)));
            for (Heard heard : client.forge(s.backup(1), other)) {
                assertEquals(s.primary().index(), heard.replica(), "a backup ends no session");
            }
        }
    }

    /** A register has no content, or a block of zeros; any other is refused, and no session comes of it (S85). */
    @ParameterizedTest
    @CsvSource({"100, 0, INVALID_REQUEST_BODY_SIZE", "256, 1, INVALID_REQUEST_BODY", "3841, 0, "
        + "INVALID_REQUEST_BODY_SIZE"})
    void aMalformedRegisterOpensNoSession(int size, byte content, EvictionReason reason) {
        try (Scenario s = Scenario.of(3)) {
            s.client().request(1);
            s.settle();
            long committed = s.committed();
            ScriptedClient client = s.scripted();
            byte[] body = new byte[size];
            java.util.Arrays.fill(body, content);
            Uint128 id = client.toRegister().client();
            Request malformed = RequestIdentity.request(id, 0, 0, Uint128.ZERO, ClientMessage.OPERATION_REGISTER, 0, 1,
                    body);
            assertEquals(reason, eviction(client.forge(s.primary(), malformed)));
            Request claimsASession = RequestIdentity.request(id, 5, 0, Uint128.ZERO, ClientMessage.OPERATION_REGISTER,
                    0, 1, new byte[0]);
            assertEquals(List.of(), client.forge(s.primary(), claimsASession));
            assertEquals(committed, s.committed());
            client.register().request();
        }
    }

    /**
     * A client's register is answered in a newer view. The old primary, which still believes to lead, never heard of
     * that session: it says nothing at all to whoever knows the newer view, least of all that the session is over
     * (S86). To a client that does not ask it anything else it may tell its own view.
     */
    @Test
    void anOldPrimaryEndsNoSessionOfANewerView() {
        try (Scenario s = Scenario.of(3)) {
            s.client().request(1);
            ReplicaHandle old = s.primary();
            old.cutOff();
            s.until("a second primary", () -> s.primary().index() != old.index());
            ScriptedClient client = s.scripted().register();
            assertEquals(s.primary().view(), client.view());
            old.expect(NORMAL_PRIMARY);
            assertEquals(List.of(), client.tell(old, client.toRequest()));
            assertTrue(client.tell(old, client.toPing()).get(0).message() instanceof PongClient);
            client.request();
        }
    }

    /**
     * An entry is kept across a view change. Whoever is answered for it knows the new view, though the entry is of the
     * old one: else it would ask the old primary next, which does not know of it (S86, §3.9).
     */
    @Test
    void anAnswerShowsTheViewInWhichItIsGiven() {
        try (Scenario s = Scenario.of(3)) {
            s.client().request(1);
            s.settle();
            ReplicaHandle old = s.primary();
            int view = old.view();
            long op = s.committed() + 1;
            ScriptedClient client = s.scripted();
            s.drop((from, to, message) -> message instanceof PrepareOk);
            client.say(old, client.toRegister());
            s.until("prepared everywhere", () -> s.backup(1).head() == op && s.backup(2).head() == op);
            s.pass(Duration.ofMillis(50));
            s.heal();
            old.cutOff();
            s.until("a second primary", () -> s.primary().index() != old.index());
            Reply answer = reply(client.tell(s.primary(), client.toRegister()));
            assertEquals(view, s.committed(op).view(), "the entry was kept");
            assertEquals(s.primary().view(), answer.view());
        }
    }

    /**
     * One client floods all replicas with copies of its request, before anybody else speaks, and the disks are slow.
     * It has one place in the queue all the same: nobody else has to ask twice (S87).
     */
    @Test
    void whoFloodsStarvesNobody() {
        try (Scenario s = Scenario.of(3, 6)) {
            s.clients().request(1);
            ScriptedClient flooder = s.scripted().register();
            s.settle();
            long committed = s.committed();
            s.all().slowDisk(40);
            for (int i = 0; i < 20; i++) {
                flooder.say(s.primary(), flooder.toRequest()).say(s.backup(1), flooder.toRequest());
            }
            s.pass(Duration.ofMillis(2));
            KeptMessages asked = s.record((from, to, message) -> message instanceof Request);
            s.clients().ask().expectAnswers();
            assertEquals(6, asked.count(), "requests of the others");
            s.all().slowDisk(1);
            s.settle();
            assertEquals(committed + 7, s.committed());
        }
    }
}
