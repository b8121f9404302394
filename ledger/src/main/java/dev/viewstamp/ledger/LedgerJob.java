package dev.viewstamp.ledger;

import static dev.viewstamp.ledger.Invariant.check;

import java.util.List;

/**
 * Work in the background: sealing a segment of what never changes again, with its indexes; or merging indexes of
 * neighbours. A job begins at one fixed point of history and its outcome comes into force at another, whenever it was
 * carried out; before, it is invisible. So replicas that work at different speeds stay equal, file by file.
 *
 * <p>Carry it out on any thread, then hand it back with {@link Ledger#finish}.
 */
public abstract class LedgerJob implements BlockTask {
    /** Who has it now. */
    enum Stage {BEGUN, TAKEN, FINISHED}

    final long due;
    private Stage stage = Stage.BEGUN;

    /** @param due how many records of its kind there are when its outcome comes into force */
    LedgerJob(long due) {
        this.due = due;
    }

    Stage stage() {
        return stage;
    }

    void moveTo(Stage next) {
        check(next.ordinal() == stage.ordinal() + 1, "a job is begun, taken and finished once");
        stage = next;
    }

    /** The files that it writes. */
    abstract List<Manifest.UnderWay> files();

    /** Brings the outcome into force; on the ledger's thread, when it is done. */
    abstract void install(LedgerState state);

    @Override
    public List<BlockId> needed() {
        return List.of();
    }

    @Override
    public boolean supply(BlockId id, byte[] block) {
        throw new IllegalArgumentException(this + " did not ask for block " + id.block() + " of file " + id.file());
    }

    /** Carries it out at once, on the ledger's own thread. */
    void runOn(LedgerFiles files) {
        while (!isDone()) {
            for (BlockId id : needed()) {
                boolean intact = supply(id, files.readBlock(id.file(), id.block()));
                check(intact, "a block that is read is what was written");
            }
            step(files);
        }
    }

    /** What it does, for logs: such as "segment of transfers 0 … 65535". */
    @Override
    public abstract String toString();
}
