package dev.viewstamp.journal;

import java.util.BitSet;

/**
 * Tells appends that a crash tore from entries that were acknowledged and lost; the refinement of rows B
 * and C. After a power loss every replica has some of the former, and if each counted as a fault, no
 * replica could be certain of its head.
 *
 * <p>Let opMax be the highest op that any ok record shows, and the tail the slots of ops
 * opMax+1..prepareMax. An acknowledged entry in the tail would have had its header written, so opMax would
 * include it. Hence a tail slot whose header is ok (reserved or an older lap's) and whose prepare has a bad
 * checksum is a torn append. All of that holds only if
 * <ol>
 * <li>checkpoint &lt;= opMax &lt; prepareMax;</li>
 * <li>every fault in the tail looks torn: any other may hide the true head, so then none is cut;</li>
 * <li>there are no more of them than writes that can have been in flight.</li>
 * </ol> The reserved header is believed in the first lap because faulty slots are written invalid, never
 * reserved ({@link Journal#headerSector}). Source: replication spec §5.5 "Torn-append refinement". Pure.
 *
 * <p>Our extension: a slot at or below opMax speaks for itself if its header is reserved or of an op that the
 * checkpoint contains. Had the entry that belongs there now been acknowledged, its header would have been written
 * over that one; so what the damaged prepare was is either no longer needed or was never acknowledged. Without this
 * a power loss in the middle of several appends, of which a later one was completed first, leaves holes that nobody
 * may deny: two such replicas of three could never agree on a log again. A solo replica appends one entry at a
 * time, so it has no such holes. Other faults below opMax do not matter.
 */
final class TornAppends {
    private TornAppends() {
    }

    /**
     * Replaces {@code VSR} by {@code CUT_TORN} in {@code decisions} where all conditions hold.
     *
     * @param looksTorn   per slot: the redundant header is ok and the prepare's checksum is bad
     * @param isOutdated  per slot: the redundant header is ok, and reserved or of an op up to checkpointOp; all false
     *     for a solo replica
     * @return how many slots were cut
     */
    static int cut(RecoveryDecision[] decisions, boolean[] looksTorn, boolean[] isOutdated, long checkpointOp,
            long opMax, long prepareMax, int walWritesMax) {
        BitSet torn = new BitSet(decisions.length);
        for (long op = checkpointOp + 1; op <= Math.min(opMax, prepareMax); op++) {
            int slot = (int) (op % decisions.length);
            if (decisions[slot] == RecoveryDecision.VSR && looksTorn[slot] && isOutdated[slot]) {
                torn.set(slot);
            }
        }
        if (checkpointOp <= opMax && opMax < prepareMax) {
            // The last op of the tail shares its slot with the checkpoint's op, which is no append.
            long tailMax = checkpointOp > 0 && opMax == checkpointOp ? prepareMax - 1 : prepareMax;
            addTail(torn, decisions, looksTorn, opMax + 1, tailMax);
        }
        if (torn.cardinality() > walWritesMax) {
            return 0;
        }
        torn.stream().forEach(slot -> decisions[slot] = RecoveryDecision.CUT_TORN);
        return torn.cardinality();
    }

    /** All faults of the tail, or none: one that does not look torn may be the true head. */
    private static void addTail(BitSet torn, RecoveryDecision[] decisions, boolean[] looksTorn, long from, long to) {
        BitSet tail = new BitSet(decisions.length);
        for (long op = from; op <= to; op++) {
            int slot = (int) (op % decisions.length);
            if (decisions[slot] == RecoveryDecision.VSR) {
                if (!looksTorn[slot]) {
                    return;
                }
                tail.set(slot);
            }
        }
        torn.or(tail);
    }
}
