package dev.viewstamp.actors.replica;

import static dev.viewstamp.actors.replica.Invariant.check;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * How many requests for entries are out, to whom, and whom to ask next: the replica that has been answering
 * fastest, now and then any other, never more than two at a time (replication spec §8.3). Peers' send queues
 * are short: two replicas in repair must not fill one.
 *
 * <p>Invariants: at most {@value #IN_FLIGHT_MAX} ops in flight per remote; none at oneself; latencies are in
 * [{@value #LATENCY_MIN}, {@value #EXPIRY_MAX}] ticks.
 */
final class RepairBudget {
    static final int IN_FLIGHT_MAX = 2;

    /** Answers after this many ticks are not waited for. */
    static final int EXPIRY_MAX = 50;
    static final int LATENCY_MIN = 1;
    static final int LATENCY_INITIAL = 10;

    /** One choice in this many ignores the latencies, so that a replica once slow gets another chance. */
    private static final int RANDOM_ONE_IN = 10;
    private static final int SCALE = 1 << 10;
    private static final long NONE = -1;

    private final int self;
    private final int replicaCount;
    private final RandomGenerator random;
    private final long[][] ops;                                 // by replica: ops in flight, or NONE
    private final long[][] sentAt;                              // by replica: when, ticks
    private final long[] latency;                               // by replica: average, in fractions of ticks
    private final boolean[] silent;                             // by replica: not heard yet, or not since it owed us

    RepairBudget(int replicaCount, int self, RandomGenerator random) {
        check(0 <= self, "self %d", self);
        this.self = self;
        this.replicaCount = replicaCount;
        this.random = random;
        this.ops = new long[replicaCount][IN_FLIGHT_MAX];
        this.sentAt = new long[replicaCount][IN_FLIGHT_MAX];
        this.latency = new long[replicaCount];
        this.silent = new boolean[replicaCount];
        Arrays.fill(silent, true);
        Arrays.fill(latency, LATENCY_INITIAL * (long) SCALE);
        refill();
    }

    /** Whether anybody could be asked for anything. */
    boolean isExhausted() {
        for (int replica = 0; replica < replicaCount; replica++) {
            if (isCandidate(replica)) {
                return false;
            }
        }
        return true;
    }

    /** Some message came from this replica: it may be asked. */
    void heardFrom(int replica) {
        silent[replica] = false;
    }

    /** This replica is not asked while others are there, until it is heard. */
    void doubt(int replica) {
        silent[replica] = true;
    }

    /** Whether somebody was asked for {@code op} and may still answer. */
    boolean isInFlight(long op) {
        for (int replica = 0; replica < replicaCount; replica++) {
            if (place(replica, op) >= 0) {
                return true;
            }
        }
        return false;
    }

    /** Requests that may still be answered. */
    int inFlight() {
        int count = 0;
        for (long[] row : ops) {
            for (long op : row) {
                count += op == NONE ? 0 : 1;
            }
        }
        return count;
    }

    /**
     * Chooses whom to ask for {@code op}, and counts that as asked.
     *
     * @return the replica, or -1 if the op is in flight already or all budgets are spent
     */
    int ask(long op, long tick) {
        if (isInFlight(op)) {
            return -1;
        }
        int replica = random.nextInt(RANDOM_ONE_IN) == 0 ? anyone() : fastest();
        if (replica >= 0) {
            take(replica, op, tick);
        }
        return replica;
    }

    /**
     * Counts {@code op} as asked of everybody who has budget and was not asked for it yet: for uncommitted ops,
     * which only one may have.
     *
     * @return bit r is set for each replica to ask
     */
    int askAll(long op, long tick) {
        int asked = 0;
        for (int replica = 0; replica < replicaCount; replica++) {
            if (isCandidate(replica) && place(replica, op) < 0) {
                take(replica, op, tick);
                asked |= 1 << replica;
            }
        }
        return asked;
    }

    /**
     * {@code replica} sent the entry of {@code op}: its latency is learnt, and nobody else is waited for.
     *
     * @return false if it was not asked, or too long ago
     */
    boolean answered(int replica, long op, long tick) {
        int place = 0 <= replica && replica < replicaCount ? place(replica, op) : -1;
        if (place >= 0) {
            learn(replica, tick - sentAt[replica][place]);
        }
        forget(op);
        return place >= 0;
    }

    /** The op is no longer wanted, or came another way: gives its budget back without judging anybody. */
    void forget(long op) {
        for (int replica = 0; replica < replicaCount; replica++) {
            int place = place(replica, op);
            if (place >= 0) {
                ops[replica][place] = NONE;
            }
        }
    }

    /**
     * Gives up on requests older than twice their replica's latency, or {@value #EXPIRY_MAX} ticks, and holds
     * it against the replica.
     *
     * @return how many
     */
    int expire(long tick) {
        int expired = 0;
        for (int replica = 0; replica < replicaCount; replica++) {
            long limit = Math.min(EXPIRY_MAX, Math.max(2, 2 * latency[replica] / SCALE));
            for (int place = 0; place < IN_FLIGHT_MAX; place++) {
                if (ops[replica][place] != NONE && tick - sentAt[replica][place] >= limit) {
                    ops[replica][place] = NONE;
                    silent[replica] = true;
                    learn(replica, EXPIRY_MAX);
                    expired++;
                }
            }
        }
        return expired;
    }

    /** Nothing asked before counts any more: the log was replaced by a checkpoint, or a new view started. */
    void refill() {
        for (long[] row : ops) {
            Arrays.fill(row, NONE);
        }
    }

    /** Average time to an answer, ticks, rounded down. */
    long latencyTicks(int replica) {
        return latency[replica] / SCALE;
    }

    void checkInvariants() {
        for (int replica = 0; replica < replicaCount; replica++) {
            check(LATENCY_MIN * (long) SCALE <= latency[replica] && latency[replica] <= EXPIRY_MAX * (long) SCALE,
                    "latency %d of replica %d", latency[replica], replica);
            check(ops[replica][0] == NONE || ops[replica][0] != ops[replica][1], "replica %d asked twice for op %d",
                    replica, ops[replica][0]);
            boolean idle = ops[replica][0] == NONE && ops[replica][1] == NONE;
            check(replica != self || idle, "replica %d asked itself", self);
        }
    }

    /**
     * Whether it may be asked now: an op that is asked of a dead replica waits for nothing while all others come, and
     * it is often the one to be executed next.
     */
    private boolean isCandidate(int replica) {
        return replica != self && free(replica) >= 0 && (!silent[replica] || areAllSilent());
    }

    private boolean areAllSilent() {
        for (int replica = 0; replica < replicaCount; replica++) {
            if (replica != self && !silent[replica]) {
                return false;
            }
        }
        return true;
    }

    private int fastest() {
        int fastest = -1;
        for (int replica = 0; replica < replicaCount; replica++) {
            if (isCandidate(replica) && (fastest < 0 || latency[replica] < latency[fastest])) {
                fastest = replica;
            }
        }
        return fastest;
    }

    private int anyone() {
        int chosen = -1;
        int seen = 0;
        for (int replica = 0; replica < replicaCount; replica++) {
            if (isCandidate(replica) && random.nextInt(++seen) == 0) {
                chosen = replica;
            }
        }
        return chosen;
    }

    private void take(int replica, long op, long tick) {
        check(op >= 0, "op %d", op);
        int place = free(replica);
        ops[replica][place] = op;
        sentAt[replica][place] = tick;
    }

    private int free(int replica) {
        return place(replica, NONE);
    }

    private int place(int replica, long op) {
        for (int place = 0; place < IN_FLIGHT_MAX; place++) {
            if (ops[replica][place] == op) {
                return place;
            }
        }
        return -1;
    }

    private void learn(int replica, long ticks) {
        long sample = Math.max(LATENCY_MIN, Math.min(ticks, EXPIRY_MAX)) * SCALE;
        latency[replica] = (4 * latency[replica] + sample) / 5;
    }
}
