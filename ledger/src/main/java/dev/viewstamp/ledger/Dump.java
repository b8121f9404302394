package dev.viewstamp.ledger;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The canonical dump (ledger spec §26): equal bytes, and so equal digests, if and only if the replicated
 * state is equal. Sections of little-endian records, each behind its count as u64: accounts, transfers,
 * failed ids, statuses of pending transfers, events; then the commit timestamp. Streams; holds one record
 * at a time.
 */
final class Dump {
    private static final int STATUS_SIZE = 16;

    private final LedgerState state;
    private final Ledger.DumpSink sink;
    private final byte[] row = new byte[EventRecordLayout.SIZE];

    Dump(LedgerState state, Ledger.DumpSink sink) {
        this.state = state;
        this.sink = sink;
    }

    /** SHA-256 of the dump. */
    static byte[] digest(LedgerState state, long commitTimestamp) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            new Dump(state, digest::update).write(commitTimestamp);
            return digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    void write(long commitTimestamp) {
        writeAccounts();
        writeTransfers();
        writeFailedIds();
        writePendingStatuses();
        writeEvents();
        number(commitTimestamp);
    }

    private void writeAccounts() {
        int count = state.accounts.size();
        number(count);
        for (int account = 0; account < count; account++) {
            sink.write(state.accounts.page(account), AccountStore.offset(account), AccountLayout.SIZE);
        }
    }

    private void writeTransfers() {
        long count = state.transfers.size();
        number(count);
        for (long position = 0; position < count; position++) {
            sink.write(state.transfers.block(position), TransferStore.offset(position), TransferLayout.SIZE);
        }
    }

    private void writeFailedIds() {
        Uint128[] ids = state.failedIds.sorted();
        number(ids.length);
        for (Uint128 id : ids) {
            LittleEndian.putU128(row, 0, id);
            sink.write(row, 0, 16);
        }
    }

    private void writePendingStatuses() {
        long count = 0;
        long size = state.transfers.size();
        for (long position = 0; position < size; position++) count += isPending(position) ? 1 : 0;
        number(count);
        for (long position = 0; position < size; position++) {
            if (!isPending(position)) continue;
            LittleEndian.putU64(row, 0, state.transfers.timestamp(position));
            LittleEndian.putU64(row, Long.BYTES, state.statuses.get(position));
            sink.write(row, 0, STATUS_SIZE);
        }
    }

    private void writeEvents() {
        EventHistory history = new EventHistory(state);
        long count = 0;
        for (history.seek(0); history.advance(Long.MAX_VALUE); ) count++;
        number(count);
        for (history.seek(0); history.advance(Long.MAX_VALUE); ) {
            history.putEventRecord(row, 0);
            sink.write(row, 0, EventRecordLayout.SIZE);
        }
    }

    private boolean isPending(long position) {
        return (state.transfers.flags(position) & TransferFlags.PENDING) != 0;
    }

    private void number(long value) {
        LittleEndian.putU64(row, 0, value);
        sink.write(row, 0, Long.BYTES);
    }
}
