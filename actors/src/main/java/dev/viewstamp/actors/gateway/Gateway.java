package dev.viewstamp.actors.gateway;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.ChildFailed;
import akka.actor.typed.PostStop;
import akka.actor.typed.PreRestart;
import akka.actor.typed.SupervisorStrategy;
import akka.actor.typed.Terminated;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Adapter;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.javadsl.TimerScheduler;
import akka.io.Tcp;
import akka.io.TcpMessage;
import dev.viewstamp.actors.NodeFailure;
import dev.viewstamp.actors.gateway.GatewayCounters.Count;
import dev.viewstamp.client.protocol.ClientMessage;
import dev.viewstamp.ledger.Uint128;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * The door for official clients: listens, lets in who may come, and knows which connection each client has (wire spec
 * §19). The bytes are the {@link Connection}s' business, the sessions the replica's; nothing here is durable.
 *
 * <p>Bounded: connections that have said who they are, and apart from them those that have not. When the latter are too
 * many the oldest goes, so that a flood of silent ones cannot touch clients at work and hardly keeps out new ones,
 * which speak within half a second. A failure here is this door's alone: it is opened again.
 */
public final class Gateway extends AbstractBehavior<Object> {
    private static final int BACKLOG = 512;
    /** One at a time, so that what is not let in is gone before the next one comes. */
    private static final Tcp.Command NEXT = TcpMessage.resumeAccepting(1);
    private static final Duration NEXT_EVERY = Duration.ofSeconds(1);
    private static final Duration REOPEN_MIN = Duration.ofSeconds(1);
    private static final Duration REOPEN_MAX = Duration.ofSeconds(30);

    public interface Command {
    }

    /** From the replica: for a client. Dropped if it is not connected here; it asks again. */
    public record ToClient(ClientMessage message) implements Command {
    }

    /** From the replica: a view newer than any before, durable and adopted here. */
    public record Established(int view) implements Command {
    }

    /** From a connection: its first message said whose it is. */
    record Identified(Uint128 client, ActorRef<Connection.Command> connection) implements Command {
    }

    /**
     * Who this server is.
     *
     * @param replicaCount also how many addresses a client has
     */
    public record Identity(Uint128 cluster, int replicaCount, int replica) {
    }

    /** A connection that died while it was accepted would otherwise have been the last one. */
    private enum Next implements Command { INSTANCE }

    private final Identity identity;
    private final InetSocketAddress endpoint;
    private final GatewaySettings settings;
    private final Opened opened;
    private final Connection.Shared shared;
    private final akka.actor.ActorRef self;
    private final Map<Uint128, ActorRef<Connection.Command>> byClient = new HashMap<>();
    private final Map<ActorRef<Connection.Command>, Uint128> identified = new HashMap<>();
    private final Set<ActorRef<Connection.Command>> unidentified = new LinkedHashSet<>();
    private akka.actor.ActorRef listener;

    /** Outlives a restart of the door: whether it was open once, and who wants to know. */
    private static final class Opened {
        final Consumer<InetSocketAddress> listener;
        boolean before;

        Opened(Consumer<InetSocketAddress> listener) {
            this.listener = listener;
        }
    }

    private Gateway(ActorContext<Object> context, TimerScheduler<Object> timers, Identity identity, int port,
                    GatewaySettings settings, GatewayCounters counters, LongSupplier nanos, ReplicaPort replica,
                    Opened opened) {
        super(context);
        timers.startTimerWithFixedDelay(Next.INSTANCE, NEXT_EVERY);
        this.identity = identity;
        this.endpoint = settings.endpoint(port);
        this.settings = settings;
        this.opened = opened;
        this.self = Adapter.toClassic(context.getSelf());
        this.shared = new Connection.Shared(replica, settings, counters, new ByteBudget(settings.bodyMemoryMax()),
                nanos, context.getSelf());
        Tcp.get(Adapter.toClassic(context.getSystem())).manager().tell(
                TcpMessage.bind(self, endpoint, BACKLOG, SocketOptions.ALL, true), self);
    }

    /**
     * Opens the door.
     *
     * @param nanos a monotonic clock
     * @param opened told the address, each time the door was opened
     */
    public static Behavior<Command> create(Identity identity, int port, GatewaySettings settings,
                                           GatewayCounters counters, LongSupplier nanos, ReplicaPort replica,
                                           Consumer<InetSocketAddress> opened) {
        Opened openedBefore = new Opened(opened);
        Behavior<Object> door = Behaviors.withTimers(timers -> Behaviors.setup(context -> new Gateway(context, timers,
                identity, port, settings, counters, nanos, replica, openedBefore)));
        Behavior<Object> stopping = Behaviors.supervise(door).onFailure(NodeFailure.class, SupervisorStrategy.stop());
        return Behaviors.supervise(stopping).onFailure(RuntimeException.class,
                SupervisorStrategy.restartWithBackoff(REOPEN_MIN, REOPEN_MAX, 0.2)).narrow();
    }

    @Override
    public Receive<Object> createReceive() {
        return newReceiveBuilder()
                .onMessage(ToClient.class, this::onToClient)
                .onMessage(Tcp.Connected.class, this::onConnected)
                .onMessage(Identified.class, this::onIdentified)
                .onMessage(Established.class, this::onEstablished)
                .onMessage(Next.class, this::onNext)
                .onMessage(Tcp.Bound.class, this::onBound)
                .onMessage(Tcp.CommandFailed.class, this::onCommandFailed)
                .onSignal(ChildFailed.class, this::onChildFailed)
                .onSignal(Terminated.class, this::onTerminated)
                .onSignal(PreRestart.class, signal -> shut())
                .onSignal(PostStop.class, signal -> shut())
                .build();
    }

    private Behavior<Object> onBound(Tcp.Bound bound) {
        listener = Adapter.toClassic(getContext()).sender();
        Adapter.watch(getContext(), listener);
        listener.tell(NEXT, self);
        opened.before = true;
        opened.listener.accept(bound.localAddress());
        return this;
    }

    private Behavior<Object> onNext(Next message) {
        if (listener != null) {
            listener.tell(NEXT, self);
        }
        return this;
    }

    private Behavior<Object> onCommandFailed(Tcp.CommandFailed failed) {
        if (failed.cmd() instanceof Tcp.Bind) {
            Throwable cause = failed.cause().isDefined() ? failed.cause().get() : null;
            String trouble = cannotListen(endpoint, cause);
            throw opened.before ? new IllegalStateException(trouble, cause) : new NodeFailure(trouble, cause);
        }
        return this;                                             // a word to a connection that is gone
    }

    /** The line for an operator whose node cannot open its door. */
    public static String cannotListen(InetSocketAddress endpoint, Throwable cause) {
        return "cannot listen for clients on " + endpoint.getAddress().getHostAddress() + ":" + endpoint.getPort()
                + (cause == null ? "" : ": " + cause.getMessage())
                + "; free the port, or set viewstamp.gateway.bind-address or viewstamp.gateway.enabled=off";
    }

    private Behavior<Object> onConnected(Tcp.Connected connected) {
        akka.actor.ActorRef socket = Adapter.toClassic(getContext()).sender();
        listener.tell(NEXT, self);
        if (!settings.networks().allow(connected.remoteAddress().getAddress())) {
            shared.counters().add(Fault.NETWORK);
            socket.tell(TcpMessage.abort(), self);
            return this;
        }
        shared.counters().add(Count.ACCEPTED);
        if (unidentified.size() >= settings.unidentifiedMax()) {
            ActorRef<Connection.Command> oldest = unidentified.iterator().next();
            unidentified.remove(oldest);
            oldest.tell(new Connection.Close(Fault.UNIDENTIFIED_MAX));
        }
        FrameWriter writer = new FrameWriter(identity.cluster(), identity.replicaCount(), identity.replica(),
                settings.releaseMax());
        ActorRef<Connection.Command> connection = getContext().spawnAnonymous(Connection.create(shared,
                new FrameReader(identity.cluster(), shared.budget()),
                new Correspondent(writer, settings.releaseMin(), settings.releaseMax()), socket));
        getContext().watch(connection);
        unidentified.add(connection);
        return this;
    }

    /** The newest connection of a client is the one that is answered: an older one may be half dead. */
    private Behavior<Object> onIdentified(Identified message) {
        ActorRef<Connection.Command> connection = message.connection();
        if (!unidentified.remove(connection)) {
            return this;                                         // pushed out meanwhile
        }
        ActorRef<Connection.Command> older = byClient.get(message.client());
        if (older != null) {
            identified.remove(older);
            older.tell(new Connection.Close(Fault.REPLACED));
        } else if (identified.size() >= settings.clientsMax()) {
            connection.tell(new Connection.Close(Fault.CLIENTS_MAX));
            return this;
        }
        byClient.put(message.client(), connection);
        identified.put(connection, message.client());
        return this;
    }

    private Behavior<Object> onToClient(ToClient answer) {
        ActorRef<Connection.Command> connection = byClient.get(answer.message().client());
        if (connection != null) {
            connection.tell(new Connection.Answer(answer.message()));
        }
        return this;
    }

    private Behavior<Object> onEstablished(Established established) {
        identified.keySet().forEach(connection -> connection.tell(new Connection.Established(established.view())));
        return this;
    }

    private Behavior<Object> onChildFailed(ChildFailed failed) {
        shared.counters().add(Fault.FAILURE);
        getContext().getLog().error("a connection of a client failed, the others go on", failed.getCause());
        return onTerminated(failed);
    }

    private Behavior<Object> onTerminated(Terminated ended) {
        if (listener != null && Adapter.toClassic(ended.getRef()).equals(listener)) {
            throw new IllegalStateException("the listening socket of " + endpoint + " was lost");
        }
        ActorRef<Connection.Command> connection = ended.getRef().unsafeUpcast();
        unidentified.remove(connection);
        Uint128 client = identified.remove(connection);
        if (client != null) {
            byClient.remove(client, connection);
        }
        return this;
    }

    private Behavior<Object> shut() {
        if (listener != null) {
            Adapter.unwatch(getContext(), listener);
            listener.tell(TcpMessage.unbind(), self);
        }
        return this;
    }
}
