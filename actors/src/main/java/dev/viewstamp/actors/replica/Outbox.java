package dev.viewstamp.actors.replica;

import dev.viewstamp.actors.message.Envelope;
import dev.viewstamp.actors.message.ReplicaMessage;
import dev.viewstamp.client.protocol.ClientMessage;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * What this event wants done, in order. Knows the rule of replication spec §6.3: what vouches for durable state
 * does not leave before that state is durable. It is dropped, not kept: whoever completes the superblock write
 * says again what is then true.
 *
 * <p>Messages to oneself go round within the event that sent them (replication spec §0.6).
 */
final class Outbox {
    /** What must be durable before a message may leave. */
    private enum Vouching { NOTHING, VIEW, LOG }

    private final ReplicaState state;
    private final ArrayDeque<Envelope> loopback = new ArrayDeque<>();
    private List<Effect> effects = new ArrayList<>();
    private long withheld;
    private int askedView = -1;                                 // whose StartView was asked for last, and when
    private long askedAtTick = -1;

    Outbox(ReplicaState state) {
        this.state = state;
    }

    void send(int replica, ReplicaMessage message) {
        sendInView(replica, shownView(message), message);
    }

    /** To all others. */
    void broadcast(ReplicaMessage message) {
        for (int replica = 0; replica < state.replicaCount(); replica++) {
            if (replica != state.replica()) {
                send(replica, message);
            }
        }
    }

    /**
     * Asks the primary of {@code view}, which need not be ours, for its log; never oneself. Once a tick is enough
     * for one view: every message of a view that runs without us gives reason to ask. No other limit holds, or we
     * might stay behind for ever (§4.3).
     */
    void askForStartView(int view, long nonce) {
        int primary = state.quorums().primary(view);
        boolean isAsked = askedView == view && askedAtTick == state.now().tick();
        if (primary != state.replica() && !isAsked) {
            askedView = view;
            askedAtTick = state.now().tick();
            sendInView(primary, view, new ReplicaMessage.GetStartView(nonce));
        }
    }

    void sendClient(ClientMessage message) {
        effects.add(new Effect.SendClient(message));
    }

    void emit(Effect effect) {
        effects.add(effect);
    }

    /** The next message to oneself, or null. */
    Envelope pollLoopback() {
        return loopback.poll();
    }

    List<Effect> drain() {
        List<Effect> drained = effects;
        effects = new ArrayList<>();
        return drained;
    }

    /** Messages held back because a view was not durable. */
    long withheld() {
        return withheld;
    }

    private void sendInView(int replica, int view, ReplicaMessage message) {
        if (!mayLeave(message)) {
            withheld++;
            return;
        }
        Envelope envelope = new Envelope(state.cluster(), Envelope.PROTOCOL, view, state.replica(), message);
        if (replica == state.replica()) {
            loopback.add(envelope);
        } else {
            effects.add(new Effect.Send(replica, envelope));
        }
    }

    private boolean mayLeave(ReplicaMessage message) {
        return switch (vouching(message)) {
            case NOTHING -> true;
            case VIEW -> state.isViewDurable();
            case LOG -> state.isLogViewDurable();
        };
    }

    /** Pings go out while a view is being persisted, so they carry the durable one (replication spec §4.3). */
    private int shownView(ReplicaMessage message) {
        boolean isPing = message instanceof ReplicaMessage.Ping || message instanceof ReplicaMessage.Pong;
        return isPing ? state.viewDurable() : state.view();
    }

    private static Vouching vouching(ReplicaMessage message) {
        if (message instanceof ReplicaMessage.GetStartView || message instanceof ReplicaMessage.Ping
                || message instanceof ReplicaMessage.Pong || message instanceof ReplicaMessage.Forwarded) {
            return Vouching.NOTHING;
        }
        boolean ofLog = message instanceof ReplicaMessage.PrepareOk || message instanceof ReplicaMessage.DoViewChange
                || message instanceof ReplicaMessage.StartView || message instanceof ReplicaMessage.Commit;
        return ofLog ? Vouching.LOG : Vouching.VIEW;
    }
}
