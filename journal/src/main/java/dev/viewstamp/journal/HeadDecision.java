package dev.viewstamp.journal;

import dev.viewstamp.journal.OpenedLog.Status;

/**
 * Finds the head of a recovered log and how certain it is: replication spec §7.3 steps 3 to 5. Pure but for
 * the journal, in which it settles the head's header.
 *
 * <p>Certain means: no op above the head can have been acknowledged by this replica in its logView. It is,
 * if the head is prepareMax itself; or if neither the head's slot, nor prepareMax's slot (which may hide
 * prepareMax or the checkpoint's op), nor any slot between them is faulty. Faults below the head are
 * repaired later and do not matter here. A {@linkplain VsrState#reformatted reformatted} replica is never certain:
 * whatever its lost disk acknowledged, it does not know.
 */
final class HeadDecision {
    private final SuperBlock superBlock;
    private final VsrState vsrState;
    private final WalRecovery recovery;
    private final Journal journal;
    private final long prepareMax;

    private HeadDecision(SuperBlock superBlock, WalRecovery recovery) {
        this.superBlock = superBlock;
        this.vsrState = superBlock.vsrState();
        this.recovery = recovery;
        this.journal = recovery.journal();
        this.prepareMax = superBlock.constants().cadence().prepareMax(vsrState.checkpointOp());
    }

    static OpenedLog decide(SuperBlock superBlock, WalRecovery recovery) {
        return new HeadDecision(superBlock, recovery).decide();
    }

    private OpenedLog decide() {
        EntryHeader head = settleHead();
        boolean certain = !vsrState.isReformatted() && (isViewChanging() || isCertain(head.op()));
        String refusal = refusal();
        long commitMax = Math.max(vsrState.commitMax(), head.op() - superBlock.constants().pipelineMax());
        journal.checkInvariants();
        return new OpenedLog(journal, head, certain, commitMax,
                refusal != null ? Status.REFUSED : status(certain), refusal, recovery);
    }

    private boolean isViewChanging() {
        return vsrState.logView() < vsrState.view();
    }

    private EntryHeader settleHead() {
        if (isViewChanging()) {
            // What the journal has above the DoViewChange's head is of a view that nobody was told of.
            removeAbove(vsrState.viewHeaders().get(0).op());
        }
        EntryHeader candidate = journalMax();
        for (EntryHeader header : vsrState.viewHeaders()) {
            if (!header.isBlank() && header.op() <= prepareMax) {
                if (candidate == null || header.op() >= candidate.op()) {
                    candidate = header;
                }
                break;
            }
        }
        if (candidate == null || candidate.op() < vsrState.checkpointOp()) {
            candidate = vsrState.checkpoint().header();
        }
        removeAbove(candidate.op());
        // Only the head: an older view header could overwrite what shows that a newer op of its slot was lost
        // (§13 item 25).
        if (!journal.has(candidate)) {
            journal.setHeaderAsDirty(candidate);
        }
        return candidate;
    }

    private EntryHeader journalMax() {
        long opMax = journal.opMax();
        return opMax < 0 ? null : journal.header(opMax);
    }

    /** Headers only; a fault above the head stays one. */
    private void removeAbove(long op) {
        for (int slot = 0; slot < journal.slotCount(); slot++) {
            EntryHeader header = journal.headerInSlot(slot);
            if (header != null && header.op() > op) {
                journal.removeEntry(slot);
            }
        }
    }

    private boolean isCertain(long head) {
        if (head == prepareMax) {
            return true;
        }
        if (journal.isFaulty(journal.slotOf(prepareMax))) {
            return false;
        }
        for (long op = head; op <= prepareMax; op++) {
            if (journal.isFaulty(journal.slotOf(op))) {
                return false;
            }
        }
        return true;
    }

    private String refusal() {
        if (recovery.lostEverything()) {
            return "all " + journal.slotCount() + " WAL slots are damaged: this is no WAL any more; use recover";
        }
        if (superBlock.constants().replicaCount() == 1 && vsrState.isReformatted()) {
            return "this replica was made to replace a lost one, and it is alone: there is nobody to take the state "
                    + "from; restore a backup";
        }
        if (superBlock.constants().replicaCount() == 1 && journal.faultyCount() > 0) {
            return journal.faultyCount() + " WAL slots are damaged, slot " + firstFault()
                    + " first, and a solo replica has no peer to repair them from; restore a backup";
        }
        return null;
    }

    private int firstFault() {
        int slot = 0;
        while (!journal.isFaulty(slot)) {
            slot++;
        }
        return slot;
    }

    private Status status(boolean certain) {
        if (superBlock.constants().replicaCount() == 1) {
            return Status.SOLO;
        }
        if (!certain) {
            return Status.RECOVERING_HEAD;
        }
        if (isViewChanging()) {
            return Status.VIEW_CHANGE;
        }
        boolean wasPrimary = vsrState.view() % superBlock.constants().replicaCount() == vsrState.replica();
        return wasPrimary ? Status.NEXT_VIEW_CHANGE : Status.NORMAL_BACKUP;
    }
}
