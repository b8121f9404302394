package dev.viewstamp.testkit.sim;

import dev.viewstamp.ledger.Account;
import dev.viewstamp.ledger.AccountFilter;
import dev.viewstamp.ledger.AccountFilterFlags;
import dev.viewstamp.ledger.AccountFlags;
import dev.viewstamp.ledger.MultiBatch;
import dev.viewstamp.ledger.Operation;
import dev.viewstamp.ledger.QueryFilter;
import dev.viewstamp.ledger.Transfer;
import dev.viewstamp.ledger.TransferFlags;
import dev.viewstamp.ledger.Uint128;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What the simulated clients ask of the ledger: few accounts and many collisions, so that every rule has its turn.
 * Accounts, transfers in one and two phases, chains, duplicates, things that fail, lookups and queries. All clients
 * draw from one workload: they post, void and repeat each other's transfers.
 */
public final class Workload {
    private static final int ACCOUNTS = 12;
    private static final int LEDGER = 700;

    private final SimRandom random;
    private final int eventsMax;
    private long transfers;

    /** A batch of events, without its trailer. */
    public record Batch(Operation operation, byte[] events) {
        /** The request's body. */
        public byte[] body() {
            return operation.isFramed() ? MultiBatch.encode(operation.eventSize(), events) : events;
        }
    }

    /** @param requestBodyMax the cluster's limit, bytes */
    public Workload(SimRandom random, int requestBodyMax) {
        this.random = random;
        this.eventsMax = Math.min(12, Operation.CREATE_TRANSFERS.eventMax(requestBodyMax));
    }

    public Batch next() {
        int draw = random.between(0, 99);
        if (draw < 12) {
            return accounts();
        } else if (draw < 75) {
            return transfers();
        } else if (draw < 90) {
            return lookup(random.chance(0.6) ? Operation.LOOKUP_ACCOUNTS : Operation.LOOKUP_TRANSFERS);
        } else if (draw < 95) {
            return ofAccount(random.chance(0.5) ? Operation.GET_ACCOUNT_TRANSFERS : Operation.GET_ACCOUNT_BALANCES);
        }
        return query(random.chance(0.5) ? Operation.QUERY_ACCOUNTS : Operation.QUERY_TRANSFERS);
    }

    private Batch accounts() {
        int count = random.between(1, eventsMax);
        byte[] events = new byte[128 * count];
        for (int i = 0; i < count; i++) {
            long id = random.between(1L, ACCOUNTS);
            int flags = AccountFlags.NONE;
            if (id % 4 == 1) {
                flags |= AccountFlags.DEBITS_MUST_NOT_EXCEED_CREDITS;
            } else if (id % 4 == 2) {
                flags |= AccountFlags.HISTORY;
            }
            Account.builder().id(id).ledger(id > ACCOUNTS - 2 ? LEDGER + 1 : LEDGER).code(random.chance(0.05) ? 0 : 10)
                    .userData64(random.between(0L, 3L)).flags(flags | chain(i, count)).build().writeTo(events, 128 * i);
        }
        return new Batch(Operation.CREATE_ACCOUNTS, events);
    }

    private Batch transfers() {
        int count = random.between(1, eventsMax);
        byte[] events = new byte[128 * count];
        for (int i = 0; i < count; i++) {
            transfer(chain(i, count)).writeTo(events, 128 * i);
        }
        return new Batch(Operation.CREATE_TRANSFERS, events);
    }

    private Transfer transfer(int chained) {
        boolean repeated = transfers > 0 && random.chance(0.05);
        long id = repeated ? random.between(1L, transfers) : ++transfers;
        Transfer.Builder transfer = Transfer.builder().id(id).ledger(LEDGER).code(random.between(1, 3))
                .userData32(random.between(0L, 2L));
        if (transfers > 2 && random.chance(0.2)) {
            int flag = random.chance(0.6) ? TransferFlags.POST_PENDING_TRANSFER : TransferFlags.VOID_PENDING_TRANSFER;
            return transfer.ledger(0).code(0).pendingId(random.between(Math.max(1, transfers - 40), transfers))
                    .amount(flag == TransferFlags.POST_PENDING_TRANSFER ? Uint128.MAX : Uint128.ZERO)
                    .flags(flag | chained).build();
        }
        int flags = TransferFlags.NONE;
        if (random.chance(0.3)) {
            flags |= TransferFlags.PENDING;
            if (random.chance(0.5)) {
                transfer.timeout(random.between(1L, 5L));
            }
        }
        if (random.chance(0.05)) {
            flags |= random.chance(0.5) ? TransferFlags.BALANCING_DEBIT : TransferFlags.BALANCING_CREDIT;
        }
        long debit = random.between(1L, ACCOUNTS);
        long credit = random.chance(0.02) ? debit : 1 + (debit + random.between(0L, ACCOUNTS - 2L)) % ACCOUNTS;
        return transfer.debit(debit).credit(credit).amount(random.between(0L, 1_000L)).flags(flags | chained).build();
    }

    /** Now and then an event is linked to the next; the last one of a batch only by mistake. */
    private int chain(int index, int count) {
        return random.chance(index + 1 < count ? 0.1 : 0.01) ? TransferFlags.LINKED : TransferFlags.NONE;
    }

    private Batch lookup(Operation operation) {
        int count = random.between(1, eventsMax);
        ByteBuffer ids = ByteBuffer.allocate(16 * count).order(ByteOrder.LITTLE_ENDIAN);
        long idMax = operation == Operation.LOOKUP_ACCOUNTS ? ACCOUNTS : transfers + 2;
        for (int i = 0; i < count; i++) {
            ids.putLong(random.between(1L, idMax)).putLong(0);
        }
        return new Batch(operation, ids.array());
    }

    private Batch ofAccount(Operation operation) {
        byte[] events = new byte[operation.eventSize()];
        AccountFilter.builder().accountId(random.between(1L, ACCOUNTS)).limit(random.between(1L, 20L))
                .flags(AccountFilterFlags.DEBITS | AccountFilterFlags.CREDITS).build().writeTo(events, 0);
        return new Batch(operation, events);
    }

    private Batch query(Operation operation) {
        byte[] events = new byte[operation.eventSize()];
        QueryFilter.builder().ledger(LEDGER).userData64(random.between(0L, 3L)).limit(random.between(1L, 20L)).build()
                .writeTo(events, 0);
        return new Batch(operation, events);
    }
}
