package dev.viewstamp.testkit.process;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorRefResolver;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Props;
import akka.actor.typed.javadsl.Behaviors;
import com.typesafe.config.ConfigFactory;
import dev.viewstamp.client.protocol.ClientEnvelope;
import dev.viewstamp.client.protocol.ClientInbox;
import dev.viewstamp.client.protocol.ClientMessage;
import dev.viewstamp.client.protocol.RequestIdentity;
import dev.viewstamp.ledger.Uint128;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A client without manners: says to a replica's door what the client library would not, and hands over what comes back.
 */
final class RawDoor implements AutoCloseable {
    private static final int ANSWER_SECONDS_MAX = 60;
    private static final int RELEASE = 1;

    private final ActorSystem<Void> system;
    private final ActorRef<ClientInbox> door;
    private final ActorRef<ClientInbox> self;
    private final BlockingQueue<ClientMessage> answers = new LinkedBlockingQueue<>();
    private final Uint128 client;
    private long session;
    private int request;
    private Uint128 parent = Uint128.ZERO;

    /** @param address the replica's own, host:port */
    RawDoor(String address, Uint128 client) {
        this.client = client;
        system = ActorSystem.create(Behaviors.empty(), "viewstamp-raw",
                ConfigFactory.load(ConfigFactory.parseResources("viewstamp-client-system.conf")));
        self = system.systemActorOf(Behaviors.<ClientInbox>receiveMessage(message -> {
            answers.add(((ClientEnvelope) message).message());
            return Behaviors.same();
        }), "viewstamp-client-raw", Props.empty());
        door = ActorRefResolver.get(system).resolveActorRef(
                "akka://" + ClientEnvelope.SYSTEM_NAME + "@" + address + ClientEnvelope.DOOR_PATH);
    }

    /** Opens a session. */
    RawDoor register() throws InterruptedException {
        ClientMessage.Reply reply = (ClientMessage.Reply) ask(ClientMessage.OPERATION_REGISTER, new byte[256]);
        session = reply.op();
        return this;
    }

    /** Sends a request in this session, again and again until something but a pong comes back. */
    ClientMessage ask(int operation, byte[] body) throws InterruptedException {
        ClientMessage.Request message =
                RequestIdentity.request(client, session, request, parent, operation, 0, RELEASE, body);
        for (int i = 0; i < ANSWER_SECONDS_MAX; i++) {
            door.tell(new ClientEnvelope(Uint128.ZERO, self, message));
            ClientMessage answer = answers.poll(1, TimeUnit.SECONDS);
            if (answer instanceof ClientMessage.Reply reply && reply.request() == request) {
                request++;
                parent = reply.context();
                return reply;
            }
            if (answer instanceof ClientMessage.Eviction) {
                return answer;
            }
        }
        throw new IllegalStateException("no answer to operation " + operation);
    }

    @Override
    public void close() {
        system.terminate();
        system.getWhenTerminated().toCompletableFuture().join();
    }
}
