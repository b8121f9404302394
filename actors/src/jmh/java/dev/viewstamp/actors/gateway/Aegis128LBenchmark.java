package dev.viewstamp.actors.gateway;

import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The wire's checksum: of a header (240 bytes), a small request, and the largest body. Allocates nothing. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class Aegis128LBenchmark {
    @Param({"240", "4096", "1048320"})
    private int bytes;

    private final Aegis128L aegis = new Aegis128L();
    private final byte[] digest = new byte[Aegis128L.SIZE];
    private byte[] data;

    @Setup
    public void draw() {
        data = new byte[bytes];
        new Random(1).nextBytes(data);
    }

    @Benchmark
    public byte[] digest() {
        aegis.digest(data, 0, bytes, digest, 0);
        return digest;
    }
}
