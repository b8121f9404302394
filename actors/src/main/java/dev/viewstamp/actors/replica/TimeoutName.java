package dev.viewstamp.actors.replica;

/**
 * The timers of a replica, in the order in which they fire when several are due in one tick (replication spec
 * §11). The adaptive silence detector is not among them: see {@link LivenessDetector}.
 */
public enum TimeoutName {
    /** Always, once open: ping everybody. */
    PING(100, false),
    /** Normal primary with a prepare that lacks its quorum: send it again; backs off. */
    PREPARE(25, false),
    /** Normal primary: heartbeat. */
    COMMIT(50, false),
    /** Commit held back so that backups can follow: resume. Started with 1 to 4 ticks. */
    COMMIT_STALL(1, false),
    /** Normal primary with a prepare pending, or that dropped a request for want of a clock: stop the heartbeats. */
    PRIMARY_ABDICATE(1000, false),
    /** View change takes too long: vote to leave this view too. */
    VIEW_CHANGE_STATUS(500, false),
    /** View change: send DoViewChange again. */
    DO_VIEW_CHANGE_MESSAGE(50, false),
    /** Own wish to leave the view stands: send StartViewChange again. */
    START_VIEW_CHANGE_MESSAGE(50, false),
    /** Others' wishes to leave the view have aged: forget them. */
    START_VIEW_CHANGE_WINDOW(500, false),
    /** View change, not the primary of the view: ask for its StartView. */
    GET_START_VIEW_MESSAGE(100, false),
    /** Normal, or prospective primary with its quorum: one pass of repair. */
    REPAIR(10, true),
    /** Normal backup: has the log stopped to advance for a whole period? */
    REPAIR_SYNC(500, false),
    /** Head uncertain: ask everybody for view and head. */
    RECOVERY(200, true),
    /** Normal primary: an entry of the cluster's own, if the state machine is due one. */
    PULSE(10, false),
    /** Always: read and verify one piece of log, replies or superblock. Its period follows from the settings. */
    SCRUB(50, false);

    private final int baseTicks;
    private final boolean jittered;

    TimeoutName(int baseTicks, boolean jittered) {
        this.baseTicks = baseTicks;
        this.jittered = jittered;
    }

    /** The default period, ticks of 10 ms. */
    public int baseTicks() {
        return baseTicks;
    }

    /**
     * Whether each period is drawn from [0.5, 1.5] of the base. Equal periods on several replicas resonate: one
     * asks just before the other for ever, and starves it (replication spec §8.3).
     */
    public boolean isJittered() {
        return jittered;
    }
}
