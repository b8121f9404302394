package dev.viewstamp.ledger;

import java.util.SplittableRandom;

/** A ledger with accounts 1 … n on ledger 1, and the requests that benchmarks send it. */
final class BenchmarkLedger {
    static final int BATCH = 8189;

    final Ledger ledger;
    final int accounts;
    final SplittableRandom random = new SplittableRandom(42);
    private final byte[] transfers = MultiBatch.encode(TransferLayout.SIZE, new byte[BATCH * TransferLayout.SIZE]);
    private long timestamp;
    private long nextId = 1;

    BenchmarkLedger(LedgerOptions options, LedgerFiles files, int accounts, int accountFlags) {
        this.accounts = accounts;
        ledger = new Ledger(options, files);
        for (int first = 1; first <= accounts; first += BATCH) {
            int count = Math.min(BATCH, accounts - first + 1);
            byte[] batch = new byte[count * AccountLayout.SIZE];
            for (int i = 0; i < count; i++) {
                int at = i * AccountLayout.SIZE;
                LittleEndian.putU64(batch, at, first + i);
                LittleEndian.putU64(batch, at + AccountLayout.USER_DATA_64, (first + i) % 1000);
                LittleEndian.putU32(batch, at + AccountLayout.LEDGER, 1);
                LittleEndian.putU16(batch, at + AccountLayout.CODE, 1);
                LittleEndian.putU16(batch, at + AccountLayout.FLAGS, accountFlags);
            }
            execute(Operation.CREATE_ACCOUNTS, MultiBatch.encode(AccountLayout.SIZE, batch));
        }
    }

    byte[] execute(Operation operation, byte[] body) {
        timestamp += 1 + RequestRules.timestampDelta(operation.code(), body);
        return ledger.execute(operation.code(), timestamp, body);
    }

    /** Between random accounts; each event draws its id in order. */
    byte[] plain(int flags) {
        for (int i = 0; i < BATCH; i++) {
            int at = i * TransferLayout.SIZE;
            int debit = random.nextInt(accounts);
            int credit = (debit + 1 + random.nextInt(accounts - 1)) % accounts;
            put(at, nextId++, debit + 1, credit + 1, 1 + random.nextInt(1000), 0, flags);
            LittleEndian.putU64(transfers, at + TransferLayout.USER_DATA_64, random.nextInt(100_000));
        }
        return transfers;
    }

    /** Resolves the pending transfers of the batch before. */
    byte[] posts() {
        for (int i = 0; i < BATCH; i++) {
            int at = i * TransferLayout.SIZE;
            put(at, nextId, 0, 0, -1L, nextId - BATCH, TransferFlags.POST_PENDING_TRANSFER);
            LittleEndian.putU64(transfers, at + TransferLayout.AMOUNT + Long.BYTES, -1L);
            nextId++;
        }
        return transfers;
    }

    /** Chains of four. */
    byte[] chains() {
        plain(TransferFlags.LINKED);
        for (int i = 3; i < BATCH; i += 4) unlink(i);
        unlink(BATCH - 1);
        return transfers;
    }

    long lastId() {
        return nextId - 1;
    }

    private void put(int at, long id, long debit, long credit, long amount, long pendingId, int flags) {
        LittleEndian.putU64(transfers, at, id);
        LittleEndian.putU64(transfers, at + TransferLayout.DEBIT_ACCOUNT_ID, debit);
        LittleEndian.putU64(transfers, at + TransferLayout.CREDIT_ACCOUNT_ID, credit);
        LittleEndian.putU64(transfers, at + TransferLayout.AMOUNT, amount);
        LittleEndian.putU64(transfers, at + TransferLayout.AMOUNT + Long.BYTES, 0);
        LittleEndian.putU64(transfers, at + TransferLayout.PENDING_ID, pendingId);
        boolean resolves = pendingId != 0;
        LittleEndian.putU32(transfers, at + TransferLayout.LEDGER, resolves ? 0 : 1);
        LittleEndian.putU16(transfers, at + TransferLayout.CODE, resolves ? 0 : 1);
        LittleEndian.putU16(transfers, at + TransferLayout.FLAGS, flags);
    }

    private void unlink(int event) {
        LittleEndian.putU16(transfers, event * TransferLayout.SIZE + TransferLayout.FLAGS, 0);
    }

    /** A benchmark of failures would look splendid. */
    static byte[] requireCreated(byte[] reply) {
        for (int i = 0; i < BATCH; i += 97) {
            int status = LittleEndian.i32(reply, i * CreateResultLayout.SIZE + CreateResultLayout.STATUS);
            if (status != CreateTransferStatus.CREATED.code()) {
                throw new IllegalStateException("event " + i + ": " + CreateTransferStatus.byCode(status));
            }
        }
        return reply;
    }
}
