package dev.viewstamp.actors.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.viewstamp.client.protocol.ClientMessage;
import dev.viewstamp.client.protocol.ClientMessage.EvictionReason;
import dev.viewstamp.ledger.LittleEndian;
import dev.viewstamp.ledger.MultiBatch;
import dev.viewstamp.ledger.Operation;
import dev.viewstamp.ledger.Uint128;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each row of wire spec §21, and the field rules of §4 and §5: such a frame stays here. */
class FrameCheckTest {
    private static final Uint128 ASKED = Uint128.of(0xA5);
    private static final Uint128 OTHER = Uint128.of(0x5A);

    private final FrameWriter writer = new FrameWriter(Frames.CLUSTER, 3, 1, Frames.RELEASE);
    private final byte[] lookupReply = MultiBatch.encode(128, new byte[128]);
    private final AskedRequest lookup = new AskedRequest(ASKED, 4, Operation.LOOKUP_ACCOUNTS.code(), new int[] {1});

    @Test
    void whatClientsTakeMayLeave() {
        assertNull(check(reply(4, ASKED, 140, lookupReply), lookupReply, lookup));
        assertNull(check(reply(4, ASKED, 140, lookupReply), lookupReply, null), "asked through another server");
        assertNull(check(reply(3, OTHER, 141, lookupReply), lookupReply, lookup), "late: the client drops it");
        assertNull(check(writer.pong(7, 5), new byte[0], null));
        for (EvictionReason reason : EvictionReason.values()) {
            assertNull(check(writer.eviction(Frames.CLIENT, 5, reason), new byte[0], null));
        }
        byte[] changes = new byte[2 * 384];
        assertNull(check(reply(4, ASKED, 137, changes), changes, new AskedRequest(ASKED, 4, 137, null)));
        assertNull(check(reply(4, ASKED, 137, new byte[0]), new byte[0], null), "no changes");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3, 5, 19, 25, 99, 255})
    void aCommandThatIsNoneForClients(int command) {
        byte[] header = writer.pong(7, 5);
        header[FrameLayout.COMMAND] = (byte) command;
        objects(header, new byte[0], null);
    }

    @Test
    void aReleaseThatIsNotTheClients() {
        byte[] header = reply(4, ASKED, 140, lookupReply);
        assertNotNull(FrameCheck.objection(header, lookupReply, Frames.CLIENT, 0x1108, lookup));
        LittleEndian.putU32(header, FrameLayout.RELEASE, 0);
        objects(header, lookupReply, lookup);
    }

    @Test
    void aReplyThatIsNotForTheRequestInFlight() {
        objects(reply(4, OTHER, 140, lookupReply), lookupReply, lookup);
        objects(reply(4, ASKED, 141, lookupReply), lookupReply, lookup);
        assertNotNull(FrameCheck.objection(reply(4, ASKED, 140, lookupReply), lookupReply, OTHER, Frames.RELEASE, null),
                "for another client");
    }

    @ParameterizedTest
    @CsvSource({"0, false", "128, false", "3839, false", "3840, true", "1048320, true", "1048321, false", "-1, false"})
    void aRegisterReplysLimit(int limit, boolean passes) {
        byte[] body = new byte[64];
        LittleEndian.putU32(body, 0, limit);
        String objection = check(reply(0, ASKED, 2, body), body, new AskedRequest(ASKED, 0, 2, null));
        assertEquals(passes, objection == null, objection);
    }

    @Test
    void aRegisterReplyOfAnotherSize() {
        byte[] body = Arrays.copyOf(new byte[] {0, 0, 15, 0}, 80);
        objects(reply(0, ASKED, 2, body), body, null);
        byte[] dirty = new byte[64];
        LittleEndian.putU32(dirty, 0, 3840);
        dirty[63] = 1;
        objects(reply(0, ASKED, 2, dirty), dirty, null);
    }

    @Test
    void aFramedReplyThatDoesNotFit() {
        objects(reply(4, ASKED, 140, new byte[0]), new byte[0], lookup);
        objects(reply(4, ASKED, 140, new byte[128]), new byte[128], lookup);
        byte[] two = MultiBatch.encode(128, List.of(new byte[0], new byte[0]));
        objects(reply(4, ASKED, 140, two), two, lookup);
        byte[] rows = MultiBatch.encode(128, new byte[256]);
        objects(reply(4, ASKED, 140, rows), rows, lookup);
        objects(reply(4, ASKED, 140, lookupReply), lookupReply, new AskedRequest(ASKED, 4, 140, null));
    }

    @Test
    void anUnframedReplyThatIsNoWholeNumberOfRows() {
        objects(reply(4, ASKED, 137, new byte[383]), new byte[383], null);
        objects(reply(4, ASKED, 128, new byte[0]), new byte[0], null);
        objects(reply(4, ASKED, 200, new byte[0]), new byte[0], null);
    }

    @Test
    void aPongOfAReplicaThatNoClientKnows() {
        byte[] header = writer.pong(7, 5);
        header[FrameLayout.REPLICA] = 6;
        objects(header, new byte[0], null);
    }

    @Test
    void anEvictionWithoutReasonOrOfSomebodyElse() {
        byte[] header = writer.eviction(Frames.CLIENT, 5, EvictionReason.NO_SESSION);
        header[FrameLayout.EVICTION_REASON] = 0;
        objects(header, new byte[0], null);
        header[FrameLayout.EVICTION_REASON] = 9;
        objects(header, new byte[0], null);
        objects(writer.eviction(OTHER, 5, EvictionReason.NO_SESSION), new byte[0], null);
    }

    @Test
    void aSizeThatIsNotTheBodys() {
        objects(reply(4, ASKED, 140, lookupReply), new byte[0], lookup);
        objects(writer.pong(7, 5), new byte[16], null);
    }

    /** Every byte that must be zero, of every command. */
    @Test
    void reservedBytes() {
        int[][] common = {{16, 32}, {48, 80}, {100, 104}, {112, 114}, {116, 128}};
        objectsToAnyOf(reply(4, ASKED, 140, lookupReply), lookupReply, common);
        objectsToAnyOf(writer.pong(7, 5), new byte[0], common);
        objectsToAnyOf(writer.eviction(Frames.CLIENT, 5, EvictionReason.NO_SESSION), new byte[0], common);
        objectsToAnyOf(reply(4, ASKED, 140, lookupReply), lookupReply,
                new int[][] {{144, 160}, {176, 192}, {237, 256}});
        objectsToAnyOf(writer.pong(7, 5), new byte[0], new int[][] {{136, 256}});
        objectsToAnyOf(writer.eviction(Frames.CLIENT, 5, EvictionReason.NO_SESSION), new byte[0],
                new int[][] {{144, 255}});
    }

    @Test
    void aReplyWithoutAPlaceInTheLog() {
        for (int field : new int[] {FrameLayout.REPLY_OP, FrameLayout.REPLY_COMMIT, FrameLayout.REPLY_TIMESTAMP}) {
            byte[] header = reply(4, ASKED, 140, lookupReply);
            LittleEndian.putU64(header, field, 0);
            objects(header, lookupReply, lookup);
        }
        objects(reply(0, ASKED, 140, lookupReply), lookupReply, null);
    }

    @Test
    void rowsThatMayBeAnsweredComeFromTheRequest() {
        byte[] filter = new byte[64];
        LittleEndian.putU32(filter, 56, 5);
        byte[] body = MultiBatch.encode(64, List.of(filter, filter));
        assertEquals("[5, 5]", Arrays.toString(asked(145, body).rowsMax()));
        assertEquals("[2, 0]", Arrays.toString(asked(147,
                MultiBatch.encode(128, List.of(new byte[256], new byte[0]))).rowsMax()));
        assertNull(asked(147, new byte[3]).rowsMax());
        assertNull(asked(137, filter).rowsMax());
        assertNull(asked(200, filter).rowsMax());
    }

    private static AskedRequest asked(int operation, byte[] body) {
        byte[] frame = Frames.request(Frames.CLIENT, 1, 4, Uint128.ONE, operation, body);
        FrameReader reader = new FrameReader(Frames.CLUSTER, new ByteBudget(1 << 20));
        return AskedRequest.of(((Inbound.Request) Frames.read(reader, frame).get(0)).request());
    }

    private byte[] reply(int number, Uint128 requestChecksum, int operation, byte[] body) {
        return writer.reply(new ClientMessage.Reply(Frames.CLIENT, number, requestChecksum, OTHER, 30, 31, operation, 5,
                Frames.RELEASE, body));
    }

    private static String check(byte[] header, byte[] body, AskedRequest asked) {
        return FrameCheck.objection(header, body, Frames.CLIENT, Frames.RELEASE, asked);
    }

    private static void objects(byte[] header, byte[] body, AskedRequest asked) {
        assertNotNull(check(header, body, asked));
    }

    private static void objectsToAnyOf(byte[] header, byte[] body, int[][] ranges) {
        for (int[] range : ranges) {
            for (int at = range[0]; at < range[1]; at++) {
                byte[] bad = header.clone();
                bad[at] = 1;
                int offset = at;
                assertNotNull(check(bad, body, null), () -> "byte " + offset + " of command "
                        + header[FrameLayout.COMMAND]);
            }
        }
    }
}
