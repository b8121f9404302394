package dev.viewstamp.testkit.process;

import dev.viewstamp.ledger.Account;
import dev.viewstamp.ledger.MultiBatch;
import dev.viewstamp.ledger.Operation;
import dev.viewstamp.ledger.Transfer;
import dev.viewstamp.ledger.Uint128;
import dev.viewstamp.testkit.sim.SimRandom;
import dev.viewstamp.testkit.sim.Workload;
import java.util.Arrays;

/**
 * The simulation's workload for real processes, with one difference: the first event of each request that creates has
 * an id of its own and cannot fail, so that an unanswered request can be settled. Thread-safe.
 */
final class StormWorkload {
    private static final long MARK_FIRST = 1L << 40;
    private static final long PAYER = MARK_FIRST - 2;
    private static final long PAYEE = MARK_FIRST - 1;
    private static final int LEDGER = 77;
    private static final int EVENT = 128;

    private final Workload workload;
    private long marks = MARK_FIRST;

    /** What to ask; {@code mark} is the id of the first event, or null for a read. */
    record Ask(Operation operation, byte[] body, Uint128 mark) {
    }

    StormWorkload(SimRandom random, int requestBodyMax) {
        workload = new Workload(random, requestBodyMax);
    }

    /** The accounts that the first events need; asked before anything else. */
    static Ask first() {
        byte[] events = new byte[2 * EVENT];
        account(PAYER).writeTo(events, 0);
        account(PAYEE).writeTo(events, EVENT);
        return new Ask(Operation.CREATE_ACCOUNTS, MultiBatch.encode(EVENT, events), Uint128.of(PAYER));
    }

    synchronized Ask next() {
        Workload.Batch batch = workload.next();
        if (!batch.operation().isCreate()) {
            return new Ask(batch.operation(), batch.body(), null);
        }
        Uint128 mark = Uint128.of(marks++);
        byte[] events = new byte[EVENT + batch.events().length];
        System.arraycopy(batch.events(), 0, events, EVENT, batch.events().length);
        if (batch.operation() == Operation.CREATE_ACCOUNTS) {
            account(mark.lo()).writeTo(events, 0);
        } else {
            Transfer.builder().id(mark).debit(PAYER).credit(PAYEE).amount(1).ledger(LEDGER).code(1).build()
                    .writeTo(events, 0);
        }
        return new Ask(batch.operation(), MultiBatch.encode(EVENT, events), mark);
    }

    /** Finds the first event of a request that created something, or would have. */
    static Ask look(Operation created, byte[] body) {
        Operation lookup = created == Operation.CREATE_ACCOUNTS ? Operation.LOOKUP_ACCOUNTS
                : Operation.LOOKUP_TRANSFERS;
        byte[] id = Arrays.copyOf(body, 16);
        return new Ask(lookup, MultiBatch.encode(16, id), null);
    }

    private static Account account(long id) {
        return Account.builder().id(id).ledger(LEDGER).code(1).build();
    }
}
