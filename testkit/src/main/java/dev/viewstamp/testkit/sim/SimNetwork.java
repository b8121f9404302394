package dev.viewstamp.testkit.sim;

import akka.serialization.Serialization;
import akka.serialization.SerializationExtension;
import akka.serialization.Serializer;
import akka.serialization.Serializers;
import dev.viewstamp.actors.message.Envelope;
import dev.viewstamp.actors.message.ReplicaMessage;
import dev.viewstamp.client.protocol.ClientEnvelope;
import dev.viewstamp.client.protocol.ClientMessage;
import dev.viewstamp.client.protocol.DamagedFrame;
import dev.viewstamp.client.protocol.RejectedFrame;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import scala.util.Try;

/**
 * Carries messages between the nodes of a simulation: encodes with the serializer that Akka would use, holds the
 * bytes for a drawn delay, perhaps loses, repeats or damages them, decodes, delivers. No order is kept.
 *
 * <p>Nodes are numbered; 0 … replicaCount - 1 are the replicas. Links are directed.
 */
public final class SimNetwork {
    private static final int REQUESTS_KEPT = 40;
    private static final int MESSAGES_KEPT = 300;
    private static final int STARTVIEWS_KEPT = 40;

    private final SimSystem system;
    private final SimRandom random;
    private final Trace trace;
    private final FaultTally faults;
    private final Function<Object, String> describe;
    private final Serialization serialization;
    private final List<String> names;
    private final Link[][] links;
    private final List<Receiver> receivers = new ArrayList<>();
    private final ArrayDeque<Packet> requests = new ArrayDeque<>();        // of clients, of late, the oldest first
    private final ArrayDeque<Packet> messages = new ArrayDeque<>();        // of replicas
    private final ArrayDeque<Packet> startViews = new ArrayDeque<>();
    private final List<KeptMessages> keepers = new ArrayList<>();
    private Filter filter = Filter.NONE;
    private int bulkLosses;                                      // >= 0; large messages pass if 0
    private NetworkConditions conditions;
    private long delivered;

    /** Which messages between replicas vanish, beside those that {@link #conditions} take. */
    @FunctionalInterface
    public interface Filter {
        Filter NONE = (from, to, message) -> false;

        boolean loses(int from, int to, ReplicaMessage message);
    }

    /** Where a node takes its messages. */
    interface Receiver {
        void receive(int from, Object message);
    }

    private static final class Link {
        private int cuts;                                        // >= 0; open if 0
        private long clearNanos;                                 // clogged before that time
        private long slowness = 1;                               // multiplies every delay
        private NetworkConditions conditions;                    // null: those of the network
        private long sent;
        private long newestArrived;                              // number of the youngest packet that has arrived
        private final List<Packet> underWay = new ArrayList<>();
    }

    /** A message under way, as bytes. */
    static final class Packet {
        private final int from;
        private final int to;
        private final int serializer;
        private final String manifest;
        private final byte[] bytes;
        private final long number;                               // on its link, from 1
        private boolean lost;

        Packet(long number, int from, int to, int serializer, String manifest, byte[] bytes) {
            this.number = number;
            this.from = from;
            this.to = to;
            this.serializer = serializer;
            this.manifest = manifest;
            this.bytes = bytes;
        }

        /** From the same, to the same, through the same door, other bytes. */
        Packet with(byte[] others) {
            return new Packet(0, from, to, serializer, manifest, others);
        }

        byte[] bytes() {
            return bytes;
        }
    }

    /**
     * @param names how nodes are called in the trace, R0, R1 … C0, C1 …; their count is the number of nodes
     * @param describe one short line for a decoded message, without actor references
     */
    SimNetwork(SimSystem system, SimRandom random, List<String> names, NetworkConditions conditions, Trace trace,
               FaultTally faults, Function<Object, String> describe) {
        this.system = system;
        this.random = random;
        this.conditions = conditions;
        this.trace = trace;
        this.faults = faults;
        this.describe = describe;
        this.names = List.copyOf(names);
        this.serialization = SerializationExtension.get(system.akka().classicSystem());
        int nodeCount = names.size();
        this.links = new Link[nodeCount][nodeCount];
        for (int from = 0; from < nodeCount; from++) {
            receivers.add(null);
            for (int to = 0; to < nodeCount; to++) {
                links[from][to] = new Link();
            }
        }
    }

    /** From now on messages for {@code node} go there; null: the node is down and they vanish. */
    void attach(int node, Receiver receiver) {
        receivers.set(node, receiver);
    }

    /** From now on all links are like this. */
    public void conditions(NetworkConditions next) {
        conditions = next;
        for (Link[] row : links) {
            for (Link link : row) {
                link.conditions = null;
            }
        }
    }

    /** All links are good from now on. */
    void healConditions() {
        conditions(conditions.healed());
    }

    /** Links among these nodes are whole, free and good from now on; what befell all large messages is over. */
    void heal(Set<Integer> nodes) {
        filter = Filter.NONE;
        keepers.clear();
        bulkLosses = 0;
        for (int from : nodes) {
            for (int to : nodes) {
                mendLink(links[from][to]);
                links[from][to].conditions = conditions.healed();
            }
        }
    }

    private NetworkConditions conditionsOf(Link link) {
        return link.conditions == null ? conditions : link.conditions;
    }

    /** Messages delivered so far. */
    public long delivered() {
        return delivered;
    }

    /** Cuts one direction; cuts add up, each is undone by one {@link #mend}. */
    public void cut(int from, int to) {
        links[from][to].cuts++;
    }

    public void mend(int from, int to) {
        Link link = links[from][to];
        if (link.cuts == 0) {
            throw new IllegalStateException("the link " + from + " to " + to + " is not cut");
        }
        link.cuts--;
    }

    /** Undoes every cut, the clog and the slowness of one direction. */
    void mendLink(int from, int to) {
        mendLink(links[from][to]);
    }

    /** Holds back everything that is sent over one direction, until the given virtual time. */
    void clog(int from, int to, long untilNanos) {
        links[from][to].clearNanos = untilNanos;
    }

    /** Every delay of one direction is multiplied from now on; 1 is normal. */
    void slowness(int from, int to, long factor) {
        links[from][to].slowness = factor;
    }

    /** Large messages between replicas vanish from now on; adds up, each is undone by one {@link #passBulk}. */
    void loseBulk() {
        bulkLosses++;
    }

    void passBulk() {
        bulkLosses--;
    }

    /** From now on these vanish when they are sent; in the place of what was said so before. */
    public void filter(Filter next) {
        filter = next;
    }

    /** From now on what is picked is kept, and goes on its way as well. */
    public KeptMessages record(KeptMessages.Pick pick) {
        return keep(new KeptMessages(this, pick, false));
    }

    /** From now on what is picked is kept and does not get on its way. */
    public KeptMessages hold(KeptMessages.Pick pick) {
        return keep(new KeptMessages(this, pick, true));
    }

    private KeptMessages keep(KeptMessages keeper) {
        keepers.add(keeper);
        return keeper;
    }

    /** Nothing more is picked for {@code keeper}. */
    void dismiss(KeptMessages keeper) {
        keepers.remove(keeper);
    }

    /** Puts bytes on their way that are, or might be, a message; on a cut link they do not arrive. */
    void inject(Packet packet) {
        Link link = links[packet.from][packet.to];
        dispatch(link, packet, conditionsOf(link).delayMinNanos());
    }

    /** Messages that {@code to} was sent of late, in this life or another, arrive once more; how many. */
    int repeatMessages(SimRandom dice, int to) {
        return repeatMessages(dice, packet -> packet.to == to, to);
    }

    /** The same of what one node sent. */
    int repeatMessages(SimRandom dice, int from, int to) {
        return repeatMessages(dice, packet -> packet.from == from && packet.to == to, to);
    }

    private int repeatMessages(SimRandom dice, Predicate<Packet> which, int to) {
        // The logs of views are few, and they would do the most harm.
        List<Packet> sent = (dice.chance(0.5) ? messages : startViews).stream().filter(which).toList();
        int count = Math.min(sent.size(), dice.between(1, 8));
        for (int i = 0; i < count; i++) {
            repeat(sent.get(dice.between(0, sent.size() - 1)), to);
        }
        return count;
    }

    private void repeat(Packet original, int to) {
        Packet copy = new Packet(0, original.from, to, original.serializer, original.manifest, original.bytes);
        Link link = links[original.from][to];
        dispatch(link, copy, conditionsOf(link).delayMinNanos()
                + random.exponential(conditionsOf(link).delayMeanNanos()));
    }

    /** One of the requests that clients sent of late, perhaps long answered, arrives at {@code to}; false if none. */
    boolean repeatRequest(SimRandom dice, int to) {
        if (requests.isEmpty()) {
            return false;
        }
        repeat(new ArrayList<>(requests).get(dice.between(0, requests.size() - 1)), to);
        return true;
    }

    /** Undoes every cut, every clog, every slowness and the filter; nothing more is kept or held back. */
    public void mendAll() {
        filter = Filter.NONE;
        keepers.clear();
        bulkLosses = 0;
        mendLinks();
    }

    /** Undoes every cut, every clog and every slowness. */
    public void mendLinks() {
        for (Link[] row : links) {
            for (Link link : row) {
                mendLink(link);
            }
        }
    }

    private static void mendLink(Link link) {
        link.cuts = 0;
        link.clearNanos = 0;
        link.slowness = 1;
    }

    boolean isCut(int from, int to) {
        return links[from][to].cuts > 0;
    }

    /**
     * Puts a message on its way. Never blocks, never fails; the message may arrive never, once or several times. That
     * {@code from} meant it, nobody checks here.
     */
    public void send(int from, int to, Object message) {
        Link link = links[from][to];
        if (link.cuts > 0 || message instanceof Envelope envelope && filter.loses(from, to, envelope.message())) {
            return;
        }
        if (bulkLosses > 0 && message instanceof Envelope envelope && envelope.message().isBulk()) {
            return;
        }
        NetworkConditions here = conditionsOf(link);
        if (random.chance(here.loss())) {
            struck(FaultKind.LOSS, from, to);
            return;
        }
        Serializer serializer = serialization.findSerializerFor(message);
        Packet packet = new Packet(++link.sent, from, to, serializer.identifier(),
                Serializers.manifestFor(serializer, message), serializer.toBinary(message));
        if (isHeldBack(packet, message)) {
            return;
        }
        if (link.underWay.size() >= here.linkCapacity()) {
            int victim = (int) random.between(0L, link.underWay.size() - 1L);
            link.underWay.remove(victim).lost = true;
            struck(FaultKind.OVERFLOW, from, to);
        }
        if (random.chance(here.clog())) {
            struck(FaultKind.CLOG, from, to);
            link.clearNanos = system.nowNanos() + random.exponential(here.clogMeanNanos());
        }
        keep(packet, message);
        long delay = random.exponential(here.delayMeanNanos());
        if (delay > 4 * here.delayMeanNanos() && !here.strays()) {
            delay = 4 * here.delayMeanNanos();
        } else if (delay > 4 * here.delayMeanNanos()) {
            faults.struck(FaultKind.DELAY);
        }
        dispatch(link, packet, link.slowness * (here.delayMinNanos() + delay));
    }

    private boolean isHeldBack(Packet packet, Object message) {
        boolean held = false;
        for (KeptMessages keeper : keepers) {
            held |= keeper.offer(packet.from, packet.to, message, packet);
        }
        return held;
    }

    private void keep(Packet packet, Object message) {
        if (message instanceof ClientEnvelope envelope && envelope.message() instanceof ClientMessage.Request) {
            requests.add(packet);
            if (requests.size() > REQUESTS_KEPT) {
                requests.remove();
            }
        } else if (message instanceof Envelope envelope && !(envelope.message() instanceof ReplicaMessage.Ping)
                && !(envelope.message() instanceof ReplicaMessage.Pong)) {
            messages.add(packet);
            if (messages.size() > MESSAGES_KEPT) {
                messages.remove();
            }
            if (envelope.message() instanceof ReplicaMessage.StartView) {
                startViews.add(packet);
                if (startViews.size() > STARTVIEWS_KEPT) {
                    startViews.remove();
                }
            }
        }
    }

    private void dispatch(Link link, Packet packet, long delayNanos) {
        long start = Math.max(system.nowNanos(), link.clearNanos);
        link.underWay.add(packet);
        system.at(start + delayNanos, () -> arrive(link, packet));
    }

    private void arrive(Link link, Packet packet) {
        if (packet.lost) {
            return;
        }
        link.underWay.remove(packet);
        if (packet.number > link.newestArrived) {
            link.newestArrived = packet.number;
        } else if (packet.number > 0) {
            faults.struck(FaultKind.REORDER);
        }
        Receiver receiver = receivers.get(packet.to);
        if (link.cuts > 0) {
            return;
        }
        byte[] bytes = packet.bytes;
        NetworkConditions here = conditionsOf(link);
        if (random.chance(here.corruption())) {
            struck(FaultKind.CORRUPTION, packet.from, packet.to);
            bytes = bytes.clone();
            bytes[(int) random.between(0L, bytes.length - 1L)] ^= (byte) (1 << random.between(0, 7));
        }
        if (random.chance(here.duplication())) {
            struck(FaultKind.DUPLICATION, packet.from, packet.to);
            dispatch(link, packet, here.delayMinNanos() + random.exponential(20 * here.delayMeanNanos()));
        }
        if (receiver == null) {
            return;
        }
        Try<Object> decoded = serialization.deserialize(bytes, packet.serializer, packet.manifest);
        if (isRefused(decoded)) {
            line(packet.to).append("rejects what came from ").append(nodeName(packet.from));
            trace.end();
            return;
        }
        Object message = decoded.get();
        delivered++;
        line(packet.to).append(describe.apply(message)).append(" from ").append(nodeName(packet.from));
        trace.end();
        receiver.receive(packet.from, message);
    }

    /**
     * Whether the serializer found damage in a client's frame. Two words for one thing here: which of them it says
     * depends on where the damage lies, and so on the length of the sender's path, which differs from run to run.
     */
    private static boolean isRefused(Try<Object> decoded) {
        return decoded.isFailure() ? decoded.failed().get() instanceof RejectedFrame
                : decoded.get() instanceof DamagedFrame;
    }

    private void struck(FaultKind kind, int from, int to) {
        faults.struck(kind);
        line(to).append(kind.text()).append(" from ").append(nodeName(from));
        trace.end();
    }

    private StringBuilder line(int node) {
        return trace.begin(nodeName(node));
    }

    private String nodeName(int node) {
        return names.get(node);
    }
}
