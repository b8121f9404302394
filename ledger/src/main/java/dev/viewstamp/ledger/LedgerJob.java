package dev.viewstamp.ledger;

/**
 * Work in the background: sealing a segment of what never changes again, with its indexes; or merging indexes of
 * neighbours. A job begins at one fixed point of history and its outcome comes into force at another, whenever it was
 * carried out; before, it is invisible. So replicas that work at different speeds stay equal, file by file.
 *
 * <p>Carry it out on any thread, then hand it back with {@link Ledger#finish}.
 */
public abstract class LedgerJob implements BlockTask {
    LedgerJob() {}

    /** What it does, for logs: such as "segment of transfers 0 … 65535". */
    @Override
    public abstract String toString();
}
