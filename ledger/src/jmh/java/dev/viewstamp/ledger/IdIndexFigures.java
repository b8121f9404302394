package dev.viewstamp.ledger;

/**
 * The id index at sizes that no test reaches: fills it, finds ids that are there and ids that are not, and prints what
 * that takes. Ids are made up from positions, so nothing but the index needs memory: 26 bytes a record. By hand:
 *
 * <pre>
 *  java -Xmx12g -XX:G1HeapRegionSize=8m -cp … dev.viewstamp.ledger.IdIndexFigures RECORDS
 * </pre>
 */
public final class IdIndexFigures {
    private static final int WINDOW = 64;
    private static final int SAMPLES = 10_000_000;

    private IdIndexFigures() {}

    private static final class Ids implements IdIndex.Records {
        long confirmations;

        @Override
        public boolean hasId(long position, long lo, long hi) {
            confirmations++;
            return lo == lo(position) && hi == 7;
        }

        static long lo(long position) {
            return position * 3;
        }
    }

    public static void main(String[] args) {
        long records = Long.parseLong(args[0]);
        IdIndex index = new IdIndex(20261125, 0);
        long[] hashes = new long[WINDOW];
        long loads = 0;
        long start = System.nanoTime();
        for (long position = 0; position < records; position += WINDOW) {
            index.reserve(WINDOW);
            for (int i = 0; i < WINDOW; i++) hashes[i] = index.hash(Ids.lo(position + i), 7);
            for (int i = 0; i < WINDOW; i++) loads ^= index.peek(hashes[i]);
            for (int i = 0; i < WINDOW; i++) index.add(hashes[i], position + i);
        }
        double size = index.size();
        System.out.printf("%,d records added, %.0f ns each; %.1f bytes each (%d)%n", index.size(),
                (System.nanoTime() - start) / size, index.footprint() / size, loads & 1);
        Ids ids = new Ids();
        find(index, ids, true);
        find(index, ids, false);
    }

    private static void find(IdIndex index, Ids ids, boolean present) {
        ids.confirmations = 0;
        long step = index.size() / SAMPLES;
        long start = System.nanoTime();
        for (long i = 0; i < SAMPLES; i++) {
            long position = i * step;
            long lo = Ids.lo(position) + (present ? 0 : 1);
            long found = index.find(index.hash(lo, 7), lo, 7, ids);
            if (found != (present ? position : IdIndex.ABSENT)) throw new IllegalStateException("position " + position);
        }
        System.out.printf("%,d %s ids looked for: %.0f ns each, %,d records looked at%n", SAMPLES,
                present ? "known" : "unknown", (System.nanoTime() - start) / (double) SAMPLES, ids.confirmations);
    }
}
