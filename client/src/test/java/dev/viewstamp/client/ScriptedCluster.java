package dev.viewstamp.client;

import dev.viewstamp.client.protocol.ClientMessage;
import dev.viewstamp.client.protocol.ClientMessage.Eviction;
import dev.viewstamp.client.protocol.ClientMessage.EvictionReason;
import dev.viewstamp.client.protocol.ClientMessage.PingClient;
import dev.viewstamp.client.protocol.ClientMessage.PongClient;
import dev.viewstamp.client.protocol.ClientMessage.Refusal;
import dev.viewstamp.client.protocol.ClientMessage.RefusalReason;
import dev.viewstamp.client.protocol.ClientMessage.Reply;
import dev.viewstamp.client.protocol.ClientMessage.Request;
import dev.viewstamp.client.protocol.RequestIdentity;
import dev.viewstamp.ledger.Account;
import dev.viewstamp.ledger.ChangeEvent;
import dev.viewstamp.ledger.ChangeEventsFilter;
import dev.viewstamp.ledger.CreateTransferResult;
import dev.viewstamp.ledger.CreateTransferStatus;
import dev.viewstamp.ledger.LedgerLimits;
import dev.viewstamp.ledger.LittleEndian;
import dev.viewstamp.ledger.MultiBatch;
import dev.viewstamp.ledger.Operation;
import dev.viewstamp.ledger.Transfer;
import dev.viewstamp.ledger.Uint128;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The cluster as a client sees it: sessions, request numbers, parents, stored replies, one primary per view; without
 * replication behind it. Tests tell it when to refuse, evict, change the view or be silent. Not thread-safe.
 *
 * <p>Creates answer CREATED with increasing timestamps, lookups answer every id, queries answer
 * {@code limit} rows, change events are those of the transfers created.
 */
final class ScriptedCluster {
    private record Session(long number, int request, Uint128 name, Reply reply) {
    }

    final int replicaCount;
    int view;
    int requestBodyMax = LedgerLimits.BODY_MAX;
    /** Replicas that neither hear nor speak. */
    final Set<Integer> down = new HashSet<>();
    RefusalReason refuses;
    /** Reason with which the next request but a register is answered. */
    EvictionReason evictsNext;
    /** Reason with which every register is answered. */
    EvictionReason evictsRegisters;
    /** What the ledger remembers of transfers. */
    final List<ChangeEvent> changes = new ArrayList<>();
    /** Requests executed, in order. */
    final List<Request> executed = new ArrayList<>();
    private final Map<Uint128, Session> sessions = new LinkedHashMap<>();
    private long op;
    private long timestamp = 1000;

    ScriptedCluster(int replicaCount) {
        this.replicaCount = replicaCount;
    }

    int primary() {
        return view % replicaCount;
    }

    /** What the replica sends back at once. */
    List<ClientMessage> deliver(int replica, ClientMessage message) {
        if (down.contains(replica)) {
            return List.of();
        }
        if (message instanceof PingClient ping) {
            return List.of(new PongClient(ping.client(), ping.monotonicNanos(), view, replica));
        }
        Request request = (Request) message;
        if (request.view() > view) {
            return List.of();
        }
        if (replica != primary()) {
            boolean forwards = request.isRegister() || sessions.containsKey(request.client());
            return forwards && !down.contains(primary()) ? admit(request) : List.of();
        }
        return admit(request);
    }

    /** Forgets the client without telling it. */
    void forget(Uint128 client) {
        sessions.remove(client);
    }

    private List<ClientMessage> admit(Request request) {
        if (refuses != null) {
            return List.of(new Refusal(request.client(), request.request(), request.requestChecksum(), refuses));
        }
        if (request.isRegister() && evictsRegisters != null) {
            return List.of(new Eviction(request.client(), view, evictsRegisters));
        }
        Session session = sessions.get(request.client());
        if (session == null && !request.isRegister()) {
            return List.of(new Eviction(request.client(), view, EvictionReason.NO_SESSION));
        }
        if (!request.isRegister() && evictsNext != null) {
            EvictionReason reason = evictsNext;
            evictsNext = null;
            sessions.remove(request.client());
            return List.of(new Eviction(request.client(), view, reason));
        }
        if (session != null) {
            if (request.request() == session.request()) {
                return request.requestChecksum().equals(session.name()) ? List.of(inView(session.reply())) : List.of();
            }
            if (request.request() != session.request() + 1 || request.session() != session.number()
                    || !request.parent().equals(session.reply().context())) {
                return List.of();
            }
        }
        return List.of(execute(request, session));
    }

    private Reply execute(Request request, Session session) {
        op++;
        executed.add(request);
        byte[] body = request.isRegister() ? registerReply() : results(request);
        Uint128 context = RequestIdentity.checksum(("context of op " + op).getBytes());
        Reply reply = new Reply(request.client(), request.request(), request.requestChecksum(), context, op,
                ++timestamp, request.operation(), view, request.release(), body);
        sessions.put(request.client(), new Session(session == null ? op : session.number(), request.request(),
                request.requestChecksum(), reply));
        return reply;
    }

    private Reply inView(Reply reply) {
        return new Reply(reply.client(), reply.request(), reply.requestChecksum(), reply.context(), reply.op(),
                reply.timestamp(), reply.operation(), view, reply.release(), reply.body());
    }

    private byte[] registerReply() {
        byte[] body = new byte[64];
        LittleEndian.putU32(body, 0, requestBodyMax);
        return body;
    }

    private byte[] results(Request request) {
        Operation operation = Operation.byCode(request.operation());
        String flaw = RequestBody.flawOfBody(operation, request.body(), requestBodyMax);
        if (flaw != null) {
            throw new AssertionError("the client sent what the cluster would refuse: " + flaw);
        }
        if (!operation.isFramed()) {
            return batch(operation, request.body());
        }
        List<byte[]> answers = new ArrayList<>();
        for (byte[] batch : MultiBatch.decode(operation.eventSize(), request.body())) {
            answers.add(batch(operation, batch));
        }
        return MultiBatch.encode(operation.resultSize(), answers);
    }

    private void remember(Transfer transfer, long at) {
        changes.add(new ChangeEvent(at, ChangeEvent.Type.SINGLE_PHASE, transfer.toBuilder().timestamp(at).build(),
                account(transfer.debitAccountId(), transfer.ledger()),
                account(transfer.creditAccountId(), transfer.ledger())));
    }

    private static Account account(Uint128 id, long ledger) {
        return Account.builder().id(id).ledger(ledger).code(1).build();
    }

    private byte[] batch(Operation operation, byte[] events) {
        return switch (operation) {
            case CREATE_ACCOUNTS, CREATE_TRANSFERS -> {
                byte[] results = new byte[events.length / 128 * 16];
                for (int i = 0; i < events.length / 128; i++) {
                    new CreateTransferResult(++timestamp, CreateTransferStatus.CREATED).writeTo(results, 16 * i);
                    if (operation == Operation.CREATE_TRANSFERS) {
                        remember(Transfer.read(events, 128 * i), timestamp);
                    }
                }
                yield results;
            }
            case LOOKUP_ACCOUNTS -> Rows.ACCOUNTS.encode(Rows.IDS.decode(events, 0, events.length).stream()
                    .map(id -> Account.builder().id(id).ledger(1).code(1).build()).toList());
            case LOOKUP_TRANSFERS -> Rows.TRANSFERS.encode(Rows.IDS.decode(events, 0, events.length).stream()
                    .map(id -> Transfer.builder().id(id).ledger(1).code(1).build()).toList());
            case GET_CHANGE_EVENTS -> {
                ChangeEventsFilter filter = ChangeEventsFilter.read(events, 0);
                yield Rows.CHANGE_EVENTS.encode(changes.stream().filter(c -> c.timestamp() >= filter.timestampMin())
                        .limit(Math.min(filter.limit(), 2730)).toList());
            }
            default -> new byte[(int) RequestBody.expectedResults(operation, events, 0, 1) * operation.resultSize()];
        };
    }
}
