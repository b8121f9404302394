package dev.viewstamp.actors.cli.benchmark;

/**
 * How many transfers go into each request: always as many, or every number of a range in turn. Arithmetic only.
 *
 * <pre>
 *   1-3:   1 2 3 | 2 3 1 | 3 1 2 | 1 2 3 ...      a round has each size once
 * </pre>
 */
public record BatchSize(int min, int max) {
    /** @throws IllegalArgumentException if a batch would be empty, or the range is */
    public BatchSize {
        if (min < 1 || max < min) {
            throw new IllegalArgumentException("a batch has " + min + " to " + max + " transfers");
        }
    }

    /**
     * Reads {@code 8189} or {@code 1-10}.
     *
     * @throws IllegalArgumentException if it is neither
     */
    static BatchSize parse(String text) {
        int dash = text.indexOf('-', 1);
        int min = Integer.parseInt(dash < 0 ? text : text.substring(0, dash));
        return new BatchSize(min, dash < 0 ? min : Integer.parseInt(text.substring(dash + 1)));
    }

    /** Transfers in batch {@code batch}, counted from 0. */
    int of(long batch) {
        return min + (int) ((batch % sizes() + shift(batch / sizes())) % sizes());
    }

    /** Transfers in all batches before {@code batch}. */
    public long first(long batch) {
        long round = batch / sizes();
        long count = batch % sizes();
        long from = shift(round);
        long beyond = Math.max(0, from + count - sizes());      // of those, counted on from the smallest size
        return round * perRound() + count * min + sumBelow(from + count - beyond) - sumBelow(from) + sumBelow(beyond);
    }

    /** Batches that {@code transfers} make; the last one may have fewer than its size. */
    long batches(long transfers) {
        long batch = transfers / perRound() * sizes();
        while (first(batch) < transfers) {
            batch++;
        }
        return batch;
    }

    private long sizes() {
        return max - min + 1L;
    }

    private long perRound() {
        return sizes() * (min + max) / 2;
    }

    private long shift(long round) {
        return round % sizes();
    }

    /** 0 + 1 + … + (end - 1). */
    private static long sumBelow(long end) {
        return end * (end - 1) / 2;
    }

    @Override
    public String toString() {
        return min == max ? Integer.toString(min) : min + "-" + max;
    }
}
