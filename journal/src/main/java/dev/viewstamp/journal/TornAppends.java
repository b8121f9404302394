package dev.viewstamp.journal;

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
 * </ol> Faults outside the tail do not matter. The reserved header is believed in the first lap because
 * faulty slots are written invalid, never reserved ({@link Journal#headerSector}). Source: replication spec
 * §5.5 "Torn-append refinement". Pure.
 */
final class TornAppends {
    private TornAppends() {
    }

    /**
     * Replaces {@code VSR} by {@code CUT_TORN} in {@code decisions} where all conditions hold.
     *
     * @param looksTorn per slot: the redundant header is ok and the prepare's checksum is bad
     * @return how many slots were cut
     */
    static int cut(RecoveryDecision[] decisions, boolean[] looksTorn, long checkpointOp, long opMax, long prepareMax,
            int walWritesMax) {
        if (opMax < checkpointOp || opMax >= prepareMax) {
            return 0;
        }
        // The last op of the tail shares its slot with the checkpoint's op, which is no append.
        long tailMax = checkpointOp > 0 && opMax == checkpointOp ? prepareMax - 1 : prepareMax;
        int torn = 0;
        for (long op = opMax + 1; op <= tailMax; op++) {
            int slot = (int) (op % decisions.length);
            if (decisions[slot] == RecoveryDecision.VSR) {
                if (!looksTorn[slot]) {
                    return 0;
                }
                torn++;
            }
        }
        if (torn > walWritesMax) {
            return 0;
        }
        for (long op = opMax + 1; op <= tailMax; op++) {
            int slot = (int) (op % decisions.length);
            if (decisions[slot] == RecoveryDecision.VSR) {
                decisions[slot] = RecoveryDecision.CUT_TORN;
            }
        }
        return torn;
    }
}
