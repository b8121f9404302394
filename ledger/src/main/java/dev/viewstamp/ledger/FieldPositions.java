package dev.viewstamp.ledger;

import java.util.Arrays;

/**
 * The positions whose record has one value in one field: from sealed runs, then from the tail. Unpacks one
 * chunk of a run at a time and stays on it while it serves.
 */
final class FieldPositions extends Positions {
    private final RecordIndex index;
    private final IndexField field;
    private final long lo;
    private final long hi;

    private final long[] from = new long[IndexRun.CHUNK];    // intervals of the unpacked chunk
    private final long[] to = new long[IndexRun.CHUNK];
    private int intervals;
    private IndexRun unpackedRun;
    private int unpackedEntry = -1;

    private TailIndex tail;                                  // the one that what follows is about
    private int[] ascending = new int[64];                   // ordinals in the tail, once somebody ascends
    private int ascendingSize = -1;
    private int descending = -1;                             // where in the chain somebody descends: ordinal + 1

    FieldPositions(RecordIndex index, IndexField field, long lo, long hi) {
        this.index = index;
        this.field = field;
        this.lo = lo;
        this.hi = hi;
    }

    @Override
    long up(long start, long end) {
        long position = start;
        while (position < Math.min(end, index.tailStart())) {
            IndexRun run = index.runAt(position);
            long found = upInRun(run, position);
            if (found != NONE) return found < end ? found : NONE;
            position = run.end;
        }
        long last = Math.min(end, index.end());
        while (position < last) {
            enter(position);
            int first = (int) (position - tail.start());
            long found = upInTail(first, (int) (Math.min(last, tail.end()) - tail.start()));
            if (found != NONE) return found;
            position = tail.end();
        }
        return NONE;
    }

    @Override
    long down(long start, long first) {
        long position = Math.min(start, index.end() - 1);
        while (position >= Math.max(first, index.tailStart())) {
            enter(position);
            int last = (int) (position - tail.start());
            long found = downInTail(last, (int) Math.max(0, first - tail.start()));
            if (found != NONE) return found;
            position = tail.start() - 1;
        }
        while (position >= first) {
            IndexRun run = index.runAt(position);
            long found = downInRun(run, position);
            if (found != NONE) return found >= first ? found : NONE;
            position = run.first - 1;
        }
        return NONE;
    }

    private void enter(long position) {
        TailIndex there = index.tailAt(position);
        if (there == tail) return;
        tail = there;
        ascendingSize = -1;
        descending = -1;
    }

    private long upInRun(IndexRun run, long position) {
        if (unpackedRun != run || position < from[0] || position > to[intervals - 1]) {
            int after = run.entriesUpTo(field, lo, hi, position);
            if (after > 0 && run.hasKey(field, after - 1, lo, hi)) {
                unpack(run, after - 1);
                if (position <= to[intervals - 1]) return upInChunk(position);
            }
            if (after == run.entries(field) || !run.hasKey(field, after, lo, hi)) return NONE;
            unpack(run, after);
        }
        return upInChunk(position);
    }

    /** The chunk ends at or behind the position. */
    private long upInChunk(long position) {
        int i = Arrays.binarySearch(to, 0, intervals, position);
        return Math.max(position, from[i >= 0 ? i : -i - 1]);
    }

    private long downInRun(IndexRun run, long position) {
        if (unpackedRun != run || position < from[0] || position > to[intervals - 1]) {
            int after = run.entriesUpTo(field, lo, hi, position);
            if (after == 0 || !run.hasKey(field, after - 1, lo, hi)) return NONE;
            unpack(run, after - 1);
        }
        int i = Arrays.binarySearch(from, 0, intervals, position);
        return Math.min(position, to[i >= 0 ? i : -i - 2]);
    }

    private void unpack(IndexRun run, int entry) {
        if (unpackedRun == run && unpackedEntry == entry) return;
        unpackedRun = null;                                  // reading may be cut short by a missing block
        intervals = run.read(field, entry, from, to);
        unpackedRun = run;
        unpackedEntry = entry;
    }

    private long upInTail(int ordinal, int end) {
        if (!TailIndex.isChained(field)) {
            for (int i = ordinal; i < end; i++) {
                if (tail.has(field, i, lo, hi)) return tail.start() + i;
            }
            return NONE;
        }
        if (ascendingSize < 0) collect();
        int i = Arrays.binarySearch(ascending, 0, ascendingSize, ordinal);
        if (i < 0) i = -i - 1;
        return i < ascendingSize && ascending[i] < end ? tail.start() + ascending[i] : NONE;
    }

    private long downInTail(int ordinal, int first) {
        if (!TailIndex.isChained(field)) {
            for (int i = ordinal; i >= first; i--) {
                if (tail.has(field, i, lo, hi)) return tail.start() + i;
            }
            return NONE;
        }
        if (descending < 0 || descending - 1 < ordinal) descending = tail.head(field, lo, hi);
        while (descending > first) {
            int candidate = descending - 1;
            if (candidate <= ordinal && tail.has(field, candidate, lo, hi)) return tail.start() + candidate;
            descending = tail.link(field, candidate);
        }
        descending = -1;
        return NONE;
    }

    /** Chains lead from the newest to the oldest. */
    private void collect() {
        ascendingSize = 0;
        for (int next = tail.head(field, lo, hi); next != 0; next = tail.link(field, next - 1)) {
            if (!tail.has(field, next - 1, lo, hi)) continue;
            if (ascendingSize == ascending.length) ascending = Arrays.copyOf(ascending, ascendingSize * 2);
            ascending[ascendingSize++] = next - 1;
        }
        for (int i = 0, j = ascendingSize - 1; i < j; i++, j--) {
            int swap = ascending[i];
            ascending[i] = ascending[j];
            ascending[j] = swap;
        }
    }
}
