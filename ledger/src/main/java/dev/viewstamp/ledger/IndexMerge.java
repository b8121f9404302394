package dev.viewstamp.ledger;

import java.util.Arrays;

/**
 * Makes one index run of several neighbouring ones, in steps of any size. The result depends on the inputs
 * alone. Reading may be cut short by a missing block anywhere; the next step then goes on where this one was. Not
 * thread-safe.
 */
final class IndexMerge {
    private final IndexRun[] runs;                           // by position
    private final IndexRunWriter writer;
    private final int[] next;                                // per run: the directory entry that comes next,
    private final boolean[] isLoaded;                        // whether what follows is true of it,
    private final boolean[] hasHead;                         // whether there is one,
    private final long[] headLo;                             // and its key
    private final long[] headHi;
    private final long[] from = new long[IndexRun.CHUNK];
    private final long[] to = new long[IndexRun.CHUNK];
    private int fieldNumber;
    private boolean inField;
    private long keyLo;
    private long keyHi;
    private boolean hasKey;
    private int current;                                     // the run whose part of the key comes next
    private long entriesCopied;

    IndexMerge(IndexRun[] runs, FileWriter file) {
        this.runs = runs;
        next = new int[runs.length];
        isLoaded = new boolean[runs.length];
        hasHead = new boolean[runs.length];
        headLo = new long[runs.length];
        headHi = new long[runs.length];
        writer = new IndexRunWriter(file, runs[0].first);
    }

    /** Copies about so many keys and intervals of positions; true once all are copied. */
    boolean step(long keysAndIntervals) {
        long left = keysAndIntervals;
        while (left > 0 && fieldNumber < IndexField.COUNT) {
            IndexField field = IndexField.of(fieldNumber);
            if (!inField) beginField(field);
            loadHeads(field);
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

    /** Directory entries of all inputs, and how many of them are copied. */
    BlockTask.Progress progress() {
        long total = 0;
        for (IndexRun run : runs) {
            for (int i = 0; i < IndexField.COUNT; i++) total += run.entries(IndexField.of(i));
        }
        return new BlockTask.Progress(entriesCopied, total);
    }

    /** Writes the rest of the merged run; call once, when {@link #step} has answered true. */
    IndexRun finish(FileKind kind, SealedFile.Source source) {
        return writer.end(kind, runs[runs.length - 1].end, source);
    }

    /** Copies one directory entry of the key, or moves on to the next run; returns the intervals copied. */
    private int copy(IndexField field) {
        if (!hasHead[current] || headLo[current] != keyLo || headHi[current] != keyHi) {
            current++;
            hasKey = current < runs.length;
            return 0;
        }
        int count = runs[current].read(field, next[current], from, to);
        for (int i = 0; i < count; i++) writer.add(keyLo, keyHi, from[i], to[i]);
        next[current]++;
        isLoaded[current] = false;
        entriesCopied++;
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

    private void beginField(IndexField field) {
        inField = true;
        writer.beginField(field);
        Arrays.fill(next, 0);
        Arrays.fill(isLoaded, false);
    }

    private void endField() {
        writer.endField();
        inField = false;
        fieldNumber++;
    }

    private void loadHeads(IndexField field) {
        for (int run = 0; run < runs.length; run++) {
            if (isLoaded[run]) continue;
            hasHead[run] = next[run] < runs[run].entries(field);
            if (hasHead[run]) {
                headLo[run] = runs[run].keyLo(field, next[run]);
                headHi[run] = runs[run].keyHi(field, next[run]);
            }
            isLoaded[run] = true;
        }
    }
}
