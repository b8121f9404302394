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
import org.openjdk.jmh.annotations.Warmup;

/**
 * Transfers per microsecond, one thread, full batches, a fresh ledger per iteration. Each invocation also writes its
 * request (about 10 ns an event). What is allocated is the records, not garbage.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 4, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(value = 1, jvmArgsAppend = {"-Xms8g", "-Xmx8g", "-XX:+UseSerialGC"})
public class CreateTransfersBenchmark {
    @Param({"10000", "1000000"})
    public int accounts;

    private BenchmarkLedger plain;
    private BenchmarkLedger limited;

    @Setup(Level.Iteration)
    public void setUp() {
        plain = new BenchmarkLedger(LedgerOptions.defaults(), new MemoryFiles(), accounts, 0);
        limited = new BenchmarkLedger(LedgerOptions.defaults(), new MemoryFiles(), accounts, AccountFlags.DEBITS_MUST_NOT_EXCEED_CREDITS);
    }

    @Benchmark
    @OperationsPerInvocation(BenchmarkLedger.BATCH)
    public byte[] plain() {
        return BenchmarkLedger.requireCreated(plain.execute(Operation.CREATE_TRANSFERS, plain.plain(0)));
    }

    @Benchmark
    @OperationsPerInvocation(2 * BenchmarkLedger.BATCH)
    public byte[] pendingAndPost() {
        byte[] pending = plain.plain(TransferFlags.PENDING);
        BenchmarkLedger.requireCreated(plain.execute(Operation.CREATE_TRANSFERS, pending));
        return BenchmarkLedger.requireCreated(plain.execute(Operation.CREATE_TRANSFERS, plain.posts()));
    }

    @Benchmark
    @OperationsPerInvocation(BenchmarkLedger.BATCH)
    public byte[] chainsOfFour() {
        return BenchmarkLedger.requireCreated(plain.execute(Operation.CREATE_TRANSFERS, plain.chains()));
    }

    /** All accounts refuse debits beyond their credits; balancing debits take what there is. */
    @Benchmark
    @OperationsPerInvocation(BenchmarkLedger.BATCH)
    public byte[] withLimits() {
        byte[] request = limited.plain(TransferFlags.BALANCING_DEBIT);
        return BenchmarkLedger.requireCreated(limited.execute(Operation.CREATE_TRANSFERS, request));
    }
}
