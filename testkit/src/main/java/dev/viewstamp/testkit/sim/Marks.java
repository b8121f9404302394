package dev.viewstamp.testkit.sim;

import dev.viewstamp.actors.message.Envelope;
import dev.viewstamp.actors.message.ReplicaMessage.Forwarded;
import dev.viewstamp.actors.message.ReplicaMessage.GetPrepare;
import dev.viewstamp.actors.message.ReplicaMessage.Prepare;
import dev.viewstamp.actors.replica.ReplicaSnapshot;
import dev.viewstamp.actors.replica.StatusName;
import dev.viewstamp.journal.CheckpointFile;
import dev.viewstamp.journal.CheckpointFiles;
import dev.viewstamp.journal.OpenedLog;
import dev.viewstamp.journal.RecoveryCase;
import dev.viewstamp.journal.RecoveryDecision;
import dev.viewstamp.journal.WalRecovery;
import java.util.Map;
import java.util.TreeMap;

/**
 * How often the rare paths of the protocol were walked: a simulation that never walks them proves nothing about
 * them.
 */
public final class Marks {
    /** What is counted. */
    public enum Mark {
        /** A replica left normal status for a higher view. */
        VIEW_CHANGE,
        /** A replica became the normal primary of a view after 0. */
        NEW_PRIMARY,
        /** A head moved back: entries that were never committed were cut off. */
        TRUNCATION,
        /** An entry was asked for. */
        REPAIR,
        /** An entry was sent by another replica than the one that prepared it. */
        REPAIR_ANSWER,
        /** A replica restarted with entries lost. */
        FAULTY_RESTART,
        /** A replica restarted without knowing its head. */
        RECOVERING_HEAD,
        /** A primary held back its heartbeats. */
        ABDICATION,
        /** A backup passed on a request. */
        FORWARDED_REQUEST,
        /** An append that a crash interrupted was cut off when its replica restarted. */
        TORN_APPEND_CUT,
        /** A restart dropped an entry that the replica's logView proves to be left over. */
        OUT_OF_VIEW_DROPPED,
        /** A lost root entry was computed anew. */
        ROOT_REBUILT,
        /** A replica left recoveringHead. */
        HEAD_RECOVERED,
        /** A replica made a checkpoint durable. */
        CHECKPOINT,
        /** A replica took over a peer's checkpoint. */
        STATE_SYNC,
        /** A file was fetched whole from a peer, because it was missing here or for a state sync. */
        FILE_FETCHED,
        /** A damaged block of a file was written over with a peer's copy. */
        BLOCK_REPAIRED,
        /** A seed damaged so many logs that its cluster could not come back, and did not. */
        UNAVAILABLE,
        /** A core was healed and had to go on alone; the others stayed outside, each with a habit of its own. */
        CORE_HEALED,
        /** A primary outside the core, which some of it could not talk with, kept these from catching up. */
        CORE_LED_FROM_OUTSIDE,
        /** A replica outside the core stayed as the safety phase had left it. */
        OUTSIDER_AS_BEFORE,
        /** A replica outside the core was down. */
        OUTSIDER_DOWN,
        /** A replica outside the core stood still. */
        OUTSIDER_PAUSED,
        /** A replica outside the core did not hear the core. */
        OUTSIDER_DEAF,
        /** A replica outside the core was not heard by the core. */
        OUTSIDER_MUTE,
        /** A replica outside the core was connected to a part of it. */
        OUTSIDER_HALF_CONNECTED,
        /** A replica outside the core was connected now to these and now to those of it. */
        OUTSIDER_FLAPPING,
        /** What a replica outside the core had sent arrived there again and again; it may have died meanwhile. */
        OUTSIDER_REPEATING
    }

    private final long[] counts = new long[Mark.values().length];
    private final long[] rows = new long[RecoveryCase.values().length];

    void hit(Mark mark) {
        counts[mark.ordinal()]++;
    }

    public long count(Mark mark) {
        return counts[mark.ordinal()];
    }

    void onSend(Envelope envelope) {
        if (envelope.message() instanceof GetPrepare) {
            hit(Mark.REPAIR);
        } else if (envelope.message() instanceof Forwarded) {
            hit(Mark.FORWARDED_REQUEST);
        } else if (envelope.message() instanceof Prepare prepare
                && prepare.entry().header().replica() != envelope.replica()) {
            hit(Mark.REPAIR_ANSWER);
        }
    }

    /** A replica has read its log and decided, slot by slot. */
    void onOpened(OpenedLog log) {
        for (WalRecovery.Finding finding : log.recovery().findings()) {
            rows[finding.row().ordinal()]++;
            hit(finding.decision() == RecoveryDecision.CUT_TORN, Mark.TORN_APPEND_CUT);
            hit(finding.dropped(), Mark.OUT_OF_VIEW_DROPPED);
        }
        hit(log.recovery().rewriteRoot(), Mark.ROOT_REBUILT);
    }

    /** Slots that were found in this row of the recovery table. */
    public long count(RecoveryCase row) {
        return rows[row.ordinal()];
    }

    void onPublished(CheckpointFile file, CheckpointFiles.Origin origin) {
        hit(file.kind() == CheckpointFile.Kind.MANIFEST && origin == CheckpointFiles.Origin.OWN, Mark.CHECKPOINT);
        hit(file.kind() == CheckpointFile.Kind.DATA && origin == CheckpointFiles.Origin.PEER, Mark.FILE_FETCHED);
    }

    /** @param before null at the first sight of a life */
    void onChange(ReplicaSnapshot before, ReplicaSnapshot now) {
        if (before == null) {
            hit(now.faulty() > 0, Mark.FAULTY_RESTART);
            hit(now.status() == StatusName.RECOVERING_HEAD, Mark.RECOVERING_HEAD);
            return;
        }
        hit(before.isNormal() && now.view() > before.view() && !now.isNormal(), Mark.VIEW_CHANGE);
        hit(!before.isPrimary() && now.isPrimary() && now.view() > 0, Mark.NEW_PRIMARY);
        hit(now.op() < before.op(), Mark.TRUNCATION);
        hit(now.commitMin() > before.commitMin() + 1, Mark.STATE_SYNC);
        hit(!before.abdicating() && now.abdicating(), Mark.ABDICATION);
        hit(before.status() == StatusName.RECOVERING_HEAD && now.isNormal(), Mark.HEAD_RECOVERED);
    }

    private void hit(boolean happened, Mark mark) {
        if (happened) {
            hit(mark);
        }
    }

    public void add(Marks other) {
        for (int i = 0; i < counts.length; i++) {
            counts[i] += other.counts[i];
        }
        for (int i = 0; i < rows.length; i++) {
            rows[i] += other.rows[i];
        }
    }

    /** By name, marks that were never hit included: those are the news. */
    public Map<String, Long> toMap() {
        Map<String, Long> map = new TreeMap<>();
        for (Mark mark : Mark.values()) {
            map.put(mark.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-'), count(mark));
        }
        for (RecoveryCase row : RecoveryCase.values()) {
            map.put("recovery-row-" + row.name().toLowerCase(java.util.Locale.ROOT), count(row));
        }
        return map;
    }
}
