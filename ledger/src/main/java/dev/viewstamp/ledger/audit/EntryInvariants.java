package dev.viewstamp.ledger.audit;

import static dev.viewstamp.ledger.audit.LedgerViolation.require;

import dev.viewstamp.ledger.CreateTransferStatus;
import dev.viewstamp.ledger.LittleEndian;
import dev.viewstamp.ledger.Operation;
import dev.viewstamp.ledger.RequestRules;
import dev.viewstamp.ledger.TransferLayout;
import dev.viewstamp.ledger.Uint128;
import java.util.HashSet;
import java.util.Set;

/**
 * What holds from entry to entry of one log: invariants 20 and 21 of ledger spec §23. Watches them in order;
 * remembers ids, nothing else. Not thread-safe.
 */
public final class EntryInvariants {
    private final Set<Uint128> failed = new HashSet<>();
    private long timestamp;

    /**
     * Call with every entry that was executed, in order.
     *
     * @throws LedgerViolation naming the invariant that does not hold, and where
     */
    public void check(ExecutedEntry entry) {
        long delta = RequestRules.timestampDelta(entry.operation(), entry.body());
        require(entry.timestamp() - timestamp >= 1 + delta, 20, "%s at %d follows %d, but takes %d timestamps",
                entry.kind(), entry.timestamp(), timestamp, 1 + delta);
        timestamp = entry.timestamp();
        for (ExecutedEntry.Creates creates : entry.creates()) {
            if (creates.operation() == Operation.CREATE_TRANSFERS) transfers(creates);
        }
    }

    private void transfers(ExecutedEntry.Creates creates) {
        for (int i = 0; i < creates.size(); i++) {
            CreateTransferStatus status = CreateTransferStatus.byCode(creates.statuses()[i]);
            Uint128 id = LittleEndian.u128(creates.events(), creates.at(i) + TransferLayout.ID);
            if (status.isTransient()) failed.add(id);
            require(status != CreateTransferStatus.CREATED || !failed.contains(id), 21,
                    "transfer %s was created at %d after it had failed", id, creates.slot(i));
        }
    }
}
