package dev.viewstamp.ledger.audit;

import static dev.viewstamp.ledger.audit.LedgerViolation.require;

import dev.viewstamp.ledger.Account;
import dev.viewstamp.ledger.AccountBalance;
import dev.viewstamp.ledger.AccountFilter;
import dev.viewstamp.ledger.AccountFilterFlags;
import dev.viewstamp.ledger.AccountFlags;
import dev.viewstamp.ledger.ChangeEvent;
import dev.viewstamp.ledger.ChangeEventsFilter;
import dev.viewstamp.ledger.CreateResultLayout;
import dev.viewstamp.ledger.LittleEndian;
import dev.viewstamp.ledger.MultiBatch;
import dev.viewstamp.ledger.Operation;
import dev.viewstamp.ledger.QueryFilter;
import dev.viewstamp.ledger.QueryFilterFlags;
import dev.viewstamp.ledger.SparseResultLayout;
import dev.viewstamp.ledger.Transfer;
import dev.viewstamp.ledger.TransferLayout;
import dev.viewstamp.ledger.Uint128;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntToLongFunction;

/**
 * What holds between any valid request and its reply, whatever the ledger's state: invariants 23 and 26 of
 * ledger spec §23, and that the reply has the form its operation promises. A client can check it as well as
 * a replica. The first violation found is thrown.
 */
public final class ReplyInvariants {
    private static final int LINKED = AccountFlags.LINKED;
    private static final int CREATED = -1;
    private static final int LINKED_EVENT_FAILED = 1;
    private static final int LINKED_EVENT_CHAIN_OPEN = 2;

    private final Operation operation;
    private final int rowMax;

    private ReplyInvariants(Operation operation, int requestBodyMax) {
        this.operation = operation;
        this.rowMax = operation.resultMax(requestBodyMax);
    }

    /**
     * @param request body of a valid request
     * @param requestBodyMax the limit L
     * @throws LedgerViolation naming the invariant that does not hold, and where
     */
    public static void check(Operation operation, byte[] request, byte[] reply, int requestBodyMax) {
        ReplyInvariants invariants = new ReplyInvariants(operation, requestBodyMax);
        if (!operation.isFramed()) {
            invariants.batch(request, reply);
            return;
        }
        require(MultiBatch.count(reply, operation.resultSize()) == MultiBatch.count(request, operation.eventSize()), 23,
                "batches of a reply of %d bytes to %s", reply.length, operation);
        List<byte[]> requests = MultiBatch.decode(operation.eventSize(), request);
        List<byte[]> replies = MultiBatch.decode(operation.resultSize(), reply);
        for (int i = 0; i < requests.size(); i++) invariants.batch(requests.get(i), replies.get(i));
    }

    private void batch(byte[] request, byte[] reply) {
        int resultSize = operation.resultSize();
        if (operation == Operation.PULSE) {
            require(reply.length == 0, 23, "a pulse was answered with %d bytes", reply.length);
            return;
        }
        require(reply.length % resultSize == 0, 23, "%d bytes of results of %s", reply.length, operation);
        int rows = reply.length / resultSize;
        if (operation.isCreate()) creates(request, statuses(request, reply, rows));
        else if (operation.isBatchable()) lookups(request, reply, rows);
        else query(request, reply, rows);
    }

    // 23

    /** One status per event; a sparse reply leaves out those that were created. */
    private int[] statuses(byte[] request, byte[] reply, int rows) {
        int events = request.length / operation.eventSize();
        int[] statuses = new int[events];
        if (!operation.isSparse()) {
            require(rows == events, 23, "%d results of %d events", rows, events);
            for (int i = 0; i < events; i++) {
                int at = i * CreateResultLayout.SIZE;
                statuses[i] = LittleEndian.i32(reply, at + CreateResultLayout.STATUS);
                require(LittleEndian.u64(reply, at + CreateResultLayout.TIMESTAMP) > 0
                        && LittleEndian.i32(reply, at + CreateResultLayout.RESERVED) == 0, 23, "result %d", i);
            }
            return statuses;
        }
        Arrays.fill(statuses, CREATED);
        long previous = -1;
        for (int row = 0; row < rows; row++) {
            long index = LittleEndian.u32(reply, row * SparseResultLayout.SIZE + SparseResultLayout.INDEX);
            require(previous < index && index < events, 23, "index %d after %d of %d events", index, previous, events);
            statuses[(int) index] = LittleEndian.i32(reply, row * SparseResultLayout.SIZE + SparseResultLayout.STATUS);
            require(statuses[(int) index] != CREATED, 23, "sparse result %d says created", index);
            previous = index;
        }
        return statuses;
    }

    private void creates(byte[] request, int[] statuses) {
        int chainStart = -1;
        for (int i = 0; i < statuses.length; i++) {
            // Flags lie in the same place in accounts and transfers, and so does the bit.
            int flags = LittleEndian.u16(request, i * TransferLayout.SIZE + TransferLayout.FLAGS);
            boolean linked = (flags & LINKED) != 0;
            if (linked && chainStart < 0) chainStart = i;
            if (chainStart < 0) {
                require(statuses[i] != LINKED_EVENT_FAILED && statuses[i] != LINKED_EVENT_CHAIN_OPEN, 23,
                        "status %d of event %d, which is in no chain", statuses[i], i);
            }
            if (chainStart >= 0 && (!linked || i == statuses.length - 1)) {
                chain(statuses, chainStart, i, linked);
                chainStart = -1;
            }
        }
    }

    /**
     * All created; or none, with one reason, which is the last one's if the chain was left open and nothing
     * else failed.
     */
    private static void chain(int[] statuses, int first, int last, boolean open) {
        int created = 0;
        int reasons = 0;
        for (int i = first; i <= last; i++) {
            if (statuses[i] == CREATED) created++;
            else if (statuses[i] != LINKED_EVENT_FAILED && statuses[i] != LINKED_EVENT_CHAIN_OPEN) reasons++;
            require((statuses[i] == LINKED_EVENT_CHAIN_OPEN) == (open && i == last), 23,
                    "status %d of event %d in the chain %d to %d", statuses[i], i, first, last);
        }
        boolean whole = created == last - first + 1 && reasons == 0;
        boolean nothing = created == 0 && (open ? reasons <= 1 : reasons == 1);
        require(whole || nothing, 23, "%d created and %d reasons in the chain %d to %d", created, reasons, first, last);
    }

    // 26

    private void lookups(byte[] request, byte[] reply, int rows) {
        int next = 0;
        int ids = request.length / operation.eventSize();
        for (int row = 0; row < rows; row++) {
            Uint128 found = LittleEndian.u128(reply, row * operation.resultSize());
            while (next < ids && !LittleEndian.u128(request, next * operation.eventSize()).equals(found)) next++;
            require(next++ < ids, 26, "row %d, %s, was not asked for, or not there", row, found);
        }
    }

    private void query(byte[] request, byte[] reply, int rows) {
        switch (operation.current()) {
            case GET_ACCOUNT_TRANSFERS -> {
                AccountFilter filter = AccountFilter.read(request, 0);
                range(filter, rows, row -> LittleEndian.u64(reply, row * 128 + TransferLayout.TIMESTAMP));
                for (int row = 0; row < rows; row++) {
                    Transfer t = Transfer.read(reply, row * 128);
                    require(matches(filter, t), 26, "%s does not satisfy %s", t, filter);
                }
            }
            case GET_ACCOUNT_BALANCES -> range(AccountFilter.read(request, 0), rows,
                    row -> AccountBalance.read(reply, row * 128).timestamp());
            case QUERY_ACCOUNTS -> {
                QueryFilter filter = QueryFilter.read(request, 0);
                range(filter, rows, row -> Account.read(reply, row * 128).timestamp());
                for (int row = 0; row < rows; row++) {
                    Account a = Account.read(reply, row * 128);
                    require(matches(filter, a.userData128(), a.userData64(), a.userData32(), a.ledger(), a.code()), 26,
                            "%s does not satisfy %s", a, filter);
                }
            }
            case QUERY_TRANSFERS -> {
                QueryFilter filter = QueryFilter.read(request, 0);
                range(filter, rows, row -> Transfer.read(reply, row * 128).timestamp());
                for (int row = 0; row < rows; row++) {
                    Transfer t = Transfer.read(reply, row * 128);
                    require(matches(filter, t.userData128(), t.userData64(), t.userData32(), t.ledger(), t.code()), 26,
                            "%s does not satisfy %s", t, filter);
                }
            }
            default -> {
                ChangeEventsFilter filter = ChangeEventsFilter.read(request, 0);
                range(filter.timestampMin(), filter.timestampMax(), filter.limit(), false, rows,
                        row -> ChangeEvent.read(reply, row * 384).timestamp());
            }
        }
    }

    private void range(AccountFilter filter, int rows, IntToLongFunction timestamp) {
        boolean reversed = (filter.flags() & AccountFilterFlags.REVERSED) != 0;
        range(filter.timestampMin(), filter.timestampMax(), filter.limit(), reversed, rows, timestamp);
    }

    private void range(QueryFilter filter, int rows, IntToLongFunction timestamp) {
        boolean reversed = (filter.flags() & QueryFilterFlags.REVERSED) != 0;
        range(filter.timestampMin(), filter.timestampMax(), filter.limit(), reversed, rows, timestamp);
    }

    private void range(
            long min, long max, long limit, boolean reversed, int rows, IntToLongFunction timestampOf) {
        require(rows <= Math.min(limit, rowMax), 26, "%d rows of at most %d and %d", rows, limit, rowMax);
        long previous = reversed ? Long.MAX_VALUE : 0;
        for (int row = 0; row < rows; row++) {
            long timestamp = timestampOf.applyAsLong(row);
            require(reversed ? timestamp < previous : timestamp > previous, 26, "%d after %d", timestamp, previous);
            require(timestamp >= min && (max == 0 || timestamp <= max), 26, "%d outside %d … %d", timestamp, min, max);
            previous = timestamp;
        }
    }

    private static boolean matches(AccountFilter filter, Transfer t) {
        boolean debits = (filter.flags() & AccountFilterFlags.DEBITS) != 0;
        boolean credits = (filter.flags() & AccountFilterFlags.CREDITS) != 0;
        return (debits && t.debitAccountId().equals(filter.accountId())
                        || credits && t.creditAccountId().equals(filter.accountId()))
                && (filter.userData128().isZero() || filter.userData128().equals(t.userData128()))
                && (filter.userData64() == 0 || filter.userData64() == t.userData64())
                && (filter.userData32() == 0 || filter.userData32() == t.userData32())
                && (filter.code() == 0 || filter.code() == t.code());
    }

    private static boolean matches(
            QueryFilter filter, Uint128 userData128, long userData64, long userData32, long ledger, int code) {
        return (filter.userData128().isZero() || filter.userData128().equals(userData128))
                && (filter.userData64() == 0 || filter.userData64() == userData64)
                && (filter.userData32() == 0 || filter.userData32() == userData32)
                && (filter.ledger() == 0 || filter.ledger() == ledger)
                && (filter.code() == 0 || filter.code() == code);
    }
}
