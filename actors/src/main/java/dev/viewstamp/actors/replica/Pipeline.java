package dev.viewstamp.actors.replica;

import static dev.viewstamp.actors.replica.Invariant.check;

import dev.viewstamp.client.protocol.ClientMessage;
import dev.viewstamp.journal.LogEntry;
import dev.viewstamp.journal.Word128;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * A primary's entries on their way to a quorum, and the requests waiting for a place among them (replication spec
 * §3.1). Empty on all others.
 *
 * <p>Invariants: at most {@code prepareMax} entries, of consecutive ops, each the parent of the next; requests
 * wait only while fewer than two places are free.
 */
final class Pipeline {
    /** An entry and who has it durably. */
    static final class InFlight {
        private final LogEntry entry;
        private final QuorumCounter oks;

        private InFlight(LogEntry entry, QuorumCounter oks) {
            this.entry = entry;
            this.oks = oks;
        }

        LogEntry entry() {
            return entry;
        }

        QuorumCounter oks() {
            return oks;
        }
    }

    /** @param wallNanos the cluster's time when the request came in */
    record Waiting(ClientMessage.Request request, long wallNanos) {
    }

    private final Quorums quorums;
    private final int prepareMax;
    private final int waitingMax;
    private final List<InFlight> prepares;
    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();

    Pipeline(Quorums quorums, int prepareMax, int waitingMax) {
        this.quorums = quorums;
        this.prepareMax = prepareMax;
        this.waitingMax = waitingMax;
        this.prepares = new ArrayList<>(prepareMax);
    }

    int count() {
        return prepares.size();
    }

    int waitingCount() {
        return waiting.size();
    }

    boolean isEmpty() {
        return prepares.isEmpty();
    }

    boolean isFull() {
        return prepares.size() == prepareMax;
    }

    /** Whether neither a place nor a seat to wait for one is left. */
    boolean isOverfull() {
        return isFull() && waiting.size() >= waitingMax;
    }

    void push(LogEntry entry) {
        check(!isFull(), "pipeline of %d is full", prepareMax);
        if (!prepares.isEmpty()) {
            LogEntry last = prepares.get(prepares.size() - 1).entry;
            check(entry.op() == last.op() + 1 && entry.header().parent().equals(last.checksum()), "%s after %s", entry,
                    last);
        }
        prepares.add(new InFlight(entry, new QuorumCounter(quorums.replication(), quorums.replicaCount())));
    }

    void await(Waiting request) {
        check(isFull() && waiting.size() < waitingMax, "%d prepares, %d waiting", prepares.size(), waiting.size());
        waiting.add(request);
    }

    /** The next request that a place is free for, or null. */
    Waiting pollWaiting() {
        return isFull() ? null : waiting.poll();
    }

    /** Exactly this entry, or null. */
    InFlight find(long op, Word128 checksum) {
        if (prepares.isEmpty()) {
            return null;
        }
        long index = op - prepares.get(0).entry.op();
        if (index < 0 || index >= prepares.size()) {
            return null;
        }
        InFlight found = prepares.get((int) index);
        return found.entry.checksum().equals(checksum) ? found : null;
    }

    /** The entry to be executed next, or null. */
    InFlight head() {
        return prepares.isEmpty() ? null : prepares.get(0);
    }

    /** The lowest entry without a quorum, or null. */
    InFlight firstPending() {
        for (InFlight prepare : prepares) {
            if (!prepare.oks.isReached()) {
                return prepare;
            }
        }
        return null;
    }

    /** How many entries at the head have their quorum. */
    int readyCount() {
        int ready = 0;
        while (ready < prepares.size() && prepares.get(ready).oks.isReached()) {
            ready++;
        }
        return ready;
    }

    /** The head was executed. */
    void pop(long op) {
        check(!prepares.isEmpty() && prepares.get(0).entry.op() == op, "op %d is not the head", op);
        prepares.remove(0);
    }

    /** Whether an entry or a waiting request is this client's. */
    boolean hasClient(Word128 client) {
        for (InFlight prepare : prepares) {
            if (prepare.entry.header().client().equals(client)) {
                return true;
            }
        }
        for (Waiting request : waiting) {
            if (Words.of(request.request().client()).equals(client)) {
                return true;
            }
        }
        return false;
    }

    /** Whether an entry of this operation is in flight. */
    boolean hasOperation(int operation) {
        for (InFlight prepare : prepares) {
            if (prepare.entry.header().operation() == operation) {
                return true;
            }
        }
        return false;
    }

    List<InFlight> prepares() {
        return prepares;
    }

    /** Leadership ends: acknowledgements and waiting requests are forgotten. */
    void clear() {
        prepares.clear();
        waiting.clear();
    }

    void checkInvariants() {
        check(prepares.size() <= prepareMax && waiting.size() <= waitingMax, "%d prepares, %d waiting", prepares.size(),
                waiting.size());
        check(waiting.isEmpty() || prepares.size() >= prepareMax - 1, "%d waiting while %d of %d places are taken",
                waiting.size(), prepares.size(), prepareMax);
    }
}
