package dev.viewstamp.testkit.scenario;

import static dev.viewstamp.actors.replica.StatusName.NORMAL_BACKUP;
import static dev.viewstamp.testkit.scenario.ScriptedClient.reply;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.viewstamp.actors.message.ReplicaMessage.DoViewChange;
import dev.viewstamp.actors.message.ReplicaMessage.GetHeaders;
import dev.viewstamp.actors.message.ReplicaMessage.Headers;
import dev.viewstamp.actors.message.ReplicaMessage.Prepare;
import dev.viewstamp.client.protocol.ClientMessage.Reply;
import dev.viewstamp.client.protocol.ClientMessage.Request;
import dev.viewstamp.journal.Storage;
import dev.viewstamp.testkit.sim.KeptMessages;
import dev.viewstamp.testkit.sim.Tear;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Replicas that missed something, and logs that reach further than one knows, told to the production actors:
 * replication spec §6.5 to §6.7, §12.5 S51, S53, S62, S68. The log has 32 slots: checkpoints at 19, 39 …,
 * entries up to 31 before the first one.
 */
class LaggingStoryTest {
    private static final int PREPARE_MAX = 31;

    /** Entries that the checkpoint contains are lost on all who are left: no reason not to lead (S51). */
    @Test
    void aHoleBelowTheCheckpointDoesNotMatter() {
        try (Scenario s = Scenario.of(3)) {
            s.client().request(29);
            s.settle().all().expectCheckpoint(19);
            ReplicaHandle old = s.primary();
            ReplicaHandle one = s.backup(1);
            ReplicaHandle two = s.backup(2);
            s.all().crash();
            one.corrupt(Scenario.walEntry(12)).restart();
            two.corrupt(Scenario.walEntry(12)).restart();
            s.client().request(30);
            old.restart();
            s.settle();
        }
    }

    /**
     * The log of a view reaches beyond what a late replica may hold. It cannot take those entries, but it knows of
     * them, also after a crash: its vote for the next view does not fall behind what it has heard (S53).
     */
    @Test
    void headersOfTheNextLapAreRemembered() {
        try (Scenario s = Scenario.of(3)) {
            s.client().request(17);
            s.settle();
            ReplicaHandle late = s.backup(2);
            ReplicaHandle old = s.primary();
            int index = late.index();
            late.cutOff();
            s.client().request(22);
            s.drop((from, to, message) -> to == index && (message instanceof Prepare || message instanceof Headers));
            old.crash().restart();
            s.mendLinks();
            s.until("it follows", () -> s.isLed() && late.view() == s.primary().view()
                    && late.logViewDurable() == late.view() && s.primary().index() != index);
            long head = s.primary().head();
            assertTrue(late.head() <= PREPARE_MAX && head > PREPARE_MAX, late.head() + " of " + head);
            late.crash().restart();
            List<DoViewChange> votes = new ArrayList<>();
            s.drop((from, to, message) -> {
                if (from == index && message instanceof DoViewChange vote) {
                    votes.add(vote);
                }
                return to == index && (message instanceof Prepare || message instanceof Headers);
            });
            ReplicaHandle leading = s.primary();
            leading.crash();
            s.until("it votes", () -> !votes.isEmpty());
            assertTrue(votes.get(0).op() >= head, votes.get(0).op() + " of " + head);
            s.heal();
            leading.restart();
            s.client().request(1);
            s.settle();
        }
    }

    /** Gaps in one view's entries delay neither the others nor, for long, whoever has them; all are closed at once. */
    @Test
    void missedEntriesOfOneViewDelayNobody() {
        try (Scenario s = Scenario.of(3, 2)) {
            s.clients().request(1);
            s.settle();
            ReplicaHandle backup = s.backup(1);
            int index = backup.index();
            long op = s.committed();
            Set<Long> missed = new HashSet<>(Set.of(op + 1, op + 3, op + 5));
            KeptMessages asked = s.record((from, to, message) -> from == index && message instanceof GetHeaders);
            s.drop((from, to, message) -> to == index && message instanceof Prepare prepare
                    && missed.remove(prepare.entry().op()));
            Duration start = s.elapsed();
            s.clients().request(4);
            s.until("it has all", () -> backup.executed() == op + 8);
            assertTrue(missed.isEmpty());
            Duration took = s.elapsed().minus(start);
            assertTrue(took.toMillis() < 750, "took " + took);
            assertTrue(asked.count() <= 4, asked.count() + " times asked for headers of three gaps");
        }
    }

    /**
     * The disk of a backup does not get done with a reply: no checkpoint that would need it is durable there, though
     * the others have one. Then it dies with the reply unwritten, and makes it anew (S68).
     */
    @Test
    void aCheckpointWaitsForTheRepliesBeforeIt() {
        try (Scenario s = Scenario.of(3)) {
            s.client().request(10);
            s.settle();
            ReplicaHandle slow = s.backup(1);
            slow.stallWrites(Storage.Zone.REPLIES);
            s.client().request(20);
            s.pass(Duration.ofSeconds(3));
            s.primary().expectCheckpoint(19);
            assertEquals(0, slow.checkpoint());
            slow.slowWrites(Storage.Zone.REPLIES, 1).crash(Tear.GARBLED).restart().await(NORMAL_BACKUP);
            s.settle();
            slow.expectCheckpoint(19);
            s.all().awaitUndamaged();
        }
    }

    /**
     * A reply is being read back after a restart, and the disk takes its time. Meanwhile its client asks for something
     * else, whose reply takes that place. Then the read ends, with what was there, damaged: that says nothing of what
     * is there now, so nothing counts as damaged, and the new reply is what the client hears (pitfall 73).
     */
    @Test
    void aReadOfAReplyThatWasReplacedMeanwhileSaysNothing() {
        try (Scenario s = Scenario.of(3)) {
            ScriptedClient client = s.scripted().register();
            client.request();
            s.client().request(28);
            ReplicaHandle backup = s.settle().backup(1).expectCheckpoint(19);
            backup.crash().corrupt(Scenario.reply(1)).holdNextRead(Scenario.reply(1)).restart().await(NORMAL_BACKUP);
            s.pass(Duration.ofSeconds(1));
            Request request = client.toRequest();
            Reply reply = reply(client.tell(s.primary(), request));
            s.until("executed, and written", () -> backup.executed() >= reply.op()
                    && !backup.isWriting(Scenario.reply(1)));
            backup.releaseRead();
            s.pass(Duration.ofSeconds(1));
            assertEquals(0, backup.repliesFaulty());
            List<ScriptedClient.Heard> again = client.tell(backup, request);
            assertEquals(backup.index(), again.get(0).replica());
            assertEquals(reply.op(), reply(again).op());
            backup.awaitUndamaged();
        }
    }
}
