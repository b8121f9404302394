package dev.viewstamp.actors.gateway;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.viewstamp.client.protocol.ClientMessage;
import dev.viewstamp.client.protocol.ClientMessage.EvictionReason;
import dev.viewstamp.ledger.LittleEndian;
import dev.viewstamp.ledger.Operation;
import dev.viewstamp.ledger.Uint128;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What stock clients sent is understood, and what they accepted is written, byte for byte (wire spec §8). */
class FrameVectorsTest {
    private final FrameReader reader = new FrameReader(Frames.CLUSTER, new ByteBudget(1 << 20));
    private final FrameWriter writer = new FrameWriter(Frames.CLUSTER, 3, 0, Frames.RELEASE);

    @Test
    void f1IsARegister() {
        byte[] frame = FrameVectors.bytes(FrameVectors.F1);
        ClientMessage.Request request = request(frame);
        assertEquals(ClientMessage.OPERATION_REGISTER, request.operation());
        assertEquals(Frames.CLIENT, request.client());
        assertEquals(0x1109, request.release());
        assertEquals(LittleEndian.u128(frame, 0), request.requestChecksum());
        assertArrayEquals(new byte[256], request.body());
        assertArrayEquals(frame, Frames.register(Frames.CLIENT), "the tests' own frames are like the client's");
    }

    @Test
    void f3CreatesAnAccount() {
        ClientMessage.Request request = request(FrameVectors.bytes(FrameVectors.F3));
        assertEquals(Operation.CREATE_ACCOUNTS.code(), request.operation());
        assertEquals(2, request.session());
        assertEquals(1, request.request());
        assertEquals(LittleEndian.u128(FrameVectors.bytes(FrameVectors.F2), FrameLayout.REPLY_CONTEXT),
                request.parent());
        assertEquals(1, AskedRequest.of(request).rowsMax()[0]);
    }

    @Test
    void f5IsAPing() {
        List<Inbound> read = Frames.read(reader, FrameVectors.bytes(FrameVectors.F5));
        assertEquals(List.of(new Inbound.Ping(new ClientMessage.PingClient(Frames.CLIENT, 2, 0x32f7446f4a6L), 0x1109)),
                read);
    }

    @Test
    void f2AndF4AnswerF1AndF3() {
        reply(FrameVectors.F2, FrameVectors.F1);
        reply(FrameVectors.F4, FrameVectors.F3);
    }

    @Test
    void f6AnswersF5() {
        assertArrayEquals(FrameVectors.bytes(FrameVectors.F6), writer.pong(0x32f7446f4a6L, 0));
    }

    @Test
    void f7IsAnEviction() {
        Uint128 client = new Uint128(0x0102030405060708L, 0x090a0b0c0d0e0f10L);
        FrameWriter ofOther = new FrameWriter(Uint128.ZERO, 3, 0, Frames.RELEASE);
        assertArrayEquals(FrameVectors.bytes(FrameVectors.F7), ofOther.eviction(client, 3, EvictionReason.NO_SESSION));
    }

    private void reply(String expected, String toRequest) {
        byte[] frame = FrameVectors.bytes(expected);
        ClientMessage.Request request = request(FrameVectors.bytes(toRequest));
        byte[] body = Arrays.copyOfRange(frame, 256, frame.length);
        byte[] header = writer.reply(new ClientMessage.Reply(request.client(), request.request(),
                request.requestChecksum(), LittleEndian.u128(frame, FrameLayout.REPLY_CONTEXT),
                LittleEndian.u64(frame, FrameLayout.REPLY_OP), LittleEndian.u64(frame, FrameLayout.REPLY_TIMESTAMP),
                request.operation(), 0, request.release(), body));
        assertArrayEquals(Arrays.copyOf(frame, 256), header);
        assertNull(FrameCheck.objection(header, body, Frames.CLIENT, Frames.RELEASE, AskedRequest.of(request)));
    }

    private ClientMessage.Request request(byte[] frame) {
        return ((Inbound.Request) Frames.read(reader, frame).get(0)).request();
    }
}
