package dev.viewstamp.ledger.audit;

import dev.viewstamp.ledger.Account;
import dev.viewstamp.ledger.AccountLayout;
import dev.viewstamp.ledger.EventRecordLayout;
import dev.viewstamp.ledger.LittleEndian;
import dev.viewstamp.ledger.Transfer;
import dev.viewstamp.ledger.TransferLayout;
import dev.viewstamp.ledger.Uint128;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.IntConsumer;

/** A canonical dump (ledger spec §26), read back. Lists are in the order of the dump. */
public final class LedgerDump {
    /** What became of a pending transfer; ordinals are the codes of ledger spec §2.9. */
    public enum PendingStatus { NONE, PENDING, POSTED, VOIDED, EXPIRED }

    /** One account as an event left it. */
    public record Side(
            Uint128 account, Uint128 debitsPending, Uint128 debitsPosted, Uint128 creditsPending, Uint128 creditsPosted,
            long accountTimestamp, int flags) {}

    /** A record of ledger spec §2.9. */
    public record Event(
            long timestamp, Side debit, Side credit, int transferFlags, int pendingFlags, Uint128 pendingId,
            Uint128 amountRequested, Uint128 amount, long ledger, PendingStatus status) {}

    private static final int FAILED_ID_SIZE = 16;
    private static final int STATUS_SIZE = 16;
    private static final PendingStatus[] STATUSES = PendingStatus.values();

    private final byte[] dump;
    private int at;
    private final List<Account> accounts = new ArrayList<>();
    private final List<Transfer> transfers = new ArrayList<>();
    private final List<Uint128> failedIds = new ArrayList<>();
    private final SortedMap<Long, PendingStatus> pendingStatus = new TreeMap<>();
    private final List<Event> events = new ArrayList<>();
    private final long commitTimestamp;

    private LedgerDump(byte[] dump) {
        this.dump = dump;
        section(AccountLayout.SIZE, offset -> accounts.add(Account.read(dump, offset)));
        section(TransferLayout.SIZE, offset -> transfers.add(Transfer.read(dump, offset)));
        section(FAILED_ID_SIZE, offset -> failedIds.add(LittleEndian.u128(dump, offset)));
        section(STATUS_SIZE, offset -> pendingStatus.put(LittleEndian.u64(dump, offset), status(offset + Long.BYTES)));
        section(EventRecordLayout.SIZE, offset -> events.add(event(offset)));
        commitTimestamp = LittleEndian.u64(dump, at);
        if (at + Long.BYTES != dump.length) throw new IllegalArgumentException("dump goes on behind its end");
    }

    /** @throws IllegalArgumentException if the bytes are no canonical dump */
    public static LedgerDump read(byte[] dump) {
        try {
            return new LedgerDump(dump);
        } catch (IndexOutOfBoundsException e) {
            throw new IllegalArgumentException("dump ends early, after " + dump.length + " bytes", e);
        }
    }

    public List<Account> accounts() {
        return accounts;
    }

    public List<Transfer> transfers() {
        return transfers;
    }

    /** Ids of transfers that failed for a reason that might have passed; ledger spec §13. */
    public List<Uint128> failedIds() {
        return failedIds;
    }

    /** By the timestamps of the pending transfers. */
    public SortedMap<Long, PendingStatus> pendingStatus() {
        return pendingStatus;
    }

    public List<Event> events() {
        return events;
    }

    public long commitTimestamp() {
        return commitTimestamp;
    }

    private void section(int recordSize, IntConsumer reader) {
        long count = LittleEndian.u64(dump, at);
        at += Long.BYTES;
        for (long i = 0; i < count; i++) {
            reader.accept(at);
            at += recordSize;
        }
    }

    private PendingStatus status(int offset) {
        int code = dump[offset] & 0xFF;
        if (code >= STATUSES.length) throw new IllegalArgumentException("pending status " + code + " at " + offset);
        return STATUSES[code];
    }

    private Event event(int offset) {
        return new Event(
                LittleEndian.u64(dump, offset + EventRecordLayout.TIMESTAMP),
                side(offset + EventRecordLayout.DEBIT_ACCOUNT_ID,
                        LittleEndian.u64(dump, offset + EventRecordLayout.DEBIT_ACCOUNT_TIMESTAMP),
                        LittleEndian.u16(dump, offset + EventRecordLayout.DEBIT_ACCOUNT_FLAGS)),
                side(offset + EventRecordLayout.CREDIT_ACCOUNT_ID,
                        LittleEndian.u64(dump, offset + EventRecordLayout.CREDIT_ACCOUNT_TIMESTAMP),
                        LittleEndian.u16(dump, offset + EventRecordLayout.CREDIT_ACCOUNT_FLAGS)),
                LittleEndian.u16(dump, offset + EventRecordLayout.TRANSFER_FLAGS),
                LittleEndian.u16(dump, offset + EventRecordLayout.PENDING_FLAGS),
                LittleEndian.u128(dump, offset + EventRecordLayout.PENDING_ID),
                LittleEndian.u128(dump, offset + EventRecordLayout.AMOUNT_REQUESTED),
                LittleEndian.u128(dump, offset + EventRecordLayout.AMOUNT),
                LittleEndian.u32(dump, offset + EventRecordLayout.LEDGER),
                status(offset + EventRecordLayout.PENDING_STATUS));
    }

    /** An account's id and its four balances stand behind each other. */
    private Side side(int offset, long accountTimestamp, int flags) {
        return new Side(
                LittleEndian.u128(dump, offset), LittleEndian.u128(dump, offset + 16),
                LittleEndian.u128(dump, offset + 32), LittleEndian.u128(dump, offset + 48),
                LittleEndian.u128(dump, offset + 64), accountTimestamp, flags);
    }
}
