package dev.viewstamp.actors.shell;

/**
 * Bounds what is sent to a peer that does not answer: Artery queues and drops silently, and each queued prepare
 * pins its body. A peer that was heard may get {@code bulkMax} bulk messages; after these, none until it is heard
 * again. What it lost it asks for, and asking is being heard.
 *
 * <p>Invariant: 0 <= sent[r] <= bulkMax.
 */
final class PeerFlow {
    private final int bulkMax;
    private final int[] sent;

    PeerFlow(int replicaCount, int bulkMax) {
        this.bulkMax = bulkMax;
        this.sent = new int[replicaCount];
    }

    void heard(int replica) {
        sent[replica] = 0;
    }

    /** Whether one more bulk message may go out; counts it if so. */
    boolean admitsBulk(int replica) {
        if (sent[replica] == bulkMax) {
            return false;
        }
        sent[replica]++;
        return true;
    }
}
