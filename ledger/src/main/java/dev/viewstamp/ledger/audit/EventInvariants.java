package dev.viewstamp.ledger.audit;

import static dev.viewstamp.ledger.audit.LedgerViolation.require;

import dev.viewstamp.ledger.Account;
import dev.viewstamp.ledger.AccountFlags;
import dev.viewstamp.ledger.Transfer;
import dev.viewstamp.ledger.TransferFlags;
import dev.viewstamp.ledger.Uint128;
import dev.viewstamp.ledger.audit.LedgerDump.Event;
import dev.viewstamp.ledger.audit.LedgerDump.PendingStatus;
import dev.viewstamp.ledger.audit.LedgerDump.Side;
import java.math.BigInteger;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Invariants 16 and 25: the event records tell the same story as transfers and accounts. An imported transfer may
 * have replaced the record of an expiry (ledger spec §20, D5), and imports make the order of execution
 * unknown; where there are imports, less is checked.
 */
final class EventInvariants {
    private final LedgerDump dump;
    private final Map<Uint128, Account> accounts;
    private final Map<Uint128, Transfer> transfers;
    private final boolean imports;

    EventInvariants(LedgerDump dump, Map<Uint128, Account> accounts, Map<Uint128, Transfer> transfers) {
        this.dump = dump;
        this.accounts = accounts;
        this.transfers = transfers;
        this.imports = dump.transfers().stream().anyMatch(t -> t.has(TransferFlags.IMPORTED));
    }

    void check() {
        everyEventHasItsTransfer();
        if (!imports) replay();
    }

    private void everyEventHasItsTransfer() {
        Map<Long, Transfer> byTime = new HashMap<>();
        for (Transfer t : dump.transfers()) byTime.put(t.timestamp(), t);
        Set<Uint128> expired = new HashSet<>();
        int ofTransfers = 0;
        long previous = 0;
        for (Event event : dump.events()) {
            require(event.timestamp() > previous && event.timestamp() <= dump.commitTimestamp(), 25,
                    "%s after %d", event, previous);
            previous = event.timestamp();
            Transfer t;
            if (event.status() == PendingStatus.EXPIRED) {
                t = transfers.get(event.pendingId());
                require(t != null && expired.add(t.id()), 25, "what %s expires", event);
                require(dump.pendingStatus().get(t.timestamp()) == PendingStatus.EXPIRED, 25, "%s of %s", event, t);
                require(event.transferFlags() == 0 && event.pendingFlags() == t.flags()
                        && event.amountRequested().isZero(), 25, "%s of %s", event, t);
            } else {
                t = byTime.get(event.timestamp());
                require(t != null, 25, "%s has no transfer", event);
                ofTransfers++;
                checkCreation(event, t);
            }
            require(event.amount().equals(t.amount()) && event.ledger() == t.ledger(), 25, "%s of %s", event, t);
            checkSide(event, event.debit(), t.debitAccountId());
            checkSide(event, event.credit(), t.creditAccountId());
        }
        require(ofTransfers == dump.transfers().size(), 25, "%d events of %d transfers", ofTransfers,
                dump.transfers().size());
        long expiries = dump.pendingStatus().values().stream().filter(s -> s == PendingStatus.EXPIRED).count();
        require(imports ? expired.size() <= expiries : expired.size() == expiries, 25,
                "%d events of %d expiries", expired.size(), expiries);
    }

    private void checkCreation(Event event, Transfer t) {
        require(event.transferFlags() == t.flags(), 25, "flags of %s of %s", event, t);
        PendingStatus status = t.has(TransferFlags.PENDING) ? PendingStatus.PENDING
                : t.has(TransferFlags.POST_PENDING_TRANSFER) ? PendingStatus.POSTED
                : t.has(TransferFlags.VOID_PENDING_TRANSFER) ? PendingStatus.VOIDED : PendingStatus.NONE;
        require(event.status() == status && event.pendingId().equals(t.pendingId()), 25, "%s of %s", event, t);
        int pendingFlags = t.pendingId().isZero() ? 0 : transfers.get(t.pendingId()).flags();
        require(event.pendingFlags() == pendingFlags, 25, "pending flags of %s", event);
    }

    private void checkSide(Event event, Side side, Uint128 id) {
        Account account = accounts.get(id);
        int mutable = AccountFlags.CLOSED;
        require(side.account().equals(id) && side.accountTimestamp() == account.timestamp()
                && (side.flags() | mutable) == (account.flags() | mutable), 25, "%s and %s", event, account);
    }

    /**
     * Without imports, events are in order of execution: each follows from the ones before, the last ones
     * hold now.
     */
    private void replay() {
        Map<Uint128, Side> now = new HashMap<>();
        for (Event event : dump.events()) {
            BigInteger pending = BigInteger.ZERO;
            BigInteger posted = BigInteger.ZERO;
            if (event.status() == PendingStatus.NONE) posted = event.amount().toBigInteger();
            if (event.status() == PendingStatus.PENDING) pending = event.amount().toBigInteger();
            if (!event.pendingId().isZero()) {
                pending = transfers.get(event.pendingId()).amount().toBigInteger().negate();
                if (event.status() == PendingStatus.POSTED) posted = event.amount().toBigInteger();
            }
            step(event, now.put(event.debit().account(), event.debit()), event.debit(), pending, posted, true);
            step(event, now.put(event.credit().account(), event.credit()), event.credit(), pending, posted, false);
        }
        for (Account a : dump.accounts()) {
            Side last = now.get(a.id());
            Side is = new Side(a.id(), a.debitsPending(), a.debitsPosted(), a.creditsPending(), a.creditsPosted(),
                    a.timestamp(), a.flags());
            Side untouched = new Side(a.id(), Uint128.ZERO, Uint128.ZERO, Uint128.ZERO, Uint128.ZERO, a.timestamp(),
                    a.flags());
            require(is.equals(last == null ? untouched : last), 25, "%s, but its last event left %s", a, last);
        }
    }

    private static void step(
            Event event, Side before, Side after, BigInteger pending, BigInteger posted, boolean debit) {
        boolean wasClosed = before != null && (before.flags() & AccountFlags.CLOSED) != 0;
        boolean releases = event.status() == PendingStatus.VOIDED || event.status() == PendingStatus.EXPIRED;
        require(!wasClosed || releases, 16, "%s on a closed account", event);
        BigInteger zero = BigInteger.ZERO;
        Side from = before != null ? before
                : new Side(after.account(), Uint128.ZERO, Uint128.ZERO, Uint128.ZERO, Uint128.ZERO, 0, 0);
        boolean follows = moved(from.debitsPending(), after.debitsPending(), debit ? pending : zero)
                && moved(from.debitsPosted(), after.debitsPosted(), debit ? posted : zero)
                && moved(from.creditsPending(), after.creditsPending(), debit ? zero : pending)
                && moved(from.creditsPosted(), after.creditsPosted(), debit ? zero : posted);
        require(follows, 25, "%s does not follow from %s", event, before);
    }

    private static boolean moved(Uint128 before, Uint128 after, BigInteger by) {
        return before.toBigInteger().add(by).equals(after.toBigInteger());
    }
}
