package dev.viewstamp.testkit.sim;

import com.dynatrace.hash4j.hashing.HashStream128;
import com.dynatrace.hash4j.hashing.HashValue128;
import com.dynatrace.hash4j.hashing.Hashing;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * What happened, one line per event, in order; and the digest of all lines so far. Two runs are equal if their
 * digests are.
 *
 * <pre>
 *     1204.118023 R2 | Prepare op=121 view=7 3fa20c11 from R1
 *   milliseconds  who  what
 * </pre>
 *
 * No line holds an actor reference, an identity hash or a real time. Not thread-safe.
 */
public final class Trace {
    private final LongSupplier nowNanos;
    private final Consumer<? super String> reader;
    private final HashStream128 digest = Hashing.xxh3_128().hashStream();
    private final StringBuilder line = new StringBuilder(160);
    private long lines;

    /** @param reader gets each line as it is written; null: nobody reads, only the digest is kept */
    public Trace(LongSupplier nowNanos, Consumer<? super String> reader) {
        this.nowNanos = nowNanos;
        this.reader = reader;
    }

    /** Starts a line; append to what it returns and call {@link #end()}. */
    StringBuilder begin(CharSequence who) {
        line.setLength(0);
        long nanos = nowNanos.getAsLong();
        pad(nanos / 1_000_000, 9, ' ');
        line.append('.');
        pad(nanos % 1_000_000, 6, '0');
        return line.append(' ').append(who).append(" | ");
    }

    void end() {
        digest.putChars(line).putByte((byte) '\n');
        lines++;
        if (reader != null) {
            reader.accept(line.toString());
        }
    }

    /** A whole line. */
    public void say(CharSequence who, CharSequence what) {
        begin(who).append(what);
        end();
    }

    /** A probability as a trace says it, in parts per million: JVMs print doubles in different ways. */
    static long ppm(double probability) {
        return Math.round(probability * 1e6);
    }

    public long lines() {
        return lines;
    }

    /** 32 hexadecimal digits over all lines so far. */
    public String digest() {
        HashValue128 value = digest.get();
        return String.format("%016x%016x", value.getMostSignificantBits(), value.getLeastSignificantBits());
    }

    private void pad(long number, int width, char with) {
        long bound = 10;
        for (int i = 1; i < width; i++) {
            if (number < bound) {
                for (int missing = width - i; missing > 0; missing--) {
                    line.append(with);
                }
                break;
            }
            bound *= 10;
        }
        line.append(number);
    }
}
