package dev.viewstamp.ledger.audit;

import static dev.viewstamp.ledger.audit.LedgerViolation.require;

import dev.viewstamp.ledger.Account;
import dev.viewstamp.ledger.AccountFlags;
import dev.viewstamp.ledger.AccountLayout;
import dev.viewstamp.ledger.CreateAccountStatus;
import dev.viewstamp.ledger.CreateResultLayout;
import dev.viewstamp.ledger.CreateTransferStatus;
import dev.viewstamp.ledger.Ledger;
import dev.viewstamp.ledger.LedgerLimits;
import dev.viewstamp.ledger.LittleEndian;
import dev.viewstamp.ledger.MultiBatch;
import dev.viewstamp.ledger.Operation;
import dev.viewstamp.ledger.Transfer;
import dev.viewstamp.ledger.TransferFlags;
import dev.viewstamp.ledger.Uint128;
import dev.viewstamp.ledger.audit.LedgerDump.PendingStatus;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * What only shows when a history is executed again: invariants 11, 12, 22, 24 and 27 of ledger spec §23. The history
 * is executed from its beginning as it was, and cut up at its failed chains; then everything in it is submitted once
 * more, and what is pending is left to expire. Dumps around every pulse and failed chain make the cost grow with the
 * square of its length: for histories of some thousand events.
 */
public final class ReplayInvariants {
    /** A ledger as it is seen from outside. */
    public interface Machine {
        byte[] execute(int operation, long timestamp, byte[] body);

        long nextExpiry();

        byte[] dump();

        static Machine of(Ledger ledger) {
            return new Machine() {
                @Override
                public byte[] execute(int operation, long timestamp, byte[] body) {
                    return ledger.execute(operation, timestamp, body);
                }

                @Override
                public long nextExpiry() {
                    return ledger.nextExpiry();
                }

                @Override
                public byte[] dump() {
                    ByteArrayOutputStream dump = new ByteArrayOutputStream();
                    ledger.dump(dump::write);
                    return dump.toByteArray();
                }
            };
        }
    }

    private static final int CREATED = -1;
    private static final int FLAGS = AccountLayout.FLAGS;            // of transfers, too
    private static final int LINKED = AccountFlags.LINKED;

    private final List<ExecutedEntry> history;
    private final int pulseMax;
    private long commitTimestamp;

    private ReplayInvariants(List<ExecutedEntry> history, int requestBodyMax) {
        this.history = history;
        this.pulseMax = LedgerLimits.pulseMax(requestBodyMax);
        this.commitTimestamp = history.isEmpty() ? 0 : history.get(history.size() - 1).timestamp();
    }

    /**
     * @param history from an empty ledger on
     * @param dump what it led to
     * @param requestBodyMax the limit L
     * @param empty makes empty ledgers like the one that executed the history
     * @throws LedgerViolation naming the invariant that does not hold, and where
     */
    public static void check(List<ExecutedEntry> history, byte[] dump, int requestBodyMax, Supplier<Machine> empty) {
        ReplayInvariants invariants = new ReplayInvariants(history, requestBodyMax);
        Machine again = empty.get();
        invariants.replay(again, dump);
        Machine inParts = empty.get();
        invariants.replayInParts(inParts);
        require(Arrays.equals(dump, inParts.dump()), 24, "failed chains executed apart lead to another state");
        invariants.submitAgain(again);
        invariants.letExpire(inParts);
    }

    /** 27 */
    private void replay(Machine machine, byte[] dump) {
        for (ExecutedEntry entry : history) {
            byte[] reply = machine.execute(entry.operation(), entry.timestamp(), entry.body());
            require(Arrays.equals(entry.reply(), reply), 27, "%s at %d is answered otherwise than before",
                    entry.kind(), entry.timestamp());
        }
        require(Arrays.equals(dump, machine.dump()), 27, "the same history leads to another state");
    }

    /** 12 and 24: looks at the state before and after each pulse, and before and after each chain that failed. */
    private void replayInParts(Machine machine) {
        for (ExecutedEntry entry : history) {
            if (entry.operation() == Operation.PULSE.code()) {
                pulse(machine, entry.timestamp());
            } else if (!entry.kind().isCreate() || hasImports(entry)) {
                machine.execute(entry.operation(), entry.timestamp(), entry.body());
            } else {
                entry.creates().forEach(creates -> createInParts(machine, creates));
                if (entry.creates().stream().allMatch(creates -> creates.size() == 0)) {
                    machine.execute(entry.operation(), entry.timestamp(), entry.body());
                }
            }
        }
    }

    /** Imports depend on where their batch ends, so it must not be cut. */
    private static boolean hasImports(ExecutedEntry entry) {
        int imported = entry.kind().current() == Operation.CREATE_ACCOUNTS
                ? AccountFlags.IMPORTED : TransferFlags.IMPORTED;
        return entry.creates().stream().anyMatch(creates -> {
            for (int i = 0; i < creates.size(); i++) if ((flags(creates, i) & imported) != 0) return true;
            return false;
        });
    }

    private void createInParts(Machine machine, ExecutedEntry.Creates creates) {
        int from = 0;
        for (int i = 0; i < creates.size(); ) {
            int end = i + 1;                                         // of the chain, or of the event that stands alone
            while (end < creates.size() && (flags(creates, end - 1) & LINKED) != 0) end++;
            boolean failedChain = (flags(creates, i) & LINKED) != 0 && creates.statuses()[i] != CREATED;
            if (failedChain) {
                if (from < i) part(machine, creates, from, i);
                LedgerDump before = LedgerDump.read(machine.dump());
                long expiry = machine.nextExpiry();
                part(machine, creates, i, end);
                LedgerDump after = LedgerDump.read(machine.dump());
                boolean same = before.accounts().equals(after.accounts())
                        && before.transfers().equals(after.transfers())
                        && before.pendingStatus().equals(after.pendingStatus())
                        && before.events().equals(after.events()) && expiry == machine.nextExpiry();
                require(same, 24, "the chain that failed at %d left a trace", creates.slot(i));
                from = end;
            }
            i = end;
        }
        if (from < creates.size()) part(machine, creates, from, creates.size());
    }

    /** Executes these events as an entry of their own, in the slots that they have. */
    private static void part(Machine machine, ExecutedEntry.Creates creates, int from, int to) {
        byte[] events = Arrays.copyOfRange(creates.events(), creates.at(from), creates.at(to));
        byte[] reply = machine.execute(creates.operation().code(), creates.slot(to - 1),
                MultiBatch.encode(creates.operation().eventSize(), events));
        for (int i = from; i < to; i++) {
            int at = (i - from) * CreateResultLayout.SIZE;
            boolean same = LittleEndian.i32(reply, at + CreateResultLayout.STATUS) == creates.statuses()[i]
                    && (creates.timestamps().length == 0
                    || LittleEndian.u64(reply, at + CreateResultLayout.TIMESTAMP) == creates.timestamps()[i]);
            require(same, 24, "the event at %d ends otherwise where failed chains are executed apart", creates.slot(i));
        }
    }

    /** 12: the earliest expire first, and unless the pulse was full, nothing due is left. */
    private void pulse(Machine machine, long timestamp) {
        LedgerDump before = LedgerDump.read(machine.dump());
        List<Transfer> expected = expiring(before);
        long due = expected.stream().filter(t -> LedgerInvariants.expiresAt(t) <= timestamp).limit(pulseMax).count();
        machine.execute(Operation.PULSE.code(), timestamp, new byte[0]);
        LedgerDump after = LedgerDump.read(machine.dump());
        for (int i = 0; i < expected.size(); i++) {
            Transfer t = expected.get(i);
            PendingStatus status = after.pendingStatus().get(t.timestamp());
            require((status == PendingStatus.EXPIRED) == (i < due), 12, "after the pulse at %d the status of %s is %s",
                    timestamp, t, status);
        }
    }

    /** 11: what is pending expires when it should, one after the other, until nothing that could is left. */
    private void letExpire(Machine machine) {
        while (true) {
            List<Transfer> expiring = expiring(LedgerDump.read(machine.dump()));
            long first = expiring.isEmpty() ? Long.MAX_VALUE : LedgerInvariants.expiresAt(expiring.get(0));
            require(machine.nextExpiry() == first, 11, "the next expiry is %d, not %d", machine.nextExpiry(), first);
            if (expiring.isEmpty() || commitTimestamp > Long.MAX_VALUE - 2L * LedgerLimits.PULSE_SPAN) return;
            long until = LedgerInvariants.expiresAt(expiring.get(expiring.size() / 4));
            commitTimestamp = Math.max(commitTimestamp + 1 + LedgerLimits.PULSE_SPAN, until);
            pulse(machine, commitTimestamp);
        }
    }

    /** Pending transfers with a timeout, in the order in which they expire. */
    private static List<Transfer> expiring(LedgerDump dump) {
        return dump.transfers().stream()
                .filter(t -> dump.pendingStatus().get(t.timestamp()) == PendingStatus.PENDING && t.timeout() > 0)
                .sorted((a, b) -> {
                    int order = Long.compare(LedgerInvariants.expiresAt(a), LedgerInvariants.expiresAt(b));
                    return order != 0 ? order : Long.compare(a.timestamp(), b.timestamp());
                })
                .toList();
    }

    /** 22: all that was created exists, and saying so changes nothing. */
    private void submitAgain(Machine machine) {
        LedgerDump before = LedgerDump.read(machine.dump());
        Map<Uint128, Integer> accountFlags = new HashMap<>();
        for (Account account : before.accounts()) accountFlags.put(account.id(), account.flags());
        for (ExecutedEntry entry : history) {
            for (ExecutedEntry.Creates creates : entry.creates()) {
                for (int i = 0; i < creates.size(); i++) {
                    if (creates.statuses()[i] == CREATED && (flags(creates, i) & LINKED) == 0) {
                        submitAgain(machine, creates, i, accountFlags);
                    }
                }
            }
        }
        LedgerDump after = LedgerDump.read(machine.dump());
        require(before.accounts().equals(after.accounts()) && before.transfers().equals(after.transfers())
                && before.pendingStatus().equals(after.pendingStatus()) && before.events().equals(after.events())
                && before.failedIds().equals(after.failedIds()), 22, "retries of what exists changed something");
    }

    private void submitAgain(Machine machine, ExecutedEntry.Creates creates, int index, Map<Uint128, Integer> flags) {
        if (commitTimestamp > Long.MAX_VALUE - 2) return;
        byte[] event = creates.event(index);
        commitTimestamp += 2;
        byte[] reply = machine.execute(creates.operation().code(), commitTimestamp,
                MultiBatch.encode(event.length, event));
        int status = LittleEndian.i32(reply, CreateResultLayout.STATUS);
        Uint128 id = LittleEndian.u128(event, AccountLayout.ID);
        boolean isAccount = creates.operation() == Operation.CREATE_ACCOUNTS;
        if (isAccount && flags.get(id) != flags(creates, index)) {
            require(status == CreateAccountStatus.EXISTS_WITH_DIFFERENT_FLAGS.code(), 22,
                    "account %s was closed or reopened, but its retry ends with %d", id, status);
            return;
        }
        int exists = isAccount ? CreateAccountStatus.EXISTS.code() : CreateTransferStatus.EXISTS.code();
        long timestamp = LittleEndian.u64(reply, CreateResultLayout.TIMESTAMP);
        boolean same = creates.timestamps().length == 0 || timestamp == creates.timestamps()[index];
        require(status == exists && same, 22, "the retry of %s, created at slot %d, ends with %d at %d", id,
                creates.slot(index), status, timestamp);
    }

    private static int flags(ExecutedEntry.Creates creates, int index) {
        return LittleEndian.u16(creates.events(), creates.at(index) + FLAGS);
    }
}
