package dev.viewstamp.client;

import akka.actor.Address;
import akka.actor.typed.ActorRef;
import dev.viewstamp.client.protocol.ClientEnvelope;
import dev.viewstamp.client.protocol.ClientInbox;
import dev.viewstamp.client.protocol.ClientMessage.Eviction;
import dev.viewstamp.client.protocol.ClientMessage.EvictionReason;
import dev.viewstamp.client.protocol.ClientMessage.PongClient;
import dev.viewstamp.client.protocol.ClientMessage.Refusal;
import dev.viewstamp.client.protocol.ClientMessage.RefusalReason;
import dev.viewstamp.client.protocol.ClientMessage.Reply;
import dev.viewstamp.ledger.LedgerLimits;
import dev.viewstamp.ledger.LittleEndian;
import dev.viewstamp.ledger.MultiBatch;
import dev.viewstamp.ledger.Operation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import org.slf4j.Logger;

/**
 * Stands between the callers and the session: takes calls, keeps their deadlines, hands the session one request at a
 * time, splits replies, and opens the next session when one ends. Lives in a LedgerClient's turns; not thread-safe.
 *
 * <p>Invariants: every accepted call is waiting, in flight or answered; calls are in flight only while the session
 * has a request in flight. (The reverse does not hold: a request outlives the patience of its callers.)
 */
final class CallDesk {
    private final ClientSettings settings;
    private final ClientRuntime runtime;
    private final List<ActorRef<ClientInbox>> doors;
    private final ActorRef<ClientInbox> inbox;
    private final String ownAddress;
    private final Logger log;
    private final int requestMax;
    private final Peers peers;
    private final CallQueue queue;
    private final TreeSet<Call> deadlines = new TreeSet<>(
            Comparator.<Call>comparingLong(call -> call.deadline).thenComparingLong(call -> call.number));

    private ClientProtocol protocol;
    private List<Call> inFlight = List.of();
    private final List<Call> limitAwaited = new ArrayList<>();
    private boolean limitKnown;
    private long callNext;
    private long openedAt;
    private boolean reopening;                        // the last session is over, the next opens at reopenAt
    private long reopenAt;
    private int requestBodyMax = LedgerLimits.BODY_MAX;

    /**
     * @param ownAddress where replicas answer this client; for the messages of errors
     * @param requestMax last request number of a session
     */
    CallDesk(ClientSettings settings, ClientRuntime runtime, List<ActorRef<ClientInbox>> doors,
             ActorRef<ClientInbox> inbox, String ownAddress, Logger log, int requestMax) {
        this.settings = settings;
        this.runtime = runtime;
        this.doors = doors;
        this.inbox = inbox;
        this.ownAddress = ownAddress;
        this.log = log;
        this.requestMax = requestMax;
        this.peers = new Peers(settings.addresses());
        this.queue = new CallQueue(settings.merge(), settings.eventsMax());
    }

    /** Opens a session under a fresh client id. */
    void open() {
        reopening = false;
        openedAt = runtime.nanoTime();
        protocol = new ClientProtocol(settings, peers, runtime.random(),
                ClientProtocol.freshClient(runtime.random()), requestMax);
        protocol.start(openedAt);
        perform();
    }

    /** When {@link #onTime} wants to be called next, monotonic nanoseconds. */
    long wakeAt() {
        long due = reopening ? reopenAt : protocol.wakeAt();
        return deadlines.isEmpty() ? due : Math.min(due, deadlines.first().deadline);
    }

    void onTime() {
        long now = runtime.nanoTime();
        while (!deadlines.isEmpty() && deadlines.first().deadline - now <= 0) {
            expire(deadlines.pollFirst(), now);
        }
        if (reopening && now - reopenAt >= 0) {
            open();
        } else if (!reopening) {
            protocol.onTime(now);
            perform();
        }
    }

    /** Takes a call, or answers at once why not. */
    void accept(int code, boolean whole, byte[] bytes, Duration timeout, Call.Answer answer) {
        Operation operation = Operation.byCode(code);
        String flaw = flaw(code, operation, whole, bytes);
        if (flaw != null) {
            answer.fail(new RequestRejected(flaw + ". Nothing was sent."));
        } else if (queue.size() >= settings.queueMax() || queue.bytes() + bytes.length > settings.queueBytesMax()) {
            answer.fail(new ClientOverloaded(queue.size() + " calls with " + queue.bytes() + " bytes wait already"
                    + " (at most " + settings.queueMax() + " and " + settings.queueBytesMax()
                    + " by viewstamp.client.queue-max and queue-bytes-max)."
                    + " Nothing was sent: wait for some of them, or open more clients."));
        } else {
            Call call = new Call(callNext++, operation, whole, bytes, runtime.nanoTime(), patience(timeout), answer);
            queue.add(call);
            deadlines.add(call);
            sendNext();
            perform();
        }
    }

    /** Answers with the cluster's limit for request bodies, u32, as soon as a session was open once. */
    void awaitLimit(Duration timeout, Call.Answer answer) {
        Call call = new Call(callNext++, Operation.CREATE_TRANSFERS, false, new byte[0], runtime.nanoTime(),
                patience(timeout), answer);
        if (limitKnown) {
            tellLimit(call);
        } else {
            limitAwaited.add(call);
            deadlines.add(call);
        }
    }

    private void tellLimit(Call call) {
        byte[] limit = new byte[4];
        LittleEndian.putU32(limit, 0, requestBodyMax);
        deadlines.remove(call);
        call.succeed(limit, 0, limit.length);
    }

    private long patience(Duration timeout) {
        Duration patience = timeout == null ? settings.requestTimeout() : timeout;
        if (patience.compareTo(ClientSettings.TIMEOUT_MAX) > 0) {
            patience = ClientSettings.TIMEOUT_MAX;
        }
        return Math.max(0, patience.toNanos());
    }

    private String flaw(int code, Operation operation, boolean whole, byte[] bytes) {
        if (operation == null || operation == Operation.PULSE) {
            return "operation " + code + " is none that a client may ask for";
        }
        return whole ? RequestBody.flawOfBody(operation, bytes, requestBodyMax)
                : RequestBody.flawOfBatch(operation, bytes, requestBodyMax);
    }

    void receive(ClientEnvelope envelope) {
        long now = runtime.nanoTime();
        int replica = replicaOf(envelope.sender());
        if (!envelope.cluster().equals(settings.cluster())) {
            peers.heardFrom(replica,
                    "answers for cluster " + envelope.cluster() + ", not " + settings.cluster() + ",", now);
            return;
        }
        peers.heardFrom(replica, describe(envelope), now);
        if (!reopening) {
            protocol.onMessage(envelope.message(), now);
            perform();
        }
    }

    private static String describe(ClientEnvelope envelope) {
        if (envelope.message() instanceof PongClient pong) {
            return "in view " + pong.view();
        } else if (envelope.message() instanceof Reply reply) {
            return "replied to op " + reply.op();
        } else if (envelope.message() instanceof Refusal refusal) {
            return "refused (" + refusal.reason() + ")";
        } else if (envelope.message() instanceof Eviction eviction) {
            return "ended the session (" + eviction.reason() + ")";
        }
        return "heard";
    }

    /** Index of the replica that this door belongs to, or -1. Only reports use it. */
    private int replicaOf(ActorRef<ClientInbox> sender) {
        if (sender.path().address().hasLocalScope()) {
            for (int replica = 0; replica < doors.size(); replica++) {
                if (sender.path().toString().startsWith(doors.get(replica).path().toString())) {
                    return replica;
                }
            }
            return -1;
        }
        Address address = sender.path().address();
        return settings.addresses().indexOf(address.getHost().orElse("") + ":" + address.getPort().orElse(0));
    }

    /** Hands the session the next request, if it is free and somebody waits. */
    private void sendNext() {
        while (!reopening && protocol.isIdle() && queue.size() > 0) {
            if (protocol.isSpent()) {
                open();
                return;
            }
            List<Call> calls = queue.take(requestBodyMax);
            Call first = calls.get(0);
            // The limit may have been learned after the call was accepted.
            String flaw = calls.size() > 1 ? null
                    : flaw(first.operation.code(), first.operation, first.whole, first.bytes);
            if (flaw == null) {
                inFlight = calls;
                protocol.submit(first.operation.code(), RequestBody.of(first.operation, calls), runtime.nanoTime());
            } else {
                deadlines.remove(first);
                first.fail(new RequestRejected(flaw + ". Nothing was sent."));
            }
        }
    }

    /** Does what the session wants done; that may make it want more. */
    private void perform() {
        for (List<ClientProtocol.Effect> effects = protocol.drain(); !effects.isEmpty();
                effects = protocol.drain()) {
            for (ClientProtocol.Effect effect : effects) {
                perform(effect);
            }
        }
    }

    private void perform(ClientProtocol.Effect effect) {
        if (effect instanceof ClientProtocol.Send send) {
            doors.get(send.replica()).tell(new ClientEnvelope(settings.cluster(), inbox, send.message()));
        } else if (effect instanceof ClientProtocol.Registered registered) {
            requestBodyMax = registered.requestBodyMax();
            limitKnown = true;
            limitAwaited.forEach(this::tellLimit);
            limitAwaited.clear();
            sendNext();
        } else if (effect instanceof ClientProtocol.Replied replied) {
            onReplied(replied.reply());
        } else if (effect instanceof ClientProtocol.Refused refused) {
            onRefused(refused.reason());
        } else if (effect instanceof ClientProtocol.Evicted evicted) {
            onEvicted(evicted);
        }
    }

    private void onReplied(Reply reply) {
        List<Call> answered = inFlight;
        inFlight = List.of();
        sendNext();
        perform();                                        // the cluster first: callers have time while it works
        answered.forEach(deadlines::remove);
        Call first = answered.get(0);
        byte[] body = reply.body();
        if (first.whole || !first.operation.isFramed()) {
            first.succeed(body, 0, body.length);
            return;
        }
        int size = first.operation.resultSize();
        if (!fits(answered, body)) {
            answered.forEach(call -> call.fail(new OutcomeUnknown("The cluster executed the request at op "
                    + reply.op() + ", but its reply of " + body.length + " bytes does not fit what was asked.",
                    call.isRead())));
            return;
        }
        int from = 0;
        for (int batch = 0; batch < answered.size(); batch++) {
            int to = from + MultiBatch.elements(body, batch) * size;
            answered.get(batch).succeed(body, from, to);
            from = to;
        }
    }

    /** Whether a framed reply has a batch per call and, for creates, a result per event. */
    private static boolean fits(List<Call> calls, byte[] body) {
        Operation operation = calls.get(0).operation;
        if (MultiBatch.count(body, operation.resultSize()) != calls.size()) {
            return false;
        }
        for (int batch = 0; batch < calls.size(); batch++) {
            int results = MultiBatch.elements(body, batch);
            int events = calls.get(batch).bytes.length / operation.eventSize();
            if (operation.isBatchable() && results > events
                    || operation.isCreate() && !operation.isSparse() && results != events) {
                return false;
            }
        }
        return true;
    }

    private void onRefused(RefusalReason reason) {
        String why = "The cluster takes no requests now: " + switch (reason) {
            case LOG_FULL -> "its write-ahead log is full.";
            case DISK_FULL -> "the primary's disk is full: make room on it; requests are taken "
                    + "again by themselves then.";
        };
        failInFlight(new ClusterUnavailable(why, !inFlightReads()));
        failWaiting(new ClusterUnavailable(why, false));
    }

    private void onEvicted(ClientProtocol.Evicted evicted) {
        EvictionReason reason = evicted.reason();
        String why = "The cluster ended session of client " + protocol.client() + ": " + reason + ".";
        log.info("{} {}", why, "A new session is opened.");
        boolean invalid = switch (reason) {
            case INVALID_REQUEST_OPERATION, INVALID_REQUEST_BODY, INVALID_REQUEST_BODY_SIZE -> true;
            default -> false;
        };
        failInFlight(invalid ? new RequestRejected(why + " It does not execute such a request.")
                : new OutcomeUnknown(why, inFlightReads()));
        inFlight = List.of();
        long now = runtime.nanoTime();
        reopening = true;
        if (evicted.whileRegistering()) {
            failWaiting(new ClusterUnavailable("The cluster accepts no session of this client: " + reason
                    + " (viewstamp.client.release = " + settings.release() + ").", false));
            reopenAt = now + settings.resendMax().toNanos();
        } else {
            // At once, unless sessions push each other out: more clients are alive than the cluster keeps sessions.
            long soonest = openedAt + settings.resendMin().toNanos();
            reopenAt = Math.max(now, soonest + runtime.random().nextLong(settings.resendMin().toNanos()));
            if (now - soonest >= 0) {
                open();
            }
        }
    }

    /** All calls of a request have one operation. */
    private boolean inFlightReads() {
        return !inFlight.isEmpty() && inFlight.get(0).isRead();
    }

    private void failInFlight(ClientFailure why) {
        List<Call> failed = inFlight;
        failed.forEach(deadlines::remove);
        failed.forEach(call -> call.fail(why));
    }

    private void failWaiting(ClientFailure why) {
        List<Call> failed = new ArrayList<>(limitAwaited);
        limitAwaited.clear();
        failed.addAll(queue.removeAll());
        for (Call call : failed) {
            deadlines.remove(call);
            call.fail(why);
        }
    }

    private void expire(Call call, long now) {
        String why = call.operation.wireName() + " had no answer within " + seconds(call.timeout) + ".";
        if (queue.remove(call) || limitAwaited.remove(call)) {
            String cause = protocol.isRegistered() ? " It waited behind other requests of this client."
                    : " This client has no session yet.";
            call.fail(new ClusterUnavailable(why + cause + tried(now), false));
        } else {
            call.fail(new OutcomeUnknown(why + tried(now), call.isRead()));
        }
    }

    private String tried(long now) {
        String tried = " Cluster " + settings.cluster() + "; " + peers.report(now) + ".";
        return peers.heardAnybody() ? tried : tried + " Check that these are the replicas' own addresses, spelled"
                + " as the replicas spell them, that the cluster id is right, and that replicas can reach this client"
                + " at " + ownAddress + ".";
    }

    private static String seconds(long nanos) {
        return String.format(Locale.ROOT, "%.1f s", nanos / 1e9);
    }

    /** Answers everybody who still waits. */
    void close() {
        failInFlight(new OutcomeUnknown("The client was closed while the request was in flight.", inFlightReads()));
        inFlight = List.of();
        failWaiting(new ClientClosed());
    }
}
