package dev.viewstamp.actors.gateway;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.PostStop;
import akka.actor.typed.Terminated;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Adapter;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.javadsl.TimerScheduler;
import akka.io.Tcp;
import akka.io.TcpMessage;
import akka.util.ByteString;
import dev.viewstamp.actors.gateway.GatewayCounters.Count;
import dev.viewstamp.client.protocol.ClientMessage;
import dev.viewstamp.client.protocol.ClientMessage.EvictionReason;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.function.LongSupplier;

/**
 * One socket. Reads a message, hands it to the replica, and reads on only when the replica has taken it: whoever sends
 * faster than that is slowed down by TCP. Holds one incoming message and {@value #OUTBOX_MAX} answers, which refer to
 * bodies that the replica holds anyway; writes one frame at a time.
 *
 * <p>Takes the messages of Akka's TCP beside its own, hence the type.
 */
final class Connection extends AbstractBehavior<Object> {
    /** More answers are dropped: the client asks again (wire spec §19). */
    static final int OUTBOX_MAX = 4;
    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

    sealed interface Command {
    }

    /** From the gateway: an answer for this client. */
    record Answer(ClientMessage message) implements Command {
    }

    /** From the gateway: a view that this client should know. */
    record Established(int view) implements Command {
    }

    /** From the gateway: this connection must go. */
    record Close(Fault fault) implements Command {
    }

    private enum Taken implements Command { INSTANCE }

    private enum Look implements Command { INSTANCE }

    private enum Written implements Tcp.Event { INSTANCE }

    /** What all connections of a gateway share. */
    record Shared(ReplicaPort replica, GatewaySettings settings, GatewayCounters counters, ByteBudget budget,
                  LongSupplier nanos, ActorRef<? super Gateway.Identified> gateway) {
    }

    private final Shared shared;
    private final akka.actor.ActorRef socket;
    private final akka.actor.ActorRef self;
    private final ByteBudget budget;
    private final FrameReader reader;
    private final Correspondent correspondent;
    private final ArrayDeque<ClientMessage> outbox = new ArrayDeque<>(OUTBOX_MAX);
    private int viewToTell = -1;
    private ByteBuffer received;                                 // what was read and not looked at, or null
    private boolean isReading;                                   // told TCP so, and it has not answered
    private boolean isHandingOver;
    private boolean isWriting;
    private long heardAt;                                        // connected, or the last whole message
    private long frameBeganAt;
    private long writeBeganAt;

    private Connection(ActorContext<Object> context, TimerScheduler<Object> timers, Shared shared,
                       FrameReader reader, Correspondent correspondent, akka.actor.ActorRef socket) {
        super(context);
        this.shared = shared;
        this.socket = socket;
        this.self = Adapter.toClassic(context.getSelf());
        this.budget = shared.budget();
        this.reader = reader;
        this.correspondent = correspondent;
        heardAt = shared.nanos().getAsLong();
        timers.startTimerWithFixedDelay(Look.INSTANCE, LOOK_EVERY);
        Adapter.watch(context, socket);
        socket.tell(TcpMessage.register(self), self);
        readOn();
    }

    /** @param socket Akka's actor of an accepted connection, in pull mode, that waits to be registered with */
    static Behavior<Command> create(Shared shared, FrameReader reader, Correspondent correspondent,
                                    akka.actor.ActorRef socket) {
        return Behaviors.<Object>withTimers(timers -> Behaviors.setup(context ->
                new Connection(context, timers, shared, reader, correspondent, socket))).narrow();
    }

    @Override
    public Receive<Object> createReceive() {
        return newReceiveBuilder()
                .onMessage(Tcp.Received.class, this::onReceived)
                .onMessage(Taken.class, this::onTaken)
                .onMessage(Answer.class, this::onAnswer)
                .onMessage(Written.class, this::onWritten)
                .onMessage(Look.class, this::onLook)
                .onMessage(Established.class, this::onEstablished)
                .onMessage(Close.class, close -> close(close.fault()))
                .onMessage(Tcp.ConnectionClosed.class, closed -> Behaviors.stopped())
                .onMessage(Tcp.CommandFailed.class, failed -> close(Fault.FAILURE))
                .onSignal(Terminated.class, socketEnded -> Behaviors.stopped())
                .onSignal(PostStop.class, this::onPostStop)
                .build();
    }

    private Behavior<Object> onReceived(Tcp.Received bytes) {
        isReading = false;
        received = bytes.data().asByteBuffer();
        return readOn();
    }

    /** Goes on with what was read; asks for more when it is used up. */
    private Behavior<Object> readOn() {
        while (!isHandingOver && outbox.size() < OUTBOX_MAX) {
            boolean wasInside = reader.isInsideFrame();
            Inbound inbound = received == null ? null : reader.read(received);
            if (inbound == null) {
                if (!wasInside) {
                    frameBeganAt = shared.nanos().getAsLong();
                }
                received = null;
                if (!isReading) {
                    isReading = true;
                    socket.tell(TcpMessage.resumeReading(), self);
                }
                return this;
            }
            Fault fault = take(inbound);
            if (fault != null) {
                return close(fault);
            }
        }
        return this;
    }

    private Fault take(Inbound inbound) {
        long now = shared.nanos().getAsLong();
        if (inbound instanceof Inbound.Broken broken) {
            return broken.fault();
        }
        if (inbound instanceof Inbound.Request request) {
            return onRequest(request.request(), now);
        }
        if (inbound instanceof Inbound.Ping ping) {
            return onPing(ping, now);
        }
        shared.counters().add(Count.IGNORED);
        return null;
    }

    private Fault onRequest(ClientMessage.Request request, long now) {
        if (!identify(request, request.release(), now)) {
            return Fault.OTHER_CLIENT;
        }
        EvictionReason unserved = correspondent.unserved();
        if (unserved != null) {
            Runnable taken = handOver();
            shared.replica().unserved(request.client(), 0, request.view(), unserved, taken);
        } else if (correspondent.asks(request, now)) {
            shared.counters().add(Count.REQUESTS);
            Runnable taken = handOver();
            shared.replica().ask(request, taken);
        } else {
            shared.counters().add(Count.TOO_FAST);
            reader.releaseBody();
        }
        return null;
    }

    private Fault onPing(Inbound.Ping inbound, long now) {
        ClientMessage.PingClient ping = inbound.ping();
        if (!identify(ping, inbound.release(), now)) {
            return Fault.OTHER_CLIENT;
        }
        if (!correspondent.pings(ping, now)) {
            shared.counters().add(Count.TOO_FAST);
            return null;
        }
        shared.counters().add(Count.PINGS);
        EvictionReason unserved = correspondent.unserved();
        Runnable taken = handOver();
        if (unserved != null) {
            shared.replica().unserved(ping.client(), ping.session(), 0, unserved, taken);
        } else {
            shared.replica().ask(ping, taken);
        }
        return null;
    }

    private boolean identify(ClientMessage message, int release, long now) {
        heardAt = now;
        boolean isFirst = !correspondent.isIdentified();
        if (!correspondent.speaks(message.client(), release)) {
            return false;
        }
        if (isFirst) {
            shared.gateway().tell(new Gateway.Identified(message.client(), getContext().getSelf().narrow()));
        }
        return true;
    }

    /** Reads no more until the replica has the message; its body's memory is the replica's from then on. */
    private Runnable handOver() {
        isHandingOver = true;
        int bytes = reader.takeReservation();
        ActorRef<Object> me = getContext().getSelf();
        return () -> {
            budget.release(bytes);
            me.tell(Taken.INSTANCE);
        };
    }

    private Behavior<Object> onTaken(Taken message) {
        isHandingOver = false;
        return readOn();
    }

    private Behavior<Object> onAnswer(Answer answer) {
        if (outbox.size() == OUTBOX_MAX) {
            shared.counters().add(Count.DROPPED);
        } else {
            outbox.add(answer.message());
            writeOn();
        }
        return this;
    }

    private Behavior<Object> onEstablished(Established established) {
        viewToTell = established.view();
        writeOn();
        return this;
    }

    private Behavior<Object> onWritten(Written message) {
        isWriting = false;
        writeOn();
        return readOn();
    }

    private void writeOn() {
        while (!isWriting && (!outbox.isEmpty() || viewToTell >= 0)) {
            long now = shared.nanos().getAsLong();
            ClientMessage answer = viewToTell >= 0 ? null : outbox.poll();
            Correspondent.Outbound frame = answer == null ? correspondent.viewFrame(viewToTell)
                    : correspondent.frame(answer, now);
            viewToTell = -1;
            if (frame != null) {
                shared.counters().add(kind(answer));
                isWriting = true;
                writeBeganAt = now;
                socket.tell(TcpMessage.write(bytes(frame), Written.INSTANCE), self);
            } else if (correspondent.objection() != null) {
                shared.counters().add(Count.WITHHELD);
                getContext().getLog().error("{} for client {} held back, it would harm the client: {}",
                        answer, correspondent.client(), correspondent.objection());
            }
        }
    }

    private static Count kind(ClientMessage answer) {
        if (answer instanceof ClientMessage.Reply) {
            return Count.REPLIES;
        }
        return answer instanceof ClientMessage.Eviction ? Count.EVICTIONS : Count.PONGS;
    }

    private static ByteString bytes(Correspondent.Outbound frame) {
        ByteString header = ByteString.fromArrayUnsafe(frame.header());
        return frame.body().length == 0 ? header : header.concat(ByteString.fromArrayUnsafe(frame.body()));
    }

    private Behavior<Object> onLook(Look message) {
        long now = shared.nanos().getAsLong();
        GatewaySettings settings = shared.settings();
        if (isWriting && now - writeBeganAt > settings.write().toNanos()) {
            return close(Fault.WRITE_TIMEOUT);
        }
        if (isHandingOver) {
            return this;                                         // the replica is busy; the client is not to blame
        }
        if (reader.isInsideFrame()) {
            return now - frameBeganAt > settings.frame().toNanos() ? close(Fault.FRAME_TIMEOUT) : this;
        }
        long silence = now - heardAt;
        if (!correspondent.isIdentified() && silence > settings.firstMessage().toNanos()) {
            return close(Fault.FIRST_MESSAGE_TIMEOUT);
        }
        return correspondent.isIdentified() && silence > settings.idle().toNanos() ? close(Fault.IDLE_TIMEOUT) : this;
    }

    private Behavior<Object> close(Fault fault) {
        long count = shared.counters().add(fault);
        if (Long.bitCount(count) == 1) {                         // 1, 2, 4, 8 …: a storm costs a few lines
            getContext().getLog().info("closed a client's connection: {} ({} so far)", fault, count);
        }
        socket.tell(TcpMessage.abort(), self);
        return Behaviors.stopped();
    }

    private Behavior<Object> onPostStop(PostStop signal) {
        reader.releaseBody();
        return this;
    }
}
