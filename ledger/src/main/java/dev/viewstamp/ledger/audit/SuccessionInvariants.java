package dev.viewstamp.ledger.audit;

import static dev.viewstamp.ledger.audit.LedgerViolation.require;

import dev.viewstamp.ledger.Account;
import dev.viewstamp.ledger.AccountFlags;
import dev.viewstamp.ledger.Transfer;
import dev.viewstamp.ledger.TransferFlags;
import dev.viewstamp.ledger.Uint128;
import dev.viewstamp.ledger.audit.LedgerDump.Event;
import dev.viewstamp.ledger.audit.LedgerDump.PendingStatus;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What holds between a state and any later one of the same ledger: invariants 6, 10, 14, 18, 19 and 21 of
 * ledger spec §23. The first violation found is thrown.
 */
public final class SuccessionInvariants {
    private SuccessionInvariants() {}

    /** @throws LedgerViolation naming the invariant that does not hold, and where */
    public static void check(LedgerDump before, LedgerDump after) {
        require(before.commitTimestamp() <= after.commitTimestamp(), 20, "time went from %d back to %d",
                before.commitTimestamp(), after.commitTimestamp());
        accounts(before, after);
        transfers(before, after);
        pendingStatus(before, after);
        events(before, after);
        Set<Uint128> failed = new HashSet<>(after.failedIds());
        for (Uint128 id : before.failedIds()) require(failed.contains(id), 21, "failed id %s is forgotten", id);
    }

    private static void accounts(LedgerDump before, LedgerDump after) {
        List<Account> old = before.accounts();
        List<Account> now = after.accounts();
        require(now.size() >= old.size(), 14, "%d accounts became %d", old.size(), now.size());
        for (int i = 0; i < old.size(); i++) {
            Account was = old.get(i);
            Account is = now.get(i);
            // By timestamp new ones come last: none has slipped in between.
            require(was.id().equals(is.id()) || now.stream().noneMatch(a -> a.id().equals(was.id())), 19,
                    "%s was created later than %s", is, was);
            require(fixed(was).equals(fixed(is)), 14, "%s became %s", was, is);
            require(was.debitsPosted().compareTo(is.debitsPosted()) <= 0
                    && was.creditsPosted().compareTo(is.creditsPosted()) <= 0, 6, "%s became %s", was, is);
        }
        for (Account a : now.subList(old.size(), now.size())) {
            require(a.has(AccountFlags.IMPORTED) || a.timestamp() > before.commitTimestamp(), 18, "%s is new", a);
        }
    }

    /** The account without what may change. */
    private static Account fixed(Account account) {
        return account.toBuilder().debitsPending(0).debitsPosted(0).creditsPending(0).creditsPosted(0)
                .flags(account.flags() & ~AccountFlags.CLOSED).build();
    }

    private static void transfers(LedgerDump before, LedgerDump after) {
        List<Transfer> old = before.transfers();
        List<Transfer> now = after.transfers();
        require(now.size() >= old.size(), 14, "%d transfers became %d", old.size(), now.size());
        for (int i = 0; i < old.size(); i++) {
            Transfer was = old.get(i);
            Transfer is = now.get(i);
            require(was.id().equals(is.id()) || now.stream().noneMatch(t -> t.id().equals(was.id())), 19,
                    "%s was created later than %s", is, was);
            require(was.equals(is), 14, "%s became %s", was, is);
        }
        for (Transfer t : now.subList(old.size(), now.size())) {
            require(t.has(TransferFlags.IMPORTED) || t.timestamp() > before.commitTimestamp(), 18, "%s is new", t);
        }
    }

    private static void pendingStatus(LedgerDump before, LedgerDump after) {
        before.pendingStatus().forEach((timestamp, was) -> {
            PendingStatus is = after.pendingStatus().get(timestamp);
            require(was == is || was == PendingStatus.PENDING && is != null, 10, "status at %d went from %s to %s",
                    timestamp, was, is);
        });
    }

    /** Records stay, but for an expiry's that an imported transfer replaces: D5. */
    private static void events(LedgerDump before, LedgerDump after) {
        Map<Long, Event> now = new HashMap<>();
        for (Event event : after.events()) now.put(event.timestamp(), event);
        for (Event was : before.events()) {
            Event is = now.get(was.timestamp());
            boolean replaced = was.status() == PendingStatus.EXPIRED && is != null
                    && (is.transferFlags() & TransferFlags.IMPORTED) != 0;
            require(was.equals(is) || replaced, 14, "%s became %s", was, is);
        }
    }
}
