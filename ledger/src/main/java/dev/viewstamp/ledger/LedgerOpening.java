package dev.viewstamp.ledger;

import java.util.List;

/**
 * Opens a ledger from a checkpoint. Reads the tables of all files, the pages, and the ids of all transfers; records
 * are left where they are. Writes nothing. Blocks are asked for many at a time, so that reading and working overlap.
 */
public final class LedgerOpening implements BlockTask {
    /**
     * @param options  as they were when the checkpoint was made, but for what may differ between replicas
     * @param files    that the checkpoint's files can be read from, later
     * @param manifest its bytes, verified by whoever kept them
     * @throws Manifest.Malformed if they are no manifest
     * @throws IllegalArgumentException if the options do not fit it
     */
    public LedgerOpening(LedgerOptions options, LedgerFiles files, byte[] manifest) {
        throw new UnsupportedOperationException("being built");
    }

    @Override
    public List<BlockId> needed() {
        throw new UnsupportedOperationException("being built");
    }

    @Override
    public boolean supply(BlockId id, byte[] block) {
        throw new UnsupportedOperationException("being built");
    }

    @Override
    public void step(FileSink sink) {
        throw new UnsupportedOperationException("being built");
    }

    @Override
    public boolean isDone() {
        throw new UnsupportedOperationException("being built");
    }

    @Override
    public Progress progress() {
        throw new UnsupportedOperationException("being built");
    }

    /** The ledger; call once, when it is done. It has the state that was frozen, and goes on as if nothing had been. */
    public Ledger ledger() {
        throw new UnsupportedOperationException("being built");
    }
}
