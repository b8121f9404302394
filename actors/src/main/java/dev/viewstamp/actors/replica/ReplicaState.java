package dev.viewstamp.actors.replica;

import static dev.viewstamp.actors.replica.Invariant.check;

import dev.viewstamp.journal.CheckpointCadence;
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
    private CheckpointState checkpoint;
    private Word128 checkpointId;
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

    /** The op of the checkpoint to come. */
    long checkpointOpNext() {
        return cadence().next(checkpointOp());
    }

    /** The op that is executed last before the next checkpoint must be durable here. */
    long opTrigger() {
        return cadence().trigger(checkpointOpNext());
    }

    /** Whether a replication quorum is known to hold the checkpoint at {@code op}. */
    boolean isDurable(long op) {
        return cadence().isDurable(op, commitMax);
    }

    /** The highest op that may be acknowledged here: beyond, a quorum must not count on our checkpoint (§6.6). */
    long opPrepareOkMax() {
        return cadence().prepareOkMax(checkpointOp());
    }

    /** The highest op that the log may hold (replication spec §6.6). */
    long opPrepareMax() {
        return cadence().prepareMax(checkpointOp());
    }

    /**
     * The highest op that the log may hold for the moment. Beyond {@link #opPrepareMax} only entries that a crash
     * cuts off again: the next checkpoint is on a quorum, which then has all that they overwrite here, and we have
     * executed that (replication spec §3.5).
     */
    long opHeadMax() {
        if (!isDurable(checkpointOpNext())) {
            return opPrepareMax();
        }
        long slots = constants.slotCount();
        return Math.max(opPrepareMax(), Math.min(commitMin + slots, checkpointOpNext() + slots - 1));
    }

    /** The lowest op of the log that this replica itself cannot do without. */
    long opNeededMin() {
        return Math.max(checkpointOp() + 1, op + 1 - constants.slotCount());
    }

    /**
     * The lowest op that is worth repairing: as long as our checkpoint is not on a quorum, others may need what led
     * to it from our log (replication spec §6.6).
     */
    long opRepairMin() {
        long behind = isDurable(checkpointOp()) ? 0 : cadence().interval();
        return Math.max(1, Math.max(checkpointOp() + 1 - behind, op + 1 - constants.slotCount()));
    }

    /**
     * Border rule (§3.4): the id that an entry must name, since it is the same on whichever side of a checkpoint the
     * primary was. Null if this replica does not know it, or no more.
     */
    Word128 checkpointIdFor(long entryOp) {
        long next = checkpointOpNext();
        if (entryOp > next) {
            return entryOp <= cadence().next(next) ? checkpointId : null;
        }
        if (entryOp > checkpointOp()) {
            return checkpoint.parentId();
        }
        return entryOp > cadence().previous(checkpointOp()) ? checkpoint.grandparentId() : null;
    }

    /** The id of the checkpoint at {@code op}, as far back as our own names its ancestors; else null. */
    Word128 checkpointIdAt(long op) {
        if (op == checkpointOp()) {
            return checkpointId;
        }
        long parent = cadence().previous(checkpointOp());
        if (op < 0 || parent < 0) {
            return null;
        }
        return op == parent ? checkpoint.parentId() : op == cadence().previous(parent) ? checkpoint.grandparentId()
                : null;
    }

    private CheckpointCadence cadence() {
        return constants.cadence();
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
        check(next <= opHeadMax(), "head %d beyond the log", next);
        op = next;
    }

    /** The next checkpoint is durable. */
    void checkpointed(CheckpointState next) {
        check(next.op() == checkpointOpNext() && next.parentId().equals(checkpointId), "checkpoint %d after %d",
                next.op(), checkpointOp());
        checkpoint = next;
        checkpointId = next.id();
    }

    /**
     * Another replica's checkpoint takes the place of all that was executed here; what was executed beyond it, less
     * than a bar, will be again. The caller persists.
     */
    void install(CheckpointState next, EntryHeader head) {
        check(next.op() > checkpointOp() && next.op() <= head.op(), "checkpoint %d over %d, head %d", next.op(),
                checkpointOp(), head.op());
        checkpoint = next;
        checkpointId = next.id();
        commitMin = next.op();
        commitMinHeader = next.header();
        commitMax = Math.max(commitMax, commitMin);
        head(head.op());
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
