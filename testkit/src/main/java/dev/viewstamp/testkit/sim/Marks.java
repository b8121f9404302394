package dev.viewstamp.testkit.sim;

import dev.viewstamp.actors.message.Envelope;
import dev.viewstamp.actors.message.ReplicaMessage.Forwarded;
import dev.viewstamp.actors.message.ReplicaMessage.GetPrepare;
import dev.viewstamp.actors.message.ReplicaMessage.Prepare;
import dev.viewstamp.actors.replica.ReplicaSnapshot;
import dev.viewstamp.actors.replica.StatusName;
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
        /** A replica left recoveringHead. */
        HEAD_RECOVERED,
        /** A replica made a checkpoint durable. */
        CHECKPOINT,
        /** A replica took over a peer's checkpoint. */
        STATE_SYNC,
        /** A seed damaged so many logs that its cluster could not come back, and did not. */
        UNAVAILABLE
    }

    private final long[] counts = new long[Mark.values().length];

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
    }

    /** By name, marks that were never hit included: those are the news. */
    public Map<String, Long> toMap() {
        Map<String, Long> map = new TreeMap<>();
        for (Mark mark : Mark.values()) {
            map.put(mark.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-'), count(mark));
        }
        return map;
    }
}
