package dev.viewstamp.actors.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.viewstamp.client.protocol.ClientMessage;
import dev.viewstamp.client.protocol.ClientMessage.EvictionReason;
import dev.viewstamp.client.protocol.ClientMessage.PingClient;
import dev.viewstamp.client.protocol.ClientMessage.PongClient;
import dev.viewstamp.client.protocol.ClientMessage.RefusalReason;
import dev.viewstamp.client.protocol.ClientMessage.Request;
import dev.viewstamp.ledger.LittleEndian;
import dev.viewstamp.ledger.Uint128;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the client of one connection may be told, and when. */
class CorrespondentTest {
    private static final long SECOND = 1_000_000_000L;

    private final Correspondent client = new Correspondent(new FrameWriter(Frames.CLUSTER, 3, 1, Frames.RELEASE),
            ClientRelease.parse("0.16.4"), ClientRelease.parse("0.17.9"));

    @ParameterizedTest
    @CsvSource({"0.16.3, CLIENT_RELEASE_TOO_LOW", "0.16.4,", "0.17.0,", "0.17.9,", "0.17.10, CLIENT_RELEASE_TOO_HIGH",
        "1.0.0, CLIENT_RELEASE_TOO_HIGH", "65535.255.255, CLIENT_RELEASE_TOO_HIGH", "0.0.1, CLIENT_RELEASE_TOO_LOW"})
    void releasesOutsideTheRangeAreNotServed(String release, EvictionReason reason) {
        assertTrue(client.speaks(Frames.CLIENT, ClientRelease.parse(release)));
        assertEquals(reason, client.unserved());
        assertEquals(release, ClientRelease.text(ClientRelease.parse(release)));
    }

    @Test
    void aConnectionIsOneClients() {
        assertTrue(client.speaks(Frames.CLIENT, 1));
        assertTrue(client.speaks(Frames.CLIENT, 1));
        assertFalse(client.speaks(Uint128.ONE, 1));
        assertEquals(Frames.CLIENT, client.client());
    }

    @Test
    void aPongIsSentForTheLastPingAndInTime() {
        client.speaks(Frames.CLIENT, Frames.RELEASE);
        assertNull(client.frame(new PongClient(Frames.CLIENT, 5, 3, 1), 0), "nobody pinged");
        assertTrue(client.pings(new PingClient(Frames.CLIENT, 0, 5), 10 * SECOND));
        byte[] pong = client.frame(new PongClient(Frames.CLIENT, 5, 3, 1), 10 * SECOND).header();
        assertEquals(5, LittleEndian.u64(pong, FrameLayout.PONG_TIMESTAMP));
        assertEquals(3, LittleEndian.i32(pong, FrameLayout.VIEW));
        assertNull(client.frame(new PongClient(Frames.CLIENT, 4, 3, 1), 10 * SECOND), "an older ping's");
        assertNull(client.frame(new PongClient(Frames.CLIENT, 5, 3, 1), 11 * SECOND + 1), "it would be measured");
        assertNull(client.objection());
    }

    @Test
    void whoPingsOrRepeatsTooFastIsNotPassedOn() {
        Request request = request(1, 3);
        client.speaks(Frames.CLIENT, Frames.RELEASE);
        assertTrue(client.pings(new PingClient(Frames.CLIENT, 0, 5), SECOND));
        assertFalse(client.pings(new PingClient(Frames.CLIENT, 0, 6), SECOND + 1));
        assertTrue(client.pings(new PingClient(Frames.CLIENT, 0, 7), 2 * SECOND));
        assertTrue(client.asks(request, SECOND));
        assertFalse(client.asks(request, SECOND + SECOND / 20));
        assertTrue(client.asks(request, SECOND + SECOND / 2), "a retry");
        assertTrue(client.asks(request(2, 4), SECOND + SECOND / 2 + 1), "another one is always welcome");
    }

    @Test
    void anUnaskedPongTellsTheViewAndNothingOfTime() {
        client.speaks(Frames.CLIENT, Frames.RELEASE);
        byte[] pong = client.viewFrame(8).header();
        assertEquals(-1, LittleEndian.u64(pong, FrameLayout.PONG_TIMESTAMP));
        assertEquals(8, LittleEndian.i32(pong, FrameLayout.VIEW));
    }

    @Test
    void aRefusalIsSilence() {
        client.speaks(Frames.CLIENT, Frames.RELEASE);
        assertNull(client.frame(new ClientMessage.Refusal(Frames.CLIENT, 1, Uint128.ONE, RefusalReason.LOG_FULL), 0));
        assertNull(client.objection());
    }

    @Test
    void anAnswerThatWouldHarmIsHeldBackAndSaidToBe() {
        client.speaks(Frames.CLIENT, Frames.RELEASE);
        Request request = request(1, 3);
        client.asks(request, 0);
        assertNull(client.frame(new ClientMessage.Reply(Frames.CLIENT, 1, Uint128.of(3), Uint128.ONE, 5, 5, 140, 0,
                Frames.RELEASE, new byte[0]), 0));
        assertNotNull(client.objection());
        assertNotNull(client.frame(new ClientMessage.Eviction(Frames.CLIENT, 2, EvictionReason.NO_SESSION), 0));
        assertNull(client.objection());
    }

    private static Request request(int number, long checksum) {
        return new Request(Frames.CLIENT, 1, number, Uint128.ONE, 140, 0, Frames.RELEASE, ClientMessage.DOOR_WIRE,
                Uint128.of(checksum), Uint128.ONE, new byte[0]);
    }
}
