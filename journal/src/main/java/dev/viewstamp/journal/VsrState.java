package dev.viewstamp.journal;

import java.util.List;

/**
 * What a replica must never forget about the protocol; the superblock's changing part. Durable before
 * anything that depends on it is sent (replication spec §6.3). Immutable.
 *
 * @param checkpoint  the state this replica would restart from
 * @param replica     this replica's index
 * @param commitMax   the highest op known to be committed when this was written
 * @param syncOpMin   ops that this replica may have vouched for and has lost: (syncOpMin, syncOpMax]; 0, 0 = none
 * @param syncOpMax   see syncOpMin; not 0 only after {@link #reformatted}
 * @param logView     the last view whose log this replica adopted
 * @param view        the view it is in; never decreases
 * @param viewHeaders descending ops, newest first, at least one. logView &lt; view: headers of the
 *                    DoViewChange (may contain {@linkplain EntryHeader#blank blanks}); logView == view:
 *                    headers of the StartView
 */
public record VsrState(CheckpointState checkpoint, int replica, long commitMax, long syncOpMin, long syncOpMax,
        int logView, int view, List<EntryHeader> viewHeaders) {
    /** View headers that a superblock copy has room for. */
    public static final int VIEW_HEADERS_MAX = 28;
    /** A StartView carries pipelineMax + 1 headers and two hooks. */
    public static final int PIPELINE_MAX = VIEW_HEADERS_MAX - 3;

    public VsrState {
        viewHeaders = List.copyOf(viewHeaders);
        InvariantViolation.check(0 <= logView && logView <= view, "logView %d, view %d", logView, view);
        InvariantViolation.check(checkpoint.op() <= commitMax, "checkpoint %d > commitMax %d", checkpoint.op(),
                commitMax);
        InvariantViolation.check(0 <= syncOpMin && syncOpMin <= syncOpMax, "sync %d..%d", syncOpMin, syncOpMax);
        InvariantViolation.check(!viewHeaders.isEmpty() && viewHeaders.size() <= VIEW_HEADERS_MAX, "%d view headers",
                viewHeaders.size());
        for (int i = 1; i < viewHeaders.size(); i++) {
            InvariantViolation.check(viewHeaders.get(i).op() < viewHeaders.get(i - 1).op(),
                    "view headers do not descend: %s", viewHeaders);
        }
        InvariantViolation.check(!viewHeaders.get(0).isBlank(), "the head is never blank: %s", viewHeaders);
    }

    /** A formatted replica: view 0, op 0. */
    public static VsrState root(Word128 cluster, int replica) {
        CheckpointState checkpoint = CheckpointState.root(cluster);
        return new VsrState(checkpoint, replica, 0, 0, 0, 0, 0, List.of(checkpoint.header()));
    }

    /**
     * A replica whose disk is gone, in a cluster that has gone on without it (replication spec §7.5). It has
     * promises to keep that it does not remember, so it neither votes nor acknowledges before it has taken over a
     * log that is newer than they are.
     *
     * @param view      two above the newest view the cluster was seen in: the lost disk may have known one more
     * @param commitMax what the cluster was seen to have committed since the disk was lost; at least pipelineMax
     */
    public static VsrState reformatted(Word128 cluster, int replica, int view, long commitMax) {
        InvariantViolation.check(view >= 2 && commitMax > 0, "reformatted in view %d at op %d", view, commitMax);
        CheckpointState checkpoint = CheckpointState.root(cluster);
        return new VsrState(checkpoint, replica, 0, 0, commitMax, 0, view, List.of(checkpoint.header()));
    }

    /** A member of a new cluster that begins with this state instead of nothing: {@link CheckpointState#reborn}. */
    public static VsrState restored(CheckpointState checkpoint, int replica) {
        return new VsrState(checkpoint, replica, checkpoint.op(), 0, 0, 0, 0, List.of(checkpoint.header()));
    }

    /** Whether this is still what {@link #reformatted} made: nothing was taken over yet. */
    public boolean isReformatted() {
        return logView == 0 && view > 0 && syncOpMax > 0;
    }

    public long checkpointOp() {
        return checkpoint.op();
    }

    /** The same state in another view. */
    public VsrState withView(int newView, int newLogView, long newCommitMax, List<EntryHeader> newViewHeaders) {
        return new VsrState(checkpoint, replica, Math.max(commitMax, newCommitMax), syncOpMin, syncOpMax,
                newLogView, newView, newViewHeaders);
    }

    /** The same view on another checkpoint. */
    public VsrState withCheckpoint(CheckpointState newCheckpoint, long newCommitMax, long newSyncOpMin,
            long newSyncOpMax, List<EntryHeader> newViewHeaders) {
        return new VsrState(newCheckpoint, replica, Math.max(commitMax, newCommitMax), newSyncOpMin,
                newSyncOpMax, logView, view, newViewHeaders);
    }

    /** Whether {@code next} may replace this: nothing that only grows has shrunk (replication spec §6.1). */
    public boolean mayPrecede(VsrState next) {
        return replica == next.replica && view <= next.view && logView <= next.logView && commitMax <= next.commitMax
                && checkpoint.op() <= next.checkpoint.op();
    }
}
