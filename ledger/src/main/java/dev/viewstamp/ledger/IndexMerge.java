package dev.viewstamp.ledger;

import java.util.Arrays;

/**
 * Makes one index run of several neighbouring ones, in steps of any size. The result depends on the inputs
 * alone, so a merge may run wherever there is time; only the entry at which it is installed must be the
 * same everywhere. Not thread-safe.
 */
final class IndexMerge {
    private final IndexRun[] runs;                           // by position
    private final IndexRunWriter writer;
    private final int[] next;                                // per run: the directory entry that comes next,
    private final boolean[] hasHead;                         // whether there is one,
    private final long[] headLo;                             // and its key
    private final long[] headHi;
    private final long[] from = new long[IndexRun.CHUNK];
    private final long[] to = new long[IndexRun.CHUNK];
    private int fieldNumber;
    private long keyLo;
    private long keyHi;
    private boolean hasKey;
    private int current;                                     // the run whose part of the key comes next

    IndexMerge(IndexRun[] runs, SealedFiles files) {
        this.runs = runs;
        next = new int[runs.length];
        hasHead = new boolean[runs.length];
        headLo = new long[runs.length];
        headHi = new long[runs.length];
        writer = new IndexRunWriter(files);
        writer.begin(runs[0].first);
        beginField();
    }

    /** Copies about so many keys and intervals of positions; true once all are copied. */
    boolean step(long keysAndIntervals) {
        long left = keysAndIntervals;
        while (left > 0 && fieldNumber < IndexField.COUNT) {
            IndexField field = IndexField.of(fieldNumber);
            if (hasKey) {
                left -= copy(field);
            } else {
                nextKey();
                if (!hasKey) endField();
                left--;
            }
        }
        return fieldNumber == IndexField.COUNT;
    }

    /** Writes the merged run; call once, when {@link #step} has answered true. */
    IndexRun finish() {
        return writer.end(runs[runs.length - 1].end);
    }

    /** Copies one directory entry of the key, or moves on to the next run; returns the intervals copied. */
    private int copy(IndexField field) {
        if (!hasHead[current] || headLo[current] != keyLo || headHi[current] != keyHi) {
            current++;
            hasKey = current < runs.length;
            return 0;
        }
        int count = runs[current].read(field, next[current]++, from, to);
        for (int i = 0; i < count; i++) writer.add(keyLo, keyHi, from[i], to[i]);
        loadHead(field, current);
        return count;
    }

    /** The smallest key that any run has left. */
    private void nextKey() {
        for (int i = 0; i < runs.length; i++) {
            if (!hasHead[i] || hasKey && !WideMath.less(headHi[i], headLo[i], keyHi, keyLo)) continue;
            keyLo = headLo[i];
            keyHi = headHi[i];
            current = i;
            hasKey = true;
        }
    }

    private void beginField() {
        IndexField field = IndexField.of(fieldNumber);
        writer.beginField(field);
        Arrays.fill(next, 0);
        for (int i = 0; i < runs.length; i++) loadHead(field, i);
    }

    private void endField() {
        writer.endField();
        fieldNumber++;
        if (fieldNumber < IndexField.COUNT) beginField();
    }

    private void loadHead(IndexField field, int run) {
        hasHead[run] = next[run] < runs[run].entries(field);
        if (!hasHead[run]) return;
        headLo[run] = runs[run].keyLo(field, next[run]);
        headHi[run] = runs[run].keyHi(field, next[run]);
    }
}
