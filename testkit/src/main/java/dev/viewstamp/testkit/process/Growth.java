package dev.viewstamp.testkit.process;

import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * What a process and its folder were like while it took in transfers, and whether that has levelled off. Arithmetic
 * only. A slope is that of the straight line that fits best (least squares), so that what goes up and down between
 * two checkpoints does not count.
 *
 * @param samples in the order of time
 */
record Growth(List<Sample> samples) {
    /** As few as this say something about halves and quarters. */
    static final int SAMPLES_MIN = 16;

    /**
     * One look.
     *
     * @param transfers that were answered before it
     * @param rssMiB resident memory of the largest replica
     * @param heap of the largest replica after a full collection; NaNs where that cannot be asked
     * @param filesBytes of immutable files of the replica that has most, whatever still stands in its folder
     */
    record Sample(double seconds, long transfers, double rssMiB, HeapAfterCollection heap, long filesBytes) {
        /** What is resident beside the heap: code, threads, buffers, tables of the JVM. */
        double besideHeapMiB() {
            return rssMiB - heap.committedMiB();
        }
    }

    boolean isEnough() {
        return samples.size() >= SAMPLES_MIN;
    }

    /** The part from {@code from} to {@code to}, in [0, 1] of all transfers. */
    Growth part(double from, double to) {
        long last = samples.get(samples.size() - 1).transfers();
        return new Growth(samples.stream()
                .filter(sample -> sample.transfers() >= from * last && sample.transfers() <= to * last).toList());
    }

    double mean(ToDoubleFunction<Sample> figure) {
        return samples.stream().mapToDouble(figure).average().orElse(Double.NaN);
    }

    double max(ToDoubleFunction<Sample> figure) {
        return samples.stream().mapToDouble(figure).max().orElse(Double.NaN);
    }

    /** By how much a figure grows per transfer. */
    double perTransfer(ToDoubleFunction<Sample> figure) {
        double meanX = mean(Sample::transfers);
        double meanY = mean(figure);
        double above = 0;
        double below = 0;
        for (Sample sample : samples) {
            double x = sample.transfers() - meanX;
            above += x * (figure.applyAsDouble(sample) - meanY);
            below += x * x;
        }
        return above / below;
    }
}
