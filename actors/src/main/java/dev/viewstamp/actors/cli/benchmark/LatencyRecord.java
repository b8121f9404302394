package dev.viewstamp.actors.cli.benchmark;

import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * How long batches took, microseconds: all of them, those during which a replica worked on files in the background, and
 * by how many transfers there were before. One thread writes to one record; {@link #add} joins them in the end.
 */
public final class LatencyRecord {
    private static final long MICROS_MAX = 10 * 60 * 1_000_000L;
    private static final int DIGITS = 3;

    private final long intervalTransfers;
    private final Histogram all = histogram();
    private final Histogram whileWorking = histogram();
    private final Histogram otherwise = histogram();
    private final List<Histogram> intervals = new ArrayList<>();

    /** @param intervalTransfers transfers to an interval; 0: no intervals */
    LatencyRecord(long intervalTransfers) {
        this.intervalTransfers = intervalTransfers;
    }

    private static Histogram histogram() {
        return new Histogram(MICROS_MAX, DIGITS);
    }

    /**
     * Takes in one batch.
     *
     * @param transfersBefore transfers that were done before this batch was
     * @param worked whether some replica was seen at work in the background meanwhile
     */
    void record(long nanos, long transfersBefore, boolean worked) {
        long micros = Math.min(MICROS_MAX, nanos / 1000);
        all.recordValue(micros);
        (worked ? whileWorking : otherwise).recordValue(micros);
        if (intervalTransfers > 0) {
            interval((int) (transfersBefore / intervalTransfers)).recordValue(micros);
        }
    }

    private Histogram interval(int index) {
        while (intervals.size() <= index) {
            intervals.add(histogram());
        }
        return intervals.get(index);
    }

    void add(LatencyRecord other) {
        all.add(other.all);
        whileWorking.add(other.whileWorking);
        otherwise.add(other.otherwise);
        for (int i = 0; i < other.intervals.size(); i++) {
            interval(i).add(other.intervals.get(i));
        }
    }

    /** Of all batches. */
    public Histogram all() {
        return all;
    }

    /** Of those during which a replica was seen at work on files. */
    public Histogram whileWorking() {
        return whileWorking;
    }

    /** Of the others. */
    public Histogram otherwise() {
        return otherwise;
    }

    /** By how many transfers there were before. */
    public List<Histogram> intervals() {
        return intervals;
    }
}
