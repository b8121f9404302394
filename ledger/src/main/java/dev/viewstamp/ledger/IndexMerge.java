package dev.viewstamp.ledger;

/**
 * Makes one index run of several neighbouring ones, in steps of any size. The result depends on the inputs
 * alone. Reading may be cut short by a missing block anywhere; the next step then goes on where this one was. Not
 * thread-safe.
 *
 * <p>A heap of cursors, one per run: on top the one with the smallest key, and of equal keys that of the oldest run, so
 * that the positions of a key come in their order.
 */
final class IndexMerge {
    private final IndexRun[] runs;                           // by position
    private final RunCursor[] cursors;
    private final IndexRunWriter writer;
    private final int[] heap;                                // numbers of runs
    private int heapSize;
    private int fieldNumber;
    private boolean inField;
    private int begun;                                       // runs whose cursor has been at the field's first entry
    private boolean topMoved;                                // the cursor on top is at its next entry: not in order yet
    private long keyLo;
    private long keyHi;
    private boolean hasKey;
    private long entriesCopied;

    IndexMerge(IndexRun[] runs, FileWriter file) {
        this.runs = runs;
        cursors = new RunCursor[runs.length];
        for (int i = 0; i < runs.length; i++) cursors[i] = new RunCursor(runs[i]);
        writer = new IndexRunWriter(file, runs[0].first);
        heap = new int[runs.length];
    }

    /** Copies about so many intervals of positions; true once all are copied. */
    boolean step(long intervals) {
        long left = intervals;
        while (left > 0 && fieldNumber < IndexField.COUNT) {
            if (!inField) beginField(IndexField.of(fieldNumber));
            while (begun < runs.length) enter(begun);
            if (topMoved) settleTop();
            if (heapSize == 0) {
                endField();
                left--;
            } else {
                left -= copyTop();
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

    private void beginField(IndexField field) {
        inField = true;
        begun = 0;
        hasKey = false;
        writer.beginField(field);
        for (RunCursor cursor : cursors) cursor.begin(field);
    }

    private void endField() {
        writer.endField();
        inField = false;
        fieldNumber++;
    }

    private void enter(int run) {
        cursors[run].load();
        begun++;
        if (!cursors[run].hasEntry()) return;
        int at = heapSize++;
        for (; at > 0 && isBefore(run, heap[at - 1 >>> 1]); at = at - 1 >>> 1) heap[at] = heap[at - 1 >>> 1];
        heap[at] = run;
    }

    private void settleTop() {
        int run = heap[0];
        cursors[run].load();
        topMoved = false;
        if (!cursors[run].hasEntry()) {
            if (--heapSize == 0) return;
            run = heap[heapSize];
        }
        int at = 0;
        for (int child = 1; child < heapSize; child = 2 * at + 1) {
            if (child + 1 < heapSize && isBefore(heap[child + 1], heap[child])) child++;
            if (isBefore(run, heap[child])) break;
            heap[at] = heap[child];
            at = child;
        }
        heap[at] = run;
    }

    private boolean isBefore(int a, int b) {
        int order = Long.compareUnsigned(cursors[a].keyHi(), cursors[b].keyHi());
        if (order == 0) order = Long.compareUnsigned(cursors[a].keyLo(), cursors[b].keyLo());
        return order != 0 ? order < 0 : a < b;
    }

    /** Copies the entry of the cursor on top; returns its intervals. */
    private int copyTop() {
        RunCursor cursor = cursors[heap[0]];
        if (!hasKey || cursor.keyLo() != keyLo || cursor.keyHi() != keyHi) {
            keyLo = cursor.keyLo();
            keyHi = cursor.keyHi();
            hasKey = true;
            writer.beginKey(keyLo, keyHi);
        }
        int intervals = cursor.copyTo(writer);
        topMoved = true;
        entriesCopied++;
        return intervals;
    }
}
