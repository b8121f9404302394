package dev.viewstamp.actors.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.viewstamp.client.protocol.ClientMessage;
import dev.viewstamp.client.protocol.RequestIdentity;
import dev.viewstamp.journal.EntryHeader;
import dev.viewstamp.ledger.Uint128;
import java.util.List;
import org.junit.jupiter.api.Test;

class HeldRequestsTest {
    private final HeldRequests held = new HeldRequests(2);

    @Test
    void isForwardedOnceWhenItsTimeIsUp() {
        ClientMessage.Request request = request(1, 1);
        held.hold(request, 100);
        assertEquals(List.of(), held.due(100 + HeldRequests.HOLD_TICKS - 1));
        assertEquals(List.of(request), held.due(100 + HeldRequests.HOLD_TICKS));
        assertEquals(List.of(), held.due(200));
    }

    @Test
    void aRepetitionDoesNotProlongTheWait() {
        ClientMessage.Request request = request(1, 1);
        held.hold(request, 100);
        held.hold(request, 105);
        assertEquals(List.of(request), held.due(110));
        held.hold(request, 160);
        assertEquals(List.of(request), held.due(170), "what was forwarded may be lost");
    }

    @Test
    void isNotForwardedOnceItIsInTheLogButStillAnswered() {
        ClientMessage.Request request = request(1, 1);
        held.hold(request, 100);
        held.seenInLog(entry(request(1, 2)));
        assertFalse(held.take(entry(request(1, 2))), "another request of this client");
        held.seenInLog(entry(request));
        assertEquals(List.of(), held.due(1_000));
        assertTrue(held.take(entry(request)));
        assertFalse(held.take(entry(request)), "answered once");
    }

    @Test
    void whoBecomesPrimaryTakesThemAll() {
        ClientMessage.Request waiting = request(2, 1);
        held.hold(request(1, 1), 100);
        held.hold(waiting, 101);
        held.seenInLog(entry(request(1, 1)));
        assertEquals(List.of(waiting), held.due(200));
        assertEquals(List.of(waiting), held.takeAll(), "forwarded to one who may be dead");
        assertEquals(List.of(), held.takeAll());
        assertFalse(held.take(entry(request(1, 1))), "nobody is owed an answer any more");
    }

    @Test
    void theEldestLeavesWhenAllPlacesAreTaken() {
        held.hold(request(1, 1), 100);
        held.hold(request(2, 1), 101);
        held.hold(request(3, 1), 102);
        assertEquals(List.of(request(2, 1).client(), request(3, 1).client()),
                held.due(200).stream().map(ClientMessage.Request::client).toList());
    }

    private static ClientMessage.Request request(long client, int number) {
        return RequestIdentity.request(Uint128.of(client), 7, number, Uint128.ONE, 146, 0, 1, new byte[0]);
    }

    private static EntryHeader entry(ClientMessage.Request request) {
        return EntryHeader.builder().client(Words.of(request.client())).op(9).operation(146)
                .requestChecksum(Words.of(request.requestChecksum())).body(new byte[0]).build();
    }
}
