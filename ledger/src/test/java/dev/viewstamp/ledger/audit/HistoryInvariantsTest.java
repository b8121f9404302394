package dev.viewstamp.ledger.audit;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.viewstamp.ledger.Account;
import dev.viewstamp.ledger.AccountFlags;
import dev.viewstamp.ledger.CreateResultLayout;
import dev.viewstamp.ledger.CreateTransferStatus;
import dev.viewstamp.ledger.Ledger;
import dev.viewstamp.ledger.LedgerLimits;
import dev.viewstamp.ledger.LedgerOptions;
import dev.viewstamp.ledger.LittleEndian;
import dev.viewstamp.ledger.MultiBatch;
import dev.viewstamp.ledger.Operation;
import dev.viewstamp.ledger.RequestRules;
import dev.viewstamp.ledger.Transfer;
import dev.viewstamp.ledger.TransferFlags;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A true history passes; a log, or a ledger, that lies is found, under the number of the invariant it breaks. */
class HistoryInvariantsTest {
    private static final int L = LedgerLimits.BODY_MAX;

    private final ReplayInvariants.Machine ledger = machine();
    private final List<ExecutedEntry> history = new ArrayList<>();
    private long commitTimestamp;

    private interface Writer {
        void writeTo(byte[] target, int offset);
    }

    /** Accounts 1 to 3; a chain that fails, one that succeeds, transfers that expire, a closed account. */
    @BeforeEach
    void aLittleOfEverything() {
        execute(Operation.CREATE_ACCOUNTS, account(1), account(2), account(3));
        execute(Operation.CREATE_TRANSFERS,
                transfer(1, TransferFlags.NONE, 0),
                transfer(2, TransferFlags.LINKED | TransferFlags.PENDING, 1),
                transfer(1, TransferFlags.NONE, 0),                                  // exists: the chain fails
                transfer(3, TransferFlags.LINKED, 0), transfer(4, TransferFlags.PENDING, 1),
                Transfer.builder().id(5).debit(1).credit(9).amount(1).ledger(1).code(1).build()::writeTo,
                transfer(6, TransferFlags.PENDING | TransferFlags.CLOSING_DEBIT, 3),
                transfer(7, TransferFlags.LINKED, 0));                               // left open
        pulse(1_500_000_000);
        execute(Operation.CREATE_TRANSFERS, transfer(8, TransferFlags.NONE, 0));     // account 1 is closed
        execute(Operation.CREATE_TRANSFERS,
                Transfer.builder().id(10).debit(3).credit(2).amount(4).flags(TransferFlags.PENDING).timeout(9)
                        .ledger(1).code(1).build()::writeTo);
    }

    @Test
    void aTrueHistoryPasses() {
        entries(history);
        replay(HistoryInvariantsTest::machine);
    }

    @Test
    void timestampsGrow() {
        ExecutedEntry last = history.get(history.size() - 1);
        history.add(new ExecutedEntry(last.operation(), last.timestamp() + 1, last.body(), last.reply()));
        assertViolation(20, () -> entries(history));
    }

    @Test
    void whatFailedForEverStaysFailed() {
        byte[] event = new byte[128];
        transfer(5, TransferFlags.NONE, 0).writeTo(event, 0);
        byte[] created = new byte[CreateResultLayout.SIZE];
        LittleEndian.putU64(created, CreateResultLayout.TIMESTAMP, commitTimestamp + 2);
        LittleEndian.putU32(created, CreateResultLayout.STATUS, CreateTransferStatus.CREATED.code());
        history.add(new ExecutedEntry(Operation.CREATE_TRANSFERS.code(), commitTimestamp + 2,
                MultiBatch.encode(128, event), MultiBatch.encode(16, created)));
        assertViolation(21, () -> entries(history));
    }

    @Test
    void aReplyThatDiffersIsFound() {
        history.get(1).reply()[0]++;
        assertViolation(27, () -> replay(HistoryInvariantsTest::machine));
    }

    @Test
    void aStateThatDiffersIsFound() {
        byte[] dump = ledger.dump();
        dump[dump.length - 1]++;
        assertViolation(27, () -> ReplayInvariants.check(history, dump, L, HistoryInvariantsTest::machine));
    }

    /** Leaves a transfer behind for every chain that failed by itself. */
    @Test
    void aChainThatLeavesATraceIsFound() {
        assertViolation(24, () -> replay(lying(honest -> new Lie(honest) {
            @Override
            public byte[] execute(int operation, long timestamp, byte[] body) {
                byte[] reply = super.execute(operation, timestamp, body);
                boolean isFailedChain = operation == Operation.CREATE_TRANSFERS.code() && body.length == 128 * 3
                        && LittleEndian.i32(reply, CreateResultLayout.STATUS) == 1;
                if (!isFailedChain) return reply;
                byte[] event = new byte[128];
                transfer(77, TransferFlags.IMPORTED, 0).writeTo(event, 0);
                LittleEndian.putU64(event, 120, timestamp);
                super.execute(operation, timestamp + 1, MultiBatch.encode(128, event));
                return reply;
            }
        })));
    }

    @Test
    void aPulseThatDoesNothingIsFound() {
        assertViolation(12, () -> replay(lying(honest -> new Lie(honest) {
            private int pulses;

            @Override
            public byte[] execute(int operation, long timestamp, byte[] body) {
                boolean skipped = operation == Operation.PULSE.code() && lies() && pulses++ == 0;
                return skipped ? new byte[0] : super.execute(operation, timestamp, body);
            }
        })));
    }

    @Test
    void anExpiryThatIsForgottenIsFound() {
        assertViolation(11, () -> replay(lying(honest -> new Lie(honest) {
            @Override
            public long nextExpiry() {
                long next = super.nextExpiry();
                return lies() && next != Long.MAX_VALUE ? next + 1 : next;
            }
        })));
    }

    @Test
    void aRetryThatIsAnsweredOtherwiseIsFound() {
        assertViolation(22, () -> replay(lying(honest -> new Lie(honest) {
            @Override
            public byte[] execute(int operation, long timestamp, byte[] body) {
                byte[] reply = super.execute(operation, timestamp, body);
                if (timestamp > commitTimestamp) reply[0]++;
                return reply;
            }
        })));
    }

    @Test
    void aRetryThatChangesSomethingIsFound() {
        assertViolation(22, () -> replay(lying(honest -> new Lie(honest) {
            @Override
            public byte[] execute(int operation, long timestamp, byte[] body) {
                if (timestamp == commitTimestamp + 2) {
                    byte[] event = new byte[128];
                    account(99).writeTo(event, 0);
                    super.execute(Operation.CREATE_ACCOUNTS.code(), timestamp - 1, MultiBatch.encode(128, event));
                }
                return super.execute(operation, timestamp, body);
            }
        })));
    }

    /** An honest machine to bend. Replaying makes two: the first executes the history as it was. */
    private static class Lie implements ReplayInvariants.Machine {
        private final ReplayInvariants.Machine honest;
        private final boolean lies;

        Lie(Made made) {
            honest = machine();
            lies = made.count > 1;
        }

        /** Whether it is the second. */
        boolean lies() {
            return lies;
        }

        @Override
        public byte[] execute(int operation, long timestamp, byte[] body) {
            return honest.execute(operation, timestamp, body);
        }

        @Override
        public long nextExpiry() {
            return honest.nextExpiry();
        }

        @Override
        public byte[] dump() {
            return honest.dump();
        }
    }

    private static final class Made {
        private int count;
    }

    private interface Liar {
        Lie lie(Made made);
    }

    private static Supplier<ReplayInvariants.Machine> lying(Liar liar) {
        Made made = new Made();
        return () -> {
            made.count++;
            return liar.lie(made);
        };
    }

    private void replay(Supplier<ReplayInvariants.Machine> empty) {
        ReplayInvariants.check(history, ledger.dump(), L, empty);
    }

    private static void entries(List<ExecutedEntry> history) {
        EntryInvariants invariants = new EntryInvariants();
        history.forEach(invariants::check);
    }

    private static ReplayInvariants.Machine machine() {
        return ReplayInvariants.Machine.of(new Ledger(LedgerOptions.defaults()));
    }

    private static Writer account(int id) {
        return Account.builder().id(id).ledger(1).code(1).flags(AccountFlags.NONE).build()::writeTo;
    }

    private static Writer transfer(int id, int flags, int timeout) {
        return Transfer.builder().id(id).debit(1).credit(2).amount(5).ledger(1).code(1).flags(flags).timeout(timeout)
                .build()::writeTo;
    }

    private void execute(Operation operation, Writer... events) {
        byte[] batch = new byte[events.length * 128];
        for (int i = 0; i < events.length; i++) events[i].writeTo(batch, i * 128);
        byte[] body = MultiBatch.encode(128, batch);
        commitTimestamp += 3 + RequestRules.timestampDelta(operation.code(), body);
        add(operation, body);
    }

    private void pulse(long timestamp) {
        commitTimestamp = timestamp;
        add(Operation.PULSE, new byte[0]);
    }

    private void add(Operation operation, byte[] body) {
        byte[] reply = ledger.execute(operation.code(), commitTimestamp, body);
        history.add(new ExecutedEntry(operation.code(), commitTimestamp, body, reply));
    }

    private static void assertViolation(int invariant, Runnable check) {
        LedgerViolation violation = assertThrows(LedgerViolation.class, check::run);
        assertTrue(violation.getMessage().startsWith("invariant " + invariant + ":"), violation.getMessage());
    }
}
