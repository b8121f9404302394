package dev.viewstamp.testkit.scenario;

import static dev.viewstamp.testkit.scenario.ScriptedClient.eviction;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.viewstamp.actors.message.Envelope;
import dev.viewstamp.actors.message.ReplicaMessage;
import dev.viewstamp.actors.message.ReplicaMessage.DoViewChange;
import dev.viewstamp.actors.message.ReplicaMessage.GetHeaders;
import dev.viewstamp.actors.message.ReplicaMessage.GetPrepare;
import dev.viewstamp.actors.message.ReplicaMessage.Headers;
import dev.viewstamp.actors.message.ReplicaMessage.Prepare;
import dev.viewstamp.actors.message.ReplicaMessage.RecoveryResponse;
import dev.viewstamp.actors.message.ReplicaMessage.StartView;
import dev.viewstamp.actors.message.ReplicaMessage.StartViewChange;
import dev.viewstamp.actors.replica.ReplicaSnapshot;
import dev.viewstamp.actors.replica.StatusName;
import dev.viewstamp.client.protocol.ClientMessage;
import dev.viewstamp.client.protocol.ClientMessage.EvictionReason;
import dev.viewstamp.client.protocol.ClientMessage.Request;
import dev.viewstamp.client.protocol.RequestIdentity;
import dev.viewstamp.journal.Checksums;
import dev.viewstamp.journal.EntryHeader;
import dev.viewstamp.journal.LogEntry;
import dev.viewstamp.journal.Word128;
import dev.viewstamp.ledger.Uint128;
import dev.viewstamp.testkit.sim.KeptMessages;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/**
 * Bytes that are no message of this cluster, thrown at all replicas through the network, told to the production actors:
 * replication spec §1.6, §2.1, §2.3, §12.5 S95. They are dropped; nobody's state changes, and the service goes on.
 */
class IntruderStoryTest {
    private static final int KIND_AT = 35;                       // in a frame between replicas
    private static final int START_VIEW_RESERVED_AT = 44;
    private static final int CLUSTER_AT = 24;                    // in a client's frame
    private static final int CLIENT_RESERVED_AT = 84;            // in its request

    /** A calm cluster that went through a view change; all that was said in it is at hand. */
    private static KeptMessages eventful(Scenario s, KeptMessages.Pick pick) {
        KeptMessages said = s.record(pick);
        s.clients().request(5);
        ReplicaHandle old = s.primary().crash();
        s.clients().request(3);
        old.restart();
        s.settle().pass(Duration.ofSeconds(12));                 // what expires has expired
        return said.stop();
    }

    /** Whole frames are damaged in every way: bits flip, ends are missing, something is behind, nothing is right. */
    @Test
    void damagedMessagesBetweenReplicasHarmNobody() {
        try (Scenario s = Scenario.of(3, 2)) {
            KeptMessages said = eventful(s, (from, to, message) -> message instanceof ReplicaMessage);
            assertHarmless(s, said, damages());
        }
    }

    /** The same for what clients say. */
    @Test
    void damagedMessagesOfClientsHarmNobody() {
        try (Scenario s = Scenario.of(3, 2)) {
            KeptMessages said = eventful(s, (from, to, message) -> message instanceof ClientMessage && to < 3);
            assertHarmless(s, said, damages());
        }
    }

    private static List<UnaryOperator<byte[]>> damages() {
        SplittableRandom dice = new SplittableRandom(95);
        List<UnaryOperator<byte[]>> damages = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            damages.add(bytes -> {
                bytes[dice.nextInt(bytes.length)] ^= (byte) (1 << dice.nextInt(8));
                return bytes;
            });
        }
        damages.add(bytes -> Arrays.copyOf(bytes, dice.nextInt(bytes.length)));
        damages.add(bytes -> Arrays.copyOf(bytes, bytes.length + 1 + dice.nextInt(100)));
        damages.add(bytes -> Arrays.copyOf(bytes, 2_000_000));
        damages.add(bytes -> new byte[0]);
        damages.add(bytes -> new byte[bytes.length]);
        damages.add(bytes -> {
            dice.nextBytes(bytes);
            return bytes;
        });
        return damages;
    }

    /** Commands that no longer exist, or never did, under a checksum that is right. */
    @Test
    void retiredAndUnknownCommandsHarmNobody() {
        try (Scenario s = Scenario.of(3, 2)) {
            KeptMessages said = eventful(s, (from, to, message) -> message instanceof StartViewChange
                    || message instanceof Headers);
            List<UnaryOperator<byte[]>> commands = new ArrayList<>();
            for (int command : new int[] {0, 3, 4, 8, 16, 18, 19, 26, 127, 128, 255}) {
                commands.add(bytes -> {
                    bytes[KIND_AT] = (byte) command;
                    return signed(bytes);
                });
            }
            assertHarmless(s, said, commands);
        }
    }

    /** An entry whose header is right and whose body is not is appended by nobody; asked for again, it is. */
    @Test
    void anEntryWithADamagedBodyIsNotAppended() {
        try (Scenario s = Scenario.of(3)) {
            s.client().request(2);
            s.settle();
            long committed = s.committed();
            KeptMessages entries = s.hold((from, to, message) -> message instanceof Prepare);
            s.client().ask();
            s.until("sent to both", () -> entries.count() == 2);
            entries.deliver(bytes -> {
                bytes[bytes.length - 1]++;
                return bytes;
            });
            s.pass(Duration.ofMillis(100));
            s.backup(1).expectHead(committed);
            s.backup(2).expectHead(committed);
            entries.deliver();
            s.client().expectAnswers();
        }
    }

    /** A vote that is right, but for the two megabytes behind it, is none. */
    @Test
    void oversizeMessagesAreNoMessages() {
        try (Scenario s = Scenario.of(3)) {
            s.client().request(2);
            int view = s.primary().view();
            KeptMessages votes = s.hold((from, to, message) -> message instanceof StartViewChange);
            s.primary().crash();
            s.until("both would leave", () -> votes.count() >= 2);
            votes.deliver(bytes -> signed(Arrays.copyOf(bytes, 2_000_000)));
            s.pass(Duration.ofMillis(200));
            assertEquals(view, Math.max(s.replica((view + 1) % 3).view(), s.replica((view + 2) % 3).view()));
            votes.deliver();
            s.pass(Duration.ofMillis(200));
            assertTrue(s.replica((view + 1) % 3).view() > view, "without what was behind them they count");
        }
    }

    /**
     * One replica would leave the view; every other vote for that comes from another cluster, version or author, the
     * receiver itself among them. Nobody leaves.
     */
    @Test
    void strangersHaveNoVote() {
        try (Scenario s = Scenario.of(3)) {
            eventful(s, (from, to, message) -> false);
            List<String> before = states(s);
            for (int to = 0; to < 3; to++) {
                for (int from = 0; from < 3; from++) {
                    if (from != to) {
                        intrude(s, from, to);
                    }
                }
            }
            s.pass(Duration.ofSeconds(1));
            assertEquals(before, states(s));
            s.client().request(2);
            s.settle();
        }
    }

    private static void intrude(Scenario s, int from, int to) {
        ReplicaHandle sender = s.replica(from);
        ReplicaHandle receiver = s.replica(to);
        Envelope vote = s.envelope(sender, receiver.view(), new StartViewChange());
        List<Envelope> forged = new ArrayList<>();
        forged.add(new Envelope(Word128.of(8), vote.protocol(), vote.view(), from, vote.message()));
        forged.add(new Envelope(vote.cluster(), Envelope.PROTOCOL + 1, vote.view(), from, vote.message()));
        for (int author : new int[] {to, 3, 255}) {
            forged.add(new Envelope(vote.cluster(), vote.protocol(), vote.view(), author, vote.message()));
        }
        EntryHeader head = s.committed(s.committed());
        for (ReplicaMessage message : List.of(new GetHeaders(5, 4), new GetHeaders(-1, 4),
                new GetPrepare(-1, false, head.checksum()), new Headers(List.of()),
                new Headers(List.of(head, head)), new RecoveryResponse(1, true, -1, 0),
                new DoViewChange(0, 9, 9, 0, 0, 0, List.of(head)),
                new DoViewChange(0, head.op(), 0, 0, 2, 0, List.of(head)),
                new Prepare(new LogEntry(EntryHeader.reserved(vote.cluster(), 5), new byte[0])))) {
            forged.add(s.envelope(sender, receiver.view() + 1, message));
        }
        forged.add(s.envelope(sender, -1, new StartViewChange()));
        if (from == (to + 1) % 3) {
            forged.add(vote);                                    // one that counts: a second one would move the view
        }
        forged.forEach(envelope -> s.forge(sender, receiver, envelope));
    }

    /** Bytes that must be zero are not, under a checksum that is right: no version of this code sends such frames. */
    @Test
    void paddingThatIsNotZeroIsNoMessage() {
        try (Scenario s = Scenario.of(3)) {
            ScriptedClient client = s.scripted().register();
            s.settle();
            long committed = s.committed();
            KeptMessages held = requestWithAnotherByte(s, client, CLIENT_RESERVED_AT);
            assertEquals(1, held.count());
            assertEquals(committed, s.committed());
            held.deliver();
            s.pass(Duration.ofSeconds(2));
            assertEquals(committed + 1, s.committed(), "the same without that byte is a request");
        }
    }

    /** The same between replicas: the log of a new view is not believed from such a frame. */
    @Test
    void aStartViewWithPaddingIsNotBelieved() {
        try (Scenario s = Scenario.of(3)) {
            s.client().request(2);
            s.settle();
            KeptMessages held = s.hold((from, to, message) -> message instanceof StartView);
            s.primary().crash().restart();
            s.until("a chosen log", () -> s.isLed() && held.count() > 0);
            held.deliver(bytes -> {
                bytes[START_VIEW_RESERVED_AT]++;
                return signed(bytes);
            });
            s.pass(Duration.ofMillis(200));
            s.backup(1).expect(StatusName.VIEW_CHANGE);
            s.backup(2).expect(StatusName.VIEW_CHANGE);
            held.stop().deliver();
            s.pass(Duration.ofMillis(200));
            s.backup(1).expect(StatusName.NORMAL_BACKUP);
            s.backup(2).expect(StatusName.NORMAL_BACKUP);
        }
    }

    /** The padding behind an entry on disk is part of it: damage there is found when the log opens, and repaired. */
    @Test
    void paddingOnDiskIsPartOfTheEntry() {
        try (Scenario s = Scenario.of(3)) {
            s.client().request(6);
            s.settle();
            ReplicaHandle victim = s.backup(1);
            victim.crash().corruptPadding(s.committed() - 2).expectDamaged().restart();
            victim.awaitUndamaged();
            s.settle();
        }
    }

    /** A client asks another cluster, or for more than anybody may: it gets nothing, and is told why if it can be. */
    @Test
    void requestsThatMustNotComeAreNotExecuted() {
        try (Scenario s = Scenario.of(3)) {
            ScriptedClient client = s.scripted().register();
            s.settle();
            long committed = s.committed();
            requestWithAnotherByte(s, client, CLUSTER_AT);
            assertEquals(List.of(), client.heard());
            Request oversize = client.toRequest(138, new byte[3841]);
            assertEquals(EvictionReason.INVALID_REQUEST_BODY_SIZE, eviction(client.forge(s.primary(), oversize)));
            Request unknown = client.toRequest(200, new byte[128]);
            assertEquals(EvictionReason.INVALID_REQUEST_OPERATION, eviction(client.forge(s.primary(), unknown)));
            assertEquals(committed, s.committed());
        }
    }

    private static void assertHarmless(Scenario s, KeptMessages said, List<UnaryOperator<byte[]>> damages) {
        assertNotEquals(0, said.count());
        List<String> before = states(s);
        for (UnaryOperator<byte[]> damage : damages) {
            said.deliver(damage);
            s.pass(Duration.ofMillis(100));
        }
        assertEquals(before, states(s));
        s.clients().request(2);
        s.settle();
    }

    private static byte[] signed(byte[] frame) {
        Word128 checksum = Checksums.of(frame, 16, frame.length - 16);
        ByteBuffer.wrap(frame).order(ByteOrder.LITTLE_ENDIAN).putLong(checksum.lo()).putLong(checksum.hi());
        return frame;
    }

    private static byte[] signedByClient(byte[] bytes) {
        ByteBuffer frame = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        Uint128 checksum = RequestIdentity.checksum(bytes, 16, frame.getShort(18) - 16);
        frame.putLong(checksum.lo()).putLong(checksum.hi());
        return bytes;
    }

    private static List<String> states(Scenario s) {
        List<String> states = new ArrayList<>();
        for (int replica = 0; replica < 3; replica++) {
            ReplicaSnapshot now = s.replica(replica).only().snapshot();
            states.add(now.status() + " view " + now.view() + "/" + now.logView() + " op " + now.op() + " commit "
                    + now.commitMin() + ".." + now.commitMax() + " head " + now.headChecksum() + " sessions "
                    + now.sessions());
        }
        return states;
    }

    /** A request that arrives with one byte changed, under a checksum that is right. */
    private static KeptMessages requestWithAnotherByte(Scenario s, ScriptedClient client, int offset) {
        KeptMessages held = s.hold((from, to, message) -> message instanceof Request);
        client.tell(s.primary(), client.toRequest());
        held.stop().deliver(bytes -> {
            bytes[offset]++;
            return signedByClient(bytes);
        });
        s.pass(Duration.ofSeconds(2));
        return held;
    }
}
