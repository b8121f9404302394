package dev.viewstamp.ledger;

/**
 * The port through which the ledger keeps what will never change again: immutable files of blocks. The
 * ledger opens no file itself; a node adapts this to its disk workers, tests and small ledgers use {@link
 * MemoryFiles}.
 *
 * <p>Files are numbered by the ledger, in an order that depends on history alone, so that replicas have equal
 * files under equal numbers. A file is created, filled block by block, sealed, and from then on only read. Most
 * files are written by tasks ({@link BlockTask}) into whatever {@link FileSink} these are given. Called from the
 * ledger's thread only.
 */
public interface LedgerFiles extends FileSink {
    /** Bytes of a block; a block may hold fewer, but never more. */
    int BLOCK_SIZE = 1 << 16;

    /**
     * The bytes that were appended, or more with anything behind them. The ledger verifies them against the
     * file's checksums. Called while an entry is prepared or executed, so it must not take long; an adapter
     * that cannot promise this lets its node follow {@link Ledger#prefetch} first and run the {@linkplain
     * Ledger#takeJobs jobs}, and then it is never called.
     */
    byte[] readBlock(long file, int block);

    /**
     * Forgets a file. The ledger calls this only while files are in memory; where there are checkpoints, whoever
     * keeps them deletes what the oldest one that is kept does not need ({@link Manifest#isObsolete}).
     */
    void delete(long file);

    /**
     * Whether appended arrays stay in memory as they are. Then the ledger keeps its own references to them,
     * reads no blocks, carries out its jobs itself, and cannot be frozen.
     */
    default boolean inMemory() {
        return false;
    }
}
