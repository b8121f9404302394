package dev.viewstamp.testkit.process;

import dev.viewstamp.ledger.model.ModelLedger;
import dev.viewstamp.testkit.check.Violation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Whether what clients saw has an explanation: one order of all executed requests, in which each is answered as the
 * naive model of the ledger answers it, and which no client can contradict with a watch.
 *
 * <p>Requests that create say by their timestamps where they stand, and so do pulses. A read does not; it must fit
 * somewhere between what was over before it began and what began after it was answered, and not before what an earlier
 * read saw.
 */
final class HistoryChecker {
    /** What was checked; {@code writes} without pulses. */
    record Report(int writes, int reads, int unanswered, int executedUnanswered, int pulses) {
    }

    private final int requestBodyMax;

    HistoryChecker(int requestBodyMax) {
        this.requestBodyMax = requestBodyMax;
    }

    /**
     * Checks a history whose unanswered requests are settled, and which has all pulses that expired something.
     *
     * @throws Violation naming the request that has no explanation
     */
    Report check(List<HistoryEntry> history) {
        List<HistoryEntry> writes = history.stream().filter(entry -> entry.timestamp() > 0)
                .sorted(Comparator.comparingLong(HistoryEntry::timestamp)).toList();
        List<Read> reads = history.stream().filter(entry -> !entry.isCreate() && entry.isAnswered())
                .sorted(Comparator.comparingLong(HistoryEntry::invokedNanos)).map(Read::new).toList();
        inRealTime(writes);
        reads.forEach(read -> read.bound(writes));
        replay(writes, reads);
        inOrder(reads);
        int unanswered = count(history, entry -> !entry.isPulse() && !entry.isAnswered());
        int pulses = count(writes, HistoryEntry::isPulse);
        return new Report(writes.size() - pulses, reads.size(), unanswered,
                count(writes, write -> !write.isPulse() && !write.isAnswered()), pulses);
    }

    private static int count(List<HistoryEntry> entries, Predicate<HistoryEntry> which) {
        return (int) entries.stream().filter(which).count();
    }

    private static void inRealTime(List<HistoryEntry> writes) {
        long latestInvoked = Long.MIN_VALUE;
        HistoryEntry latest = null;
        HistoryEntry before = null;
        for (HistoryEntry write : writes) {
            if (before != null && before.timestamp() >= write.firstTimestamp()) {
                throw new Violation("history", before + " and " + write + " overlap");
            }
            if (latest != null && write.answeredNanos() < latestInvoked) {
                throw new Violation("history", write + " was over before " + latest + " began, yet stands after it");
            }
            if (write.invokedNanos() > latestInvoked) {
                latestInvoked = write.invokedNanos();
                latest = write;
            }
            before = write;
        }
    }

    private void replay(List<HistoryEntry> writes, List<Read> reads) {
        ModelLedger model = new ModelLedger(requestBodyMax);
        long timestamp = 1;
        match(model, timestamp, reads, 0);
        for (int i = 0; i < writes.size(); i++) {
            HistoryEntry write = writes.get(i);
            timestamp = write.timestamp();
            byte[] reply = model.execute(write.operation().code(), timestamp, write.body());
            if (write.isAnswered() && !Arrays.equals(reply, write.reply())) {
                throw new Violation("history", write + " was answered otherwise than the model answers it");
            }
            match(model, timestamp, reads, i + 1);
        }
    }

    /** Notes which reads could have been executed after so many writes. */
    private static void match(ModelLedger model, long timestamp, List<Read> reads, int position) {
        for (Read read : reads) {
            if (read.low <= position && position <= read.high) {
                byte[] reply = model.execute(read.entry.operation().code(), timestamp, read.entry.body());
                if (Arrays.equals(reply, read.entry.reply())) {
                    read.fits.add(position);
                }
            }
        }
    }

    /** Each read, in the order of their beginnings, takes the first place that fits. */
    private static void inOrder(List<Read> reads) {
        List<Read> placed = new ArrayList<>();
        for (Read read : reads) {
            int low = placed.stream().filter(other -> other.entry.precedes(read.entry)).mapToInt(other -> other.place)
                    .max().orElse(0);
            Integer place = read.fits.ceiling(low);
            if (place == null) {
                throw new Violation("history", read.entry + " fits nowhere: possible after " + read.low + " to "
                        + read.high + " writes, answered as after " + read.fits + ", and others read after " + low);
            }
            read.place = place;
            placed.add(read);
        }
    }

    /** A read and the numbers of writes that may have been executed before it. */
    private static final class Read {
        private final HistoryEntry entry;
        private final TreeSet<Integer> fits = new TreeSet<>();
        private int low;
        private int high;
        private int place;

        Read(HistoryEntry entry) {
            this.entry = entry;
        }

        void bound(List<HistoryEntry> writes) {
            high = writes.size();
            for (int i = 0; i < writes.size(); i++) {
                if (writes.get(i).precedes(entry)) {
                    low = i + 1;
                }
                if (entry.precedes(writes.get(i))) {
                    high = Math.min(high, i);
                }
            }
        }
    }
}
