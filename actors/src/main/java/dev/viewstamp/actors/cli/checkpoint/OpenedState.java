package dev.viewstamp.actors.cli.checkpoint;

import dev.viewstamp.actors.cli.ProgressBar;
import dev.viewstamp.actors.cli.VerbFailure;
import dev.viewstamp.journal.CheckpointFile;
import dev.viewstamp.journal.LogEntry;
import dev.viewstamp.ledger.BlockId;
import dev.viewstamp.ledger.BlockTask;
import dev.viewstamp.ledger.Ledger;
import dev.viewstamp.ledger.LedgerFiles;
import dev.viewstamp.ledger.LedgerOpening;
import dev.viewstamp.ledger.LedgerOptions;
import dev.viewstamp.ledger.Operation;

/** A ledger brought up from files to be looked at, by the way that a starting replica goes. */
public final class OpenedState {
    private OpenedState() {
    }

    /**
     * Opens a checkpoint.
     *
     * @param mend what to do if a block is damaged
     * @throws VerbFailure naming the damaged block
     */
    public static Ledger open(LedgerOptions options, LedgerFiles files, StoredCheckpoint checkpoint, ProgressBar bar,
            String mend) {
        LedgerOpening opening = new LedgerOpening(options, files, checkpoint.manifestBytes());
        while (!opening.isDone()) {
            for (BlockId id : opening.needed()) {
                if (!opening.supply(id, files.readBlock(id.file(), id.block()))) {
                    throw new VerbFailure(CheckpointFile.data(id.file()) + ": block " + id.block()
                            + " is missing or damaged; " + mend);
                }
            }
            opening.step(files);
            BlockTask.Progress progress = opening.progress();
            bar.show(progress.done(), progress.total());
        }
        bar.clear();
        return opening.ledger();
    }

    /** Executes an entry as a replica does: the protocol's own ones change nothing here. */
    public static void execute(Ledger ledger, LogEntry entry) {
        if (entry.header().operation() >= Operation.CODE_MIN) {
            ledger.execute(entry.header().operation(), entry.header().timestamp(), entry.body());
        }
    }
}
