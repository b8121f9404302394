package dev.viewstamp.ledger.audit;

import static dev.viewstamp.ledger.audit.LedgerViolation.require;

import dev.viewstamp.ledger.Account;
import dev.viewstamp.ledger.AccountFlags;
import dev.viewstamp.ledger.LedgerLimits;
import dev.viewstamp.ledger.Transfer;
import dev.viewstamp.ledger.TransferFlags;
import dev.viewstamp.ledger.Uint128;
import dev.viewstamp.ledger.audit.LedgerDump.PendingStatus;
import java.math.BigInteger;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What holds of every single state: invariants 1 to 5, 7 to 10, 12, 13, 15 to 18 and 25 of ledger spec §23, as
 * far as one state shows them. The first violation found is thrown.
 */
public final class LedgerInvariants {
    private final LedgerDump dump;
    private final Map<Uint128, Account> accounts = new HashMap<>();
    private final Map<Uint128, Transfer> transfers = new HashMap<>();

    /** Sums over the transfers of one account. */
    private static final class Turnover {
        BigInteger debitsPending = BigInteger.ZERO;
        BigInteger debitsPosted = BigInteger.ZERO;
        BigInteger creditsPending = BigInteger.ZERO;
        BigInteger creditsPosted = BigInteger.ZERO;
        int transfers;
        /** Transfers that hold the account closed. */
        int closings;
    }

    private LedgerInvariants(LedgerDump dump) {
        this.dump = dump;
    }

    /** @throws LedgerViolation naming the invariant that does not hold, and where */
    public static void check(LedgerDump dump) {
        LedgerInvariants invariants = new LedgerInvariants(dump);
        invariants.identities();
        invariants.timestamps();
        invariants.transfersBelongToTheirAccounts();
        invariants.resolutions();
        invariants.expiryOrder();
        invariants.ledgersBalance();
        invariants.accountsAgreeWithTransfers();
        new EventInvariants(dump, invariants.accounts, invariants.transfers).check();
    }

    /** 17 */
    private void identities() {
        for (Account account : dump.accounts()) {
            require(isId(account.id()), 17, "account id %s", account.id());
            require(accounts.put(account.id(), account) == null, 17, "two accounts %s", account.id());
        }
        for (Transfer transfer : dump.transfers()) {
            require(isId(transfer.id()), 17, "transfer id %s", transfer.id());
            require(transfers.put(transfer.id(), transfer) == null, 17, "two transfers %s", transfer.id());
        }
        Uint128 previous = Uint128.ZERO;
        for (Uint128 id : dump.failedIds()) {
            require(isId(id) && previous.compareTo(id) < 0, 17, "failed id %s after %s", id, previous);
            require(!transfers.containsKey(id), 17, "transfer %s both failed and exists", id);
            previous = id;
        }
    }

    /** 18, and that the dump is in order */
    private void timestamps() {
        Set<Long> taken = new HashSet<>();
        long previous = 0;
        for (Account account : dump.accounts()) {
            require(isTime(account.timestamp(), previous) && taken.add(account.timestamp()), 18,
                    "account %s at %d after %d", account.id(), account.timestamp(), previous);
            previous = account.timestamp();
        }
        previous = 0;
        for (Transfer transfer : dump.transfers()) {
            require(isTime(transfer.timestamp(), previous) && taken.add(transfer.timestamp()), 18,
                    "transfer %s at %d after %d", transfer.id(), transfer.timestamp(), previous);
            previous = transfer.timestamp();
        }
    }

    /** 7 */
    private void transfersBelongToTheirAccounts() {
        for (Transfer t : dump.transfers()) {
            Account debit = accounts.get(t.debitAccountId());
            Account credit = accounts.get(t.creditAccountId());
            require(debit != null && credit != null && debit != credit, 7, "accounts of %s", t);
            require(debit.ledger() == t.ledger() && credit.ledger() == t.ledger(), 7, "ledgers of %s", t);
            require(debit.timestamp() < t.timestamp() && credit.timestamp() < t.timestamp(), 7, "%s is too old", t);
        }
    }

    /** 8, 9, 10, 13 */
    private void resolutions() {
        Map<Uint128, PendingStatus> resolved = new HashMap<>();
        int pendings = 0;
        for (Transfer t : dump.transfers()) {
            boolean isPending = t.has(TransferFlags.PENDING);
            require(isPending == dump.pendingStatus().containsKey(t.timestamp()), 10, "status of %s", t);
            if (isPending) pendings++;
            require(isPending || t.timeout() == 0, 8, "timeout of %s", t);
            if (!isResolution(t)) {
                require(t.pendingId().isZero(), 8, "pending id of %s", t);
                continue;
            }
            boolean isVoid = t.has(TransferFlags.VOID_PENDING_TRANSFER);
            Transfer p = transfers.get(t.pendingId());
            require(p != null && p.has(TransferFlags.PENDING) && p.timestamp() < t.timestamp(), 8,
                    "what %s resolves", t);
            require(p.debitAccountId().equals(t.debitAccountId()) && p.creditAccountId().equals(t.creditAccountId())
                    && p.ledger() == t.ledger() && p.code() == t.code(), 8, "%s resolves a different %s", t, p);
            int amounts = t.amount().compareTo(p.amount());
            require(isVoid ? amounts == 0 : amounts <= 0, 8, "amount of %s, resolving %s", t, p);
            PendingStatus status = isVoid ? PendingStatus.VOIDED : PendingStatus.POSTED;
            require(resolved.put(p.id(), status) == null, 9, "%s resolves %s again", t, p);
            require(dump.pendingStatus().get(p.timestamp()) == status, 9, "status of %s, resolved by %s", p, t);
        }
        require(pendings == dump.pendingStatus().size(), 10, "%d statuses of %d pending transfers",
                dump.pendingStatus().size(), pendings);
        for (Transfer t : dump.transfers()) {
            PendingStatus status = dump.pendingStatus().get(t.timestamp());
            if (status == null) continue;
            require(status != PendingStatus.NONE, 10, "status none of %s", t);
            boolean needsTransfer = status == PendingStatus.POSTED || status == PendingStatus.VOIDED;
            require(needsTransfer == resolved.containsKey(t.id()), 9, "status %s of %s", status, t);
            require(status != PendingStatus.EXPIRED || t.timeout() > 0 && expiresAt(t) <= dump.commitTimestamp(), 13,
                    "%s expired", t);
        }
    }

    /** 12: whatever was due before an expired transfer is not pending any more. */
    private void expiryOrder() {
        Transfer lastExpired = null;
        TreeMap<Long, Transfer> open = new TreeMap<>();
        for (Transfer t : dump.transfers()) {
            PendingStatus status = dump.pendingStatus().get(t.timestamp());
            if (status == PendingStatus.EXPIRED && (lastExpired == null || expiresAt(t) >= expiresAt(lastExpired))) {
                lastExpired = t;
            }
            if (status == PendingStatus.PENDING && t.timeout() > 0) open.putIfAbsent(expiresAt(t), t);
        }
        if (lastExpired == null || open.isEmpty()) return;
        Transfer first = open.firstEntry().getValue();
        boolean ordered = expiresAt(first) > expiresAt(lastExpired)
                || expiresAt(first) == expiresAt(lastExpired) && first.timestamp() > lastExpired.timestamp();
        require(ordered, 12, "%s expired before %s", lastExpired, first);
    }

    /** 1 */
    private void ledgersBalance() {
        TreeMap<Long, BigInteger> posted = new TreeMap<>();
        TreeMap<Long, BigInteger> pending = new TreeMap<>();
        for (Account a : dump.accounts()) {
            posted.merge(a.ledger(), big(a.debitsPosted()).subtract(big(a.creditsPosted())), BigInteger::add);
            pending.merge(a.ledger(), big(a.debitsPending()).subtract(big(a.creditsPending())), BigInteger::add);
        }
        posted.forEach((ledger, sum) ->
                require(sum.signum() == 0, 1, "posted debits less credits of ledger %d: %s", ledger, sum));
        pending.forEach((ledger, sum) ->
                require(sum.signum() == 0, 1, "pending debits less credits of ledger %d: %s", ledger, sum));
    }

    /** 2, 3, 4, 5, 15 */
    private void accountsAgreeWithTransfers() {
        Map<Uint128, Turnover> turnovers = new HashMap<>();
        for (Transfer t : dump.transfers()) addTo(turnovers, t);
        for (Account a : dump.accounts()) {
            Turnover turnover = turnovers.getOrDefault(a.id(), new Turnover());
            require(big(a.debitsPending()).equals(turnover.debitsPending)
                    && big(a.creditsPending()).equals(turnover.creditsPending), 2, "pending balances of %s", a);
            require(big(a.debitsPosted()).equals(turnover.debitsPosted)
                    && big(a.creditsPosted()).equals(turnover.creditsPosted), 3, "posted balances of %s", a);
            BigInteger debits = turnover.debitsPending.add(turnover.debitsPosted);
            BigInteger credits = turnover.creditsPending.add(turnover.creditsPosted);
            require(debits.bitLength() <= 128 && credits.bitLength() <= 128, 4, "%s overflows", a);
            boolean debitsLimited = a.has(AccountFlags.DEBITS_MUST_NOT_EXCEED_CREDITS);
            boolean creditsLimited = a.has(AccountFlags.CREDITS_MUST_NOT_EXCEED_DEBITS);
            require(!(debitsLimited && creditsLimited), 5, "both limits of %s", a);
            require(!debitsLimited || debits.compareTo(turnover.creditsPosted) <= 0, 5, "debits of %s", a);
            require(!creditsLimited || credits.compareTo(turnover.debitsPosted) <= 0, 5, "credits of %s", a);
            boolean createdClosed = a.has(AccountFlags.CLOSED) && turnover.transfers == 0;
            require(createdClosed || turnover.closings == (a.has(AccountFlags.CLOSED) ? 1 : 0), 15,
                    "%d transfers close %s", turnover.closings, a);
        }
    }

    private void addTo(Map<Uint128, Turnover> turnovers, Transfer t) {
        Turnover debit = turnovers.computeIfAbsent(t.debitAccountId(), id -> new Turnover());
        Turnover credit = turnovers.computeIfAbsent(t.creditAccountId(), id -> new Turnover());
        debit.transfers++;
        credit.transfers++;
        BigInteger amount = big(t.amount());
        if (t.has(TransferFlags.PENDING)) {
            if (dump.pendingStatus().get(t.timestamp()) != PendingStatus.PENDING) return;
            debit.debitsPending = debit.debitsPending.add(amount);
            credit.creditsPending = credit.creditsPending.add(amount);
            if (t.has(TransferFlags.CLOSING_DEBIT)) debit.closings++;
            if (t.has(TransferFlags.CLOSING_CREDIT)) credit.closings++;
        } else if (!t.has(TransferFlags.VOID_PENDING_TRANSFER)) {
            debit.debitsPosted = debit.debitsPosted.add(amount);
            credit.creditsPosted = credit.creditsPosted.add(amount);
        }
    }

    static boolean isResolution(Transfer t) {
        return t.has(TransferFlags.POST_PENDING_TRANSFER) || t.has(TransferFlags.VOID_PENDING_TRANSFER);
    }

    static long expiresAt(Transfer t) {
        return Math.addExact(t.timestamp(), t.timeout() * LedgerLimits.NANOS_PER_SECOND);
    }

    private boolean isTime(long timestamp, long previous) {
        return timestamp > previous && timestamp <= dump.commitTimestamp();
    }

    private static boolean isId(Uint128 id) {
        return !id.isZero() && !id.equals(Uint128.MAX);
    }

    private static BigInteger big(Uint128 value) {
        return value.toBigInteger();
    }
}
