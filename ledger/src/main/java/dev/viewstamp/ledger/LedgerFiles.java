package dev.viewstamp.ledger;

/**
 * The port through which the ledger keeps what will never change again: immutable files of blocks. The
 * ledger opens no file itself; a node adapts this to its disk workers, tests and small ledgers use {@link
 * MemoryFiles}.
 *
 * <p>A file is created, filled block by block, sealed, and from then on only read, until it is deleted.
 * Files are numbered by the ledger, in an order that depends on history alone, so that replicas have equal
 * files under equal numbers. Called from the ledger's thread only.
 */
public interface LedgerFiles {
    /** Bytes of a block; a block may hold fewer, but never more. */
    int BLOCK_SIZE = 1 << 16;

    void create(long file);

    /** Adds a block at the end. The array is the callee's from now on, and nobody changes it any more. */
    void append(long file, byte[] block);

    /** The file is complete. It need not be durable before the next checkpoint. */
    void seal(long file);

    /**
     * The bytes that were appended, or more with anything behind them. The ledger verifies them against the
     * file's checksums. Called while an entry is prepared or executed, so it must not take long; an adapter
     * that cannot promise this lets its node follow {@link Ledger#prefetch} first, and then it is never
     * called.
     */
    byte[] readBlock(long file, int block);

    void delete(long file);

    /**
     * Whether appended arrays stay in memory as they are. Then the ledger keeps its own references to them,
     * and reads no blocks.
     */
    default boolean inMemory() {
        return false;
    }
}
