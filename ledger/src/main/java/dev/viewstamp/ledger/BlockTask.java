package dev.viewstamp.ledger;

import java.util.List;

/**
 * Work of the ledger that may take long and reads and writes files: cut into small steps, it can be carried out by
 * any thread, interrupted, and dropped. Whoever carries it out does no more than this:
 *
 * <pre>
 *  while (!task.isDone()) {
 *      for (BlockId id : task.needed()) ... read the block, task.supply(id, block), if refused fetch it from a peer ...
 *      task.step(sink);
 *  }
 * </pre>
 *
 * A task shares nothing with the ledger's thread but what never changes. Its outcome depends on its inputs alone,
 * never on how it was cut up. One thread at a time; handing it over must happen-before going on.
 */
public interface BlockTask {
    /** How far a task is, in units of its own: at least {@code done} of {@code total}. */
    record Progress(long done, long total) {}

    /**
     * Blocks that the next step reads and that it has not got yet; empty if it can be taken. Asking again gives the
     * same ones, without those supplied since. A short block may be supplied with anything behind it.
     */
    List<BlockId> needed();

    /**
     * Takes a block that was asked for. False if it is not what was once written: it must come from another replica,
     * and may be supplied again.
     */
    boolean supply(BlockId id, byte[] block);

    /** Goes on by at most a few milliseconds. Call while {@link #needed} is empty and the task not done. */
    void step(FileSink sink);

    boolean isDone();

    Progress progress();
}
