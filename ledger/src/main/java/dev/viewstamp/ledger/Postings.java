package dev.viewstamp.ledger;

import static dev.viewstamp.ledger.AccountLayout.CREDITS_PENDING;
import static dev.viewstamp.ledger.AccountLayout.CREDITS_POSTED;
import static dev.viewstamp.ledger.AccountLayout.DEBITS_PENDING;
import static dev.viewstamp.ledger.AccountLayout.DEBITS_POSTED;

/**
 * What a transfer that passed its checks does, and what an expiry does: the record, the balances, the
 * closed flags, the pending bookkeeping, the event (ledger spec §12, §14.2, §15). The only class that
 * changes balances.
 */
final class Postings {
    private final LedgerState state;
    private final AccountStore accounts;
    private final TransferStore transfers;

    Postings(LedgerState state) {
        this.state = state;
        accounts = state.accounts;
        transfers = state.transfers;
    }

    void apply(TransferDraft t) {
        state.touch(t.debit);
        state.touch(t.credit);
        if (t.isPostOrVoid()) resolve(t);
        else if (t.has(TransferFlags.PENDING)) reserve(t);
        else post(t);
    }

    private void post(TransferDraft t) {
        append(t);
        accounts.add(t.debit, DEBITS_POSTED, t.amountHi, t.amountLo);
        accounts.add(t.credit, CREDITS_POSTED, t.amountHi, t.amountLo);
        state.events.begin(accounts, t.debit, t.credit);
        endEvent(t);
    }

    private void reserve(TransferDraft t) {
        long position = append(t);
        accounts.add(t.debit, DEBITS_PENDING, t.amountHi, t.amountLo);
        accounts.add(t.credit, CREDITS_PENDING, t.amountHi, t.amountLo);
        if (t.has(TransferFlags.CLOSING_DEBIT)) accounts.setClosed(t.debit, true);
        if (t.has(TransferFlags.CLOSING_CREDIT)) accounts.setClosed(t.credit, true);
        int timeout = t.i32(TransferLayout.TIMEOUT);
        if (timeout != 0) {
            long expiresAt = TransferRules.expiresAt(t.timestamp, timeout);
            state.expiries.add(expiresAt, position);
            state.undo.expiryAdded(expiresAt, position);
        }
        state.open.add(position, transfers.block(position), TransferStore.offset(position));
        state.events.begin(accounts, t.debit, t.credit);
        endEvent(t);
    }

    private void resolve(TransferDraft t) {
        byte[] p = state.pendingBlock(t.pendingPosition);
        int at = state.pendingAt(t.pendingPosition);
        boolean isVoid = t.has(TransferFlags.VOID_PENDING_TRANSFER);
        inherit(transfers.append(t.body, t.at, t.hash, t.timestamp), t, p, at);
        release(t.debit, t.credit, p, at);
        if (isVoid) {
            reopen(t.debit, t.credit, p, at);
        } else {
            accounts.add(t.debit, DEBITS_POSTED, t.amountHi, t.amountLo);
            accounts.add(t.credit, CREDITS_POSTED, t.amountHi, t.amountLo);
        }
        int timeout = LittleEndian.i32(p, at + TransferLayout.TIMEOUT);
        if (timeout != 0) {                                  // whether t is imported or not: D2
            long expiresAt = TransferRules.expiresAt(LittleEndian.u64(p, at + TransferLayout.TIMESTAMP), timeout);
            state.expiries.remove(expiresAt, t.pendingPosition);
            state.undo.expiryRemoved(expiresAt, t.pendingPosition);
        }
        state.undo.status(t.pendingPosition, PendingStatuses.PENDING);
        state.open.resolve(t.pendingPosition);
        state.statuses.set(t.pendingPosition, isVoid ? PendingStatuses.VOIDED : PendingStatuses.POSTED);
        state.events.begin(accounts, t.debit, t.credit);
        state.events.pendingFlags(LittleEndian.u16(p, at + TransferLayout.FLAGS));
        endEvent(t);
    }

    /** Expires a due pending transfer; the entry has already left the expiry set. */
    void expire(long position, long timestamp) {
        byte[] p = state.pendingBlock(position);
        int at = state.pendingAt(position);
        int debit = accounts.find(LittleEndian.u64(p, at + TransferLayout.DEBIT_ACCOUNT_ID),
                LittleEndian.u64(p, at + TransferLayout.DEBIT_ACCOUNT_ID + Long.BYTES));
        int credit = accounts.find(LittleEndian.u64(p, at + TransferLayout.CREDIT_ACCOUNT_ID),
                LittleEndian.u64(p, at + TransferLayout.CREDIT_ACCOUNT_ID + Long.BYTES));
        Invariant.check(state.statuses.get(position) == PendingStatuses.PENDING, "only open transfers expire");
        release(debit, credit, p, at);
        reopen(debit, credit, p, at);
        state.open.resolve(position);
        state.statuses.set(position, PendingStatuses.EXPIRED);
        state.expiryEvents.begin(accounts, debit, credit);
        state.expiryEvents.pendingFlags(LittleEndian.u16(p, at + TransferLayout.FLAGS));
        state.expiryEvents.expiry(timestamp, position);
        state.expiryEvents.end();
    }

    private void release(int debit, int credit, byte[] p, int at) {
        long lo = LittleEndian.u64(p, at + TransferLayout.AMOUNT);
        long hi = LittleEndian.u64(p, at + TransferLayout.AMOUNT + Long.BYTES);
        accounts.subtract(debit, DEBITS_PENDING, hi, lo);
        accounts.subtract(credit, CREDITS_PENDING, hi, lo);
    }

    private void reopen(int debit, int credit, byte[] p, int at) {
        int flags = LittleEndian.u16(p, at + TransferLayout.FLAGS);
        if ((flags & TransferFlags.CLOSING_DEBIT) != 0) accounts.setClosed(debit, false);
        if ((flags & TransferFlags.CLOSING_CREDIT) != 0) accounts.setClosed(credit, false);
    }

    private long append(TransferDraft t) {
        long position = transfers.append(t.body, t.at, t.hash, t.timestamp);
        putAmount(t, transfers.block(position), TransferStore.offset(position));
        state.transferIndex.add(t.debit, t.credit);
        return position;
    }

    /** A post or void stores what it took over from the pending transfer. */
    private void inherit(long position, TransferDraft t, byte[] p, int from) {
        byte[] block = transfers.block(position);
        int at = TransferStore.offset(position);
        putAmount(t, block, at);
        System.arraycopy(p, from + TransferLayout.DEBIT_ACCOUNT_ID, block, at + TransferLayout.DEBIT_ACCOUNT_ID, 32);
        System.arraycopy(p, from + TransferLayout.LEDGER, block, at + TransferLayout.LEDGER, 4);
        System.arraycopy(p, from + TransferLayout.CODE, block, at + TransferLayout.CODE, 2);
        if (t.isZero(TransferLayout.USER_DATA_128)) {
            System.arraycopy(p, from + TransferLayout.USER_DATA_128, block, at + TransferLayout.USER_DATA_128, 16);
        }
        if (t.u64(TransferLayout.USER_DATA_64) == 0) {
            System.arraycopy(p, from + TransferLayout.USER_DATA_64, block, at + TransferLayout.USER_DATA_64, 8);
        }
        if (t.i32(TransferLayout.USER_DATA_32) == 0) {
            System.arraycopy(p, from + TransferLayout.USER_DATA_32, block, at + TransferLayout.USER_DATA_32, 4);
        }
        state.transferIndex.add(t.debit, t.credit);
    }

    private static void putAmount(TransferDraft t, byte[] block, int at) {
        LittleEndian.putU64(block, at + TransferLayout.AMOUNT, t.amountLo);
        LittleEndian.putU64(block, at + TransferLayout.AMOUNT + Long.BYTES, t.amountHi);
    }

    private void endEvent(TransferDraft t) {
        long requestedLo = t.lo(TransferLayout.AMOUNT);
        long requestedHi = t.hi(TransferLayout.AMOUNT);
        if (requestedLo != t.amountLo || requestedHi != t.amountHi) state.events.requested(requestedHi, requestedLo);
        state.events.end();
    }
}
