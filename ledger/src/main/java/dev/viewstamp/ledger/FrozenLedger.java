package dev.viewstamp.ledger;

import java.util.List;

/**
 * The state of a ledger as it was at one point of history, being written as a checkpoint while the ledger goes on.
 * Carry it out on any thread; it needs no blocks. The checkpoint exists when every file that the manifest lists, and
 * the manifest, are durable. Then hand it back with {@link Ledger#release}.
 */
public final class FrozenLedger implements BlockTask {
    FrozenLedger() {}

    @Override
    public List<BlockId> needed() {
        return List.of();
    }

    @Override
    public boolean supply(BlockId id, byte[] block) {
        throw new UnsupportedOperationException("a frozen ledger reads nothing");
    }

    /** Writes some pages; all of a checkpoint's go into one new file. */
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

    /** The bytes of the {@link Manifest}; call when it is done. Equal on all replicas. */
    public byte[] manifest() {
        throw new UnsupportedOperationException("being built");
    }
}
