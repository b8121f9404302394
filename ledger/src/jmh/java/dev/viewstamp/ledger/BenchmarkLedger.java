package dev.viewstamp.ledger;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * A ledger with accounts 1 … n on ledger 1, its sealed segments in files, as in production, and its jobs on a thread of
 * their own; and the requests that benchmarks send it. Accounts and amounts of the
 * requests are drawn beforehand; before it is sent, a request only gets its ids (about 3 ns an event).
 */
final class BenchmarkLedger implements AutoCloseable {
    static final int BATCH = 8189;

    private static final int REQUESTS = 64;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    final Ledger ledger;
    final ScratchFiles files = new ScratchFiles();
    final BackgroundJobs jobs;
    final int accounts;
    final SplittableRandom random = new SplittableRandom(42);
    private final byte[][] requests = new byte[REQUESTS][];
    private int requestFlags = -1;
    private int request;
    private long applyNanos;
    private long applyBytes;
    private long replyBytes;
    private long applyNanosBefore;
    private long applyBytesBefore;
    private long replyBytesBefore;
    private long jobNanosBefore;
    private long waitsBefore;
    private long lastIdBefore;
    private long timestamp;
    private long nextId = 1;

    BenchmarkLedger(int accounts, int accountFlags) {
        this.accounts = accounts;
        ledger = new Ledger(LedgerOptions.defaults().withHashSeed(random.nextLong()), files);
        jobs = new BackgroundJobs(ledger, files);
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
        jobs.beforeEntry();
        long bytesBefore = THREADS.getCurrentThreadAllocatedBytes();
        long before = THREADS.getCurrentThreadCpuTime();
        byte[] reply = ledger.execute(operation.code(), timestamp, body);
        applyNanos += THREADS.getCurrentThreadCpuTime() - before;
        applyBytes += THREADS.getCurrentThreadAllocatedBytes() - bytesBefore;
        replyBytes += reply.length;
        return reply;
    }

    /** Begins to count what {@link #costs} tells. */
    void startCosts() {
        applyNanosBefore = applyNanos;
        applyBytesBefore = applyBytes;
        replyBytesBefore = replyBytes;
        jobNanosBefore = jobs.nanos();
        waitsBefore = jobs.waits();
        lastIdBefore = lastId();
    }

    /** What a transfer cost: processor time, which other programs disturb less than the clock on the wall; memory. */
    String costs() {
        double transfers = lastId() - lastIdBefore;
        return String.format(Locale.ROOT,
                "per transfer: %.0f ns of processor time applying, %.0f ns jobs; %.1f bytes allocated applying, "
                        + "of which %.1f are replies; %.0f bytes in files; waits for jobs: %d",
                (applyNanos - applyNanosBefore) / transfers, (jobs.nanos() - jobNanosBefore) / transfers,
                (applyBytes - applyBytesBefore) / transfers, (replyBytes - replyBytesBefore) / transfers,
                (double) files.size() / lastId(), jobs.waits() - waitsBefore);
    }

    /** Creates until there are so many transfers. */
    void fill(long transfers, int flags) {
        while (lastId() < transfers) createAll(plain(flags));
    }

    /** Creates transfers, all of which must succeed: a benchmark of failures would look splendid. */
    byte[] createAll(byte[] transfers) {
        byte[] reply = execute(Operation.CREATE_TRANSFERS, transfers);
        for (int i = 0; i < BATCH; i += 97) {
            int status = LittleEndian.i32(reply, i * CreateResultLayout.SIZE + CreateResultLayout.STATUS);
            if (status != CreateTransferStatus.CREATED.code()) {
                throw new IllegalStateException("event " + i + ": " + CreateTransferStatus.byCode(status));
            }
        }
        return reply;
    }

    /** Between random accounts, with ids in order; the same array again after some requests. */
    byte[] plain(int flags) {
        if (flags != requestFlags) drawRequests(flags);
        byte[] transfers = requests[request++ % REQUESTS];
        for (int at = 0; at < BATCH * TransferLayout.SIZE; at += TransferLayout.SIZE) {
            LittleEndian.putU64(transfers, at, nextId++);
        }
        return transfers;
    }

    /** Resolves the pending transfers of the batch before. */
    byte[] posts() {
        byte[] transfers = MultiBatch.encode(TransferLayout.SIZE, new byte[BATCH * TransferLayout.SIZE]);
        for (int i = 0; i < BATCH; i++) {
            int at = i * TransferLayout.SIZE;
            LittleEndian.putU64(transfers, at, nextId);
            LittleEndian.putU128(transfers, at + TransferLayout.AMOUNT, Uint128.MAX);
            LittleEndian.putU64(transfers, at + TransferLayout.PENDING_ID, nextId - BATCH);
            LittleEndian.putU16(transfers, at + TransferLayout.FLAGS, TransferFlags.POST_PENDING_TRANSFER);
            nextId++;
        }
        return transfers;
    }

    /** Chains of four. */
    byte[] chains() {
        byte[] transfers = plain(TransferFlags.LINKED);
        for (int i = 0; i < BATCH; i++) {
            int flags = i % 4 == 3 || i == BATCH - 1 ? 0 : TransferFlags.LINKED;
            LittleEndian.putU16(transfers, i * TransferLayout.SIZE + TransferLayout.FLAGS, flags);
        }
        return transfers;
    }

    long lastId() {
        return nextId - 1;
    }

    @Override
    public void close() {
        jobs.close();
        files.close();
    }

    private void drawRequests(int flags) {
        requestFlags = flags;
        for (int number = 0; number < REQUESTS; number++) {
            byte[] transfers = new byte[BATCH * TransferLayout.SIZE];
            for (int at = 0; at < transfers.length; at += TransferLayout.SIZE) {
                int debit = random.nextInt(accounts);
                int credit = (debit + 1 + random.nextInt(accounts - 1)) % accounts;
                LittleEndian.putU64(transfers, at + TransferLayout.DEBIT_ACCOUNT_ID, debit + 1);
                LittleEndian.putU64(transfers, at + TransferLayout.CREDIT_ACCOUNT_ID, credit + 1);
                LittleEndian.putU64(transfers, at + TransferLayout.AMOUNT, 1 + random.nextInt(1000));
                LittleEndian.putU64(transfers, at + TransferLayout.USER_DATA_64, random.nextInt(100_000));
                LittleEndian.putU32(transfers, at + TransferLayout.LEDGER, 1);
                LittleEndian.putU16(transfers, at + TransferLayout.CODE, 1);
                LittleEndian.putU16(transfers, at + TransferLayout.FLAGS, flags);
            }
            requests[number] = MultiBatch.encode(TransferLayout.SIZE, transfers);
        }
    }
}
