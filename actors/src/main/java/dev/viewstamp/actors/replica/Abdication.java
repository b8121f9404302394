package dev.viewstamp.actors.replica;

/**
 * A primary that cannot do its work holds back its heartbeats, and nothing else, so that the backups may leave
 * its view: no new acknowledgement for too long while entries wait, or no agreement on the time while requests
 * come (replication spec §4.9).
 */
final class Abdication {
    private final Timeout timeout;
    private boolean abdicating;
    private boolean lacksClock;

    Abdication(Timeouts timeouts) {
        this.timeout = timeouts.get(TimeoutName.PRIMARY_ABDICATE);
    }

    boolean isAbdicating() {
        return abdicating;
    }

    /** An entry waits for its quorum. */
    void entryPending() {
        timeout.ensureStarted();
    }

    /** A request had to be dropped because the cluster's time is unknown. */
    void clockMissing() {
        lacksClock = true;
        timeout.ensureStarted();
    }

    /** A replica acknowledged an entry for the first time: somebody hears us. */
    void newAcknowledgement(boolean isAnyPending) {
        abdicating = false;
        if (isAnyPending || lacksClock) {
            timeout.start();
        } else {
            timeout.stop();
        }
    }

    /** The cluster's time is known. */
    void clockFound(boolean isAnyPending) {
        if (lacksClock) {
            lacksClock = false;
            if (!isAnyPending) {
                abdicating = false;
                timeout.stop();
            }
        }
    }

    /** The timer fired. */
    void timedOut() {
        abdicating = true;
        timeout.reset();
    }
}
