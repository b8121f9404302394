package dev.viewstamp.ledger;

import java.util.List;

/**
 * An ascending set of positions that is never written out: it answers which of its members comes next from
 * anywhere. Combined with others it answers a query without looking at records that do not match. Not
 * thread-safe; valid until the ledger changes.
 */
abstract class Positions {
    static final long NONE = -1;

    /** The smallest member in {@code from} … {@code end - 1}, or {@link #NONE}. */
    abstract long up(long from, long end);

    /** The largest member in {@code first} … {@code from}, or {@link #NONE}. */
    abstract long down(long from, long first);

    static Positions union(Positions a, Positions b) {
        return new Union(a, b);
    }

    /** Every position, if the list is empty. */
    static Positions intersection(List<Positions> all) {
        return new Intersection(all.toArray(new Positions[0]));
    }

    private static final class Union extends Positions {
        private final Positions a;
        private final Positions b;

        Union(Positions a, Positions b) {
            this.a = a;
            this.b = b;
        }

        @Override
        long up(long from, long end) {
            long nextA = a.up(from, end);
            if (nextA == from) return from;
            long nextB = b.up(from, nextA == NONE ? end : nextA);
            return nextB == NONE ? nextA : nextB;
        }

        @Override
        long down(long from, long first) {
            long nextA = a.down(from, first);
            if (nextA == from) return from;
            long nextB = b.down(from, nextA == NONE ? first : nextA);
            return nextB == NONE ? nextA : nextB;
        }
    }

    /** Each member in turn says how far it can skip, until all agree. */
    private static final class Intersection extends Positions {
        private final Positions[] all;

        Intersection(Positions[] all) {
            this.all = all;
        }

        @Override
        long up(long from, long end) {
            long candidate = from;
            for (int agreeing = 0, i = 0; agreeing < all.length; i = (i + 1) % all.length) {
                long next = all[i].up(candidate, end);
                if (next == NONE) return NONE;
                agreeing = next == candidate ? agreeing + 1 : 1;
                candidate = next;
            }
            return candidate;
        }

        @Override
        long down(long from, long first) {
            long candidate = from;
            for (int agreeing = 0, i = 0; agreeing < all.length; i = (i + 1) % all.length) {
                long next = all[i].down(candidate, first);
                if (next == NONE) return NONE;
                agreeing = next == candidate ? agreeing + 1 : 1;
                candidate = next;
            }
            return candidate;
        }
    }
}
