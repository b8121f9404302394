package dev.viewstamp.testkit.scenario;

import dev.viewstamp.client.protocol.ClientMessage;
import dev.viewstamp.client.protocol.ClientMessage.Eviction;
import dev.viewstamp.client.protocol.ClientMessage.EvictionReason;
import dev.viewstamp.client.protocol.ClientMessage.PingClient;
import dev.viewstamp.client.protocol.ClientMessage.PongClient;
import dev.viewstamp.client.protocol.ClientMessage.Reply;
import dev.viewstamp.client.protocol.ClientMessage.Request;
import dev.viewstamp.client.protocol.RequestIdentity;
import dev.viewstamp.ledger.Uint128;
import dev.viewstamp.testkit.sim.SimClient;
import dev.viewstamp.testkit.sim.Workload;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A client without a library: it says word for word what the story wants, to the replica that the story names, and
 * keeps what it hears. It never repeats anything by itself. All scripted clients of a story live in one place of the
 * network.
 */
public final class ScriptedClient {
    private static final Duration LISTENING = Duration.ofSeconds(1);

    private final Scenario scenario;
    private final SimClient place;
    private final Uint128 id;
    private final List<Heard> heard = new ArrayList<>();
    private long session;
    private int requestNext = 1;
    private Uint128 parent = Uint128.ZERO;
    private int view;
    private int release = 1;
    private Request pending;                                    // made, and not answered yet

    /**
     * What a replica said to this client.
     *
     * @param replica who said it
     */
    public record Heard(int replica, ClientMessage message) {
    }

    ScriptedClient(Scenario scenario, SimClient place, int number) {
        this.scenario = scenario;
        this.place = place;
        this.id = Uint128.of(1_000 + number);
    }

    void hear(int replica, ClientMessage message) {
        if (!message.client().equals(id)) {
            return;
        }
        heard.add(new Heard(replica, message));
        if (message instanceof Reply reply) {
            view = Math.max(view, reply.view());
        } else if (message instanceof PongClient pong) {
            view = Math.max(view, pong.view());
        }
    }

    /** The session's number: the op of its register; 0 before. */
    public long session() {
        return session;
    }

    /** The newest view that it was shown. */
    public int view() {
        return view;
    }

    /** From now on its requests name another release than 1. */
    public ScriptedClient release(int other) {
        release = other;
        pending = null;
        return this;
    }

    /** What it says to open a session. */
    public Request toRegister() {
        return RequestIdentity.request(id, 0, 0, Uint128.ZERO, ClientMessage.OPERATION_REGISTER, view, release,
                new byte[0]);
    }

    /** What it asks next: the same until an answer is {@link #take taken}. */
    public Request toRequest() {
        if (pending == null) {
            pending = toOtherRequest();
        }
        return pending;
    }

    /** Another request under the number of the next. */
    public Request toOtherRequest() {
        Workload.Batch batch = scenario.workload().next();
        return toRequest(batch.operation().code(), batch.body());
    }

    /** The same, of these words. */
    public Request toRequest(int operation, byte[] body) {
        return RequestIdentity.request(id, session, requestNext, parent, operation, view, release, body);
    }

    /** What it says to learn of views. */
    public PingClient toPing() {
        return new PingClient(id, session, 1);
    }

    /** Opens a session at the primary. */
    public ScriptedClient register() {
        Reply registered = reply(tell(scenario.primary(), toRegister()));
        session = registered.op();
        requestNext = 1;
        parent = registered.context();
        pending = null;
        return this;
    }

    /** Asks the primary for something; answered. */
    public Reply request() {
        return take(reply(tell(scenario.primary(), toRequest())));
    }

    /** The next request will refer to this answer. */
    public Reply take(Reply reply) {
        parent = reply.context();
        requestNext = reply.request() + 1;
        pending = null;
        return reply;
    }

    /** Says this to a replica, and listens for a second: what any replica said to it in that time. */
    public List<Heard> tell(ReplicaHandle replica, ClientMessage message) {
        return listen(() -> place.say(replica.index(), message));
    }

    /** Says this without waiting. */
    public ScriptedClient say(ReplicaHandle replica, ClientMessage message) {
        place.say(replica.index(), message);
        return this;
    }

    /** Says what no client may say: the story fails if that is ever executed. Listens as {@link #tell} does. */
    public List<Heard> forge(ReplicaHandle replica, ClientMessage message) {
        return listen(() -> place.forge(replica.index(), message));
    }

    private List<Heard> listen(Runnable speak) {
        heard.clear();
        speak.run();
        scenario.pass(LISTENING);
        return List.copyOf(heard);
    }

    /** What it has heard since it last spoke by {@link #tell} or {@link #forge}. */
    public List<Heard> heard() {
        return List.copyOf(heard);
    }

    /** The first reply among these. */
    public static Reply reply(List<Heard> heard) {
        return heard.stream().map(Heard::message).filter(Reply.class::isInstance).map(Reply.class::cast).findFirst()
                .orElseThrow(() -> new AssertionError("no reply, but " + heard));
    }

    /** The reason of the eviction, the only thing that was heard. */
    public static EvictionReason eviction(List<Heard> heard) {
        if (heard.size() != 1 || !(heard.get(0).message() instanceof Eviction eviction)) {
            throw new AssertionError("no eviction, but " + heard);
        }
        return eviction.reason();
    }
}
