package dev.viewstamp.journal;

/**
 * When checkpoints are due and how far the log may run ahead of one. Arithmetic only.
 *
 * <pre>
 *   op c             the state after op c is frozen; it becomes the checkpoint
 *   trigger(c)       = c + bar: its commit writes the superblock
 *   prepareOkMax(c)  = trigger(next(c)) + pipelineMax: the highest op a replica whose checkpoint is c acknowledges
 *   prepareMax(c)    = trigger(next(c)) + 2 * pipelineMax: the highest op it keeps in its log
 * </pre>
 *
 * So a slot is reused only when a replication quorum has a checkpoint that contains its old entry. Source:
 * replication spec §6.5, §6.6 with the interval of the design page, "Checkpoints": slots - bar - 2 *
 * pipeline (880 of 1024). Invariant: next(c) - c = interval, so prepareMax(c) - c &lt;= slotCount.
 */
public record CheckpointCadence(int slotCount, int bar, int pipelineMax) {
    public CheckpointCadence {
        if (bar < 0 || pipelineMax < 1 || slotCount - bar - 2 * pipelineMax < 1) {
            throw new IllegalArgumentException("slotCount " + slotCount + ", bar " + bar + " and pipelineMax "
                    + pipelineMax + " leave no checkpoint interval: slotCount must exceed bar + 2 * pipelineMax");
        }
        if (slotCount < 2 * (bar + 2 * pipelineMax)) {
            throw new IllegalArgumentException("slotCount " + slotCount + " is too small for bar " + bar
                    + " and pipelineMax " + pipelineMax + ": it must be at least 2 * bar + 4 * pipelineMax, or a "
                    + "checkpoint would be due before the one before it is durable");
        }
    }

    /** Ops from one checkpoint to the next. */
    public int interval() {
        return slotCount - bar - 2 * pipelineMax;
    }

    /** The checkpoint after {@code checkpointOp}; the first is one earlier, because op 0 is the root. */
    public long next(long checkpointOp) {
        return checkpointOp == 0 ? interval() - 1 : checkpointOp + interval();
    }

    /** The checkpoint before {@code checkpointOp}; -1 if that is the root. */
    public long previous(long checkpointOp) {
        return checkpointOp == 0 ? -1 : checkpointOp == interval() - 1 ? 0 : checkpointOp - interval();
    }

    /** The op whose commit makes {@code checkpointOp} (> 0) durable. */
    public long trigger(long checkpointOp) {
        InvariantViolation.check(checkpointOp > 0, "checkpoint %d has no trigger", checkpointOp);
        return checkpointOp + bar;
    }

    public long prepareOkMax(long checkpointOp) {
        return trigger(next(checkpointOp)) + pipelineMax;
    }

    public long prepareMax(long checkpointOp) {
        return trigger(next(checkpointOp)) + 2L * pipelineMax;
    }

    /** Whether a commit at {@code commitMax} proves that a replication quorum holds {@code checkpointOp}. */
    public boolean isDurable(long checkpointOp, long commitMax) {
        return checkpointOp == 0 || commitMax > trigger(checkpointOp) + pipelineMax;
    }

    /** Whether some state is ever a checkpoint: 0, interval - 1, then every interval. */
    public boolean isCheckpoint(long op) {
        return op == 0 || op > 0 && (op + 1) % interval() == 0;
    }
}
