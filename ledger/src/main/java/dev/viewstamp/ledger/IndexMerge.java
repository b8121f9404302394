package dev.viewstamp.ledger;

/**
 * Makes one index run of several neighbouring ones, in steps of any size. The result depends on the inputs
 * alone. Reading may be cut short by a missing block anywhere; the next step then goes on where this one was. Not
 * thread-safe.
 */
final class IndexMerge {
    private final IndexRun[] runs;                           // by position
    private final RunCursor[] cursors;
    private final IndexRunWriter writer;
    private int fieldNumber;
    private boolean inField;
    private long keyLo;
    private long keyHi;
    private boolean hasKey;
    private int current;                                     // the run whose part of the key comes next
    private long entriesCopied;

    IndexMerge(IndexRun[] runs, FileWriter file) {
        this.runs = runs;
        cursors = new RunCursor[runs.length];
        for (int i = 0; i < runs.length; i++) cursors[i] = new RunCursor(runs[i]);
        writer = new IndexRunWriter(file, runs[0].first);
    }

    /** Copies about so many keys and intervals of positions; true once all are copied. */
    boolean step(long keysAndIntervals) {
        long left = keysAndIntervals;
        while (left > 0 && fieldNumber < IndexField.COUNT) {
            if (!inField) beginField(IndexField.of(fieldNumber));
            if (hasKey) {
                left -= copy();
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
    private int copy() {
        RunCursor cursor = cursors[current];
        cursor.load();
        if (!cursor.isAt(keyLo, keyHi)) {
            current++;
            hasKey = current < runs.length;
            return 0;
        }
        int intervals = cursor.copyTo(writer);
        entriesCopied++;
        return intervals;
    }

    /** The smallest key that any run has left. */
    private void nextKey() {
        for (RunCursor cursor : cursors) cursor.load();
        for (int i = 0; i < cursors.length; i++) {
            RunCursor cursor = cursors[i];
            if (!cursor.hasEntry()) continue;
            if (hasKey && !WideMath.less(cursor.keyHi(), cursor.keyLo(), keyHi, keyLo)) continue;
            keyLo = cursor.keyLo();
            keyHi = cursor.keyHi();
            current = i;
            hasKey = true;
        }
        if (hasKey) writer.beginKey(keyLo, keyHi);
    }

    private void beginField(IndexField field) {
        inField = true;
        writer.beginField(field);
        for (RunCursor cursor : cursors) cursor.begin(field);
    }

    private void endField() {
        writer.endField();
        inField = false;
        fieldNumber++;
    }
}
