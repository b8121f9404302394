package dev.viewstamp.testkit.check;

import dev.viewstamp.actors.message.ReplicaMessage.GetPrepare;
import dev.viewstamp.journal.Word128;
import java.util.HashMap;
import java.util.Map;

/**
 * Repair asks at a measured pace (replication spec §8.3): nobody asks one peer for one entry much more often than
 * unanswered requests expire, which is every two ticks at the soonest. Whoever asks again because it has no place for
 * the answer fills the network with entries of up to a megabyte.
 */
public final class PaceChecker {
    /** Twice as often as requests can expire. */
    static final int ASKED_MAX = 100;
    static final long WINDOW_NANOS = 1_000_000_000;

    private record Question(int to, long op, Word128 checksum) {
    }

    private final int replica;
    private final Map<Question, Integer> asked = new HashMap<>();
    private long windowEndNanos;

    /** @param replica whose pace it is */
    public PaceChecker(int replica) {
        this.replica = replica;
    }

    /** The replica asks a peer; moments never go back. */
    public void onGetPrepare(int to, GetPrepare get, long nanos) {
        if (nanos >= windowEndNanos) {
            asked.clear();
            windowEndNanos = nanos + WINDOW_NANOS;
        }
        if (asked.merge(new Question(to, get.op(), get.checksum()), 1, Integer::sum) > ASKED_MAX) {
            throw new Violation("pace", "R" + replica + " asked R" + to + " for op " + get.op() + " " + get.checksum()
                    + " more than " + ASKED_MAX + " times within a second");
        }
    }
}
