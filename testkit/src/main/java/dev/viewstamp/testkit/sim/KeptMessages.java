package dev.viewstamp.testkit.sim;

import dev.viewstamp.actors.message.Envelope;
import dev.viewstamp.client.protocol.ClientEnvelope;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Messages that a story picked when they were sent, in that order, as the bytes that travel. They can be put on their
 * way later, again, or damaged; on a link that is cut they do not arrive.
 */
public final class KeptMessages {
    private final SimNetwork network;
    private final Pick pick;
    private final boolean holds;
    private final List<SimNetwork.Packet> packets = new ArrayList<>();

    /** Which messages are meant. */
    @FunctionalInterface
    public interface Pick {
        /** @param message a ReplicaMessage or a ClientMessage */
        boolean picks(int from, int to, Object message);
    }

    KeptMessages(SimNetwork network, Pick pick, boolean holds) {
        this.network = network;
        this.pick = pick;
        this.holds = holds;
    }

    /** Whether the packet must not get on its way now. */
    boolean offer(int from, int to, Object message, SimNetwork.Packet packet) {
        Object inside = message instanceof Envelope envelope ? envelope.message()
                : message instanceof ClientEnvelope envelope ? envelope.message() : message;
        if (!pick.picks(from, to, inside)) {
            return false;
        }
        packets.add(packet);
        return holds;
    }

    public int count() {
        return packets.size();
    }

    /** All of them are on their way now, once more each time. */
    public KeptMessages deliver() {
        return deliver(bytes -> bytes);
    }

    /** The same with other bytes. */
    public KeptMessages deliver(UnaryOperator<byte[]> damage) {
        packets.forEach(packet -> network.inject(packet.with(damage.apply(packet.bytes().clone()))));
        return this;
    }

    /** No more are kept; those that are stay at hand. */
    public KeptMessages stop() {
        network.dismiss(this);
        return this;
    }
}
