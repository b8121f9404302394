package dev.viewstamp.ledger;

/**
 * Where new files of the ledger go. A file is created, filled block by block, sealed, and never changes again.
 * Block i of a file lies at i x {@link LedgerFiles#BLOCK_SIZE}; shorter blocks are followed by a gap or by the
 * file's end.
 */
public interface FileSink {
    /**
     * Begins a file. If there is one of this number, it was left behind by a process that ended before a checkpoint
     * knew it, and is replaced.
     */
    void create(long file);

    /**
     * Adds a block at the end. The array stays as it is until the task that appends it is handed back, so hand it back
     * only when the file is written; then the ledger may fill the array anew.
     */
    void append(long file, byte[] block);

    /** The file is complete. It must be durable before a checkpoint that lists it is. */
    void seal(long file);
}
