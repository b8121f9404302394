package dev.viewstamp.ledger;

import static dev.viewstamp.ledger.Invariant.check;

import java.util.ArrayList;
import java.util.List;

/**
 * The secondary indexes of one kind of record: sealed runs over consecutive ranges of positions, and behind them, a
 * segment each, the tails. Neighbouring runs of one size become one, so that a query meets few runs. Not
 * thread-safe.
 */
final class RecordIndex {
    static final int MERGED = 8;
    private static final int SEGMENTS_MAX = 64;              // per run

    private final TailIndex.Records records;
    private final int segment;
    private final List<IndexRun> runs = new ArrayList<>();   // by position
    private final List<TailIndex> tails = new ArrayList<>(); // by position, at least one; all but the last are full
    private final List<TailIndex> spare = new ArrayList<>();
    private TailIndex last;

    /** @param segment records per run when it is built, a power of two */
    RecordIndex(TailIndex.Records records, int segment) {
        this.records = records;
        this.segment = segment;
        addTail(0);
    }

    private void addTail(long start) {
        last = spare.isEmpty() ? new TailIndex(records, segment) : spare.remove(spare.size() - 1);
        last.begin(start);
        tails.add(last);
    }

    /** Adds the next account. */
    void add() {
        if (last.isFull()) addTail(last.end());
        last.add();
    }

    /** Adds the next transfer. */
    void add(int debit, int credit) {
        if (last.isFull()) addTail(last.end());
        last.add(debit, credit);
    }

    /** Forgets all records from this position on; their bytes must still be there. */
    void truncate(long end) {
        while (tails.size() > 1 && last.start() >= end) {
            last.truncate(last.start());
            spare.add(tails.remove(tails.size() - 1));
            last = tails.get(tails.size() - 1);
        }
        last.truncate(end);
    }

    /** The position of the first record that is not in a run. */
    long tailStart() {
        return tails.get(0).start();
    }

    long end() {
        return last.end();
    }

    /** The tail that covers a position behind the runs. */
    TailIndex tailAt(long position) {
        return tails.get((int) ((position - tailStart()) / segment));
    }

    /** The sealed run that covers a position before the tails. */
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

    /** Where the run or tail that covers this position begins. */
    long startAround(long position) {
        return position >= tailStart() ? tailAt(position).start() : runAt(position).first;
    }

    /** The position behind the run or tail that covers this one. */
    long endAround(long position) {
        return position >= tailStart() ? tailAt(position).end() : runAt(position).end;
    }

    /** The run of the first tail, which it replaces. */
    void seal(IndexRun run) {
        check(run.first == tailStart() && run.end == run.first + segment, "segments are sealed in order");
        runs.add(run);
        spare.add(tails.remove(0));
        if (tails.isEmpty()) addTail(run.end);
    }

    /** Adds a run that a checkpoint has; before any record. */
    void restore(IndexRun run) {
        check(run.first == tailStart() && tails.size() == 1 && last.isEmpty(), "runs cover all that is sealed");
        runs.add(run);
        last.begin(run.end);
    }

    /** Sealed runs, merged or not. */
    int runs() {
        return runs.size();
    }

    /** How many records runs that can be merged may have: one segment, then more, up to a limit. */
    long[] mergeSizes() {
        int count = 0;
        for (int segments = 1; segments < SEGMENTS_MAX; segments *= MERGED) count++;
        long[] sizes = new long[count];
        for (int i = 0; i < count; i++) sizes[i] = i == 0 ? segment : sizes[i - 1] * MERGED;
        return sizes;
    }

    /** The first neighbours of this size that are enough for a merge; empty if there are none. */
    List<IndexRun> mergeable(long size) {
        int from = 0;
        while (from < runs.size() && runs.get(from).end - runs.get(from).first != size) from++;
        int last = from + MERGED - 1;
        if (last >= runs.size() || runs.get(last).end - runs.get(last).first != size) return List.of();
        return List.copyOf(runs.subList(from, from + MERGED));
    }

    /** The runs that together cover this range exactly. */
    List<IndexRun> within(long first, long end) {
        return runs.stream().filter(run -> run.first >= first && run.end <= end).toList();
    }

    /** A merged run comes into force. */
    void replace(List<IndexRun> inputs, IndexRun merged) {
        int from = runs.indexOf(inputs.get(0));
        List<IndexRun> replaced = runs.subList(from, from + inputs.size());
        check(replaced.equals(inputs), "the runs that were merged are still neighbours");
        replaced.clear();
        runs.add(from, merged);
    }
}
