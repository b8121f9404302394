package dev.viewstamp.ledger.model;

/**
 * What one random history is like. Shapes differ so that each corner is common in some of them.
 *
 * @param events to generate at least
 * @param batchMax events per batch at most
 * @param accountIds how many account ids there are to draw from
 * @param reuse percentage of transfer ids that were drawn before
 * @param start timestamp before the first entry
 * @param hugeAmounts percentage of amounts near the ends of 128 bits
 * @param imports percentage of create batches that are imported
 * @param slips percentage of events with some field that cannot be right
 * @param reads percentage of entries that read
 * @param quiet transfers that exist before anything is read; then there is much to be found
 * @param requestBodyMax the limit L
 */
record HistoryShape(
        int events, int batchMax, int accountIds, int reuse, long start, double hugeAmounts, double imports,
        double slips, double reads, int quiet, int requestBodyMax) {

    private static final long TODAY = 1_795_000_000_000_000_000L;
    /** So late that timeouts overflow. */
    private static final long END_OF_TIME = Long.MAX_VALUE - 4_000_000_000_000_000L;

    private static final int SHORT = 2_000;
    private static final int LONG = 40_000;
    private static final int LIBRARY = 12_000;

    /** Many short ones; of a hundred, one is long and one is short on writes and long on reads. */
    static HistoryShape random(Draw draw) {
        int kind = draw.below(100);
        if (kind == 0) return random(draw, LONG);
        return kind == 1 ? library(draw) : random(draw, 1 + draw.below(SHORT));
    }

    /** First a lot is written, with few mistakes, then it is searched. */
    private static HistoryShape library(Draw draw) {
        return new HistoryShape(LIBRARY, 400, draw.ofInts(4, 40, 400), 1, TODAY, 0, draw.ofInts(0, 5), 0, 92, 4_000,
                1_048_320);
    }

    private static HistoryShape random(Draw draw, int events) {
        int batchMax = events < 5_000 ? draw.ofInts(1, 4, 12, 40, 400) : draw.ofInts(40, 400, 8_189);
        int bodyMax = draw.percent(80) ? 1_048_320 : draw.ofInts(3_840, 4_096, 10_000, 32_512, 100_001);
        return new HistoryShape(
                events,
                Math.min(batchMax, bodyMax / 128 - 1),
                draw.ofInts(4, 10, 40, 400),
                draw.ofInts(1, 5, 20, 60),
                draw.ofLongs(0, 0, TODAY, TODAY, END_OF_TIME),
                draw.ofInts(0, 2, 15),
                draw.ofInts(0, 10, 60),
                draw.ofInts(0, 2, 10),
                events < 5_000 ? draw.ofInts(10, 40, 70) : draw.ofInts(2, 10),
                0,
                bodyMax);
    }
}
