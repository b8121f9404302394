package dev.viewstamp.ledger;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.BenchmarkParams;

/**
 * Transfers per microsecond, one thread, full batches, on a ledger that has some already. What is allocated is the
 * records, their events and indexes, not garbage; what the collector does about them is in the figure.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(value = 1, jvmArgsAppend = {"-Xms4g", "-Xmx4g", "-XX:+UseG1GC", "-XX:G1HeapRegionSize=8m", "-XX:+AlwaysPreTouch"})
public class CreateTransfersBenchmark {
    @Param({"10000", "1000000"})
    public int accounts;

    /** Transfers that exist at the beginning; the measurement adds its own. */
    @Param({"0", "10000000", "50000000"})
    public long present;

    private BenchmarkLedger ledger;

    @Setup(Level.Trial)
    public void fill(BenchmarkParams run) {
        boolean limited = run.getBenchmark().endsWith("withLimits");
        int flags = limited ? AccountFlags.DEBITS_MUST_NOT_EXCEED_CREDITS : 0;
        ledger = new BenchmarkLedger(accounts, flags);
        ledger.fill(present, limited ? TransferFlags.BALANCING_DEBIT : 0);
    }

    @TearDown(Level.Trial)
    public void close() {
        ledger.close();
    }

    @Benchmark
    @OperationsPerInvocation(BenchmarkLedger.BATCH)
    public byte[] plain() {
        return ledger.createAll(ledger.plain(0));
    }

    @Benchmark
    @OperationsPerInvocation(2 * BenchmarkLedger.BATCH)
    public byte[] pendingAndPost() {
        ledger.createAll(ledger.plain(TransferFlags.PENDING));
        return ledger.createAll(ledger.posts());
    }

    @Benchmark
    @OperationsPerInvocation(BenchmarkLedger.BATCH)
    public byte[] chainsOfFour() {
        return ledger.createAll(ledger.chains());
    }

    /** All accounts refuse debits beyond their credits; balancing debits take what there is. */
    @Benchmark
    @OperationsPerInvocation(BenchmarkLedger.BATCH)
    public byte[] withLimits() {
        return ledger.createAll(ledger.plain(TransferFlags.BALANCING_DEBIT));
    }
}
