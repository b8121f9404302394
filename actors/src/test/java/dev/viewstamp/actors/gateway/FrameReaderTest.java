package dev.viewstamp.actors.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.viewstamp.ledger.LittleEndian;
import dev.viewstamp.ledger.Uint128;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Wire spec §13 row by row: what closes a connection, what is ignored, what passes. */
class FrameReaderTest {
    private static final int BUDGET = 1 << 20;
    private static final byte[] REQUEST = Frames.request(Frames.CLIENT, 7, 1, Uint128.ONE, 140, new byte[512]);
    private static final byte[] PING = Frames.ping(Frames.CLIENT, 7, 99);
    private static final byte[] REGISTER = Frames.register(Frames.CLIENT);

    private final ByteBudget budget = new ByteBudget(BUDGET);
    private final FrameReader reader = new FrameReader(Frames.CLUSTER, budget);

    @ParameterizedTest
    @ValueSource(ints = {1, 11, 37, 255, 256, 257, 5000})
    void piecesOfAnySizeMakeTheSameMessages(int size) {
        byte[] stream = concat(REGISTER, PING, REQUEST, PING);
        byte[][] pieces = new byte[(stream.length + size - 1) / size][];
        for (int i = 0; i < pieces.length; i++) {
            pieces[i] = Arrays.copyOfRange(stream, i * size, Math.min(stream.length, (i + 1) * size));
        }
        List<Inbound> whole = Frames.read(new FrameReader(Frames.CLUSTER, budget), stream);
        assertEquals(4, whole.size());
        assertEquals(whole.toString(), Frames.read(reader, pieces).toString());
        assertFalse(reader.isInsideFrame());
    }

    @Test
    void noiseIsBrokenOffAtItsFirstHeader() {
        byte[] http = Arrays.copyOf("GET / HTTP/1.1\r\n".getBytes(java.nio.charset.StandardCharsets.UTF_8), 300);
        assertEquals(List.of(new Inbound.Broken(Fault.HEADER_CHECKSUM)), Frames.read(reader, http));
        assertEquals(List.of(new Inbound.Broken(Fault.HEADER_CHECKSUM)), Frames.read(reader, PING), "for good");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 15, 16, 100, 255})
    void aFlippedBitInTheHeaderBreaksOff(int at) {
        byte[] frame = REQUEST.clone();
        frame[at] ^= 4;
        assertEquals(List.of(new Inbound.Broken(Fault.HEADER_CHECKSUM)), Frames.read(reader, frame));
    }

    @Test
    void aFlippedBitInTheBodyBreaksOff() {
        byte[] frame = REQUEST.clone();
        frame[frame.length - 1] ^= 1;
        assertEquals(List.of(new Inbound.Broken(Fault.BODY_CHECKSUM)), Frames.read(reader, frame));
        assertEquals(BUDGET, budget.left());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 4, 6, 8, 18, 24, 25, 99, 255})
    void aCommandThatIsNoClientsBreaksOff(int command) {
        byte[] frame = PING.clone();
        frame[FrameLayout.COMMAND] = (byte) command;
        assertEquals(List.of(new Inbound.Broken(Fault.COMMAND)), Frames.read(reader, Frames.sealHeader(frame)));
    }

    @ParameterizedTest
    @CsvSource({"255, false", "0, false", "1048577, false", "-1, false", "2147483647, false", "257, true", "512, true"})
    void aSizeThatNoMessageHasBreaksOffBeforeMemoryIsTaken(int size, boolean isPing) {
        byte[] frame = (isPing ? PING : REQUEST).clone();
        LittleEndian.putU32(frame, FrameLayout.SIZE, size);
        assertEquals(List.of(new Inbound.Broken(Fault.SIZE)), Frames.read(reader, Frames.sealHeader(frame)));
        assertEquals(BUDGET, budget.left());
    }

    @Test
    void anotherClusterBreaksOff() {
        byte[] frame = PING.clone();
        frame[FrameLayout.CLUSTER + 15] = 1;
        assertEquals(List.of(new Inbound.Broken(Fault.CLUSTER)), Frames.read(reader, Frames.sealHeader(frame)));
    }

    /** Each byte that must be zero, of each command; the message is ignored and the connection goes on. */
    @Test
    void aReservedByteIsIgnoredAndTheConnectionGoesOn() {
        int[][] ofRequest = {{16, 32}, {48, 80}, {100, 104}, {112, 114}, {115, 128}, {144, 160}, {184, 192}, {197, 200},
            {204, 256}};
        int[][] ofPing = {{16, 32}, {48, 80}, {100, 108}, {112, 114}, {115, 128}, {160, 256}};
        for (int[] range : ofRequest) {
            ignoresAnyOf(REQUEST, range[0], range[1]);
            ignoresAnyOf(REGISTER, range[0], range[1]);
        }
        for (int[] range : ofPing) {
            ignoresAnyOf(PING, range[0], range[1]);
        }
        assertEquals(BUDGET, budget.left());
    }

    private void ignoresAnyOf(byte[] frame, int from, int to) {
        for (int at = from; at < to; at++) {
            byte[] bad = frame.clone();
            bad[at] = 1;
            List<Inbound> read = Frames.read(reader, Frames.sealHeader(bad), PING);
            assertEquals(2, read.size());
            int offset = at;
            assertInstanceOf(Inbound.Ignored.class, read.get(0), () -> "byte " + offset);
            assertInstanceOf(Inbound.Ping.class, read.get(1));
        }
    }

    @ParameterizedTest
    @CsvSource({
        // what,                     session, request, parent, operation, body size, passes
        "a register,                       0,       0,      0,         2,       256, true",
        "a register without a body,        0,       0,      0,         2,         0, true",
        "a register of another size,       0,       0,      0,         2,       128, false",
        "a register with a session,        1,       0,      0,         2,       256, false",
        "a register with a number,         0,       1,      0,         2,       256, false",
        "a register with a parent,         0,       0,      1,         2,       256, false",
        "a request,                        1,       1,      1,       140,        32, true",
        "a request with parent zero,       1,       1,      0,       140,        32, true",
        "a request of nobody's operation,  1,       1,      1,       200,        32, true",
        "a pulse,                          1,       1,      1,       128,         0, true",
        "no session,                       0,       1,      1,       140,        32, false",
        "no number,                        1,       0,      1,       140,        32, false",
        "a noop,                           1,       1,      1,         6,         0, true",
        "a noop with a body,               1,       1,      1,         6,        16, false",
        "a reconfigure,                    1,       1,      1,         3,       256, true",
        "a short reconfigure,              1,       1,      1,         3,        16, false",
        "the root,                         1,       1,      1,         1,         0, false",
        "a protocol pulse,                 1,       1,      1,         4,         0, false",
        "an upgrade,                       1,       1,      1,         5,        16, false",
        "reserved,                         1,       1,      1,       127,         0, false",
    })
    void requestsObeyTheRulesOfTheirFields(String what, long session, int number, long parent, int operation,
                                           int bodySize, boolean passes) {
        byte[] frame = Frames.request(Frames.CLIENT, session, number, Uint128.of(parent), operation,
                new byte[bodySize]);
        Inbound inbound = Frames.read(reader, frame).get(0);
        assertEquals(passes ? Inbound.Request.class : Inbound.Ignored.class, inbound.getClass(), what);
    }

    @Test
    void nobodyAndNoReleaseAreIgnored() {
        assertInstanceOf(Inbound.Ignored.class, Frames.read(reader, Frames.ping(Uint128.ZERO, 0, 1)).get(0));
        assertInstanceOf(Inbound.Ignored.class,
                Frames.read(reader, Frames.request(Uint128.ZERO, 1, 1, Uint128.ONE, 140, new byte[32])).get(0));
        byte[] frame = PING.clone();
        LittleEndian.putU32(frame, FrameLayout.RELEASE, 0);
        assertInstanceOf(Inbound.Ignored.class, Frames.read(reader, Frames.sealHeader(frame)).get(0));
    }

    /** A session that no log can have reached must not look as if it were gone. */
    @Test
    void aPingsSessionStaysPositive() {
        Inbound.Ping ping = (Inbound.Ping) Frames.read(reader, Frames.ping(Frames.CLIENT, -5, 1)).get(0);
        assertEquals(Long.MAX_VALUE, ping.ping().session());
    }

    @Test
    void memoryIsTakenForOneBodyAtATimeAndGivenBack() {
        Frames.read(reader, Arrays.copyOf(REQUEST, 256));
        assertEquals(BUDGET - 512, budget.left());
        assertTrue(reader.isInsideFrame());
        reader.releaseBody();
        assertEquals(BUDGET, budget.left(), "a connection that ends in the middle of a body");
        reader.releaseBody();
        assertEquals(BUDGET, budget.left());
    }

    @Test
    void withoutMemoryAConnectionIsBrokenOff() {
        FrameReader poor = new FrameReader(Frames.CLUSTER, new ByteBudget(511));
        assertEquals(List.of(new Inbound.Broken(Fault.BODY_MEMORY)), Frames.read(poor, REQUEST));
    }

    @Test
    void theLargestMessagePasses() {
        byte[] frame = Frames.request(Frames.CLIENT, 7, 1, Uint128.ONE, 147, new byte[FrameLayout.BODY_MAX]);
        Inbound.Request read = (Inbound.Request) Frames.read(reader, frame).get(0);
        assertEquals(FrameLayout.BODY_MAX, read.request().body().length);
        assertEquals(FrameLayout.BODY_MAX, reader.takeReservation());
    }

    private static byte[] concat(byte[]... parts) {
        byte[] all = new byte[Arrays.stream(parts).mapToInt(part -> part.length).sum()];
        int at = 0;
        for (byte[] part : parts) {
            System.arraycopy(part, 0, all, at, part.length);
            at += part.length;
        }
        return all;
    }
}
