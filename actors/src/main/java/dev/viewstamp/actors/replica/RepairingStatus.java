package dev.viewstamp.actors.replica;

import dev.viewstamp.actors.message.Envelope;
import dev.viewstamp.actors.message.ReplicaMessage;
import dev.viewstamp.journal.EntryHeader;
import dev.viewstamp.journal.LogEntry;

/**
 * A status with the log of its view: it knows its head, so it can tell what is missing below and take that in
 * (replication spec §8).
 */
abstract class RepairingStatus extends VotingStatus {
    RepairingStatus(Rooms rooms) {
        super(rooms);
    }

    /** Headers or an entry came in: go on with whatever waited for them. */
    abstract Status afterRepair();

    /** What we hold durably was sent to us again: our acknowledgement may have been lost. */
    abstract void acknowledgeAgain(EntryHeader header);

    @Override
    final boolean mayCommit() {
        return true;
    }

    @Override
    public Status onHeaders(ReplicaMessage.Headers headers, Envelope envelope) {
        long low = log.chain().low();
        for (EntryHeader header : headers.headers()) {
            log.repairHeader(header);
        }
        if (log.chain().low() < low) {
            rooms.repair.headers();                             // it is worth asking on at once
        }
        return afterRepair();
    }

    /** An entry of an older view, or at or below our head (§8.6). */
    final Status onRepair(LogEntry entry, int sender) {
        EntryHeader header = entry.header();
        rooms.repair.answered(sender, header.op());
        if (header.view() > state.view()) {
            return ignore(Ignored.NEWER_VIEW);
        }
        if (header.op() > state.op()) {
            return ignore(Ignored.ABOVE_HEAD);
        }
        if (log.journal().hasClean(header)) {
            acknowledgeAgain(header);
            return ignore(Ignored.DUPLICATE);
        }
        if (!log.repairHeader(header)) {
            return ignore(Ignored.DOES_NOT_CONNECT);
        }
        log.store(entry);
        return afterRepair();
    }
}
