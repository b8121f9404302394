package dev.viewstamp.ledger;

import static dev.viewstamp.ledger.Invariant.check;

import java.util.ArrayList;
import java.util.List;

/**
 * The secondary indexes of one kind of record: sealed runs over consecutive ranges of positions, and the
 * index of the tail behind them. Eight neighbouring runs of one size become one, up to 64 segments, so that a
 * query meets few runs. Not thread-safe.
 */
final class RecordIndex {
    private static final int MERGED = 8;
    private static final int SEGMENTS_MAX = 64;              // per run
    /** Keys and intervals merged per record created: keeps up even if all values of all fields are different. */
    private static final int MERGE_STEPS = 32;

    private final TailIndex.Records records;
    private final TailIndex tail;
    private final int segment;
    private final IndexRunWriter writer;
    private final RadixSort sort = new RadixSort();
    private final List<IndexRun> runs = new ArrayList<>();   // by position
    private final SealedFiles files;
    private IndexMerge merge;                                // null: none under way
    private int mergeFrom;                                   // the first of its runs
    private long[] keys;
    private int[] ordinals;

    /** @param segment records per run when it is built, a power of two */
    RecordIndex(TailIndex.Records records, int segment, SealedFiles files) {
        this.records = records;
        this.segment = segment;
        this.files = files;
        tail = new TailIndex(records, segment);
        writer = new IndexRunWriter(files);
    }

    TailIndex tail() {
        return tail;
    }

    /** The sealed run that covers a position before the tail. */
    IndexRun runAt(long position) {
        int low = 0;
        int high = runs.size() - 1;
        while (low < high) {
            int middle = low + high + 1 >>> 1;
            if (runs.get(middle).first <= position) low = middle;
            else high = middle - 1;
        }
        return runs.get(low);
    }

    /** Where the run, or the tail, that covers this position begins. */
    long startAround(long position) {
        return position >= tail.start() ? tail.start() : runAt(position).first;
    }

    /** The position behind the run, or the tail, that covers this one. */
    long endAround(long position) {
        return position >= tail.start() ? tail.end() : runAt(position).end;
    }

    boolean hasFullSegment() {
        return tail.end() - tail.start() >= segment;
    }

    /** Builds the run of the tail's first segment and takes it out of the tail. */
    void seal() {
        check(hasFullSegment(), "only full segments are sealed");
        if (keys == null) {
            keys = new long[segment];
            ordinals = new int[segment];
        }
        long first = tail.start();
        writer.begin(first);
        for (int i = 0; i < IndexField.COUNT; i++) {
            IndexField field = IndexField.of(i);
            writer.beginField(field);
            if (!tail.isUnused(field)) addField(field, first);
            writer.endField();
        }
        runs.add(writer.end(first + segment));
        tail.drop(segment);
    }

    /** Sealed runs, merged or not. */
    int runs() {
        return runs.size();
    }

    /**
     * Goes on merging as far as the growth by so many records pays for. A function of history alone. Where
     * files are not in memory this would read, so there merging is left to whoever can fetch blocks in the
     * background.
     */
    void merge(long created) {
        if (!files.inMemory()) return;
        if (merge == null) beginMerge();
        if (merge == null || !merge.step(created * MERGE_STEPS)) return;
        IndexRun merged = merge.finish();
        List<IndexRun> inputs = runs.subList(mergeFrom, mergeFrom + MERGED);
        for (IndexRun input : inputs) files.delete(input.file());
        inputs.clear();
        runs.add(mergeFrom, merged);
        merge = null;
    }

    /** The longest runs first: there is more to gain, and shorter ones wait behind them. */
    private void beginMerge() {
        for (long size = (long) segment * SEGMENTS_MAX / MERGED; size >= segment; size /= MERGED) {
            int from = 0;
            while (from < runs.size() && runs.get(from).end - runs.get(from).first != size) from++;
            int last = from + MERGED - 1;
            if (last >= runs.size() || runs.get(last).end - runs.get(last).first != size) continue;
            mergeFrom = from;
            merge = new IndexMerge(runs.subList(from, from + MERGED).toArray(new IndexRun[0]), files);
            return;
        }
    }

    private void addField(IndexField field, long first) {
        int count = field.isAccount() ? collectAccounts(field, first) : collect(field, first);
        if (field.width != 16) {
            sort.sort(keys, ordinals, count);
            for (int i = 0; i < count; i++) writer.add(keys[i], 0, first + ordinals[i], first + ordinals[i]);
            return;
        }
        // A stable sort by the high half, of what is sorted by the low half, sorts by both.
        sort.sort(keys, ordinals, count);
        for (int i = 0; i < count; i++) {
            keys[i] = field.hi(records.block(first + ordinals[i]), records.at(first + ordinals[i]));
        }
        sort.sort(keys, ordinals, count);
        for (int i = 0; i < count; i++) {
            long position = first + ordinals[i];
            writer.add(field.lo(records.block(position), records.at(position)), keys[i], position, position);
        }
    }

    private int collectAccounts(IndexField field, long first) {
        for (int ordinal = 0; ordinal < segment; ordinal++) {
            keys[ordinal] = tail.accountOf(field.ordinal(), first + ordinal);
            ordinals[ordinal] = ordinal;
        }
        return segment;
    }

    /** Zero cannot be searched for and is left out. */
    private int collect(IndexField field, long first) {
        int count = 0;
        boolean wide = field.width == 16;
        for (int ordinal = 0; ordinal < segment; ordinal++) {
            byte[] block = records.block(first + ordinal);
            int at = records.at(first + ordinal);
            long lo = field.lo(block, at);
            if (lo == 0 && (!wide || field.hi(block, at) == 0)) continue;
            keys[count] = lo;
            ordinals[count++] = ordinal;
        }
        return count;
    }
}
