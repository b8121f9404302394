package dev.viewstamp.actors.replica;

import static dev.viewstamp.actors.replica.Invariant.check;

import dev.viewstamp.journal.CheckpointState;
import dev.viewstamp.journal.ClusterConstants;
import dev.viewstamp.journal.EntryHeader;
import dev.viewstamp.journal.SuperBlock;
import dev.viewstamp.journal.VsrState;
import dev.viewstamp.journal.Word128;
import java.util.List;

/**
 * The numbers of replication spec §1.1, which all rooms and statuses see, and the time of the event being
 * handled. Its verbs only move forward.
 *
 * <p>Invariants: {@code logView <= view}; {@code viewDurable <= view}; {@code logViewDurable <= logView};
 * {@code checkpointOp <= commitMin <= commitMax}; {@code commitMin <= op <= commitMax + pipelineMax}.
 */
final class ReplicaState {
    private final ClusterConstants constants;
    private final Word128 cluster;
    private final int replica;
    private final Quorums quorums;

    private Now now = new Now(0, 0, 0);
    private int view;
    private int logView;
    private int viewDurable;
    private int logViewDurable;
    /**
     * logView &lt; view: the headers of our DoViewChange; else those of the view's StartView. Durable with the
     * views.
     */
    private List<EntryHeader> viewHeaders;
    /** Durable: where a restart begins. */
    private final CheckpointState checkpoint;
    private final Word128 checkpointId;
    private long op;
    /** Volatile, because the state machine starts from the checkpoint. */
    private long commitMin;
    private EntryHeader commitMinHeader;
    /** Durable as of the last superblock write; a lower bound suffices there. */
    private long commitMax;

    ReplicaState(SuperBlock superBlock) {
        VsrState vsrState = superBlock.vsrState();
        constants = superBlock.constants();
        cluster = superBlock.cluster();
        replica = vsrState.replica();
        quorums = Quorums.of(constants.replicaCount());
        view = vsrState.view();
        logView = vsrState.logView();
        viewDurable = view;
        logViewDurable = logView;
        viewHeaders = vsrState.viewHeaders();
        checkpoint = vsrState.checkpoint();
        checkpointId = checkpoint.id();
        commitMinHeader = checkpoint.header();
        commitMin = checkpoint.op();
        op = commitMin;
        commitMax = vsrState.commitMax();
    }

    ClusterConstants constants() {
        return constants;
    }

    Word128 cluster() {
        return cluster;
    }

    int replica() {
        return replica;
    }

    int replicaCount() {
        return constants.replicaCount();
    }

    boolean isSolo() {
        return constants.replicaCount() == 1;
    }

    int pipelineMax() {
        return constants.pipelineMax();
    }

    Quorums quorums() {
        return quorums;
    }

    Now now() {
        return now;
    }

    void now(Now next) {
        check(next.tick() >= now.tick() && (next.monotonicNanos() >= now.monotonicNanos() || now.tick() == 0),
                "time went back from %s to %s", now, next);
        now = next;
    }

    int view() {
        return view;
    }

    int logView() {
        return logView;
    }

    int viewDurable() {
        return viewDurable;
    }

    int logViewDurable() {
        return logViewDurable;
    }

    List<EntryHeader> viewHeaders() {
        return viewHeaders;
    }

    /** Whether the current view may be told to others (replication spec §6.3). */
    boolean isViewDurable() {
        return viewDurable == view;
    }

    /** Whether we may vouch for the log of the current view. */
    boolean isLogViewDurable() {
        return viewDurable == view && logViewDurable == logView;
    }

    int primary() {
        return quorums.primary(view);
    }

    boolean isPrimaryOfView() {
        return primary() == replica;
    }

    CheckpointState checkpoint() {
        return checkpoint;
    }

    Word128 checkpointId() {
        return checkpointId;
    }

    long checkpointOp() {
        return checkpoint.op();
    }

    long op() {
        return op;
    }

    long commitMin() {
        return commitMin;
    }

    EntryHeader commitMinHeader() {
        return commitMinHeader;
    }

    long commitMax() {
        return commitMax;
    }

    /** The highest op that the log may hold (replication spec §6.6). */
    long opPrepareMax() {
        return constants.cadence().prepareMax(checkpointOp());
    }

    /** The lowest op that must be repaired; the root can always be rebuilt. */
    long opRepairMin() {
        return checkpointOp() + 1;
    }

    /** The highest op we know to be needed. */
    long opRepairMax() {
        return Math.min(commitMax, Math.max(opPrepareMax(), op));
    }

    /** A view change begins, or is followed. The caller persists. */
    void enterView(int next) {
        check(next > view, "view %d after %d", next, view);
        view = next;
    }

    /** The frozen headers of our DoViewChange for the view just entered. */
    void freezeHeaders(List<EntryHeader> headers) {
        check(logView < view, "logView %d, view %d", logView, view);
        viewHeaders = List.copyOf(headers);
    }

    /** The log of the current view was installed or received. */
    void adoptLog(List<EntryHeader> headers) {
        logView = view;
        viewHeaders = List.copyOf(headers);
    }

    void durable(int durableView, int durableLogView) {
        check(viewDurable <= durableView && durableView <= view, "durable view %d of %d", durableView, view);
        check(logViewDurable <= durableLogView && durableLogView <= logView, "durable logView %d of %d", durableLogView,
                logView);
        viewDurable = durableView;
        logViewDurable = durableLogView;
    }

    /** Sets the head, up or, with the authority of a view's log, down. */
    void head(long next) {
        check(next >= commitMin, "head %d below commitMin %d", next, commitMin);
        check(next <= opPrepareMax(), "head %d beyond the log", next);
        op = next;
    }

    void raiseCommitMax(long next) {
        commitMax = Math.max(commitMax, next);
    }

    void executed(EntryHeader header) {
        check(header.op() == commitMin + 1, "executed op %d after %d", header.op(), commitMin);
        check(header.parent().equals(commitMinHeader.checksum()), "%s does not follow %s", header, commitMinHeader);
        commitMin = header.op();
        commitMinHeader = header;
        commitMax = Math.max(commitMax, commitMin);
    }

    void checkInvariants() {
        check(0 <= logView && logView <= view, "logView %d, view %d", logView, view);
        check(viewDurable <= view && logViewDurable <= logView, "durable %d, %d of %d, %d", viewDurable, logViewDurable,
                view, logView);
        check(checkpointOp() <= commitMin && commitMin <= commitMax, "checkpoint %d, commitMin %d, commitMax %d",
                checkpointOp(), commitMin, commitMax);
        check(commitMin <= op && op <= commitMax + pipelineMax(), "commitMin %d, op %d, commitMax %d", commitMin, op,
                commitMax);
    }
}
