package dev.viewstamp.ledger;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Microseconds per request on a ledger in memory. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = {"-Xms4g", "-Xmx4g", "-XX:+UseG1GC", "-XX:G1HeapRegionSize=8m", "-XX:+AlwaysPreTouch"})
public class ReadsBenchmark {
    private static final int ACCOUNTS = 10_000;

    @Param({"2000000", "10000000"})
    public int transfers;

    @Param({"10", "8189"})
    public int limit;

    private BenchmarkLedger ledger;

    @Setup
    public void setUp() {
        ledger = new BenchmarkLedger(ACCOUNTS, AccountFlags.HISTORY);
        ledger.fill(transfers, 0);
    }

    /** {@code limit} ids. */
    @TearDown(Level.Trial)
    public void close() {
        ledger.close();
    }

    @Benchmark
    public byte[] lookupTransfers() {
        return ledger.execute(Operation.LOOKUP_TRANSFERS, ids(ledger.lastId()));
    }

    @Benchmark
    public byte[] lookupAccounts() {
        return ledger.execute(Operation.LOOKUP_ACCOUNTS, ids(ACCOUNTS));
    }

    /** Of 10 000 accounts each has 1/5000 of the transfers. */
    @Benchmark
    public byte[] accountTransfersNewestFirst() {
        return ledger.execute(Operation.GET_ACCOUNT_TRANSFERS, accountFilter(AccountFilterFlags.REVERSED));
    }

    @Benchmark
    public byte[] accountTransfersOldestFirst() {
        return ledger.execute(Operation.GET_ACCOUNT_TRANSFERS, accountFilter(AccountFilterFlags.NONE));
    }

    @Benchmark
    public byte[] accountBalances() {
        return ledger.execute(Operation.GET_ACCOUNT_BALANCES, accountFilter(AccountFilterFlags.NONE));
    }

    /** One of 100 000 values. */
    @Benchmark
    public byte[] queryTransfersByUserData() {
        byte[] filter = queryFilter();
        LittleEndian.putU64(filter, QueryFilterLayout.USER_DATA_64, 1 + ledger.random.nextInt(99_999));
        return ledger.execute(Operation.QUERY_TRANSFERS, MultiBatch.encode(QueryFilterLayout.SIZE, filter));
    }

    /** Everything matches. */
    @Benchmark
    public byte[] queryTransfersByLedgerAndCode() {
        byte[] filter = queryFilter();
        LittleEndian.putU32(filter, QueryFilterLayout.LEDGER, 1);
        LittleEndian.putU16(filter, QueryFilterLayout.CODE, 1);
        return ledger.execute(Operation.QUERY_TRANSFERS, MultiBatch.encode(QueryFilterLayout.SIZE, filter));
    }

    @Benchmark
    public byte[] queryAccountsByUserData() {
        byte[] filter = queryFilter();
        LittleEndian.putU64(filter, QueryFilterLayout.USER_DATA_64, 1 + ledger.random.nextInt(999));
        return ledger.execute(Operation.QUERY_ACCOUNTS, MultiBatch.encode(QueryFilterLayout.SIZE, filter));
    }

    @Benchmark
    public byte[] changeEvents() {
        byte[] filter = new byte[ChangeEventsFilterLayout.SIZE];
        LittleEndian.putU64(filter, ChangeEventsFilterLayout.TIMESTAMP_MIN, 1 + ledger.random.nextInt(transfers));
        LittleEndian.putU32(filter, ChangeEventsFilterLayout.LIMIT, limit);
        return ledger.execute(Operation.GET_CHANGE_EVENTS, filter);
    }

    private byte[] ids(long idMax) {
        byte[] ids = new byte[limit * 16];
        for (int i = 0; i < limit; i++) LittleEndian.putU64(ids, i * 16, 1 + ledger.random.nextLong(idMax));
        return MultiBatch.encode(16, ids);
    }

    private byte[] accountFilter(int flags) {
        byte[] filter = new byte[AccountFilterLayout.SIZE];
        LittleEndian.putU64(filter, AccountFilterLayout.ACCOUNT_ID, 1 + ledger.random.nextInt(ACCOUNTS));
        LittleEndian.putU32(filter, AccountFilterLayout.LIMIT, limit);
        int both = AccountFilterFlags.DEBITS | AccountFilterFlags.CREDITS;
        LittleEndian.putU32(filter, AccountFilterLayout.FLAGS, flags | both);
        return MultiBatch.encode(AccountFilterLayout.SIZE, filter);
    }

    private byte[] queryFilter() {
        byte[] filter = new byte[QueryFilterLayout.SIZE];
        LittleEndian.putU32(filter, QueryFilterLayout.LIMIT, limit);
        return filter;
    }
}
