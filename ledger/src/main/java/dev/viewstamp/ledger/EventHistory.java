package dev.viewstamp.ledger;

import java.util.Arrays;

/**
 * All events in the order of their timestamps: those of created transfers merged with those of expiries.
 * Where both have the same timestamp, the transfer's hides the expiry's (D5 of ledger spec §20: the later
 * write wins, and only an import can come later). Moves forward only; renders the current event as either
 * record that shows one.
 */
final class EventHistory {
    private final LedgerState state;
    private final AccountStore accounts;
    private final TransferStore transfers;
    private final EventStream.Event event = new EventStream.Event();
    private long nextTransfer;
    private long nextExpiry;

    private boolean isExpiry;
    private long timestamp;
    private byte[] record;                                   // the transfer, or the one that expired
    private int recordAt;
    private int debit;
    private int credit;

    EventHistory(LedgerState state) {
        this.state = state;
        accounts = state.accounts;
        transfers = state.transfers;
    }

    /** The next event will be the first that is not older than this. */
    void seek(long timestampMin) {
        nextTransfer = transfers.countBefore(timestampMin);
        long low = 0;
        long high = state.expiryEvents.size();
        while (low < high) {
            long middle = low + high >>> 1;
            state.expiryEvents.read(middle, event);
            if (event.timestamp < timestampMin) low = middle + 1;
            else high = middle;
        }
        nextExpiry = low;
    }

    /** Moves to the next event; false if there is none up to this timestamp. */
    boolean advance(long timestampMax) {
        // 1. Look at both streams; reading may be cut short by a missing block, so nothing moves yet.
        boolean transferLeft = nextTransfer < transfers.size();
        boolean expiryLeft = nextExpiry < state.expiryEvents.size();
        long transferTime = transferLeft ? transfers.timestamp(nextTransfer) : Long.MAX_VALUE;
        if (expiryLeft) state.expiryEvents.read(nextExpiry, event);
        boolean hidden = transferLeft && expiryLeft && event.timestamp == transferTime;
        boolean expiryNext = expiryLeft && !hidden && (!transferLeft || event.timestamp < transferTime);
        if (!expiryNext && !transferLeft) return false;
        long time = expiryNext ? event.timestamp : transferTime;
        if (time > timestampMax) return false;
        long position = expiryNext ? event.pendingPosition : nextTransfer;
        byte[] block = transfers.block(position);
        if (!expiryNext) state.events.read(position, event);

        // 2. Move.
        if (expiryNext || hidden) nextExpiry++;
        if (!expiryNext) nextTransfer++;
        isExpiry = expiryNext;
        timestamp = time;
        record = block;
        recordAt = TransferStore.offset(position);
        debit = account(TransferLayout.DEBIT_ACCOUNT_ID);
        credit = account(TransferLayout.CREDIT_ACCOUNT_ID);
        return true;
    }

    /** Writes the current event as a ChangeEvent (ledger spec §2.8, §18). */
    void putChangeEvent(byte[] row, int at) {
        Arrays.fill(row, at, at + ChangeEventLayout.SIZE, (byte) 0);
        copy(TransferLayout.ID, row, at + ChangeEventLayout.TRANSFER_ID, 16);
        copy(TransferLayout.AMOUNT, row, at + ChangeEventLayout.TRANSFER_AMOUNT, 16);
        copy(TransferLayout.PENDING_ID, row, at + ChangeEventLayout.TRANSFER_PENDING_ID, 16);
        copy(TransferLayout.USER_DATA_128, row, at + ChangeEventLayout.TRANSFER_USER_DATA_128, 16);
        copy(TransferLayout.USER_DATA_64, row, at + ChangeEventLayout.TRANSFER_USER_DATA_64, 8);
        copy(TransferLayout.USER_DATA_32, row, at + ChangeEventLayout.TRANSFER_USER_DATA_32, 4);
        copy(TransferLayout.TIMEOUT, row, at + ChangeEventLayout.TRANSFER_TIMEOUT, 4);
        copy(TransferLayout.CODE, row, at + ChangeEventLayout.TRANSFER_CODE, 2);
        copy(TransferLayout.FLAGS, row, at + ChangeEventLayout.TRANSFER_FLAGS, 2);
        copy(TransferLayout.LEDGER, row, at + ChangeEventLayout.LEDGER, 4);
        row[at + ChangeEventLayout.TYPE] = (byte) status();
        putAccount(debit, 0, event.isDebitClosed, row, at + ChangeEventLayout.DEBIT_ACCOUNT_ID);
        putAccount(credit, UndoLog.BALANCE_LONGS, event.isCreditClosed, row, at + ChangeEventLayout.CREDIT_ACCOUNT_ID);
        LittleEndian.putU64(row, at + ChangeEventLayout.TIMESTAMP, timestamp);
        copy(TransferLayout.TIMESTAMP, row, at + ChangeEventLayout.TRANSFER_TIMESTAMP, 8);
        LittleEndian.putU64(row, at + ChangeEventLayout.DEBIT_ACCOUNT_TIMESTAMP, accounts.timestamp(debit));
        LittleEndian.putU64(row, at + ChangeEventLayout.CREDIT_ACCOUNT_TIMESTAMP, accounts.timestamp(credit));
    }

    /** Writes the current event as the internal record (ledger spec §2.9, §15). */
    void putEventRecord(byte[] row, int at) {
        Arrays.fill(row, at, at + EventRecordLayout.SIZE, (byte) 0);
        copy(TransferLayout.DEBIT_ACCOUNT_ID, row, at + EventRecordLayout.DEBIT_ACCOUNT_ID, 16);
        putBalances(0, row, at + EventRecordLayout.DEBIT_DEBITS_PENDING);
        copy(TransferLayout.CREDIT_ACCOUNT_ID, row, at + EventRecordLayout.CREDIT_ACCOUNT_ID, 16);
        putBalances(UndoLog.BALANCE_LONGS, row, at + EventRecordLayout.CREDIT_DEBITS_PENDING);
        LittleEndian.putU64(row, at + EventRecordLayout.TIMESTAMP, timestamp);
        LittleEndian.putU64(row, at + EventRecordLayout.DEBIT_ACCOUNT_TIMESTAMP, accounts.timestamp(debit));
        LittleEndian.putU64(row, at + EventRecordLayout.CREDIT_ACCOUNT_TIMESTAMP, accounts.timestamp(credit));
        LittleEndian.putU16(row, at + EventRecordLayout.DEBIT_ACCOUNT_FLAGS, flags(debit, event.isDebitClosed));
        LittleEndian.putU16(row, at + EventRecordLayout.CREDIT_ACCOUNT_FLAGS, flags(credit, event.isCreditClosed));
        LittleEndian.putU16(row, at + EventRecordLayout.PENDING_FLAGS, event.pendingFlags);
        copy(TransferLayout.AMOUNT, row, at + EventRecordLayout.AMOUNT, 16);
        copy(TransferLayout.LEDGER, row, at + EventRecordLayout.LEDGER, 4);
        row[at + EventRecordLayout.PENDING_STATUS] = (byte) status();
        if (isExpiry) {
            copy(TransferLayout.ID, row, at + EventRecordLayout.PENDING_ID, 16);
            return;
        }
        copy(TransferLayout.FLAGS, row, at + EventRecordLayout.TRANSFER_FLAGS, 2);
        copy(TransferLayout.PENDING_ID, row, at + EventRecordLayout.PENDING_ID, 16);
        copy(TransferLayout.AMOUNT, row, at + EventRecordLayout.AMOUNT_REQUESTED, 16);
        if (event.isRequestedAmount) {
            LittleEndian.putU64(row, at + EventRecordLayout.AMOUNT_REQUESTED, event.requestedLo);
            LittleEndian.putU64(row, at + EventRecordLayout.AMOUNT_REQUESTED + Long.BYTES, event.requestedHi);
        }
    }

    /** transfer_pending_status of ledger spec §15, which is also the type of a ChangeEvent. */
    private int status() {
        if (isExpiry) return PendingStatuses.EXPIRED;
        int flags = LittleEndian.u16(record, recordAt + TransferLayout.FLAGS);
        if ((flags & TransferFlags.PENDING) != 0) return PendingStatuses.PENDING;
        if ((flags & TransferFlags.POST_PENDING_TRANSFER) != 0) return PendingStatuses.POSTED;
        if ((flags & TransferFlags.VOID_PENDING_TRANSFER) != 0) return PendingStatuses.VOIDED;
        return PendingStatuses.NONE;
    }

    /** One side of a ChangeEvent; both lie in the same order behind the account's id. */
    private void putAccount(int account, int balances, boolean closed, byte[] row, int at) {
        byte[] page = accounts.page(account);
        int from = AccountStore.offset(account);
        System.arraycopy(page, from + AccountLayout.ID, row, at, 16);
        int side = at - ChangeEventLayout.DEBIT_ACCOUNT_ID;
        putBalances(balances, row, side + ChangeEventLayout.DEBIT_ACCOUNT_DEBITS_PENDING);
        int userData = side + ChangeEventLayout.DEBIT_ACCOUNT_USER_DATA_128;
        System.arraycopy(page, from + AccountLayout.USER_DATA_128, row, userData, 28);
        int code = side + ChangeEventLayout.DEBIT_ACCOUNT_CODE;
        System.arraycopy(page, from + AccountLayout.CODE, row, code, 2);
        LittleEndian.putU16(row, code + 2, flags(account, closed));
    }

    private void putBalances(int from, byte[] row, int at) {
        for (int i = 0; i < UndoLog.BALANCE_LONGS; i++) {
            LittleEndian.putU64(row, at + i * Long.BYTES, event.balances[from + i]);
        }
    }

    /** As of the event; the other flags never change. */
    private int flags(int account, boolean closed) {
        return accounts.flags(account) & ~AccountFlags.CLOSED | (closed ? AccountFlags.CLOSED : 0);
    }

    private int account(int field) {
        int account = accounts.find(LittleEndian.u64(record, recordAt + field),
                LittleEndian.u64(record, recordAt + field + Long.BYTES));
        Invariant.check(account != AccountStore.ABSENT, "a transfer's accounts exist");
        return account;
    }

    private void copy(int field, byte[] row, int at, int length) {
        System.arraycopy(record, recordAt + field, row, at, length);
    }
}
