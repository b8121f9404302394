package dev.viewstamp.actors.shell;

import static org.junit.jupiter.api.Assertions.assertEquals;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import dev.viewstamp.actors.message.ReplicaInbox;
import dev.viewstamp.client.protocol.ClientEnvelope;
import dev.viewstamp.client.protocol.ClientInbox;
import dev.viewstamp.client.protocol.ClientMessage;
import dev.viewstamp.client.protocol.ClientMessage.PingClient;
import dev.viewstamp.client.protocol.ClientMessage.PongClient;
import dev.viewstamp.client.protocol.ClientMessage.Request;
import dev.viewstamp.client.protocol.RequestIdentity;
import dev.viewstamp.ledger.Uint128;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What the door lets in, and where answers go. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SessionsTest {
    private static final Uint128 CLUSTER = Uint128.of(7);
    private static final Uint128 CLIENT = Uint128.of(9);

    private final ActorTestKit testKit = ActorTestKit.create();
    private final TestProbe<ReplicaInbox> replica = testKit.createTestProbe();
    private final ActorRef<ClientInbox> door = testKit.spawn(Sessions.create(CLUSTER, 1, 2, replica.getRef()));

    @AfterAll
    void stop() {
        testKit.shutdownTestKit();
    }

    @Test
    void aRequestGoesInAndItsAnswerGoesWhereTheClientWasLastHeard() {
        TestProbe<ClientInbox> first = testKit.createTestProbe();
        TestProbe<ClientInbox> second = testKit.createTestProbe();
        Request request = request(CLIENT);
        door.tell(new ClientEnvelope(CLUSTER, first.getRef(), request));
        assertEquals(request, replica.expectMessageClass(ReplicaActor.FromClient.class).message());
        door.tell(new ClientEnvelope(CLUSTER, second.getRef(), request));
        replica.expectMessageClass(ReplicaActor.FromClient.class);

        ClientMessage answer = new PongClient(CLIENT, 1, 2, 0);
        door.tell(new Sessions.ToClient(answer));
        assertEquals(answer, second.expectMessageClass(ClientEnvelope.class).message());
        first.expectNoMessage(Duration.ofMillis(50));
    }

    @Test
    void aRequestUnderAForgedNameStaysOutside() {
        Request honest = request(CLIENT);
        Request forged = new Request(honest.client(), honest.session(), honest.request(), honest.parent(),
                honest.operation(), honest.view() + 1, honest.release(), honest.door(), honest.requestChecksum(),
                honest.bodyChecksum(), honest.body());
        TestProbe<ClientInbox> client = testKit.createTestProbe();
        door.tell(new ClientEnvelope(CLUSTER, client.getRef(), forged));
        door.tell(new ClientEnvelope(CLUSTER, client.getRef(), honest));
        assertEquals(honest, replica.expectMessageClass(ReplicaActor.FromClient.class).message());
    }

    @Test
    void aForeignClusterHearsWhoseDoorThisIs() {
        TestProbe<ClientInbox> client = testKit.createTestProbe();
        Uint128 foreign = Uint128.of(8);
        door.tell(new ClientEnvelope(foreign, client.getRef(), request(CLIENT)));
        door.tell(new ClientEnvelope(foreign, client.getRef(), new PingClient(CLIENT, 0, 5)));
        assertEquals(CLUSTER, client.expectMessageClass(ClientEnvelope.class).cluster());
        replica.expectNoMessage(Duration.ofMillis(50));
    }

    @Test
    void beyondItsLimitTheDoorForgetsWhoWasSilentLongest() {
        TestProbe<ClientInbox> client = testKit.createTestProbe();
        for (long id = 101; id <= 103; id++) {
            door.tell(new ClientEnvelope(CLUSTER, client.getRef(), request(Uint128.of(id))));
            replica.expectMessageClass(ReplicaActor.FromClient.class);
        }
        door.tell(new Sessions.ToClient(new PongClient(Uint128.of(101), 1, 2, 0)));
        ClientMessage answer = new PongClient(Uint128.of(103), 1, 2, 0);
        door.tell(new Sessions.ToClient(answer));
        assertEquals(answer, client.expectMessageClass(ClientEnvelope.class).message());
    }

    @Test
    void aNewViewIsToldToWhomTheDoorKnows() {
        TestProbe<ClientInbox> client = testKit.createTestProbe();
        door.tell(new ClientEnvelope(CLUSTER, client.getRef(), request(CLIENT)));
        replica.expectMessageClass(ReplicaActor.FromClient.class);
        door.tell(new Sessions.Established(7));
        assertEquals(new PongClient(CLIENT, PongClient.UNSOLICITED, 7, 1),
                client.expectMessageClass(ClientEnvelope.class).message());
    }

    private static Request request(Uint128 client) {
        return RequestIdentity.request(client, 3, 1, Uint128.ONE, 140, 0, 1, new byte[16]);
    }
}
