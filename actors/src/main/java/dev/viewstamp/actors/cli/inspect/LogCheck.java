package dev.viewstamp.actors.cli.inspect;

import dev.viewstamp.actors.cli.ProgressBar;
import dev.viewstamp.journal.EntryCodec;
import dev.viewstamp.journal.EntryHeader;
import dev.viewstamp.journal.OpenedLog;
import dev.viewstamp.journal.RecoveryDecision;
import dev.viewstamp.journal.StoredPrepare;
import dev.viewstamp.journal.WalGeometry;
import dev.viewstamp.journal.WalImage;

/**
 * Verifies both rings of the log. What a crash may leave behind is told from damage by the table that a start goes by
 * (replication spec §5.5). Behind an entry, a slot holds what is left of a longer one of an earlier lap: nobody reads
 * it.
 */
final class LogCheck {
    private static final String ZONE = "wal";

    private final StoppedReplica replica;
    private final Findings findings;

    LogCheck(StoppedReplica replica, Findings findings) {
        this.replica = replica;
        this.findings = findings;
    }

    void run(ProgressBar bar) {
        WalImage image = replica.image(bar);
        OpenedLog log = replica.log(bar);
        long bytes = image.headerRing().length;
        for (int slot = 0; slot < image.prepares().size(); slot++) {
            EntryHeader redundant = EntryHeader.read(image.headerRing(), slot * EntryHeader.SIZE);
            StoredPrepare prepare = image.prepares().get(slot);
            bytes += prepare.isIntact() ? EntryCodec.encodedSize(prepare.header()) : WalGeometry.SECTOR_SIZE;
            judge(slot, redundant, prepare, log.recovery().findings().get(slot).decision());
        }
        findings.verified(ZONE, bytes);
    }

    private void judge(int slot, EntryHeader redundant, StoredPrepare prepare, RecoveryDecision decision) {
        if (decision == RecoveryDecision.VSR) {
            boolean known = redundant.isValid() && !redundant.isReserved();
            findings.damaged(ZONE, "slot " + slot + (known ? ", op " + redundant.op() : "") + ": "
                    + (prepare.isIntact() ? "the header is damaged, and a newer entry may have been here"
                    : "the entry is damaged"), repair(known ? redundant.op() : Long.MAX_VALUE));
        } else if (!redundant.isValid()) {
            findings.damaged(ZONE, "slot " + slot + ": the redundant header is damaged",
                    "the next start writes it anew");
        } else if (!prepare.isIntact()) {
            findings.tornAppend(slot);
        }
    }

    private String repair(long op) {
        if (op <= replica.superBlock().vsrState().checkpointOp()) {
            return "nothing: it is in the checkpoint, and its slot is used again";
        }
        return replica.isSolo() ? "a cluster of one has no other copy: restore a backup"
                : "start the replica: it gets the entry from its peers";
    }
}
