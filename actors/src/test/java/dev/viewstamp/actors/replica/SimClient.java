package dev.viewstamp.actors.replica;

import dev.viewstamp.client.protocol.ClientMessage;
import dev.viewstamp.client.protocol.RequestIdentity;
import dev.viewstamp.ledger.Uint128;
import java.util.random.RandomGenerator;

/** A client of the test cluster: registers, then sends one request after the other; repeats until it is answered. */
final class SimClient {
    private static final long RESEND_TICKS = 60;

    private final CoreCluster cluster;
    private final RandomGenerator random;
    private int generation;
    private final int index;
    private Uint128 id;
    private long session;
    private int requestNumber;
    private Uint128 parent;
    private int view;
    private ClientMessage.Request inFlight;
    private long sentAt;
    private int attempts;
    private int wanted;
    private int answered;
    private int evictions;
    private int refusals;

    SimClient(CoreCluster cluster, int index, RandomGenerator random) {
        this.cluster = cluster;
        this.index = index;
        this.random = random;
        restart();
    }

    Uint128 id() {
        return id;
    }

    int view() {
        return view;
    }

    int answered() {
        return answered;
    }

    int evictions() {
        return evictions;
    }

    int refusals() {
        return refusals;
    }

    ClientMessage.Request inFlight() {
        return inFlight;
    }

    boolean isDone() {
        return inFlight == null && wanted == 0;
    }

    /** Stops asking for more; what is in flight is still repeated. */
    void stop() {
        wanted = 0;
    }

    /** Wants this many more requests answered. */
    void want(int count) {
        wanted += count;
        next();
    }

    private void restart() {
        generation++;
        id = new Uint128(generation, 1000L + index);
        session = 0;
        requestNumber = 0;
        parent = Uint128.ZERO;
        inFlight = null;
    }

    private void next() {
        if (inFlight != null || wanted == 0) {
            return;
        }
        if (session == 0) {
            inFlight = RequestIdentity.request(id, 0, 0, Uint128.ZERO, ClientMessage.OPERATION_REGISTER, view, 1,
                    new byte[0]);
        } else {
            byte[] body = new byte[random.nextInt(200)];
            random.nextBytes(body);
            int operation = random.nextInt(4) == 0 ? StubLedger.OPERATION_TIMED : StubLedger.OPERATION_PLAIN;
            inFlight = RequestIdentity.request(id, session, requestNumber, parent, operation, view, 1,
                    body.length == 1 ? new byte[2] : body);
        }
        attempts = 0;
        send();
    }

    private void send() {
        sentAt = cluster.tick();
        int primary = view % cluster.replicaCount();
        cluster.fromClient(this, primary, inFlight);
        if (cluster.replicaCount() > 1 && (attempts > 0 || random.nextInt(4) == 0)) {
            int backup = (primary + 1 + random.nextInt(cluster.replicaCount() - 1)) % cluster.replicaCount();
            cluster.fromClient(this, backup, inFlight);
        }
        attempts++;
    }

    void onTick() {
        if (inFlight != null && cluster.tick() - sentAt >= RESEND_TICKS) {
            send();
            if (attempts % 4 == 0) {
                for (int replica = 0; replica < cluster.replicaCount(); replica++) {
                    cluster.fromClient(this, replica, new ClientMessage.PingClient(id, session, cluster.tick()));
                }
            }
        }
    }

    void receive(ClientMessage message) {
        if (!message.client().equals(id)) {
            return;
        }
        if (message instanceof ClientMessage.Reply reply) {
            onReply(reply);
        } else if (message instanceof ClientMessage.PongClient pong) {
            view = Math.max(view, pong.view());
        } else if (message instanceof ClientMessage.Eviction eviction && eviction.view() >= view) {
            evictions++;
            restart();
            next();
        } else if (message instanceof ClientMessage.Refusal refusal && inFlight != null
                && refusal.requestChecksum().equals(inFlight.requestChecksum())) {
            refusals++;
            wanted = 0;
            inFlight = null;
        }
    }

    private void onReply(ClientMessage.Reply reply) {
        if (inFlight == null || !reply.requestChecksum().equals(inFlight.requestChecksum())) {
            return;
        }
        view = Math.max(view, reply.view());
        parent = reply.context();
        if (session == 0) {
            session = reply.op();
        } else {
            wanted--;
            answered++;
        }
        requestNumber++;
        inFlight = null;
        next();
    }
}
