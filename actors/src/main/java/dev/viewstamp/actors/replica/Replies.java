package dev.viewstamp.actors.replica;

import dev.viewstamp.client.protocol.ClientMessage;
import dev.viewstamp.journal.ReplyHeader;
import dev.viewstamp.journal.StoredReply;

/** Sends replies to clients in a view they may know: durable, and no older than the entry's (replication spec §3.9). */
final class Replies {
    /** Spreads consecutive ops over the replicas; any odd constant does. */
    private static final long SPREAD = 0x9E3779B97F4A7C15L;

    private final ReplicaState state;
    private final Outbox outbox;
    private final ClientTable clients;

    Replies(ReplicaState state, Outbox outbox, ClientTable clients) {
        this.state = state;
        this.outbox = outbox;
        this.clients = clients;
    }

    /** Sends the reply, unless its view is not durable here yet: the client's retry fetches it then. */
    void send(StoredReply reply) {
        if (reply.header().view() > state.logViewDurable()) {
            return;
        }
        ReplyHeader header = reply.inView(state.logViewDurable()).header();
        outbox.sendClient(new ClientMessage.Reply(Words.number(header.client()), header.request(),
                Words.number(header.requestChecksum()), Words.number(header.context()), header.op(), header.timestamp(),
                header.operation(), header.view(), header.release(), reply.body()));
    }

    /** Sends a client's last reply again. */
    void sendLast(ClientMessage.Request request) {
        send(clients.reply(clients.slotOf(Words.of(request.client()))));
    }

    /**
     * Whether this backup too answers the client of {@code op}: one of them does, so that a client cut off from
     * the primary hears. All replicas of one view agree which.
     */
    boolean isChosenBackup(long op) {
        if (state.isSolo()) {
            return false;
        }
        int backups = state.replicaCount() - 1;
        int offset = 1 + (int) Long.remainderUnsigned(op * SPREAD >>> 32, backups);
        return (state.primary() + offset) % state.replicaCount() == state.replica();
    }
}
