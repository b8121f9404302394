package dev.viewstamp.journal;

import static dev.viewstamp.journal.RecoveryDecision.CUT;
import static dev.viewstamp.journal.RecoveryDecision.EQL;
import static dev.viewstamp.journal.RecoveryDecision.FIX;
import static dev.viewstamp.journal.RecoveryDecision.NIL;
import static dev.viewstamp.journal.RecoveryDecision.VSR;

import java.util.function.Predicate;

/**
 * The recovery table: what the redundant header and the prepare of one slot mean together after a crash.
 * Exactly one row holds for each slot. A write goes prepare, header, acknowledgement; the rows follow from
 * that order. Pure.
 *
 * <p>The first column of decisions is for replicas with peers, the second for a solo one, which has nobody
 * to ask: it takes the prepare where the prepare alone proves enough, and otherwise refuses to open ({@code
 * VSR}). Source: replication spec §5.5.
 */
public enum RecoveryCase {
    /** A. Both rings are damaged here. Nothing is known, so anything may have been acknowledged. */
    A(e -> e.headerBad() && e.prepareBad(), VSR, VSR),

    /**
     * B. No header was ever completed in this slot, and the prepare is garbage. In the first lap that is
     * what a torn append leaves, and {@link TornAppends} may cut it. By itself it proves nothing: the
     * header may be an older state of the sector.
     */
    B(e -> e.headerReserved() && e.prepareBad(), VSR, VSR),

    /**
     * C. A completed header without its prepare: either the append of a later lap tore, or the acknowledged
     * prepare has rotted. {@link TornAppends} tells them apart where it can.
     */
    C(e -> e.headerEntry() && e.prepareBad(), VSR, VSR),

    /**
     * D. The header is damaged and the prepare was never written: a header sector torn in the first lap, or
     * a lost prepare. Solo writes one entry at a time and acknowledges after both rings, so the slot was
     * never used.
     */
    D(e -> e.headerBad() && e.prepareReserved(), VSR, FIX),

    /**
     * E. A good prepare under a damaged header, and not the newest op. A newer entry of the same slot
     * cannot be ruled out: its prepare may have been lost after its header was written. Solo trusts the
     * prepare: its checksums hold, and alone it never loses a write without a second fault.
     */
    E(e -> e.headerBad() && e.prepareWithin() && !e.prepareIsMax(), VSR, FIX),

    /**
     * F. As E, but the newest op of all: the crash fell between prepare and header, so the header was torn
     * or never valid.
     */
    F(e -> e.headerBad() && e.prepareWithin() && e.prepareIsMax(), FIX, FIX),

    /**
     * G. A good prepare under a reserved header: the crash fell between the two writes, or the op was
     * truncated and a neighbour's sector write made its header reserved. If truncated, the view-range
     * filter or the chain finds out; never a fault (§13 item 52).
     */
    G(e -> e.headerReserved() && e.prepareWithin(), FIX, FIX),

    /**
     * H. A prepare from beyond this checkpoint's prepareMax: written ahead when the cluster had proved the
     * next checkpoint durable. Certainly committed, and to be replayed around. Solo never runs ahead of its
     * own checkpoint.
     */
    H(RecoveryEvidence::prepareBeyond, CUT, VSR),

    /** I. As H, when the header was completed but the prepare is an older lap's: the newer prepare was lost. */
    I(e -> e.headerBeyond() && e.prepareWithin(), CUT, VSR),

    /** J. As I, with a prepare of no lap at all. */
    J(e -> e.headerBeyond() && e.prepareReserved(), CUT, VSR),

    /**
     * K. A completed header over a slot never written: the prepare went elsewhere or nowhere, and may be
     * acknowledged.
     */
    K(e -> e.headerWithin() && e.prepareReserved(), VSR, VSR),

    /** L. Never used. Both records are functions of cluster and slot, so they are identical. */
    L(e -> e.headerReserved() && e.prepareReserved(), NIL, NIL),

    /**
     * M. The prepare is a lap newer than the header: the header's write was lost or not reached. The
     * prepare is whole.
     */
    M(e -> e.headerWithin() && e.prepareWithin() && e.headerOlder(), FIX, FIX),

    /**
     * N. The header is a lap newer than the prepare: headers follow prepares, so a newer prepare was
     * written and lost.
     */
    N(e -> e.headerWithin() && e.prepareWithin() && !e.opsEqual() && !e.headerOlder(), VSR, VSR),

    /**
     * O. One op, two entries: a view change rewrote it and a crash or a lost write came between. Either may
     * be the newer one, for a view is no proof of which was written last, so neither is believed (§13 item
     * 44).
     */
    O(e -> e.headerWithin() && e.prepareWithin() && e.opsEqual() && !e.identical(), VSR, VSR),

    /** P. Healthy. */
    P(e -> e.headerWithin() && e.prepareWithin() && e.identical(), EQL, EQL);

    private static final RecoveryCase[] ROWS = values();

    private final Predicate<RecoveryEvidence> condition;
    private final RecoveryDecision withPeers;
    private final RecoveryDecision solo;

    RecoveryCase(Predicate<RecoveryEvidence> condition, RecoveryDecision withPeers, RecoveryDecision solo) {
        this.condition = condition;
        this.withPeers = withPeers;
        this.solo = solo;
    }

    /** The one row that holds. */
    static RecoveryCase of(RecoveryEvidence evidence) {
        for (RecoveryCase row : ROWS) {
            if (row.holds(evidence)) {
                return row;
            }
        }
        throw new InvariantViolation("no row for " + evidence);
    }

    boolean holds(RecoveryEvidence evidence) {
        return condition.test(evidence);
    }

    public RecoveryDecision decision(boolean isSolo) {
        return isSolo ? solo : withPeers;
    }
}
