package dev.viewstamp.actors.replica;

import static dev.viewstamp.actors.replica.Invariant.check;

import java.util.Arrays;
import java.util.Comparator;

/**
 * Marzullo's algorithm: of intervals that should all contain the true value, and of which some lie, finds the
 * smallest interval that most of them share (replication spec §10.8). Built anew for every question; not
 * thread-safe.
 */
final class Marzullo {
    /**
     * The best overlap.
     *
     * @param sourcesTrue how many intervals contain all of {@code [low, high]}
     */
    record Overlap(long low, long high, int sourcesTrue) {
        /** Whether this one is shared by more, or by as many and tighter. */
        private boolean beats(Overlap other) {
            return sourcesTrue != other.sourcesTrue ? sourcesTrue > other.sourcesTrue
                    : high - low < other.high - other.low;
        }
    }

    private record Bound(long value, boolean isLow, int source) {
    }

    /**
     * At equal values lows come first, so that intervals which touch in a point share it; then a fixed order,
     * for determinism.
     */
    private static final Comparator<Bound> SWEEP = Comparator.comparingLong(Bound::value)
            .thenComparing(bound -> bound.isLow() ? 0 : 1).thenComparingInt(Bound::source);

    private final Bound[] bounds;
    private int count;

    /** @param sourcesMax intervals that will be added, at most */
    Marzullo(int sourcesMax) {
        bounds = new Bound[2 * sourcesMax];
    }

    /** @param low at most {@code high}; both far enough from the ends of long that their difference fits */
    void add(int source, long low, long high) {
        check(low <= high, "source %d says %d..%d", source, low, high);
        bounds[count++] = new Bound(low, true, source);
        bounds[count++] = new Bound(high, false, source);
    }

    /** The overlap shared by most; with nothing added, shared by nobody. */
    Overlap overlap() {
        Arrays.sort(bounds, 0, count, SWEEP);
        Overlap best = new Overlap(0, 0, 0);
        int open = 0;
        for (int i = 0; i < count; i++) {
            if (bounds[i].isLow()) {
                open++;
                // There is a next bound: an interval that opens here ends later.
                Overlap here = new Overlap(bounds[i].value(), bounds[i + 1].value(), open);
                best = here.beats(best) ? here : best;
            } else {
                open--;
            }
        }
        return best;
    }
}
