package dev.viewstamp.testkit.check;

import dev.viewstamp.client.protocol.ClientMessage.Reply;
import dev.viewstamp.client.protocol.ClientMessage.Request;
import dev.viewstamp.journal.EntryHeader;
import dev.viewstamp.journal.LogEntry;
import dev.viewstamp.journal.Word128;
import dev.viewstamp.ledger.Uint128;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * What clients are told (replication spec §12.1, invariants 17, 18, 20): a request is executed at most once; every
 * reply names a committed entry of that very request and carries what the ledger answered there, whoever sends it
 * and however often; and a request that began after some reply was seen takes its place behind the entry of that
 * reply.
 */
public final class ReplyChecker {
    private record Identity(Uint128 client, int request) {
    }

    private static final class Asked {
        private final Uint128 requestChecksum;
        // the highest op replied to anyone when this was first sent
        private final long repliedBefore;
        private long op;                                         // 0 until committed

        Asked(Uint128 requestChecksum, long repliedBefore) {
            this.requestChecksum = requestChecksum;
            this.repliedBefore = repliedBefore;
        }
    }

    private final CommitHistory history;
    private final ReferenceLedger reference;
    private final Map<Identity, Asked> asked = new HashMap<>();
    private long repliedOpMax;
    private long replies;

    public ReplyChecker(CommitHistory history, ReferenceLedger reference) {
        this.history = history;
        this.reference = reference;
    }

    /** A client sends this, for the first time or again. */
    public void onRequest(Request request) {
        Asked known = asked.computeIfAbsent(new Identity(request.client(), request.request()),
                identity -> new Asked(request.requestChecksum(), repliedOpMax));
        if (!known.requestChecksum.equals(request.requestChecksum())) {
            throw new Violation("client", "a retry differs from what was first sent: " + request);
        }
    }

    /** An entry was committed for the first time. */
    public void onCommit(LogEntry entry) {
        EntryHeader header = entry.header();
        if (header.client().isZero()) {
            return;
        }
        Identity identity = new Identity(uint128(header.client()), header.request());
        Asked request = asked.get(identity);
        if (request == null || !request.requestChecksum.equals(uint128(header.requestChecksum()))) {
            throw new Violation("at-most-once", header + " was committed; no client ever asked for it");
        }
        if (request.op != 0 && header.operation() != EntryHeader.OPERATION_REGISTER) {
            throw new Violation("at-most-once", "request " + header.request() + " of client " + identity.client
                    + " was committed at op " + request.op + " and again at op " + header.op());
        }
        if (header.op() <= request.repliedBefore) {
            throw new Violation("linearizability", header + " was asked for after the reply of op "
                    + request.repliedBefore + " was sent");
        }
        request.op = header.op();
    }

    /** A replica sends this to a client. */
    public void onReply(int replica, Reply reply) {
        if (reply.op() > history.op()) {
            throw new Violation("durability", "R" + replica + " replies " + reply + ", but only "
                    + history.op() + " ops are committed");
        }
        EntryHeader header = history.entry(reply.op()).header();
        if (!uint128(header.client()).equals(reply.client()) || header.request() != reply.request()
                || !uint128(header.requestChecksum()).equals(reply.requestChecksum())
                || header.timestamp() != reply.timestamp()) {
            throw new Violation("durability", "R" + replica + " replies " + reply + ", but op " + reply.op() + " is "
                    + header);
        }
        byte[] expected = reference.reply(reply.op());
        if (expected != null && !Arrays.equals(expected, reply.body())) {
            throw new Violation("replies", "R" + replica + " replies " + reply + " with a body that differs from what "
                    + "the ledger answers at that op (" + expected.length + " bytes)");
        }
        repliedOpMax = Math.max(repliedOpMax, reply.op());
        replies++;
    }

    /** The highest op that any client was answered. */
    public long repliedOpMax() {
        return repliedOpMax;
    }

    /** Replies sent, repetitions included. */
    public long replies() {
        return replies;
    }

    private static Uint128 uint128(Word128 word) {
        return new Uint128(word.hi(), word.lo());
    }
}
